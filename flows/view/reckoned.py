"""A reckoning in words: each counted and each skipped day, and every choice that mattered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flows.clocks.zones import zone_of
from flows.reckoning import Reckoning, Step, ZoneChange
from flows.rich import At, Rich
from flows.view.shown import Shown

EACH_DAY_UNTIL = 14  # days walked; a longer count is told in runs, its named days off one by one


def begun(shown: Shown, reckoning: Reckoning) -> Iterator[Rich]:
    """The start as the platform wrote it, and how a time without a zone was read."""
    if reckoning.given:
        how = shown.label(f"choice.{reckoning.resolved}") if reckoning.resolved else ""
        yield shown.word("explain.given", given=reckoning.given, how=how)


def length(shown: Shown, reckoning: Reckoning) -> Rich:
    unit = shown.label(f"unit.{reckoning.unit}", length=f"{reckoning.length:g}")
    counting = shown.label(f"counting.{reckoning.counting}")
    if reckoning.unit == "business_hours":
        return shown.word("explain.worked_in", length=unit, calendar=reckoning.calendar)
    if not reckoning.calendar:
        return shown.word("explain.counted_by", length=unit, counting=counting)
    return shown.word("explain.counted_in", length=unit, counting=counting, calendar=reckoning.calendar)


def walked(shown: Shown, reckoning: Reckoning) -> Iterator[Rich]:
    """The days, one by one or in runs; the changes of clocks; the roll of the last day; what is not known."""
    steps = reckoning.steps
    if any(step.kind == "staffed" for step in steps) or _span(steps) > EACH_DAY_UNTIL:
        yield from (_run(shown, step, skips=bool(reckoning.weekend)) for step in steps)
    else:
        yield from _each(shown, reckoning)
    yield from (_change(shown, change) for change in reckoning.changes)
    for key in reckoning.choices:
        yield shown.word("explain.choice", choice=shown.label(f"choice.{key}"))
    if reckoning.rolled_from and reckoning.rolled_to:
        first, last = (_day(shown, day) for day in (reckoning.rolled_from, reckoning.rolled_to))
        yield shown.word("explain.rolled", day=first, to=last)
    if reckoning.unknown:
        yield shown.word("explain.unknown_years", years=", ".join(map(str, reckoning.unknown)))


def beside(shown: Shown, reckoning: Reckoning) -> Iterator[Rich]:
    """The same instant on the site's wall, and what stands beside it: the platform's word, ours, other limits."""
    if reckoning.zone:
        local = reckoning.due_at.astimezone(zone_of(reckoning.zone))
        yield shown.word(
            "explain.local", day=_day(shown, local.date()), time=f"{local:%H:%M}", zone=reckoning.zone
        )
    if reckoning.platform_at:
        yield shown.word("explain.platform", at=At(reckoning.platform_at))
    if reckoning.computed_at:
        yield shown.word("explain.computed", at=At(reckoning.computed_at))
    if reckoning.other:
        yield shown.word("explain.other", calendar=reckoning.other.calendar, at=At(reckoning.other.due_at))
    if reckoning.outer_at:
        yield shown.word("explain.outer", at=At(reckoning.outer_at))
    if reckoning.zones or reckoning.holidays:
        yield shown.word("explain.data", zones=reckoning.zones or "-", holidays=reckoning.holidays or "-")


def _span(steps: tuple[Step, ...]) -> int:
    return (steps[-1].last - steps[0].first).days + 1 if steps else 0


def _each(shown: Shown, reckoning: Reckoning) -> Iterator[Rich]:
    number = 0
    for day, kind, name in reckoning.days():
        written = _day(shown, day)
        if kind in ("days", "make_up"):
            number += 1
            key = "explain.day" if kind == "days" else "explain.make_up"
            yield shown.word(key, day=written, number=str(number))
        else:
            yield shown.word("explain.skipped", day=written, why=_why(shown, kind, name))


def _run(shown: Shown, step: Step, *, skips: bool) -> Rich:
    days = _day(shown, step.first)
    if step.last > step.first:
        days = shown.label("explain.from_to", first=days, last=_day(shown, step.last))
    if step.kind == "staffed":
        key = "explain.staffed" if step.last == step.first else "explain.staffed_each"
        return shown.word(key, days=days, time=duration(step.count))
    if step.kind in ("days", "make_up"):
        key = "explain.days" if not skips or step.kind == "make_up" else "explain.business_days"
        return shown.word(key, days=days, count=str(step.count))
    return shown.word("explain.skipped", day=days, why=_why(shown, step.kind, step.name))


def _why(shown: Shown, kind: str, name: str) -> str:
    return shown.label(f"skipped.{kind}", name=name) if name else shown.label(f"skipped.{kind}")


def _change(shown: Shown, change: ZoneChange) -> Rich:
    key = "explain.forward" if change.seconds > 0 else "explain.back"
    return shown.word(key, by=duration(abs(change.seconds)), at=At(change.at))


def _day(shown: Shown, day: date) -> str:
    return shown.label("explain.date", weekday=shown.label(f"weekday.{day.weekday()}"), date=day.isoformat())


def duration(seconds: int) -> str:
    """ "1 h", "30 min", "1 h 15 min"."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"
