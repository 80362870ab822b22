// Break it: real faults, and what the two ledgers say afterwards.

import { h } from "./dom.js";
import * as gestures from "./gestures.js";
import { change, ui, words } from "./ui.js";
import { fill } from "./words.js";

export function breakIt(state) {
  const w = words(), away = state.service.state === "killed" || state.service.state === "stopped" || state.service.state === "failed";
  const late = state.faults.telegram.some((fault) => fault.kind === "timeout_after");
  const card = (test, title, sub, click, options = {}) =>
    h("button", {
      type: "button", class: `fault${options.on ? " is-on" : ""}`, key: test, "data-test": test, disabled: options.disabled,
      "aria-pressed": options.on === undefined ? null : String(options.on), on: { click },
    }, h("strong", null, title), h("small", null, sub));
  return h("section", { class: "break", "data-test": "break", id: "panel-break", "aria-label": w.breakTitle },
    h("h2", null, w.breakTitle, h("small", null, w.breakHint)),
    h("div", { class: "faults" },
      away
        ? card("service-start", w.restart, w[`s_${state.service.state}`], gestures.start)
        : card("service-kill", w.kill, w.killSub, gestures.kill, { disabled: state.service.state !== "running" }),
      card("second-person", w.together, ui.armed ? w.togetherOn : w.togetherSub, () => change({ armed: !ui.armed }), { on: ui.armed }),
      card("slack-down", state.slack.down ? w.slackUp : w.slackDown, w.slackDownSub, gestures.toggleSlack, { on: state.slack.down }),
      card("telegram-timeout", w.telegramTimeout, late ? w.telegramTimeoutOn : w.telegramTimeoutSub, gestures.timeOutTelegram, { on: late, disabled: late })),
    counts(state));
}

function counts(state) {
  const w = words(), t = state.tally, s = state.service;
  const number = (test, value, label, bad) => h("div", { class: `count${bad && value ? " is-bad" : ""}`, "data-test": test, "data-value": String(value) }, h("strong", null, String(value)), h("span", null, label));
  return h("div", { class: "counts", "data-test": "counts", title: w.countsHint },
    t && [number("count-lost", t.lost, w.lost, true), number("count-doubled", t.doubled, w.doubled, true), number("count-stored", t.stored, w.stored), number("count-posted", t.posted, w.posted),
      t.on_its_way > 0 && number("count-on-its-way", t.on_its_way, w.onItsWay),
      t.unsettled > 0 && number("count-unsettled", t.unsettled, w.unsettled)],
    h("p", { class: "service", "data-test": "service", "data-state": s.state, "data-starts": String(s.starts) },
      h("span", { class: `dot dot-${s.state}`, "aria-hidden": "true" }), w[`s_${s.state}`], s.pid ? h("small", null, ` · ${fill(w.pid, { pid: s.pid })}`) : null,
      h("small", { class: "acks", "data-test": "click-latency" }, acks(state))));
}

function acks(state) {
  const clicks = state.health && state.health.clicks;
  return clicks && clicks.count ? fill(words().clicksAcked, { ms: Math.max(1, Math.round(clicks.p50_ms)) }) : "";
}

// The service ended by itself: what it last said, and what to do.
export function failure(state) {
  const w = words();
  if (state.service.state !== "failed") return null;
  return h("section", { class: "failure", role: "alert", "data-test": "failure", key: "failure" },
    h("h2", null, w.s_failed), h("p", null, w.failedDo), h("pre", null, state.service.tail.join("\n")),
    h("p", null, h("button", { type: "button", class: "button button-strong", "data-test": "failure-start", on: { click: gestures.start } }, w.restart), " ",
      h("button", { type: "button", class: "button", "data-test": "failure-over", on: { click: gestures.startOver } }, w.over)));
}
