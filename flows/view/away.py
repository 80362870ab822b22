"""The one message after a time in which nobody watched the clocks: what passed, what is next, what happens now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.case import Deadline, DeadlineKind
from flows.rich import At, Link, Part, Person, Rich
from flows.view import AlarmView, PageView
from flows.view.clocks import clock_name
from flows.view.dead import Template, filled
from flows.view.naming import number, situation
from flows.view.page import in_zone
from flows.view.shown import Shown

SOON = timedelta(hours=4)
PAGED = 8  # lines of a page: a phone shows no more


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with the clock it is listed for. `address` opens its card; "" while it has none."""

    shown: Shown
    deadline: Deadline
    address: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """What there is to tell: the clocks that `passed`, one a case and the most urgent first, of `total` cases; the
    `coming` ones, the nearest first. `people` are rung for when something cannot wait.
    """

    since: datetime
    until: datetime
    passed: Sequence[Entry]
    total: int
    coming: Sequence[Entry]
    people: Sequence[str] = ()

    @property
    def is_urgent(self) -> bool:
        """Something passed, or a platform's clock is about to."""
        return bool(self.total) or any(
            entry.deadline.kind is DeadlineKind.PLATFORM and entry.deadline.due_at <= self.until + SOON
            for entry in self.coming
        )


def summary(template: Template, key: str, absence: Absence) -> AlarmView:
    """Bounded whatever happened: what is not listed is in the queue."""
    return AlarmView(
        key=key,
        push=_push(template, absence),
        text=tuple(_lines(template, absence)),
        buttons=(),
        loud=True,
    )


def away_page(template: Template, key: str, absence: Absence, zone: str) -> PageView:
    """The same for a second path: the most urgent few and when, in the shop's zone; the way to the first card."""
    urgent = [*absence.passed, *absence.coming]
    lines = [*_told(template, absence)][: PAGED + 2]
    first = urgent[0].address if urgent else ""
    return PageView(
        key=key,
        title=_push(template, absence),
        lines=tuple(in_zone(line, zone) for line in lines),
        link=first,
        link_label=template("page.open").format(number=number(urgent[0].shown)) if first else "",
    )


def _push(template: Template, absence: Absence) -> str:
    push = "away.push.passed" if absence.total else "away.push.quiet"
    return template(push).format(count=absence.total, until=f"{absence.until:%H:%M} UTC")


def _lines(template: Template, absence: Absence) -> Iterator[Rich]:
    yield from _told(template, absence)
    yield filled(template, "away.reading")
    if absence.is_urgent and absence.people:
        yield tuple(part for person in absence.people for part in (Person(person, page=True), " "))


def _told(template: Template, absence: Absence) -> Iterator[Rich]:
    yield filled(template, "away.title", since=At(absence.since), until=At(absence.until))
    if absence.total:
        yield filled(template, "away.passed", count=str(absence.total))
        yield from (_line(template, "away.passed.line", entry) for entry in absence.passed)
        if absence.total > len(absence.passed):
            yield filled(template, "away.more", count=str(absence.total - len(absence.passed)))
    else:
        yield filled(template, "away.nothing")
    if absence.coming:
        yield filled(template, "away.coming")
        yield from (_line(template, "away.coming.line", entry) for entry in absence.coming)


def _line(template: Template, key: str, entry: Entry) -> Rich:
    shown, deadline = entry.shown, entry.deadline
    named: Part = Link(number(shown), entry.address) if entry.address else number(shown)
    kind = "platform" if deadline.kind is DeadlineKind.PLATFORM else "shop"
    return filled(
        template,
        key,
        number=named,
        situation=situation(shown),
        clock=clock_name(shown, deadline),
        kind=template(f"away.kind.{kind}"),
        due=At(deadline.due_at),
    )
