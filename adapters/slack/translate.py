"""A stored Slack payload as an event. Pure, and total: an event, None, or Unreadable.

`record` says what `raw` holds. Payloads of version 1 stay readable for as long as rows of it exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from adapters.slack import advance, claim
from adapters.slack.notices import EVENTS, SITES
from adapters.slack.record import CLICK, CLOSED, EVENT, FORMAT, SUBMIT
from flows.case import CauseCode, Situation
from flows.events import (
    Acknowledged,
    AdvanceWithdrawn,
    Approved,
    Assigned,
    CaseSplit,
    CauseChosen,
    Claimed,
    DeadDropped,
    DeadRetried,
    Declined,
    DraftEdited,
    Event,
    FactsSet,
    NoReplyNeeded,
    NoteAdded,
    PlatformNotice,
    Released,
    Settled,
    SituationChosen,
    Submitted,
    Undone,
    Vouched,
    WarningAcknowledged,
)
from flows.facts import Kind, read
from flows.ports import Unreadable

Body = dict[str, Any]
QUESTIONS = frozenset({"decline", "submitted", "outcomes", "open_link", "dead", "dead_drop"})
MENU_QUESTIONS = frozenset({"facts", "no_reply", "fallback", "link"})
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, OSError, RecursionError)
_ISO_LENGTH, _TO_MINUTES = len("2026-11-25T09:30:00+00:00"), len("2026-11-25T09:30")
_ANGLED = re.compile(r"<([^<>]*)>")


def translate(kind: str, raw: bytes) -> Event | None:
    """None when it decides nothing. Raises Unreadable, never anything else."""
    try:
        body = json.loads(raw)
        if body["v"] != FORMAT:
            raise ValueError(f"version {body['v']!r}")
        return _READERS[kind](body)
    except _BROKEN as error:
        raise Unreadable(f"{kind}: {type(error).__name__}") from error


def _click(body: Body) -> Event | None:
    by, action = _text(body, "user"), _text(body, "action").partition("#")[0]
    if action == "menu":
        return _menu(body, by)
    if action in QUESTIONS:
        return None
    if action == "situation":
        case, _ = about_block(_text(body, "block"))
        return SituationChosen(case, by, Situation(_text(body, "value")))
    if action == "cause":
        case, _ = about_block(_text(body, "block"))
        return CauseChosen(case, by, CauseCode(_text(body, "value")))
    if action == "noticed":
        return WarningAcknowledged(_text(body, "value"), by)
    if action == "dead_retry":
        return DeadRetried(_text(body, "value"), by)
    return _button(action, by, _text(body, "value"))


def _button(action: str, by: str, value: str) -> Event:
    case, version, rest = about_button(value)
    match action:
        case "approve":
            return Approved(case, by, version)
        case "edit":
            return Claimed(case, by, version)
        case "undo":
            return Undone(case, by, version)
        case "settle_sent" | "settle_resend":
            return Settled(case, by, version, delivered=action == "settle_sent")
        case "acknowledge":
            deadline, mark, rung = rest.rpartition(":")
            if not (deadline and mark and rung):
                raise ValueError("no rung")
            return Acknowledged(case, by, deadline, rung)
    raise ValueError("unknown action")


def _menu(body: Body, by: str) -> Event | None:
    value = _text(body, "value")
    if value in MENU_QUESTIONS:
        return None
    case, _ = about_block(_text(body, "block"))
    if value.startswith("split:") and len(value) > len("split:"):
        return CaseSplit(case, by, value.removeprefix("split:"))
    if value.startswith("same:") and len(value) > len("same:"):
        return Vouched(case, by, value.removeprefix("same:"))
    if value == "take":
        return Assigned(case, by, by)
    if value == "advance_off":
        return AdvanceWithdrawn(case, by)
    raise ValueError("unknown menu entry")


def about_button(value: str) -> tuple[str, int, str]:
    """ "{case}:{version}[:rest]". Raises ValueError."""
    case, _, rest = value.partition(":")
    version, _, more = rest.partition(":")
    if not case:
        raise ValueError("no case")
    return case, _counter(version), more


def about_block(block: str) -> tuple[str, int]:
    """ "{kind}:{case}:{version}:{revision}" as case and version. Raises ValueError."""
    case, version, _ = about_button(block.partition(":")[2])
    return case, version


def _submit(body: Body) -> Event | None:
    by, values = _text(body, "user"), body["values"]
    name = _text(body, "view")
    if name == "claim":
        return _claim(by, values)
    about = json.loads(_text(body, "about"))
    if name == "dead_drop":
        return DeadDropped(_text(about, "row"), by, _said(values, "why"))
    case, version = _text(about, "case"), _version(about)
    match name:
        case "edit":
            send = bool(about.get("can_send")) and "only_save" not in (values.get("options") or [])
            return DraftEdited(case, by, version, _text(values, "text"), send)
        case "decline":
            return Declined(case, by, version, _reason(values))
        case "submitted":
            return Submitted(case, by, version, _said(values, "proof"))
        case "no_reply":
            return NoReplyNeeded(case, by, version, _said(values, "reason"))
        case "outcomes":
            return advance.outcomes_said(case, by, version, values)
        case "fallback":
            return advance.fallback_said(case, by, version, _text(about, "stamp"), values)
        case "facts":
            changed = changed_facts(about, values)
            return FactsSet(case, by, changed) if changed else None
    raise ValueError("unknown view")


def _reason(values: Body) -> str:
    """The reason's value, and after ": " what the person added."""
    return ": ".join([_said(values, "reason"), *_words(values.get("note"))])


