// Menus inside Block Kit: the overflow menu ("⋯") and the select menus of messages.

import { h } from "./dom.js";
import { emojis } from "./emoji.js";

// A <details> needs no state of ours: it opens by click, Enter and Space, and keeps open across updates.
export function overflow(e, room) {
  const pick = (option) => (event, node) => {
    node.closest("details").open = false;
    room.press(e, option.value);
  };
  return h("details", { class: "menu", key: `o-${e.action_id}`, "data-test": `slack-action-${e.action_id}` },
    h("summary", { class: "menu-sign", "aria-label": room.words.more, title: room.words.more }, "⋯"),
    h("div", { class: "menu-list", role: "menu" },
      e.options.map((option) =>
        h("button", { type: "button", role: "menuitem", class: "menu-item", key: option.value, "data-test": `slack-option-${option.value}`, on: { click: pick(option) } },
          emojis(option.text.text)))));
}

export function optionsOf(e) {
  return e.options || (e.option_groups || []).flatMap((group) => group.options);
}

export function select(e, room) {
  const people = e.type === "users_select" ? [...room.reader.people].map(([value, name]) => ({ value, text: { text: name } })) : null;
  const options = people || optionsOf(e);
  const chosen = e.initial_user || (e.initial_option && e.initial_option.value) || "";
  return h("select", {
    class: "bk-select", key: `s-${e.action_id}`, "data-test": `slack-action-${e.action_id}`,
    "aria-label": (e.placeholder && e.placeholder.text) || e.action_id,
    on: { change: (event, node) => node.value && room.press(e, node.value) },
  }, h("option", { value: "" }, (e.placeholder && e.placeholder.text) || "…"),
  options.map((option) => h("option", { value: option.value, selected: option.value === chosen }, emojis(option.text.text))));
}

// An open menu closes by a press elsewhere and by Escape.
export function closeMenus(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.type === "keydown" || !menu.contains(event.target)) menu.open = false;
  }
}
