// What only this page knows: language, open tab, chosen buyer and case, who acts, what is being waited for.

import { tell } from "./stage.js";
import { WORDS } from "./words.js";

const stored = (name) => {
  try { return localStorage.getItem(name); } catch { return null; }
};
const asked = new URLSearchParams(location.search);
const browserLang = (navigator.language || "en").startsWith("zh") ? "zh" : "en";

export const ui = {
  lang: asked.get("lang") || stored("amends.lang") || browserLang,
  tab: "buyer",
  chatId: null,
  me: "U0LIN",
  room: "channel", // or "direct": the app's messages to whoever acts
  thread: null,
  caseId: null,
  armed: false,
  wire: false,
  busy: new Map(), // "ts action" -> since when
  moving: false,
  resetting: null, // the generation that is on its way out
  notice: "", // a sentence from Slack or the stage, until the next press
  seen: { buyer: 0, slack: 0, clock: 0 },
  dismissed: new Set(),
  modalErrors: {},
  story: null,
};
if (!WORDS[ui.lang]) ui.lang = "en";

export const words = () => WORDS[ui.lang];

export function change(values) {
  Object.assign(ui, values);
  tell();
}

export function speak(lang) {
  try { localStorage.setItem("amends.lang", lang); } catch { /* a page without storage still speaks */ }
  change({ lang });
}

// A new stage has nothing of the old one in it.
export function forget() {
  Object.assign(ui, {
    chatId: null, me: "U0LIN", room: "channel", thread: null, caseId: null, armed: false, moving: false, resetting: null, notice: "", tab: "buyer",
    seen: { buyer: 0, slack: 0, clock: 0 }, modalErrors: {},
  });
  ui.busy.clear();
  ui.dismissed.clear();
}
