"""What a page can do on the stage: one small function for each `POST /stage/<action>`.

Each takes the stage and the request's JSON object and returns a JSON-able answer. A missing, unknown or
wrongly typed value is a BadRequest that names it; LookupError and RuntimeError come from the sandboxes, when
a person asks for what is not in sight (a button that has gone, a closed modal, a blocked bot).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, get_args

from sandbox.cast import LANGUAGES
from sandbox.stage import Click, Stage
from sandbox.wire import Fault, FaultKind

Body = Mapping[str, Any]
Action = Callable[[Stage, Body], Awaitable[dict[str, Any]]]
LONGEST_STEP_S = 60 * 86_400.0


class BadRequest(Exception):
    """The page asked for something that cannot be; the message names the value."""


def text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"{name}: a text is needed")
    return value


def number(body: Body, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRequest(f"{name}: a number is needed")
    return float(value)


def optional(body: Body, name: str) -> str | None:
    return text(body, name) if body.get(name) is not None else None


def chat_of(stage: Stage, body: Body) -> int:
    chat_id = int(number(body, "chat_id"))
    if chat_id not in stage.buyers:
        raise BadRequest(f"chat_id: no buyer {chat_id}")
    return chat_id


async def say(stage: Stage, body: Body) -> dict[str, Any]:
    stage.say(chat_of(stage, body), text(body, "text"))
    return {}


async def line(stage: Stage, body: Body) -> dict[str, Any]:
    stage.speak_line(chat_of(stage, body), text(body, "line"))
    return {}


async def edit(stage: Stage, body: Body) -> dict[str, Any]:
    buyer = stage.buyers[chat_of(stage, body)]
    buyer.edit(int(number(body, "message_id")), text(body, "text"))
    return {}


async def press(stage: Stage, body: Body) -> dict[str, Any]:
    buyer = stage.buyers[chat_of(stage, body)]
    buyer.press(int(number(body, "message_id")), text(body, "data"))
    return {}


async def click(stage: Stage, body: Body) -> dict[str, Any]:
    """`clicks`: list of {user, channel, ts, action_id, value?, option?}, pressed at the same moment."""
    asked = body.get("clicks")
    if not isinstance(asked, list) or not asked:
        raise BadRequest("clicks: a list is needed")
    clicks = [
        Click(
            user=text(each, "user"),
            channel=text(each, "channel"),
            ts=text(each, "ts"),
            action_id=text(each, "action_id"),
            value=optional(each, "value"),
            option=optional(each, "option"),
        )
        for each in asked
    ]
    return {"outcomes": [outcome(each) for each in await stage.click(clicks)]}


async def submit(stage: Stage, body: Body) -> dict[str, Any]:
    values = body.get("values")
    if not isinstance(values, dict):
        raise BadRequest("values: an object by action_id is needed")
    person = stage.slack.person(text(body, "user"))
    return {"outcome": outcome(await person.submit(text(body, "view_id"), values))}


async def click_view(stage: Stage, body: Body) -> dict[str, Any]:
    """Use a button or menu inside a modal or the app's Home tab."""
    person = stage.slack.person(text(body, "user"))
    found = await person.click_in_view(
        text(body, "view_id"),
        text(body, "action_id"),
        value=optional(body, "value"),
        option=optional(body, "option"),
    )
    return {"outcome": outcome(found)}


async def open_home(stage: Stage, body: Body) -> dict[str, Any]:
    return {"outcome": outcome(await stage.slack.person(text(body, "user")).open_home())}


async def close_view(stage: Stage, body: Body) -> dict[str, Any]:
    person = stage.slack.person(text(body, "user"))
    return {"outcome": outcome(await person.close_view(text(body, "view_id")))}


async def slack_say(stage: Stage, body: Body) -> dict[str, Any]:
    person = stage.slack.person(text(body, "user"))
    await person.say(text(body, "channel"), text(body, "text"), thread_ts=optional(body, "thread_ts"))
    return {}


async def command(stage: Stage, body: Body) -> dict[str, Any]:
    person = stage.slack.person(text(body, "user"))
    words = str(body.get("text", ""))
    found = await person.command(text(body, "command"), words, channel_id=text(body, "channel"))
    return {"outcome": outcome(found)}


async def advance(stage: Stage, body: Body) -> dict[str, Any]:
    seconds = number(body, "seconds")
    if not 0 < seconds <= LONGEST_STEP_S:
        raise BadRequest("seconds: more than 0, at most 60 days")
    await stage.advance(seconds)
    return {"now": stage.clock.now().isoformat()}


async def kill(stage: Stage, body: Body) -> dict[str, Any]:
    """SIGKILL; with `chat_id` and `text`, while that message is on its way."""
    words = optional(body, "text")
    await stage.kill(chat_of(stage, body) if words else None, words or "")
    return {"state": stage.supervisor.state}


async def start(stage: Stage, body: Body) -> dict[str, Any]:
    await stage.supervisor.start()
    return {"state": await stage.supervisor.wait_until("running", "failed", "stopped", "killed")}


async def fault(stage: Stage, body: Body) -> dict[str, Any]:
    """`platform` telegram|slack and the fields of wire.Fault: kind, method, times, seconds, status, code."""
    known = {each.name for each in fields(Fault)}
    if body.get("kind") not in get_args(FaultKind):
        raise BadRequest("kind: not a fault")
    if body.get("platform") not in ("telegram", "slack"):
        raise BadRequest("platform: telegram or slack")
    found = Fault(**{name: value for name, value in body.items() if name in known})
    stage.fault(text(body, "platform"), found)
    return {"fault": asdict(found)}


async def slack_down(stage: Stage, body: Body) -> dict[str, Any]:
    stage.slack.down()
    return {}


async def slack_up(stage: Stage, body: Body) -> dict[str, Any]:
    stage.slack.up()
    return {}


async def reset(stage: Stage, body: Body) -> dict[str, Any]:
    """Ask for a new stage, in this language if one is named; this one answers first. The page waits for another
    `generation`.
    """
    language = optional(body, "language") or stage.language
    if language not in LANGUAGES:
        raise BadRequest(f"language: one of {', '.join(LANGUAGES)}")
    stage.next_language = language
    stage.reset_asked.set()
    return {"generation": stage.generation}


def outcome(found: Any) -> dict[str, Any]:
    """What a page needs of a sandbox Outcome: was the gesture acknowledged, how fast, what came back."""
    return {
        "acked": found.acked,
        "latency_s": found.latency_s,
        "errors": found.errors,
        "note": found.note,
    }


ACTIONS: dict[str, Action] = {
    "say": say,
    "line": line,
    "edit": edit,
    "press": press,
    "click": click,
    "submit": submit,
    "click-view": click_view,
    "close-view": close_view,
    "open-home": open_home,
    "slack-say": slack_say,
    "command": command,
    "advance": advance,
    "kill": kill,
    "start": start,
    "fault": fault,
    "slack-down": slack_down,
    "slack-up": slack_up,
    "reset": reset,
}