def changed_facts(about: Body, values: Body) -> tuple[tuple[str, str], ...]:
    """The facts that differ from what the dialog opened with; "" means not known."""
    was = about.get("was") or {}
    answers = ((name.partition(":")[2], value) for name, value in values.items() if name.startswith("fact:"))
    chosen = ((name, value[1:]) for name, value in answers if isinstance(value, str) and value.startswith("="))
    typed = (_typed_fact(name, value) for name, value in values.items() if name.startswith("typed:"))
    return tuple(sorted((n, value) for n, value in (*chosen, *typed) if n and not _is_same(was.get(n), value)))


def _is_same(was: object, now: str) -> bool:
    """A picker gives whole minutes: what stood there with seconds was not changed."""
    before = was if isinstance(was, str) else ""
    return before == now or (len(now) == _ISO_LENGTH == len(before) and before[:_TO_MINUTES] == now[:_TO_MINUTES])


def _typed_fact(block: str, value: object) -> tuple[str, str]:
    """A typed input's fact, as it is stored. Raises ValueError: the dialog has refused it before."""
    kind, _, name = block.removeprefix("typed:").partition(":")
    return name, read("" if kind not in tuple(Kind) else kind, "" if value is None else str(value))


def _claim(by: str, values: Body) -> PlatformNotice:
    """What was read on the marketplace; the note says on which of its sites."""
    site = _text(values, "platform")
    platform, _, country = site.partition(".")
    order, event = claim.order_number(values.get("order"), platform), claim.event_of(values)
    if order is None:
        raise ValueError("no order")
    if event not in EVENTS[platform]:
        raise ValueError("no such event there")
    due = values.get("due_at")
    return PlatformNotice(
        event=event,
        platform=platform,
        order=order,
        started_at=claim.instant(_counter(str(values["started_at"]))),
        site=country,
        due_at=None if due is None else claim.instant(_counter(str(due))),
        by=by,
        amount=claim.claimed(values),
        note="\n".join([SITES[site][0], *_words(values.get("note"))]),
    )


def _words(typed: object) -> list[str]:
    return [typed.strip()] if isinstance(typed, str) and typed.strip() else []


def _closed(body: Body) -> Event | None:
    if _text(body, "view") != "edit":
        return None
    return Released(_text(json.loads(_text(body, "about")), "case"), _text(body, "user"))


def _event(body: Body) -> Event:
    files = [f"[{_plain(name)}]" for name in body["files"]]
    words = [_plain(body["text"])] if body["text"] else []
    at = datetime.fromtimestamp(float(_text(body, "at")), UTC)
    return NoteAdded(_text(body, "case"), _text(body, "user"), "\n".join([*words, *files]), at)


def _plain(typed: str) -> str:
    """What a person typed, without Slack's escapes: `<@U1>` becomes @U1, a link its address."""
    shown = _ANGLED.sub(lambda found: _reference(found[1]), typed)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _reference(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("!", "#")):
        return label or target.lstrip("!#")
    return target


def _text(body: Body, name: str) -> str:
    value = body[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"no {name}")
    return value


def _said(values: Body, name: str) -> str:
    said = _text(values, name).strip()
    if not said:
        raise ValueError(f"no {name}")
    return said


def _version(about: Body) -> int:
    version = about["version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise ValueError("no version")
    return version


def _counter(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not a number")
    return int(text)


_READERS: dict[str, Callable[[Body], Event | None]] = {
    CLICK: _click,
    SUBMIT: _submit,
    CLOSED: _closed,
    EVENT: _event,
}
