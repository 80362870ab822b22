"""Warnings that belong to no case, for the desk: what was noticed, where, what to do, and who has seen it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.case import CauseCode, Situation
from flows.rich import At, Link, Part, Person, Rich
from flows.view import AlarmView, Button
from flows.view.dead import Template, filled


@dataclass(frozen=True, slots=True)
class Seen:
    """Who acknowledged it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Like:
    """One of the like cases; `link` opens its card, "" while it has none."""

    number: int
    situation: Situation
    link: str


@dataclass(frozen=True, slots=True)
class Batch:
    """`total` like cases of the SKU since then, of which `cases` are the newest."""

    id: str
    sku: str
    likeness: CauseCode
    since: datetime
    total: int
    cases: tuple[Like, ...]
    people: tuple[str, ...]
    seen: Seen | None = None


def batch(template: Template, told: Batch) -> AlarmView:
    """Perhaps a whole batch is bad: which cases say so, and what the playbooks advise."""
    words: dict[str, Part] = {"sku": told.sku, "count": str(told.total)}
    lines = [
        filled(template, f"batch.title.{told.likeness}", since=At(told.since, "date"), **words),
        tuple(_cases(template, told)),
        filled(template, f"batch.advice.{told.likeness}"),
        filled(template, "batch.open_orders"),
    ]
    push = template("batch.push").format(sku=told.sku, count=told.total)
    return acknowledgeable(template, told.id, push, lines, told.people, told.seen)


def _cases(template: Template, told: Batch) -> Iterator[Part]:
    for nth, case in enumerate(told.cases):
        yield template("list.comma") if nth else ""
        name = f"A-{case.number:04d}"
        yield Link(name, case.link) if case.link else name
        yield f" ({template(f'situation.{case.situation}')})"
    if told.total > len(told.cases):
        yield from filled(template, "batch.more", count=str(told.total - len(told.cases)))


def acknowledgeable(
    template: Template, id: str, push: str, lines: list[Rich], people: tuple[str, ...], seen: Seen | None,
    *, is_over: bool = False,
) -> AlarmView:  # fmt: skip
    """Whoever acknowledges it does so for everybody: then it says who it was, and asks no more. Nor does one that
    `is_over`.
    """
    asks = seen is None and not is_over
    if seen is not None:
        lines.append(filled(template, "warning.seen", by=Person(seen.by), at=At(seen.at)))
    elif people and asks:
        lines.append(tuple(part for person in people for part in (Person(person, page=True), " ")))
    label = template("button.acknowledge")
    button = Button("noticed", label, id, primary=True, accessible=f"{label}: {push}")
    return AlarmView(f"warning:{id}", push, tuple(lines), (button,) if asks else (), loud=True)
