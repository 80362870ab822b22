// Clock & why: the deadlines of one case with their warnings, the reasons, the journal, the wire.

import { h } from "./dom.js";
import { reader } from "./slack.js";
import { change, ui, words } from "./ui.js";
import { dateTime, distance, seconds, weekday } from "./when.js";

export function why(state) {
  const w = words(), found = shown(state);
  return h("section", { class: "panel panel-clock", id: "panel-clock", "data-test": "panel-clock", "aria-label": w.clockTitle },
    h("h2", { class: "panel-title" }, w.clockTitle,
      h("label", { class: "toggle" }, h("input", { type: "checkbox", checked: ui.wire, "data-test": "wire-toggle", on: { change: (event, node) => change({ wire: node.checked }) } }), h("span", null, w.wire))),
    h("div", { class: "why", tabindex: "0" },
      ui.wire ? wire(state) : found ? [picker(state, found), ...caseSheet(found, state)] : h("p", { class: "empty" }, w.noCase)));
}

const PLATFORMS = { amazon: "Amazon", ebay: "eBay", aliexpress: "AliExpress" };

const lastAt = (c) => (c.journal.length ? c.journal[c.journal.length - 1].at : "");

export function shown(state) {
  const newest = [...state.cases].sort((a, b) => lastAt(a).localeCompare(lastAt(b))).pop();
  return state.cases.find((c) => c.id === ui.caseId) || newest;
}

function picker(state, found) {
  if (state.cases.length < 2) return null;
  return h("div", { class: "case-tabs", role: "group", "aria-label": words().cases, key: "cases" }, state.cases.map((c) =>
    h("button", { type: "button", class: `person${c === found ? " is-on" : ""}`, "aria-pressed": String(c === found), key: c.id, "data-test": `case-${c.number}`, on: { click: () => change({ caseId: c.id }) } }, c.number)));
}

function caseSheet(c, state) {
  const w = words();
  const rank = (d) => (d.kind === "reminder" ? 2 : 0) + (d.state === "running" || d.state === "missed" ? 0 : 1);
  const ours = (d) => (d.kind === "platform" ? 0 : 1);
  const sorted = [...c.deadlines].sort((a, b) => rank(a) - rank(b) || a.due.localeCompare(b.due) || ours(a) - ours(b));
  const driving = sorted.find((d) => d.state === "running" && d.kind !== "reminder");
  return [
    h("header", { class: "case-head", key: `head-${c.id}`, "data-test": "case", "data-case": c.number, "data-status": c.status },
      h("p", { class: "case-number" }, c.number, h("span", null, ` ${w[`st_${c.status}`] || c.status} · ${w.v} ${c.version}`)),
      h("h3", null, c.title.replace(`${c.number} · `, "")), h("p", { class: "case-facts" }, [c.buyer, c.order, PLATFORMS[c.platform] || c.platform].filter(Boolean).join(" · "))),
    h("h4", { key: "h-deadlines" }, w.deadlines),
    c.deadlines.length ? sorted.map((d) => deadline(d, state, d === driving)) : h("p", { class: "quiet", key: "none" }, w.noDeadlines),
    c.branch && branch(c.branch),
    c.unknown.length > 0 && h("div", { class: "unknown", key: "unknown", "data-test": "unknown" }, h("h4", null, w.notKnown), h("ul", null, c.unknown.map((fact) => h("li", null, fact)))),
    journal(c, state),
  ];
}

function deadline(d, state, drives) {
  const w = words(), zone = reader(state).zone;
  return h("article", { class: `deadline kind-${d.kind} state-${d.state}${drives ? " is-driving" : ""}`, key: `d-${d.id}`, "data-test": "deadline", "data-kind": d.kind, "data-state": d.state },
    h("header", null, h("span", { class: "kind" }, w[d.kind] || d.kind), drives && h("span", { class: "drives" }, w.drives), h("span", { class: "deadline-state" }, w[d.state] || d.state)),
    h("h5", null, d.name),
    h("p", { class: "deadline-due" }, h("time", { datetime: d.due }, dateTime(d.due, ui.lang, zone)), d.state === "running" && h("span", null, distance(state.now, d.due, ui.lang))),
    d.kind !== "reminder" && (d.rungs || []).length > 0 && ladder(d, state, zone),
    h("details", { class: "arithmetic", key: `why-${d.id}` }, h("summary", { "data-test": "explain" }, w.arithmetic),
      h("ol", null, (d.explanation || []).map((line) => h("li", null, line))),
      h("p", { class: "quiet" }, [d.rule && `${w.rule}: ${d.rule}`, d.source && `${w.source}: ${d.source}`, d.confidence && `${w.confidence}: ${d.confidence}`].filter(Boolean).flatMap((x, i) => (i ? [h("br"), x] : [x])))));
}

// A person's id in a line of the service's own, as a name.
function named(text, state) {
  const people = reader(state).people;
  return text.replace(/<?@(U\w+)>?/g, (whole, id) => people.get(id) || whole);
}

const SIGNS = { waiting: "○", sounded: "●", skipped: "–", acknowledged: "✓", stopped: "■" };

function ladder(d, state, zone) {
  const w = words();
  return h("ol", { class: "ladder", "aria-label": w.ladder }, d.rungs.map((rung, i) =>
    h("li", { class: `rung rung-${rung.state}`, key: `r-${i}-${rung.name}`, "data-test": "rung", "data-state": rung.state, "data-name": rung.name },
      h("span", { class: "rung-sign", "aria-hidden": "true" }, SIGNS[rung.state] || "○"),
      h("span", { class: "rung-name" }, rung.name, rung.reason && h("small", null, named(rung.reason, state))),
      h("span", { class: "rung-when" }, h("time", { datetime: rung.at }, dateTime(rung.at, ui.lang, zone)), h("small", null, w[rung.state] || rung.state)))));
}

function branch(b) {
  const w = words();
  return h("div", { class: "branch", key: "branch", "data-test": "branch" }, h("h4", null, w.branch),
    h("p", { class: "branch-name" }, b.name), h("p", null, b.why), b.source && h("p", { class: "quiet" }, `${w.source}: ${b.source.replaceAll("derived: ", "")}`));
}

function journal(c, state) {
  const w = words(), zone = reader(state).zone;
  const newestFirst = [...c.journal].reverse();
  return h("div", { class: "journal", key: "journal", "data-test": "journal", id: "journal" }, h("h4", null, w.journal),
    newestFirst.length ? h("ol", { reversed: true }, newestFirst.map((entry, i) =>
      h("li", { key: `j-${newestFirst.length - i}`, "data-test": "journal-line" }, h("time", { datetime: entry.at }, `${weekday(entry.at, ui.lang, zone)} ${seconds(entry.at, ui.lang, zone)}`), h("span", null, named(entry.line, state))))) : h("p", { class: "quiet" }, w.nothingYet));
}

function wire(state) {
  const w = words();
  return h("div", { class: "wire", key: "wire", "data-test": "wire" }, h("p", { class: "quiet" }, w.wireHint),
    [...state.wire].reverse().map((call) =>
      h("details", { class: "call", key: `w-${call.platform}-${call.method}-${call.at}`, "data-test": "wire-call" },
        h("summary", null, h("span", { class: `wire-tag wire-${call.platform}` }, call.platform), ` ${call.method} `, h("small", null, `${call.status} · ${seconds(call.at, ui.lang, reader(state).zone)}`)),
        h("pre", null, JSON.stringify(call.params, null, 2)), h("pre", { class: "wire-answer" }, JSON.stringify(call.answer, null, 2)))));
}
