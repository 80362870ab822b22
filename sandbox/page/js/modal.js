// A Slack modal: the view's blocks, its inputs, the desk's inline errors.

import { blocks } from "./blocks.js";
import { all, h, one } from "./dom.js";
import { emojis } from "./emoji.js";
import * as gestures from "./gestures.js";
import { input, valueOf } from "./inputs.js";
import { ui, words } from "./ui.js";

export function modal(view, reader) {
  const w = words();
  const room = {
    reader, words: w, undoSeconds: 0, busy: () => false, press: (element, option) => gestures.pressInView(view, element, option), input: (block) => input(block, reader, ui.modalErrors[block.block_id]),
  };
  const submit = (event, form) => {
    event.preventDefault();
    gestures.submitView(view, values(form));
  };
  return h("div", { class: "modal-back", key: `view-${view.id}`, on: { keydown: (event) => event.key === "Escape" && gestures.closeView(view) } },
    h("form", { class: "modal", role: "dialog", "aria-modal": "true", "aria-label": plain(view.title), "data-test": "modal", "data-callback": view.callback_id, on: { submit } },
      h("header", { class: "modal-head" }, h("strong", null, plain(view.title)),
        h("button", { type: "button", class: "icon-button", "aria-label": w.close, "data-test": "modal-close", on: { click: () => gestures.closeView(view) } }, "✕")),
      h("div", { class: "modal-body", tabindex: "0" }, blocks(view.blocks, room), stray(view)),
      h("footer", { class: "modal-foot" },
        h("button", { type: "button", class: "bk-button", "data-test": "modal-cancel", on: { click: () => gestures.closeView(view) } }, plain(view.close) || w.cancel),
        view.submit && h("button", { type: "submit", class: "bk-button is-primary", "data-test": "modal-submit" }, plain(view.submit)))));
}

const plain = (object) => (object ? emojis(object.text) : "");

// Errors that name no block of this view are still shown.
function stray(view) {
  const known = new Set(view.blocks.map((block) => block.block_id));
  const left = Object.entries(ui.modalErrors).filter(([id]) => !known.has(id));
  return left.map(([id, text]) => h("p", { class: "input-error", role: "alert", key: `x-${id}` }, text));
}

function values(form) {
  return Object.fromEntries(all("[data-input]", form).map((field) => [field.dataset.input, valueOf(field)]));
}

let wasOpen = false;
let opener = null; // what had the focus last outside a modal; closing one gives it back

document.addEventListener("focusin", (event) => {
  if (!event.target.closest(".modal")) opener = event.target;
});

// A modal takes the focus once, when it opens.
export function focusModal() {
  const form = one(".modal");
  if (!form && wasOpen && opener && document.activeElement === document.body) opener.focus();
  wasOpen = Boolean(form);
  if (!form || form.tookFocus) return;
  form.tookFocus = true;
  const field = one("textarea, input, select", form);
  if (field) field.focus();
  if (field && /^(textarea|text)$/.test(field.type) && field.value) field.setSelectionRange(field.value.length, field.value.length);
}
