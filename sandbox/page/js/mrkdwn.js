// Slack's mrkdwn as DOM nodes. Nothing a message says can become markup: text ends as text nodes.

import { h } from "./dom.js";
import { emojis } from "./emoji.js";
import { slackDate } from "./when.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);

// `reader` is {lang, zone, now, people: Map(id -> name), channels: Map(id -> name)}.
export function mrkdwn(text, reader) {
  const out = [];
  for (const [kind, body] of fences(text)) {
    if (kind === "pre") out.push(h("pre", { class: "sk-pre" }, unescape(plainLinks(body))));
    else out.push(...paragraphs(body, reader));
  }
  return out;
}

function fences(text) {
  const parts = text.split("```");
  return parts.map((part, i) => [i % 2 && i < parts.length - 1 ? "pre" : "text", part]).filter(([, part]) => part);
}

function paragraphs(text, reader) {
  const out = [];
  let quote = [];
  const flush = () => {
    if (quote.length) out.push(h("blockquote", { class: "sk-quote" }, lines(quote, reader)));
    quote = [];
  };
  let plain = [];
  const flushPlain = () => {
    if (plain.length) out.push(...lines(plain, reader));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      flushPlain();
      quote.push(quoted[1]);
    } else {
      flush();
      plain.push(line);
    }
  }
  flush();
  flushPlain();
  return out;
}

function lines(texts, reader) {
  return texts.flatMap((text, i) => (i ? [h("br"), ...inline(text, reader)] : inline(text, reader)));
}

const TOKEN = /(<[^<>]+>)|(`[^`\n]+`)/;
const STYLES = [
  ["*", "strong"],
  ["_", "em"],
  ["~", "s"],
];

function inline(text, reader) {
  const at = text.search(TOKEN);
  const styled = firstStyle(text);
  if (styled && (at < 0 || styled.from < at)) {
    const { from, to, tag } = styled;
    return [
      ...words(text.slice(0, from)),
      h(tag, null, inline(text.slice(from + 1, to), reader)),
      ...inline(text.slice(to + 1), reader),
    ];
  }
  if (at < 0) return words(text);
  const token = text.slice(at).match(TOKEN)[0];
  const node = token[0] === "`" ? h("code", { class: "sk-code" }, unescape(token.slice(1, -1))) : angle(token.slice(1, -1), reader);
  return [...words(text.slice(0, at)), node, ...inline(text.slice(at + token.length), reader)];
}

// *bold* counts only where the marks touch the word and stand at its border, as in Slack.
function firstStyle(text) {
  let best = null;
  for (const [mark, tag] of STYLES) {
    const m = `\\${mark}`;
    const found = text.match(new RegExp(`(^|[\\s\u200b\u2060(\\[{"'.,:;!?>*_~\\-—–·|/，。：（])${m}(?=\\S)([^\\n]*?\\S)${m}(?=$|[\\s\u200b\u2060)\\]}"'.,:;!?<*_~\\-—–·|/，。：）])`));
    if (!found) continue;
    const from = found.index + found[1].length;
    if (!best || from < best.from) best = { from, to: from + found[2].length + 1, tag };
  }
  return best;
}

function words(text) {
  return text ? [emojis(unescape(text))] : [];
}

function angle(body, reader) {
  const [target, label] = split(body);
  if (target.startsWith("@")) return mention(`@${reader.people.get(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${reader.channels.get(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!date^")) return dateNode(target, label, reader);
  if (target.startsWith("!subteam^")) return mention(label || "@group");
  if (target.startsWith("!")) return mention(`@${label || target.slice(1)}`);
  return link(target, label);
}

function split(body) {
  const at = body.indexOf("|");
  return at < 0 ? [body, ""] : [body.slice(0, at), unescape(body.slice(at + 1))];
}

const mention = (text) => h("span", { class: "sk-mention" }, text);

export function link(target, label) {
  const url = unescape(target);
  const safe = /^(https?:|mailto:|tel:)/i.test(url);
  const text = label || url.replace(/^mailto:/, "");
  return safe ? h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, emojis(text)) : text;
}

function dateNode(target, fallback, reader) {
  const [, unix, pattern, url] = target.split("^");
  const at = Number(unix);
  if (!Number.isFinite(at) || !pattern) return fallback;
  const text = slackDate(at, unescape(pattern), reader, reader.now);
  const node = h("time", { class: "sk-date", datetime: new Date(at * 1000).toISOString(), title: fallback }, text);
  return url ? link(url, text) : node;
}

const plainLinks = (text) => text.replace(/<([^<>|]+)(?:\|([^<>]+))?>/g, (_, target, label) => label || target);
