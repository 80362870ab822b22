// The story's steps. Each presses what a visitor would press and returns when the real event has come.

import { all, one } from "./dom.js";
import * as gestures from "./gestures.js";
import { until } from "./stage.js";
import { change, ui } from "./ui.js";

const SOFIA = 5001;
const chat = (s) => s.buyers.find((b) => b.chat_id === SOFIA).chat;
const fromBot = (s) => chat(s).filter((e) => e.from === "bot").length;
const fromBuyer = (s) => chat(s).filter((e) => e.from === "buyer");
const rungs = (s, ...states) => s.cases.flatMap((c) => c.deadlines.flatMap((d) => (d.rungs || []).filter((r) => states.includes(r.state)))).length;
const running = (s, ...kinds) => s.cases.flatMap((c) => c.deadlines.filter((d) => kinds.includes(d.kind) && d.state === "running")).length;
const leadPaged = (s) => s.cases.some((c) => c.deadlines.some((d) => (d.rungs || []).some((r) => r.rung === "page_lead" && r.state === "sounded")));
const sounded = (s) => rungs(s, "sounded", "acknowledged");

const even = (t) => t.stored === t.said && t.lost === 0 && t.doubled === 0;

// A button of the newest message in sight that has it.
const button = (action) => all(`[data-test="slack"] [data-action="${action}"]`).pop();

const has = (m, action) => (m.blocks || []).some((block) => block.type === "actions" && block.elements.some((e) => e.action_id === action));

// Where in Slack the newest such button is to be found: null while it is nowhere.
function placeOf(s, action) {
  const found = [
    ...s.messages.flatMap((m) => [[m, null], ...(m.thread || []).map((r) => [r, m.ts])]).map(([m, thread]) => [m, { room: "channel", thread }]),
    ...Object.entries(s.directs).flatMap(([me, d]) => (d ? d.messages.map((m) => [m, { room: "direct", thread: null, me }]) : [])),
  ].filter(([m]) => has(m, action)).sort(([a], [b]) => Number(a.ts) - Number(b.ts));
  return found.length ? found.pop()[1] : null;
}

function point(node) {
  node.scrollIntoView({ block: "nearest", behavior: "auto" });
  node.animate([{ boxShadow: "0 0 0 0 rgba(244,184,96,.9)" }, { boxShadow: "0 0 0 14px rgba(244,184,96,0)" }], { duration: 700 });
}

async function press(find, signal) {
  const node = await until(() => find(), signal);
  point(node);
  node.click();
}

// The button of a card that shows the case as it is now: an older one would only be told to look again.
const current = (action) => (s) => {
  const node = button(action);
  return node && s.cases.some((c) => node.dataset.value === `${c.id}:${c.version}`) ? node : null;
};

async function pressCurrent(action, signal) {
  await until(current(action), signal);
  await press(() => button(action), signal);
}

const pressAction = (action, signal) => press(() => button(action), signal);
const pressTest = (test, signal) => press(() => one(`[data-test="${test}"]:not([disabled])`), signal);

// Fill the open modal's empty or first text field and submit it; resolves when the modal has gone.
async function fillModal(write, signal) {
  await until(() => one('[data-test="modal"]'), signal);
  for (const field of all('[data-test="modal"] [data-kind]')) write(field);
  await pressTest("modal-submit", signal);
  await until(() => !one('[data-test="modal"]'), signal);
}

function editDraft(field) {
  const onlySave = field.querySelector('input[value="only_save"]');
  if (onlySave) onlySave.checked = true; // approving is the next step, by two people at once
  if (field.tagName === "TEXTAREA" && field.value) field.value = field.value.trimEnd().replace(/[^\n]*$/, "Lin Na, $&");
}

// What a form asks for, answered plainly: the first option, a reference, a note.
function answer(field) {
  if (field.dataset.kind === "radio" || field.dataset.kind === "checkbox") {
    const box = field.querySelector("input");
    if (!field.querySelector("input:checked")) box.checked = true;
  } else if (field.tagName === "SELECT") {
    if (!field.value && field.options[1]) field.value = field.options[1].value;
  } else if (!field.value && field.dataset.kind === "text") {
    field.value = "A-to-z case 171-9920341, submitted in Seller Central";
  }
}

const step = (name, tab, seconds, en, zh, run, then) => ({ name, tab, seconds, caption: { en, zh }, run, then });

