// The buyer's phone: who is writing, the chat with the shop's bot, and what can be said next.

import { h } from "./dom.js";
import { rich } from "./entities.js";
import * as gestures from "./gestures.js";
import { change, ui, words } from "./ui.js";
import { day, dayKey, time } from "./when.js";
import { fill } from "./words.js";

export function phone(state) {
  const w = words();
  const buyer = state.buyers.find((each) => each.chat_id === gestures.chatShown(state));
  return h("section", { class: "panel panel-buyer", id: "panel-buyer", "data-test": "panel-buyer", "aria-label": w.buyerTitle },
    h("h2", { class: "panel-title" }, w.buyerTitle, people(state, buyer)),
    h("div", { class: "phone", key: `phone-${buyer.chat_id}`, "data-test": "phone" },
      h("header", { class: "phone-head" },
        h("span", { class: "avatar avatar-shop", "aria-hidden": "true" }, "CH"),
        h("div", null, h("strong", null, w.bot), h("small", null, `${w.botSub} · ${time(state.now, ui.lang, buyer.zone)} ${city(buyer)}`))),
      h("div", { class: "chat", "data-test": "chat", "data-follow": "", tabindex: "0", lang: buyer.language, "aria-live": "polite", role: "log" }, bubbles(state, buyer)),
      chips(state, buyer),
      replyKeys(buyer),
      composer(buyer)));
}

const city = (buyer) => (ui.lang === "zh" ? buyer.city_zh : buyer.city_en);

function people(state, shown) {
  const w = words();
  return h("span", { class: "people", role: "group", "aria-label": w.someone },
    state.buyers.map((buyer) =>
      h("button", {
        type: "button", class: `person${buyer === shown ? " is-on" : ""}`, key: `p-${buyer.chat_id}`, "aria-pressed": String(buyer === shown),
        "data-test": `buyer-${buyer.chat_id}`, title: `${buyer.first_name} ${buyer.last_name}, ${city(buyer)}`, on: { click: () => change({ chatId: buyer.chat_id }) },
      }, buyer.first_name, buyer.chat.length ? h("span", { class: "person-count", "aria-hidden": "true" }, String(buyer.chat.length)) : null)));
}

function bubbles(state, buyer) {
  const w = words();
  const shown = buyer.chat.filter((entry) => !entry.deleted);
  if (!shown.length) return h("p", { class: "empty", key: "empty", lang: ui.lang }, fill(w.emptyChat, { name: buyer.first_name }));
  let lastDay = "";
  return shown.flatMap((entry) => {
    const at = entry.message.date * 1000, key = dayKey(at, buyer.zone);
    const divider = key !== lastDay && h("p", { class: "chat-day", key: `d-${key}`, lang: ui.lang }, day(at, ui.lang, buyer.zone));
    lastDay = key;
    return [divider, bubble(entry, buyer)].filter(Boolean);
  });
}

function bubble(entry, buyer) {
  const m = entry.message, mine = entry.from === "buyer", w = words();
  const reader = { lang: buyer.language === "zh" ? "zh" : ui.lang, zone: buyer.zone };
  return h("div", {
    class: `bubble-row ${mine ? "is-mine" : "is-bot"}`, key: `m-${m.message_id}`, "data-test": `bubble-${entry.from}`, "data-message-id": m.message_id,
  },
  h("div", { class: "bubble" },
    media(m),
    (m.text || m.caption) && h("div", { class: "bubble-text" }, rich(m.text || m.caption, m.entities || m.caption_entities, reader)),
    h("span", { class: "bubble-meta", lang: ui.lang }, entry.edits > 0 || m.edit_date ? `${w.edited} ` : "", time(m.date * 1000, ui.lang, buyer.zone), mine ? " ✓" : "")),
  entry.reaction && entry.reaction.length > 0 && h("span", { class: "reaction" }, entry.reaction.map((r) => r.emoji || "")),
  keyboard(m, buyer));
}

