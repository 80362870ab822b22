// Plays the story: one step after another, each waits for its real event, then leaves time to read.

import { STEPS } from "./story.js";
import { startOver } from "./gestures.js";
import { stage, until } from "./stage.js";
import { change, ui } from "./ui.js";

const STEP_WITHIN_MS = 45000;
const asked = new URLSearchParams(location.search);
const pace = asked.has("pace") ? Number(asked.get("pace")) : 1; // 0 leaves no time to read (tests)

let run = null;

export async function playStory() {
  if (run) run.abort(new Error("again"));
  run = new AbortController();
  const mine = run;
  show({ status: "playing", i: 0, n: STEPS.length, name: STEPS[0].name, caption: STEPS[0].caption });
  try {
    await freshStage(mine.signal);
    await play(mine.signal);
    show({ ...ui.story, status: "done" });
  } catch (error) {
    if (mine.signal.aborted) return;
    console.error(error);
    show({ ...ui.story, status: "failed" });
  } finally {
    if (run === mine) run = null;
  }
}

async function play(signal) {
  const memory = {};
  for (const [i, step] of STEPS.entries()) {
    await unpaused(signal);
    show({ ...ui.story, i, name: step.name, caption: step.caption });
    change({ tab: step.tab });
    await within(STEP_WITHIN_MS, step.run({ memory, signal, state: () => stage.state }));
    if (step.then) change({ tab: step.then });
    if (ui.story.single) show({ ...ui.story, status: "paused", single: false });
    else await reading(step.seconds, signal);
  }
}

// The story starts from nothing; an untouched stage is used as it is.
async function freshStage(signal) {
  const untouched = (s) => s.service.state === "running" && s.service.starts === 1 && s.buyers.every((b) => !b.chat.length);
  if (!untouched(stage.state)) {
    const old = stage.state.generation;
    await startOver();
    await within(STEP_WITHIN_MS, until((s) => s.generation !== old, signal));
  }
  await within(STEP_WITHIN_MS, until((s) => s.service.state === "running", signal));
}

export const pauseStory = () => show({ ...ui.story, status: "paused" });
export const resumeStory = () => show({ ...ui.story, status: "playing", single: false });
export const stepStory = () => show({ ...ui.story, status: "playing", single: true });

export function stopStory() {
  if (run) run.abort(new Error("stopped"));
  run = null;
  show(null);
}

function show(story) {
  document.body.dataset.story = !story ? "idle" : story.status === "failed" ? `failed:${story.name}` : story.status;
  change({ story });
}

function unpaused(signal) {
  return until(() => ui.story && ui.story.status !== "paused", signal);
}

// Time to read; a pause or a step ends it early.
function reading(seconds, signal) {
  const ending = new AbortController();
  const pause = new Promise((resolve) => setTimeout(resolve, (seconds || 0) * 1000 * pace));
  const hurried = until(() => ui.story && (ui.story.status === "paused" || ui.story.single), AbortSignal.any([signal, ending.signal]));
  return Promise.race([pause, hurried]).finally(() => {
    hurried.catch(() => null);
    ending.abort();
  });
}

function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("not in time")), ms); });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
