// Slack's rich_text block: sections, lists, quotes and preformatted text.

import { h } from "./dom.js";
import { emojis } from "./emoji.js";
import { link } from "./mrkdwn.js";
import { slackDate } from "./when.js";

export function richText(block, reader) {
  return h("div", { class: "bk-text" }, (block.elements || []).map((part) => piece(part, reader)));
}

function piece(part, reader) {
  const inside = () => part.elements.flatMap((e) => leaf(e, reader));
  switch (part.type) {
    case "rich_text_section": return h("div", null, inside());
    case "rich_text_quote": return h("blockquote", { class: "sk-quote" }, inside());
    case "rich_text_preformatted": return h("pre", { class: "sk-pre" }, inside());
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul", { class: "sk-list" }, part.elements.map((e) => h("li", null, piece(e, reader))));
    default: return h("span", { class: "bk-unknown" }, `[${part.type}]`);
  }
}

function leaf(e, reader) {
  switch (e.type) {
    case "text": return styled(broken(e.text), e.style);
    case "link": return [link(e.url, e.text)];
    case "user": return [h("span", { class: "sk-mention" }, `@${reader.people.get(e.user_id) || e.user_id}`)];
    case "channel": return [h("span", { class: "sk-mention" }, `#${reader.channels.get(e.channel_id) || e.channel_id}`)];
    case "emoji": return [emojis(`:${e.name}:`)];
    case "date": return [h("time", { class: "sk-date", title: e.fallback }, slackDate(e.timestamp, e.format, reader, reader.now))];
    default: return [`[${e.type}]`];
  }
}

const broken = (text) => text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));

function styled(nodes, style) {
  const tags = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]];
  return tags.reduce((inner, [name, tag]) => (style && style[name] ? [h(tag, null, inner)] : inner), nodes);
}