function media(m) {
  const w = words();
  if (m.photo) {
    const size = m.photo[m.photo.length - 1];
    return h("div", { class: "tg-photo", role: "img", "aria-label": w.photoAlt }, h("span", { "aria-hidden": "true" }, "📷"), h("small", null, `${w.photo} ${size.width}×${size.height}`));
  }
  if (m.document) return file("📄", m.document.file_name || w.document);
  if (m.voice) return file("🎤", `${w.voice} ${m.voice.duration || 0} s`);
  if (m.video) return file("🎬", "Video");
  return null;
}

const file = (sign, name) => h("div", { class: "tg-file" }, h("span", { "aria-hidden": "true" }, sign), name);

function keyboard(m, buyer) {
  const rows = m.reply_markup && m.reply_markup.inline_keyboard;
  if (!rows) return null;
  return h("div", { class: "keys" }, rows.map((row) => h("div", { class: "keys-row" }, row.map((key) =>
    key.url
      ? h("a", { class: "key", href: /^https?:/.test(key.url) ? key.url : "#", target: "_blank", rel: "noreferrer noopener" }, key.text)
      : h("button", {
        type: "button", class: "key", "data-test": "inline-key", "data-data": key.callback_data,
        on: { click: () => gestures.pressInline(buyer.chat_id, m.message_id, key.callback_data) },
      }, key.text)))));
}

// The first lines of every buyer at the start; later what this buyer may say next.
function chips(state, buyer) {
  const w = words();
  const fresh = state.buyers.every((each) => !each.chat.length);
  const offers = fresh ? state.buyers.map((each) => [each, each.lines[0]]) : next(buyer).map((line) => [buyer, line]);
  return h("div", { class: `chips${fresh ? " is-first" : ""}`, role: "group", "aria-label": w.chips }, offers.map(([who, line]) =>
    h("button", {
      type: "button", class: "chip", key: `c-${who.chat_id}-${line.name}`, "data-test": `chip-${line.name}`, disabled: ui.resetting, on: { click: () => gestures.sayLine(who.chat_id, line.name) },
    }, h("span", { class: "chip-label" }, (line.photo ? "📷 " : "") + (ui.lang === "zh" ? line.label_zh : line.label_en)),
    fresh && h("small", { class: "chip-who" }, `${who.first_name}, ${city(who)}`))));
}

function next(buyer) {
  const said = new Set(buyer.chat.filter((e) => e.from === "buyer").map((e) => e.message.text || e.message.caption));
  const answered = buyer.chat.filter((e) => e.from === "bot").length > 1;
  return buyer.lines.filter((line) => !said.has(line.text) && (line.opens || answered));
}

// The newest reply keyboard stands until the bot takes it away; pressing a key says its words.
function replyKeys(buyer) {
  const last = buyer.chat.filter((entry) => entry.keyboard).pop();
  if (!last || !last.keyboard.keyboard) return null;
  return h("div", { class: "reply-keys" }, last.keyboard.keyboard.map((row) => h("div", { class: "keys-row" }, row.map((key) => {
    const said = typeof key === "string" ? key : key.text;
    return h("button", { type: "button", class: "key", "data-test": "reply-key", on: { click: () => gestures.say(buyer.chat_id, said) } }, said);
  }))));
}

function composer(buyer) {
  const w = words();
  const send = (event, form) => {
    event.preventDefault();
    const field = form.querySelector("input");
    if (field.value.trim()) gestures.say(buyer.chat_id, field.value.trim());
    field.value = "";
  };
  const hint = fill(w.writeBuyer, { name: buyer.first_name });
  return h("form", { class: "composer", on: { submit: send } },
    h("input", { type: "text", "data-test": "buyer-input", placeholder: hint, "aria-label": hint, autocomplete: "off", maxlength: "4096" }),
    h("button", { type: "submit", class: "composer-send", "data-test": "buyer-send", "aria-label": w.send, title: w.send }, "➤"));
}