export const STEPS = [
  step("ask", "buyer", 5,
    "Sofia in Madrid asks in Spanish where her parcel is.", "马德里的 Sofia 用西班牙语询问包裹在哪里。",
    async ({ signal }) => {
      await pressTest("chip-lost", signal);
      await until((s) => fromBuyer(s).length, signal);
    }),
  step("receipt", "buyer", 5,
    "Her message is stored before Telegram is told so. She gets one honest receipt.", "先入库，再向 Telegram 确认。她收到一条如实的回执。",
    async ({ memory, signal }) => {
      await until((s) => s.tally && s.tally.stored >= 1 && fromBot(s) >= 1, signal);
      memory.bot = fromBot(await until((s) => s, signal));
    }),
  step("card", "slack", 7,
    "In Slack: one card. Deadline first, her words, a suggested reply in her language.", "Slack 里出现一张卡片：先是期限，然后是买家原话，再是用她的语言写好的建议回复。",
    async ({ signal }) => {
      await until(() => button("approve"), signal);
      one('[data-test="card"]').scrollIntoView({ block: "start" });
    }),
  step("edit", "slack", 6,
    "Lin Na in Shenzhen edits the draft. The check runs before anything is saved.", "深圳的林娜修改了草稿。保存之前会先过检查。",
    async ({ memory, signal, state }) => {
      memory.version = button("approve").dataset.value;
      await pressAction("edit", signal);
      await fillModal(editDraft, signal);
      await until(() => button("undo") || (button("approve") && button("approve").dataset.value !== memory.version), signal);
      memory.bot = fromBot(state());
    }),
  step("together", "slack", 3.5,
    "Lin and Ben press Approve in the same instant. One click wins; the other person is told.", "林娜和 Ben 在同一瞬间点批准。只有一次生效，另一个人会得到说明。",
    async ({ memory, signal }) => {
      change({ armed: true });
      await pressCurrent("approve", signal);
      await until((s) => {
        memory.held = memory.held || button("undo");
        return memory.held && Object.values(s.slack.ephemerals).some((list) => list.length);
      }, signal);
    }),
  step("deliver", "slack", 7,
    "Five seconds to undo. Then exactly the approved text goes out, and the phone buzzes.", "有五秒可以撤销。之后原文照发，手机随即震动。",
    async ({ memory, signal }) => {
      await until((s) => fromBot(s) > memory.bot, signal);
      await until(() => !button("undo"), signal);
    }, "buyer"),
  step("claim", "buyer", 8,
    "Later she opens an Amazon claim. Both of its limits run now, each with its rule, its source and its warnings.", "后来她在亚马逊提交了索赔。两个期限同时计时，各有规则、出处和提醒。",
    async ({ signal }) => {
      await pressTest("chip-claim", signal);
      await until((s) => running(s, "platform") && running(s, "platform", "shop") > 1, signal);
    }, "clock"),
  step("day", "clock", 7,
    "+1 day. Nobody has acted: the case’s owner is warned.", "+1 天。还没有人处理：负责人收到提醒。",
    async ({ memory, signal, state }) => {
      memory.sounded = sounded(state());
      await pressTest("advance-1d", signal);
      await until((s) => !ui.moving && sounded(s) > memory.sounded, signal);
    }),
  step("half", "clock", 7,
    "+12 h. Still nothing: the lead is paged, and the alert must be acknowledged.", "+12 小时。仍无动静：主管被通知，且必须确认。",
    async ({ signal }) => {
      await pressTest("advance-12h", signal);
      const place = await until((s) => !ui.moving && leadPaged(s) && placeOf(s.slack, "acknowledge"), signal);
      change({ tab: "slack", me: "U0BEN", ...place });
      await pressAction("acknowledge", signal);
      await until((s) => rungs(s, "acknowledged") || !placeOf(s.slack, "acknowledge"), signal);
    }, "slack"),
  step("kill", "slack", 8,
    "The service is killed while a message is on its way, then started again. Two ledgers are compared: lost 0, doubled 0.", "消息正在途中，服务被强杀，然后重启。对照两本账：丢失 0，重复 0。",
    async ({ memory, signal, state }) => {
      memory.said = fromBuyer(state()).length;
      change({ chatId: SOFIA, me: "U0LIN", room: "channel", thread: null });
      await pressTest("service-kill", signal);
      await until((s) => s.service.state === "killed", signal);
      await pressTest("service-start", signal);
      await until((s) => s.service.state === "running" && fromBuyer(s).length > memory.said && even(s.tally), signal);
    }),
  step("text", "slack", 7,
    "Lin approves the text for Amazon. Amends cannot post there, and does not pretend to.", "林娜批准给亚马逊的文本。Amends 无法代为提交，也不会假装提交过。",
    async ({ signal }) => {
      if (!button("submitted")) await pressCurrent("approve", signal);
      await until(() => button("submitted"), signal);
    }),
  step("submitted", "slack", 8,
    "Submitted, with proof. Only that stops the clock: the ladder goes quiet.", "已提交，并附上证明。只有这样才会停表：提醒阶梯归于安静。",
    async ({ signal }) => {
      await pressAction("submitted", signal);
      await until(() => one('[data-test="modal"]') || !button("submitted"), signal);
      if (one('[data-test="modal"]')) await fillModal(answer, signal);
      await until((s) => !running(s, "platform"), signal);
      change({ tab: "clock", wire: false });
      one("#journal").scrollIntoView({ block: "start" });
    }, "clock"),
];
