// What a visitor's hand does, in one place: every button and every step of the story ends here.

import { act, stage } from "./stage.js";
import { change, forget, ui, words } from "./ui.js";

async function attempt(work) {
  ui.notice = "";
  try {
    return await work();
  } catch (error) {
    change({ notice: String(error.message || error) });
    return null;
  }
}

export const say = (chatId, text) => attempt(() => act("say", { chat_id: chatId, text }));

export function sayLine(chatId, line) {
  change({ chatId });
  return attempt(() => act("line", { chat_id: chatId, line }));
}

export const pressInline = (chatId, messageId, data) =>
  attempt(() => act("press", { chat_id: chatId, message_id: messageId, data }));

// Press a button or menu option of a Slack message; armed, a second person presses in the same instant.
export async function pressBlock(message, element, option) {
  const key = `${message.ts} ${element.action_id}`;
  ui.busy.set(key, true);
  change({ notice: "" });
  const click = { channel: roomId(), ts: message.ts, action_id: element.action_id, value: element.value, option };
  const users = [ui.me];
  if (ui.armed && element.action_id === "approve") users.push(other(ui.me));
  const found = await attempt(() => act("click", { clicks: users.map((user) => ({ ...click, user })) }));
  ui.busy.delete(key);
  const refused = found && found.outcomes.find((outcome) => !outcome.acked);
  change({ armed: users.length > 1 ? false : ui.armed, notice: refused ? words().notAcked : ui.notice });
  return found;
}

export const other = (user) => stage.state.slack.people.map((p) => p.user_id).find((id) => id !== user);

export async function submitView(view, values) {
  const found = await attempt(() => act("submit", { user: ui.me, view_id: view.id, values }));
  if (found) change({ modalErrors: found.outcome.errors || {}, notice: found.outcome.acked ? "" : words().notAcked });
  return found;
}

export const pressInView = (view, element, option) =>
  attempt(() => act("click-view", { user: ui.me, view_id: view.id, action_id: element.action_id, value: element.value, option }));

export function closeView(view) {
  change({ modalErrors: {} });
  return attempt(() => act("close-view", { user: ui.me, view_id: view.id }));
}

export function writeSlack(text, threadTs) {
  const channel = roomId();
  const [first, ...rest] = text.split(" ");
  if (first.startsWith("/") && !threadTs) return attempt(() => act("command", { user: ui.me, command: first, text: rest.join(" "), channel }));
  return attempt(() => act("slack-say", { user: ui.me, channel, text, thread_ts: threadTs || undefined }));
}

// The channel or direct conversation that is being looked at.
function roomId() {
  const direct = stage.state.slack.directs[ui.me];
  return ui.room === "direct" && direct ? direct.id : stage.state.slack.channel;
}

export async function advance(seconds) {
  if (ui.moving) return;
  change({ moving: true });
  await attempt(() => act("advance", { seconds }));
  change({ moving: false });
}

// The message that is on its way when the service dies comes from whoever is on the phone.
export function kill() {
  const buyer = stage.state.buyers.find((each) => each.chat_id === chatShown(stage.state));
  return attempt(() => act("kill", { chat_id: buyer.chat_id, text: buyer.meanwhile }));
}

export const start = () => attempt(() => act("start"));
export const toggleSlack = () => attempt(() => act(stage.state.slack.down ? "slack-up" : "slack-down"));
export const timeOutTelegram = () =>
  attempt(() => act("fault", { platform: "telegram", kind: "timeout_after", method: "sendMessage" }));

export async function startOver() {
  change({ resetting: stage.state.generation });
  await attempt(() => act("reset", { language: ui.lang }));
}

// The desk speaks the page's language from its next start on. As long as nothing has happened that is now.
export async function followLanguage() {
  const state = stage.state;
  if (!state || state.language === ui.lang || ui.resetting) return;
  if (ui.story || state.cases.length || state.buyers.some((buyer) => buyer.chat.length)) change({ notice: words().deskLanguage });
  else await startOver();
}

export function noticeNewStage(state) {
  if (ui.resetting && state.generation !== ui.resetting) forget();
}

export const chatShown = (state) => ui.chatId || state.buyers[0].chat_id;
