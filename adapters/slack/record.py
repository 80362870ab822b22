"""What is kept of a Slack payload: the parts that decide, no token and no response_url. Pure.

`raw` is canonical JSON: {"v": 1, "user": …} and for
- slack.block_actions: "action", "at", "value", "block", "channel", "message"
- slack.view_submission and slack.view_closed: "view" (callback id), "id", "about" (private_metadata), "values"
- slack.event (a note in a thread): "case", "text", "files", "at"
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]
FORMAT = 1
MICROSECONDS = 1_000_000

CLICK = "slack.block_actions"
SUBMIT = "slack.view_submission"
CLOSED = "slack.view_closed"
EVENT = "slack.event"


@dataclass(frozen=True, slots=True)
class Record:
    """An inbound thing before its lane is known. `ts` is Slack's own instant, "" where it gives none."""

    kind: str
    external_id: str
    fingerprint: str
    ts: str
    body: Payload

    @property
    def raw(self) -> bytes:
        return canonical(self.body)


def canonical(value: Any) -> bytes:
    """The same bytes for the same JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _fingerprint(*parts: Any) -> str:
    return hashlib.sha256(canonical(parts)).hexdigest()


def click(payload: Payload, action: Payload) -> Record:
    """One pressed element. Slack identifies it by person, instant and action."""
    user, ts = payload["user"]["id"], str(action["action_ts"])
    name, value = str(action["action_id"]), chosen(action)
    body = {
        "v": FORMAT,
        "user": user,
        "action": name,
        "at": ts,
        "value": value,
        "block": action.get("block_id", ""),
        "channel": payload.get("container", {}).get("channel_id", ""),
        "message": payload.get("container", {}).get("message_ts", ""),
    }
    return Record(CLICK, f"click:{user}:{ts}:{name}", _fingerprint(value, body["block"]), ts, body)


def submit(payload: Payload) -> Record:
    body = _view(payload) | {"values": form_values(payload["view"])}
    external = f"submit:{payload['view']['id']}:{payload['view'].get('hash', '')}"
    return Record(SUBMIT, external, _fingerprint(body["user"], body["values"]), "", body)


def closed(payload: Payload) -> Record:
    body = _view(payload)
    external = f"closed:{payload['view']['id']}:{payload['view'].get('hash', '')}"
    return Record(CLOSED, external, _fingerprint(body["user"]), "", body)


def _view(payload: Payload) -> Payload:
    view = payload["view"]
    return {
        "v": FORMAT,
        "user": payload["user"]["id"],
        "view": view.get("callback_id", ""),
        "id": view["id"],
        "about": view.get("private_metadata", ""),
    }


def note(payload: Payload, case: str) -> Record:
    """A message typed in the thread of this case's card."""
    event = payload["event"]
    files = [str(file.get("name", "")) for file in event.get("files") or []]
    body = {
        "v": FORMAT,
        "user": event["user"],
        "case": case,
        "text": event.get("text", ""),
        "files": files,
        "at": event["ts"],
    }
    print_of = _fingerprint(event.get("channel"), event["ts"], body["user"], body["text"], files)
    return Record(EVENT, f"event:{payload['event_id']}", print_of, str(event.get("event_ts", event["ts"])), body)


def form_values(view: Payload) -> dict[str, Any]:
    """What was typed and chosen, by action id: strings, Unix seconds, lists of strings, or None."""
    blocks = view.get("state", {}).get("values", {})
    return {name: chosen(element) for fields in blocks.values() for name, element in fields.items()}


def chosen(element: Payload) -> Any:
    """The value of a button, select, menu, input or picker, whatever Slack calls it."""
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or []]
    if "selected_option" in element:
        option = element["selected_option"]
        return option["value"] if option else None
    if "selected_date_time" in element:
        return element["selected_date_time"]
    return element.get("value")


def microseconds(ts: str) -> int:
    """Slack's "seconds.microseconds" as microseconds; ValueError for anything else."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * MICROSECONDS + int(f"{fraction:0<6}"[:6])
