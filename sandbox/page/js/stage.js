// The way to the stage: the newest whole state comes by server-sent events, actions go by POST.

export const stage = { state: null, connected: false };
const watchers = new Set();

export function connect() {
  const source = new EventSource("/stage/events");
  source.onmessage = (event) => {
    stage.state = JSON.parse(event.data);
    stage.connected = true;
    tell();
  };
  source.onerror = () => {
    stage.connected = false;
    tell();
  };
}

export function watch(fn) {
  watchers.add(fn);
  return () => watchers.delete(fn);
}

export function tell() {
  for (const fn of [...watchers]) fn(stage.state);
}

// Resolves with the answer; rejects with an Error that carries the stage's own words.
export async function act(action, body = {}) {
  const answer = await fetch(`/stage/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error || String(answer.status));
  return found;
}

// Resolves with the first truthy value of `test(state)`; rejects when `signal` says so.
export function until(test, signal) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = stage.state && test(stage.state);
      if (found) finish(() => resolve(found));
    };
    const stop = watch(look);
    const abort = () => finish(() => reject(signal.reason));
    const finish = (end) => {
      stop();
      if (signal) signal.removeEventListener("abort", abort);
      end();
    };
    if (signal) signal.addEventListener("abort", abort);
    if (signal && signal.aborted) abort();
    else look();
  });
}
