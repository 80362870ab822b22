// Slack's Block Kit for messages (the blocks a desk uses) as DOM nodes.

import { h } from "./dom.js";
import { emojis } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { overflow, select } from "./choices.js";
import { richText } from "./rich.js";

// `room` is {reader, press(element, option) , busy(action_id)}: who reads, and what a press does.
export function blocks(list, room) {
  return (list || []).map((block, i) => h("div", { class: "bk", key: `${block.type}-${i}` }, one(block, room)));
}

function one(block, room) {
  const draw = DRAW[block.type];
  return draw ? draw(block, room) : h("p", { class: "bk-unknown" }, `[${block.type}]`);
}

const DRAW = {
  header: (block) => h("h4", { class: "bk-header" }, emojis(block.text.text)),
  divider: () => h("hr", { class: "bk-divider" }),
  section,
  context: (block, room) =>
    h("div", { class: "bk-context" }, block.elements.map((e) => (e.type === "image" ? smallImage(e) : h("span", null, text(e, room))))),
  actions: (block, room) => h("div", { class: "bk-actions" }, block.elements.map((e) => element(e, room))),
  image: (block) => picture(block.alt_text, block.title && block.title.text),
  rich_text: (block, room) => richText(block, room.reader),
  markdown: (block, room) => h("div", { class: "bk-text" }, mrkdwn(block.text, room.reader)),
  input: (block, room) => room.input(block),
};

function section(block, room) {
  return h("div", { class: "bk-section" },
    h("div", { class: "bk-main" },
      block.text && h("div", { class: "bk-text" }, text(block.text, room)),
      block.fields && h("div", { class: "bk-fields" }, block.fields.map((field) => h("div", { class: "bk-field" }, text(field, room))))),
    block.accessory && h("div", { class: "bk-accessory" }, element(block.accessory, room)));
}

export function text(object, room) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, room.reader);
  return object.text.split("\n").flatMap((line, i) => (i ? [h("br"), emojis(line)] : [emojis(line)]));
}

function element(e, room) {
  if (e.type === "button") return button(e, room);
  if (e.type === "overflow") return overflow(e, room);
  if (e.type === "image") return picture(e.alt_text, "", true);
  if (/select$/.test(e.type)) return select(e, room);
  return h("span", { class: "bk-unknown" }, `[${e.type}]`);
}

function button(e, room) {
  const style = e.style ? ` is-${e.style}` : "";
  const busy = room.busy(e.action_id);
  const undo = e.action_id === "undo" && room.undoSeconds;
  return h("button", {
    type: "button", class: `bk-button${style}${busy ? " is-busy" : ""}${undo ? " is-undo" : ""}`, key: `b-${e.action_id}-${e.value || ""}`,
    "data-test": `slack-action-${e.action_id}`, "data-action": e.action_id, "data-value": e.value,
    "aria-label": e.accessibility_label, "aria-busy": busy ? "true" : null, disabled: busy,
    style: undo ? { "--undo-s": `${room.undoSeconds}s` } : {},
    on: { click: () => room.press(e) },
  }, undo && ring(), emojis(e.text.text));
}

// Five seconds that can be seen: the ring empties while the reply is still held.
function ring() {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  node.setAttribute("viewBox", "0 0 20 20");
  node.setAttribute("class", "ring");
  node.setAttribute("aria-hidden", "true");
  for (const name of ["ring-back", "ring-front"]) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [k, v] of Object.entries({ cx: 10, cy: 10, r: 8, class: name, pathLength: 100 })) circle.setAttribute(k, v);
    node.append(circle);
  }
  return node;
}

// Pictures are named, never fetched: the page makes no request to anywhere else.
export function picture(alt, title, small) {
  return h("figure", { class: `picture${small ? " is-small" : ""}`, role: "img", "aria-label": alt || title || "" },
    h("span", { class: "picture-sign", "aria-hidden": "true" }, "🖼"), h("figcaption", null, title || alt || ""));
}

const smallImage = (e) => h("span", { class: "bk-avatar", role: "img", "aria-label": e.alt_text, title: e.alt_text }, "🖼");
