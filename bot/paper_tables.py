"""Papers as people and scripts read them: a table, tab-separated lines, objects, one with its story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.store.papers import Filed
from flows.view.dead import Template
from flows.view.papers import goods

SOON_DAYS = 60


def row(filed: Filed) -> tuple[str, ...]:
    paper = filed.paper
    covers = ",".join((*paper.brands, *paper.skus)) or "*"
    until = "-" if paper.valid_until is None else str(paper.valid_until)
    found = (paper.name, paper.kind, paper.number, paper.issuer, covers, until, paper.responsible, filed.state)
    return tuple(value or "-" for value in found)


def plain(filed: Filed, today: date) -> Mapping[str, Any]:
    paper = filed.paper
    left = None if paper.valid_until is None else (paper.valid_until - today).days
    told: dict[str, Any] = msgspec.to_builtins({**msgspec.structs.asdict(paper), "id": paper.name})
    story = {name: getattr(filed, name) for name in ("state", "added_at", "added_by", "ended_at", "ended_by")}
    story |= {"ended_why": filed.ended_why, "follows": None if filed.follows is None else f"P-{filed.follows:04d}"}
    return {**told, "days_left": left, **msgspec.to_builtins(story)}


def draw(template: Template, found: Sequence[Filed], today: date, names: Mapping[str, str]) -> None:
    if not found:
        click.echo(template("papers.none"))
        return
    heads = ("id", "kind", "number", "issuer", "covers", "until", "responsible")
    table = Table(*(template(f"papers.head.{name}") for name in heads))
    for filed in found:
        paper = filed.paper
        table.add_row(
            paper.name,
            template(f"paper.kind.{paper.kind}"),
            Text(paper.number),
            Text(paper.issuer),
            Text(goods(template, paper)),
            _until(template, filed, today),
            Text(names.get(paper.responsible, paper.responsible) or template("papers.leads")),
        )
    Console().print(table)


def _until(template: Template, filed: Filed, today: date) -> Text:
    if not filed.is_kept:
        return Text(template(f"papers.state.{filed.state}"), "dim")
    until = filed.paper.valid_until
    if until is None:
        return Text(template("paper.endless"))
    left = (until - today).days
    days = template("papers.days.left").format(days=left) if left >= 0 else template("papers.days.over")
    return Text(f"{until} ({days})", "red" if left < 0 else "yellow" if left <= SOON_DAYS else "")


def told(
    template: Template, zone: ZoneInfo, filed: Filed, follower: Filed | None, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    paper = filed.paper

    def at(instant: datetime, by: str, why: str | None = None) -> str:
        return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}, {by}{f': {why}' if why else ''}"

    until = template("paper.endless") if paper.valid_until is None else str(paper.valid_until)
    values = {
        "id": paper.name,
        "kind": template(f"paper.kind.{paper.kind}"),
        "number": paper.number,
        "issuer": paper.issuer,
        "covers": ", ".join((*paper.brands, *paper.skus)) or template("paper.all"),
        "valid_from": "" if paper.valid_from is None else str(paper.valid_from),
        "until": until,
        "responsible": names.get(paper.responsible, paper.responsible) or template("papers.leads"),
        "file": paper.file,
        "note": paper.note,
        "follows": "" if filed.follows is None else f"P-{filed.follows:04d}",
        "added": at(filed.added_at, filed.added_by),
    }
    for name, value in values.items():
        if value:
            yield template(f"papers.head.{name}"), value
    if filed.ended_at is not None:
        state = template(f"papers.state.{filed.state}")
        then = "" if follower is None else f" ({follower.paper.name})"
        when = at(filed.ended_at, filed.ended_by or "", filed.ended_why)
        yield template("papers.head.ended"), f"{state}{then}, {when}"
