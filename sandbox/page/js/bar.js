// The bar that stays in sight: the shared clock, the story, start over, language.

import { h } from "./dom.js";
import * as gestures from "./gestures.js";
import { pauseStory, playStory, resumeStory, stepStory, stopStory } from "./player.js";
import { speak, ui, words } from "./ui.js";
import { dayTime, time } from "./when.js";

const SHENZHEN = "Asia/Shanghai", MADRID = "Europe/Madrid";

export function bar(state) {
  const w = words();
  return h("header", { class: `bar${ui.story && ["playing", "paused"].includes(ui.story.status) ? " is-playing" : ""}`, "data-test": "bar" },
    h("div", { class: "brand" }, mark(), h("strong", null, "Amends"), h("span", { class: "brand-sub" }, w.tagline)),
    clock(state),
    h("div", { class: "bar-actions" }, ...story(),
      h("button", { type: "button", class: "button", "data-test": "start-over", on: { click: () => { stopStory(); gestures.startOver(); } } }, w.over),
      h("button", { type: "button", class: "button button-plain", "data-test": "language", "aria-label": w.languageLabel, on: { click: () => { speak(ui.lang === "en" ? "zh" : "en"); gestures.followLanguage(); } } }, w.language)));
}

const mark = () => h("img", { src: "/page/icon.svg", alt: "", width: "28", height: "28" });

function clock(state) {
  const w = words();
  const steps = [[w.hour, 3600, "advance-1h"], [w.half, 43200, "advance-12h"], [w.day, 86400, "advance-1d"]];
  return h("div", { class: `clock${ui.moving ? " is-moving" : ""}`, role: "group", "aria-label": w.clockTitle },
    h("p", { class: "clock-face", "data-test": "clock", "data-now": state.now },
      h("time", { datetime: state.now }, dayTime(state.now, ui.lang, SHENZHEN)), h("span", null, ` ${w.cityA} / `),
      h("time", { datetime: state.now }, time(state.now, ui.lang, MADRID)), h("span", null, ` ${w.cityB}`)),
    h("div", { class: "clock-steps", role: "group", "aria-label": w.forward }, steps.map(([label, seconds, test]) =>
      h("button", { type: "button", class: "button button-step", key: test, "data-test": test, disabled: ui.moving || ui.resetting || state.service.state !== "running", "aria-label": `${w.forward}: ${label}`, on: { click: () => gestures.advance(seconds) } }, label))));
}

function story() {
  const w = words(), s = ui.story;
  const button = (test, label, click, strong) => h("button", { type: "button", class: `button${strong ? " button-strong" : ""}`, key: test, "data-test": test, on: { click } }, label);
  if (!s || s.status === "done" || s.status === "failed") return [button("play", `▶ ${w.play}`, () => playStory(), true)];
  const paused = s.status === "paused";
  return [
    paused ? button("resume", `▶ ${w.resume}`, resumeStory, true) : button("pause", w.pause, pauseStory, true),
    button("step", w.step, stepStory), button("stop", "✕", stopStory),
  ];
}
