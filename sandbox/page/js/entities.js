// A Telegram message's text with its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript does.

import { h } from "./dom.js";
import { dateTime } from "./when.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

export function rich(text, entities, reader) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range(text, 0, text.length, sorted, reader);
}

function range(text, from, to, entities, reader) {
  const out = [];
  let at = from;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i], end = entity.offset + entity.length;
    if (entity.offset < at || end > to) continue;
    const inner = entities.slice(i + 1).filter((e) => e.offset >= entity.offset && e.offset + e.length <= end);
    out.push(...broken(text.slice(at, entity.offset)), wrap(text, entity, range(text, entity.offset, end, inner, reader), reader));
    at = end;
  }
  return [...out, ...broken(text.slice(at, to))];
}

const broken = (text) => text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line])).filter((node) => node !== "");

function wrap(text, entity, inner, reader) {
  const tag = TAGS[entity.type];
  if (tag) return h(tag, null, inner);
  const words = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type === "text_link") return anchor(entity.url, inner);
  if (entity.type === "url") return anchor(/^https?:/.test(words) ? words : `https://${words}`, inner);
  if (entity.type === "spoiler") return h("span", { class: "tg-spoiler" }, inner);
  if (entity.type === "date_time" && entity.unix_time) return h("time", { class: "tg-date", title: words }, dateTime(entity.unix_time * 1000, reader.lang, reader.zone));
  if (["mention", "hashtag", "bot_command", "email", "phone_number", "text_mention"].includes(entity.type)) return h("span", { class: "tg-tag" }, inner);
  return h("span", null, inner);
}

const anchor = (url, inner) =>
  /^(https?:|tg:|mailto:)/i.test(url) ? h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, inner) : h("span", null, inner);
