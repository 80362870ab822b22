// Starts the page: follow the stage, draw everything after each change, keep what only the eye needs.

import { bar } from "./bar.js";
import { breakIt, failure } from "./breakit.js";
import { closeMenus } from "./choices.js";
import { coach, hint } from "./coach.js";
import { all, delegate, h, morph, one } from "./dom.js";
import { chatShown, followLanguage, noticeNewStage } from "./gestures.js";
import { focusModal } from "./modal.js";
import { phone } from "./phone.js";
import { playStory } from "./player.js";
import { slack } from "./slack.js";
import { connect, stage, until, watch } from "./stage.js";
import { change, ui, words } from "./ui.js";
import { why } from "./why.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const heard = new Map(); // chat id -> messages from the bot that were shown

function draw(state) {
  document.documentElement.lang = ui.lang === "zh" ? "zh-CN" : "en";
  document.body.dataset.tab = ui.tab;
  if (!state) return;
  noticeNewStage(state);
  document.body.dataset.hint = ui.story ? "" : hint(state);
  document.body.dataset.generation = state.generation;
  const fresh = h("div", { id: "app" }, h("div", { class: "top", key: "top" }, bar(state), h("div", { class: "coach-line" }, coach(state))), notices(state),
    h("main", { class: "columns", key: "columns" }, phone(state), slack(state), why(state)), breakIt(state), tabs(state));
  const follow = remembered();
  morph(one("#app"), fresh);
  follow();
  document.documentElement.style.setProperty("--top", `${one(".top").offsetHeight}px`);
  focusModal();
  buzz(state);
}

function notices(state) {
  const w = words();
  const text = ui.resetting ? w.startingOver : !stage.connected ? w.gone : ui.notice;
  return h("div", { class: "notices", key: "notices" }, text && h("p", { class: "notice", role: "status", "data-test": "notice" }, text), failure(state));
}

// On a phone one column shows at a time; a badge counts what happened in the others.
function tabs(state) {
  const w = words(), happened = counts(state);
  ui.seen[ui.tab] = happened[ui.tab];
  return h("nav", { class: "tabs", key: "tabs", role: "tablist" }, ["buyer", "slack", "clock"].map((name) => {
    const fresh = Math.max(0, happened[name] - ui.seen[name]);
    return h("button", {
      type: "button", role: "tab", class: "tab", key: name, "aria-selected": String(ui.tab === name), "aria-controls": `panel-${name}`, "data-test": `tab-${name}`, on: { click: () => change({ tab: name }) },
    }, w[name], fresh > 0 && h("span", { class: "badge", "data-test": `badge-${name}` }, String(fresh)));
  }));
}

function counts(state) {
  const s = state.slack;
  return {
    buyer: state.buyers.reduce((sum, b) => sum + b.chat.filter((e) => e.from === "bot").length, 0),
    slack: s.messages.reduce((sum, m) => sum + 1 + (m.thread || []).length, 0),
    clock: state.cases.reduce((sum, c) => sum + c.deadlines.length + c.deadlines.flatMap((d) => d.rungs || []).filter((r) => r.state !== "waiting").length, 0),
  };
}

// What is added to a list is brought into sight; of what is taller than the list, such as a card, the top comes
// first. A list that was hidden shows its newest entry; the chat stays at its end when the chips take room.
function remembered() {
  const before = new Map(all("[data-follow]").map((node) => [node, [node.lastElementChild, node.clientHeight === 0, node.scrollHeight - node.scrollTop - node.clientHeight < 60]]));
  return () => {
    for (const node of all("[data-follow]")) {
      const [last, hidden, atEnd] = before.get(node) || [null, true, true];
      if (node.lastElementChild !== last || hidden) showNewest(node);
      else if (atEnd && node.matches(".chat")) node.scrollTop = node.scrollHeight;
    }
  };
}

function showNewest(list) {
  list.scrollTop = list.scrollHeight;
  const newest = list.lastElementChild;
  if (newest && newest.offsetHeight > list.clientHeight) newest.scrollIntoView({ block: "start" });
}

function buzz(state) {
  for (const b of state.buyers) {
    const count = b.chat.filter((e) => e.from === "bot").length;
    const news = heard.has(b.chat_id) && count > heard.get(b.chat_id);
    heard.set(b.chat_id, count);
    if (news && b.chat_id === chatShown(state) && !calm.matches) {
      const shake = [0, -5, 5, -4, 4, -2, 0].map((x) => ({ transform: `translateX(${x}px)` }));
      one("[data-test=phone]").animate(shake, { duration: 380 });
    }
  }
}

delegate(document.body, ["click", "submit", "change", "keydown"]);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
watch(draw);
connect();

const runs = (state) => !ui.resetting && state.service.state === "running";
until(runs).then(followLanguage).then(() => until(runs)).then(() => new URLSearchParams(location.search).get("play") === "1" && playStory());
