// One line that says what can be done next: the first minute by hand, or the story's caption.

import { h } from "./dom.js";
import { stopStory } from "./player.js";
import { ui, words } from "./ui.js";
import { fill } from "./words.js";

const HINTS = {
  start: ["Pick what a buyer writes on the phone. Everything behind it is real: the bot, the desk, the Slack app.", "请在手机上选一句买家要说的话。后面的一切都是真的：机器人、工作台、Slack 应用。"],
  waiting: ["Stored before it was confirmed. The receipt goes to the buyer, a card to the shop’s Slack.", "先入库，再确认。回执发给买家，卡片送到店铺的 Slack。"],
  approve: ["Deadline first, then the buyer’s words, then the suggested reply. Press Approve: nothing leaves without a person.", "先看期限，再看买家原话，最后是建议回复。点“批准”：没有人点头，什么都不会发出。"],
  undo: ["Held for {s} seconds. Undo takes it back; otherwise it goes out exactly as approved.", "保留 {s} 秒。可以撤销；否则会按批准的原文发出。"],
  claim: ["Delivered. Now the harder part: the buyer opens an Amazon claim. Use the chip on the phone.", "已送达。更难的来了：买家在亚马逊提交索赔。请点手机上的按钮。"],
  day: ["Two clocks are running now. Move time: +1 day reaches the first warning.", "现在有两个期限在计时。把时间拨快：+1 天会触发第一次提醒。"],
  half: ["The owner was warned and nobody acted. +12 h brings the alert to the lead.", "负责人已被提醒，却无人处理。+12 小时后会通知主管。"],
  acknowledge: ["An alert that nobody acknowledges climbs on. Press Acknowledge.", "没人确认的提醒会继续升级。请点“确认收到”。"],
  break: ["Now break it: kill the service, let two people click at once, take Slack away.", "现在来点破坏：强杀服务、两人同时点击、断开 Slack。"],
  killed: ["The process is gone, and a message was on its way. Start it again and read the counts.", "进程已被强杀，途中还有一条消息。请重新启动，再看计数。"],
  failed: ["The service has ended by itself. Its last words are below.", "服务自行退出了，最后的输出见下方。"],
  starting: ["Starting the service…", "正在启动服务…"],
  unknown: ["Telegram never answered, so nobody can tell whether the reply arrived. It is not sent again: a person says which.", "Telegram 没有应答，谁也不知道回复是否送达。系统不会重发，由人来判断。"],
  free: ["Try anything: the phone, the channel, the clock and the faults are all live.", "随便试：手机、频道、时钟和故障都是活的。"],
};

// What to do next, read off the stage. Pure; also tells the page what to let pulse.
export function hint(state) {
  if (state.service.state === "killed" || state.service.state === "stopped") return "killed";
  if (state.service.state === "failed") return "failed";
  if (state.service.state !== "running") return "starting";
  const said = state.buyers.some((b) => b.chat.length);
  if (!said) return "start";
  const shown = [...state.slack.messages, ...state.slack.messages.flatMap((m) => (m.thread || []).filter((r) => r.subtype === "thread_broadcast")), ...Object.values(state.slack.directs).flatMap((d) => (d ? d.messages : []))];
  const actions = new Set(shown.flatMap((m) => (m.blocks || []).flatMap((b) => (b.type === "actions" ? b.elements.map((e) => e.action_id) : []))));
  const answered = state.buyers.some((b) => b.chat.filter((e) => e.from === "bot").length > 1);
  const claimed = state.cases.some((c) => c.deadlines.some((d) => d.kind === "platform" && d.state !== "met"));
  const rungs = state.cases.flatMap((c) => c.deadlines.flatMap((d) => d.rungs || []));
  const sounded = rungs.filter((r) => r.state === "sounded").length;
  if (actions.has("settle_sent")) return "unknown";
  if (actions.has("acknowledge")) return "acknowledge";
  if (rungs.some((r) => r.state === "acknowledged")) return "break";
  if (actions.has("undo")) return "undo";
  if (claimed && sounded) return "half";
  if (claimed) return "day";
  if (answered) return "claim";
  return actions.has("approve") ? "approve" : "waiting";
}

export function coach(state) {
  const s = ui.story;
  if (s && s.status !== "idle") return caption(state, s);
  const text = HINTS[hint(state)][ui.lang === "zh" ? 1 : 0];
  return h("p", { class: "coach", key: "coach", role: "status", "data-test": "coach", "data-hint": hint(state) }, h("span", { class: "coach-sign", "aria-hidden": "true" }, "→"), fill(text, { s: state.undo_seconds }));
}

function caption(state, s) {
  const w = words();
  const done = s.status === "done", failed = s.status === "failed";
  const text = done ? w.storyEnd : failed ? fill(w.storyFailed, { step: s.name }) : s.caption[ui.lang];
  return h("div", { class: `coach is-story${failed ? " is-failed" : ""}`, key: "caption", role: "status", "data-test": "caption", "data-step": s.name || "" },
    h("span", { class: "story-count" }, fill(w.storyStep, { i: s.i + 1, n: s.n })),
    h("span", { class: "story-text" }, text),
    (done || failed) && h("button", { type: "button", class: "button button-strong", "data-test": "try-yourself", on: { click: stopStory } }, w.tryYourself),
    h("span", { class: "story-bar", "aria-hidden": "true", style: { "--done": `${((s.i + (done ? 1 : 0)) / s.n) * 100}%` } }));
}
