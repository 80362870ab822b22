"""What a page is shown: one JSON value with everything, made from both sandboxes and the service."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sandbox.cast import BUYERS, SLACK_CHANNEL_ID, SLACK_CHANNEL_NAME, STAFF
from sandbox.environment import UNDO_SECONDS
from sandbox.service_eye import ServiceEye
from sandbox.stage import Stage
from sandbox.wire import Call

WIRE_CALLS = 30
QUIET_METHODS = frozenset({"getUpdates", "getMe", "auth.test", "apps.connections.open"})


def snapshot(stage: Stage, eye: ServiceEye) -> dict[str, Any]:
    """The whole stage as JSON-able values; see the page's `js/stage.js` for who reads what."""
    return {
        "generation": stage.generation,
        "language": stage.language,
        "now": stage.clock.now().isoformat(),
        "undo_seconds": UNDO_SECONDS,
        "service": _service(stage),
        "health": eye.health,
        "cases": (eye.desk or {}).get("cases", []),
        "tally": _tally(eye),
        "buyers": [_buyer(stage, chat_id) for chat_id in stage.buyers],
        "slack": _slack(stage),
        "faults": {
            "telegram": [asdict(fault) for fault in stage.telegram.faults.waiting],
            "slack": [asdict(fault) for fault in stage.slack.faults.waiting],
        },
        "wire": _wire(stage),
        "violations": [str(v) for v in (*stage.telegram.violations, *stage.slack.violations)],
    }


def _service(stage: Stage) -> dict[str, Any]:
    supervisor = stage.supervisor
    return {
        "state": supervisor.state,
        "pid": supervisor.pid,
        "starts": supervisor.starts,
        "exit_code": supervisor.exit_code,
        "tail": list(supervisor.tail)[-12:] if supervisor.state == "failed" else [],
    }


def _buyer(stage: Stage, chat_id: int) -> dict[str, Any]:
    role = next(role for role in BUYERS if role.chat_id == chat_id)
    return asdict(role) | {"chat": stage.telegram.chat(chat_id)}


def _slack(stage: Stage) -> dict[str, Any]:
    found = stage.slack.snapshot()
    people = {person["id"]: person for person in found["people"]}
    channels = found["channels"]
    return {
        "channel": SLACK_CHANNEL_ID,
        "name": SLACK_CHANNEL_NAME,
        "down": not found["reachable"],
        "connections": found["connections"],
        "people": [asdict(person) for person in STAFF],
        "messages": next(c["messages"] for c in channels if c["id"] == SLACK_CHANNEL_ID),
        "directs": {p: _direct(channels, p) for p in people},
        "ephemerals": {p: people[p]["ephemerals"] for p in people},
        "views": {p: people[p]["views"] for p in people},
        "homes": {p: people[p]["home"] for p in people},
    }


def _direct(channels: list[dict[str, Any]], user_id: str) -> dict[str, Any] | None:
    """The direct messages between this person and the app: id and messages; None when there are none."""
    for channel in channels:
        if channel["kind"] == "im" and user_id in channel["members"]:
            return {"id": channel["id"], "messages": channel["messages"]}
    return None


def _tally(eye: ServiceEye) -> dict[str, Any] | None:
    found = eye.tally()
    return None if found is None else asdict(found) | {"doubled": found.doubled}


def _wire(stage: Stage) -> list[dict[str, Any]]:
    """The newest calls of the service to both platforms, oldest first, without the empty polls."""
    calls = [("telegram", call) for call in stage.telegram.calls]
    calls += [("slack", call) for call in stage.slack.calls]
    calls.sort(key=lambda each: each[1].at)
    told = [(platform, call) for platform, call in calls if call.method not in QUIET_METHODS]
    return [_call(platform, call) for platform, call in told[-WIRE_CALLS:]]


def _call(platform: str, call: Call) -> dict[str, Any]:
    return asdict(call) | {"platform": platform, "at": call.at.isoformat()}
