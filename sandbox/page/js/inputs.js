// The input elements of a Slack modal, and what a person put into them.

import { optionsOf } from "./choices.js";
import { h } from "./dom.js";
import { words } from "./ui.js";
import { emojis } from "./emoji.js";
import { text } from "./blocks.js";

export function input(block, reader, error) {
  const e = block.element, id = `in-${block.block_id || e.action_id}`;
  const group = e.type === "radio_buttons" || e.type === "checkboxes";
  const field = (FIELDS[e.type] || unknown)(e, id, reader);
  const label = [emojis(block.label.text), block.optional && h("small", { class: "optional" }, ` ${words().optional}`)];
  return h(group ? "fieldset" : "div", { class: `input${error ? " has-error" : ""}`, "data-test": `input-${e.action_id}` },
    group ? h("legend", null, label) : h("label", { for: id }, label),
    field,
    block.hint && h("p", { class: "input-hint" }, emojis(block.hint.text)),
    error && h("p", { class: "input-error", role: "alert", "data-test": "input-error" }, error));
}

const FIELDS = {
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
  static_select: chosen, users_select: chosen, radio_buttons: several("radio"), checkboxes: several("checkbox"),
  datetimepicker: moment("datetime-local"), datepicker: moment("date"), timepicker: moment("time"),
};

const unknown = (e) => h("span", { class: "bk-unknown" }, `[${e.type}]`);

function typed(e, id) {
  const shared = {
    id, "data-input": e.action_id, "data-kind": "text", placeholder: e.placeholder && e.placeholder.text,
    maxlength: e.max_length, minlength: e.min_length,
  };
  if (e.multiline) return h("textarea", { ...shared, rows: e.initial_value ? "7" : "3" }, e.initial_value || "");
  return h("input", { ...shared, type: e.type === "number_input" ? "number" : "text", value: e.initial_value, step: e.is_decimal_allowed ? "any" : null });
}

function chosen(e, id, reader) {
  const people = e.type === "users_select";
  const options = people ? [...reader.people].map(([value, name]) => ({ value, text: { text: name } })) : optionsOf(e);
  const first = e.initial_user || (e.initial_option && e.initial_option.value) || "";
  return h("select", { id, "data-input": e.action_id, "data-kind": "one" },
    h("option", { value: "" }, (e.placeholder && e.placeholder.text) || "…"),
    options.map((o) => h("option", { value: o.value, selected: o.value === first }, emojis(o.text.text))));
}

function several(type) {
  return (e, id) => {
    const first = new Set((e.initial_options || (e.initial_option ? [e.initial_option] : [])).map((o) => o.value));
    return h("div", { class: "options", "data-input": e.action_id, "data-kind": type }, e.options.map((o, i) =>
      h("label", { class: "option" },
        h("input", { type, name: id, value: o.value, checked: first.has(o.value), id: i ? null : id }),
        h("span", null, text(o.text, { reader: PLAIN }), o.description && h("small", null, text(o.description, { reader: PLAIN }))))));
  };
}

const PLAIN = { lang: "en", zone: "UTC", now: 0, people: new Map(), channels: new Map() };

function moment(type) {
  return (e, id, reader) => {
    const first = e.initial_date_time ? local(e.initial_date_time, reader.zone) : e.initial_date || e.initial_time;
    return h("input", { id, type, value: first, "data-input": e.action_id, "data-kind": type, "data-zone": reader.zone });
  };
}

// What the sandbox's `submit` takes for a field: text, an option's value, a list of values, a unix time.
export function valueOf(field) {
  const kind = field.dataset.kind;
  if (kind === "radio") return (field.querySelector("input:checked") || { value: null }).value;
  if (kind === "checkbox") return [...field.querySelectorAll("input:checked")].map((box) => box.value);
  if (kind === "datetime-local") return field.value ? unix(field.value, field.dataset.zone) : null;
  return field.value === "" ? null : field.value;
}

function local(seconds, zone) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(seconds * 1000));
  return parts.replace(" ", "T");
}

// The instant at which clocks in `zone` show this local time (found by correcting a first guess twice).
function unix(text, zone) {
  const wanted = Date.parse(`${text}:00Z`);
  let guess = wanted;
  for (let i = 0; i < 2; i += 1) guess += wanted - Date.parse(`${local(guess / 1000, zone)}:00Z`);
  return guess / 1000;
}
