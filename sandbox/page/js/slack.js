// The shop's Slack channel: cards, private notes, the thread that slides over, and who is acting.

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import * as gestures from "./gestures.js";
import { modal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { change, ui, words } from "./ui.js";
import { day, dayKey, time } from "./when.js";
import { fill } from "./words.js";

export function slack(state) {
  const w = words(), s = state.slack;
  const views = s.views[ui.me] || [];
  const direct = s.directs[ui.me];
  const inDirect = ui.room === "direct" && direct;
  const messages = inDirect ? direct.messages : [...s.messages, ...s.messages.flatMap((m) => (m.thread || []).filter((r) => r.subtype === "thread_broadcast"))];
  const root = ui.thread && messages.find((m) => m.ts === ui.thread);
  return h("section", { class: "panel panel-slack", id: "panel-slack", "data-test": "panel-slack", "aria-label": w.slackTitle },
    h("h2", { class: "panel-title" }, w.slackTitle, actors(s)),
    h("div", { class: "slack", "data-test": "slack" },
      h("header", { class: "slack-head" }, rooms(s, direct, inDirect), h("small", null, w.members)),
      s.down && h("p", { class: "slack-down", role: "alert", "data-test": "slack-is-down", key: "down" }, w.slackDownBanner),
      h("div", { class: "channel", "data-test": "channel", "data-follow": "", tabindex: "0", role: "log", "aria-live": "polite", key: `channel-${inDirect ? direct.id : s.channel}` },
        feed(messages, state, true, notesIn(state, inDirect ? direct.id : s.channel, null)),
        !messages.length && h("p", { class: "empty", key: "empty" }, w.emptySlack)),
      composer("channel", inDirect ? w.writeDirect : fill(w.writeChannel, { channel: s.name }), null),
      root && thread(root, state),
      views.length > 0 && modal(views[views.length - 1], reader(state))));
}

export function reader(state) {
  const me = state.slack.people.find((p) => p.user_id === ui.me);
  return {
    lang: ui.lang, zone: me.zone, now: Date.parse(state.now),
    people: new Map(state.slack.people.map((p) => [p.user_id, p.real_name])), channels: new Map([[state.slack.channel, state.slack.name]]),
  };
}

// The channel, and what the app wrote to this person alone.
function rooms(s, direct, inDirect) {
  const w = words();
  if (!direct || !direct.messages.length) return h("strong", null, `# ${s.name}`);
  const tab = (name, label, on) => h("button", { type: "button", class: `person${on ? " is-on" : ""}`, key: name, "aria-pressed": String(on), "data-test": `room-${name}`, on: { click: () => change({ room: name, thread: null }) } }, label);
  return h("span", { class: "people" }, tab("channel", `# ${s.name}`, !inDirect), tab("direct", `${w.direct} (${direct.messages.length})`, inDirect));
}

function actors(s) {
  const w = words();
  return h("span", { class: "people", role: "group", "aria-label": w.actAs }, s.people.map((p) =>
    h("button", {
      type: "button", class: `person${p.user_id === ui.me ? " is-on" : ""}`, "aria-pressed": String(p.user_id === ui.me), key: p.user_id, "data-test": `act-as-${p.user_id}`,
      title: `${w.actAs} ${p.real_name}`, on: { click: () => change({ me: p.user_id, modalErrors: {}, room: "channel" }) },
    }, p.real_name, h("small", null, ` ${w[p.role] || p.role}`))));
}

// Messages and private notes by their time, with a line where a new day begins.
function feed(messages, state, withThreads, notes) {
  const zone = reader(state).zone;
  let lastDay = "";
  const all = [...messages, ...notes.map((note) => note.m)].sort((a, b) => Number(a.ts) - Number(b.ts));
  return all.flatMap((m) => {
    const note = notes.find((each) => each.m === m);
    const at = Number(m.ts) * 1000, key = dayKey(at, zone);
    const divider = key !== lastDay && h("p", { class: "slack-day", key: `d-${key}` }, h("span", null, day(at, ui.lang, zone)));
    lastDay = key;
    return [divider, note ? privateNote(note, state) : message(m, state, withThreads)].filter(Boolean);
  });
}

function message(m, state, withThreads) {
  const w = words(), who = author(m, state);
  const at = Number(m.ts) * 1000;
  return h("article", { class: `msg${hasButtons(m) ? " is-card" : ""}`, key: `msg-${m.ts}`, "data-test": m.blocks && m.blocks.length ? "card" : "message", "data-ts": m.ts },
    h("span", { class: `avatar ${who.bot ? "avatar-bot" : ""}`, "aria-hidden": "true" }, who.initials),
    h("div", { class: "msg-body" },
      h("p", { class: "msg-head" }, h("strong", null, who.name), who.bot && h("span", { class: "tag-app" }, w.app),
        h("time", { datetime: new Date(at).toISOString() }, time(at, ui.lang, reader(state).zone)), m.edited && h("small", null, `(${w.edited})`)),
      m.blocks && m.blocks.length ? h("div", { class: "card-blocks" }, blocks(m.blocks, room(m, state))) : h("div", { class: "bk-text" }, mrkdwn(m.text || "", reader(state))),
      withThreads && replies(m)));
}

const hasButtons = (m) => (m.blocks || []).some((block) => block.type === "actions");

function author(m, state) {
  const person = !m.bot_id && state.slack.people.find((p) => p.user_id === m.user);
  if (person) return { name: person.real_name, initials: person.real_name.split(" ").map((x) => x[0]).join(""), bot: false };
  return { name: m.username || "Amends", initials: "A", bot: true };
}

// What a message's blocks may know and do.
function room(m, state) {
  return {
    reader: reader(state), words: words(), undoSeconds: state.undo_seconds,
    busy: (actionId) => ui.busy.has(`${m.ts} ${actionId}`),
    press: (element, option) => gestures.pressBlock(m, element, option),
    input: () => null,
  };
}

function replies(m) {
  const w = words();
  const count = (m.thread || []).length;
  if (!count) return null;
  return h("button", { type: "button", class: "replies", "data-test": "open-thread", on: { click: () => change({ thread: m.ts }) } }, count === 1 ? w.reply : fill(w.replies, { n: count }), h("span", { "aria-hidden": "true" }, " ›"));
}

function thread(root, state) {
  const w = words(), s = state.slack;
  return h("aside", { class: "thread", key: `thread-${root.ts}`, "data-test": "thread", "aria-label": w.thread },
    h("header", { class: "slack-head" }, h("strong", null, w.thread), h("small", null, `# ${s.name}`),
      h("button", { type: "button", class: "icon-button", "data-test": "close-thread", "aria-label": w.closeThread, on: { click: () => change({ thread: null }) } }, "✕")),
    h("div", { class: "channel", "data-follow": "", tabindex: "0" }, feed([root, ...(root.thread || [])], state, false, notesIn(state, root.channel || s.channel, root.ts))),
    h("p", { class: "thread-note" }, w.threadNote),
    composer("thread", w.writeThread, root.ts));
}

// Everybody's ephemeral messages, labelled with whose they are: the visitor plays both people.
function notesIn(state, channel, threadTs) {
  return state.slack.people.flatMap((p) => (state.slack.ephemerals[p.user_id] || [])
    .filter((m) => m.channel === channel && (!threadTs || m.thread_ts === threadTs) && !ui.dismissed.has(noteKey(p, m)))
    .map((m) => ({ p, m })));
}

function privateNote({ p, m }, state) {
  const w = words();
  return h("div", { class: "note", role: "status", key: noteKey(p, m), "data-test": "ephemeral", "data-user": p.user_id },
    h("p", { class: "note-head" }, h("span", { "aria-hidden": "true" }, "👁\u00a0"), fill(w.onlyYou, { name: p.real_name }),
      h("button", { type: "button", class: "icon-button", "data-test": "dismiss-note", "aria-label": w.dismiss, on: { click: () => dismiss(noteKey(p, m)) } }, "✕")),
    m.blocks && m.blocks.length ? blocks(m.blocks, room(m, state)) : h("div", { class: "bk-text" }, mrkdwn(m.text || "", reader(state))));
}

const noteKey = (p, m) => `e-${p.user_id}-${m.ts}`;

function dismiss(key) {
  ui.dismissed.add(key);
  change({});
}

function composer(name, hint, threadTs) {
  const send = (event, form) => {
    event.preventDefault();
    const field = form.querySelector("input");
    if (field.value.trim()) gestures.writeSlack(field.value.trim(), threadTs);
    field.value = "";
  };
  return h("form", { class: "composer", key: `composer-${name}`, on: { submit: send } },
    h("input", { type: "text", placeholder: hint, "aria-label": hint, autocomplete: "off", "data-test": `slack-input-${name}` }),
    h("button", { type: "submit", class: "composer-send", "aria-label": words().send, "data-test": `slack-send-${name}` }, "➤"));
}
