"""The clocks of a case as lines: the marketplace's and our own never look alike, and each says what it rests on.

A marketplace's clock comes first, ours after it, an outer bound last. The nearest says that it drives. A rule that
nobody could verify is marked amber; a due time that the marketplace shows itself is said to be its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from babel.dates import format_datetime, get_timezone, get_timezone_location

from flows import acting
from flows.case import Deadline, DeadlineKind, DeadlineState, Paused
from flows.rich import At, Part, Rich
from flows.rules.rule import UNVERIFIED
from flows.view.shown import Shown

_ORDER = {DeadlineKind.PLATFORM: 0, DeadlineKind.PROMISE: 1, DeadlineKind.SHOP: 2}
_PATTERNS = {"en": "EEE d MMM HH:mm", "zh": "M月d日EEE HH:mm"}


def clock_lines(shown: Shown) -> Iterator[Rich]:
    """Missed limits, running clocks, paused ones; when there are none, why."""
    missed = [d for d in shown.case.deadlines if d.state is DeadlineState.MISSED]
    missed = [d for d in missed if d.kind is not DeadlineKind.REMINDER]
    running = shown.case.running()
    for deadline in missed:
        yield shown.word("clock.missed", due=At(deadline.due_at), name=clock_name(shown, deadline))
    yield from _lapsed(shown, missed)
    for deadline in sorted(running, key=lambda d: (d.bound == "outer", _ORDER[d.kind], d.due_at)):
        drives = len(running) > 1 and deadline.id == running[0].id
        yield from _running(shown, deadline, drives=drives)
    for paused in shown.case.paused:
        yield _paused(shown, paused)
    if not missed and not running and not shown.case.paused:
        met = [d for d in shown.case.deadlines if d.state is DeadlineState.MET and d.explanation is not None]
        yield shown.word("clock.stopped" if met else "clock.none")


def _lapsed(shown: Shown, missed: Iterable[Deadline]) -> Iterator[Rich]:
    """What the marketplace does now, once its outer bound has passed as well; each thing once."""
    still = {d.started_at for d in shown.case.running() if d.bound == "outer"}
    brought = dict.fromkeys(
        rule.on_lapse
        for deadline in missed
        if deadline.kind is DeadlineKind.PLATFORM and deadline.started_at not in still
        for rule in shown.book.rules.named(deadline.name)[:1]
        if rule.on_lapse
    )
    yield from (shown.word("clock.lapse", lapse=shown.label(key)) for key in brought)


def clock_name(shown: Shown, deadline: Deadline) -> str:
    """The rule's name; of a promise to act, what was promised."""
    if (action := acting.find(shown.case, deadline.act)) is not None:
        return shown.label("clock.promised_act", action=shown.label(f"action.{action.kind}"))
    return shown.label(f"rule.{deadline.name}")


def _running(shown: Shown, deadline: Deadline, *, drives: bool) -> Iterator[Rich]:
    key = "clock.outer" if deadline.bound == "outer" else f"clock.{deadline.kind}"
    line = shown.word(key, due=At(deadline.due_at), name=clock_name(shown, deadline))
    marks = [shown.word("clock.drives")] if drives else []
    if is_unverified(deadline):
        marks.append(shown.word("clock.unverified"))
    yield (*line, *(part for mark in marks for part in mark))
    if (shows := _shown_by_platform(shown, deadline)) is not None:
        yield shows
    if deadline.bound != "outer" and (staffed := feasible(shown, deadline)) is not None:
        yield staffed


def is_unverified(deadline: Deadline) -> bool:
    """No good source stands behind the rule, and the marketplace shows no time of its own."""
    explanation = deadline.explanation
    if explanation is None or explanation.confidence not in UNVERIFIED:
        return False
    return explanation.reckoning is None or explanation.reckoning.platform_at is None


def _shown_by_platform(shown: Shown, deadline: Deadline) -> Rich | None:
    """The due time is the marketplace's own; ours beside it when they differ by more than an hour."""
    reckoning = deadline.explanation.reckoning if deadline.explanation is not None else None
    if reckoning is None or reckoning.platform_at is None:
        return None
    if reckoning.computed_at is None:
        return shown.word("clock.shown")
    return shown.word("clock.shown_differs", computed=At(reckoning.computed_at))


def feasible(shown: Shown, deadline: Deadline) -> Rich | None:
    """Whether somebody is there to act: the last staffed moment before it, in the zones of both ends."""
    staffing = deadline.staffing
    if staffing is None or staffing.last_at == deadline.due_at:
        return None
    due = _local(shown, deadline.due_at, _zone(shown, deadline))
    if staffing.last_at is None:
        return shown.word("clock.unstaffed", due=due)
    last = _local(shown, staffing.last_at, staffing.zone)
    key = "clock.staffed" if staffing.last_at >= shown.now else "clock.staffed_over"
    return shown.word(key, due=due, last=last)


def _zone(shown: Shown, deadline: Deadline) -> str:
    reckoning = deadline.explanation.reckoning if deadline.explanation is not None else None
    return (reckoning.zone if reckoning is not None else "") or shown.policy.zone


def _local(shown: Shown, instant: datetime, zone: str) -> str:
    """Weekday, date, time and place, in the staff's language: "Sun 29 Nov 03:00 Berlin"."""
    language = shown.policy.language
    moment = format_datetime(instant, _PATTERNS[language], tzinfo=get_timezone(zone), locale=language)
    return f"{moment} {_place(zone, language)}"


@lru_cache(maxsize=256)
def _place(zone: str, language: str) -> str:
    return "UTC" if zone in ("UTC", "Etc/UTC") else get_timezone_location(zone, language, return_city=True)


def _paused(shown: Shown, paused: Paused) -> Rich:
    left = max(1, round(paused.left_s / 3600))
    name: Part = shown.label(f"rule.{paused.name}")
    return shown.word("clock.paused", name=name, left=str(left), since=At(paused.since))
