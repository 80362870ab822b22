"""Papers for the desk: that one ends, whom it concerns and what to do; and what is on file, on a case's card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flows.papers import Found, Paper
from flows.replies.catalogue import show_day
from flows.rich import Link, Part, Quote, Rich, plain
from flows.view import AlarmView, PageView
from flows.view.dead import Template, filled
from flows.view.shown import Shown
from flows.view.warning import Seen, acknowledgeable

SHOWN = 8  # brands and SKUs of a paper


@dataclass(frozen=True, slots=True)
class Lapsing:
    """`today` is the shop's. `state` is renewed or removed once it is not kept any more, `by` what follows it."""

    id: str
    paper: Paper
    today: date
    people: tuple[str, ...]
    seen: Seen | None = None
    state: str | None = None
    by: Paper | None = None


def lapsing(template: Template, language: str, told: Lapsing) -> AlarmView:
    """One call: what ends and when, what it is needed for, where the old one lies, how to renew it."""
    push = plain(_title(template, language, told, "paper.push"))
    lines = [_title(template, language, told, "paper.title"), _covers(template, told.paper)]
    if told.state is not None:
        lines.append(_ended(template, language, told))
    else:
        lines.append(filled(template, f"paper.advice.{told.paper.kind}"))
        lines += _old_one(template, told.paper)
        lines.append(filled(template, "paper.renew", id=told.paper.name))
    return acknowledgeable(template, told.id, push, lines, told.people, told.seen, is_over=told.state is not None)


def paper_page(template: Template, language: str, key: str, told: Lapsing, link: str) -> PageView:
    """The same in two lines, for a second path. It is acknowledged at the desk."""
    title = plain(_title(template, language, told, "paper.push"))
    lines = (
        plain(_covers(template, told.paper)),
        plain(filled(template, f"paper.advice.{told.paper.kind}")),
    )
    label = template("paper.open") if link else ""
    return PageView(key, title, lines, urgent=False, link=link, link_label=label)


def _title(template: Template, language: str, told: Lapsing, key: str) -> Rich:
    until = told.paper.valid_until or told.today
    left = (until - told.today).days
    when = "over" if left < 0 else "today" if not left else "tomorrow" if left == 1 else "soon"
    words: dict[str, Part] = {"paper": named(template, told.paper), "until": show_day(until, language)}
    return filled(template, f"{key}.{when}", days=str(left), **words)


def named(template: Template, paper: Paper) -> str:
    """Brand authorisation 2026-17 (Philips) · P-0003"""
    kind = template(f"paper.kind.{paper.kind}")
    issuer = f" ({paper.issuer})" if paper.issuer else ""
    return f"{kind}{f' {paper.number}' if paper.number else ''}{issuer} · {paper.name}"


def _covers(template: Template, paper: Paper) -> Rich:
    return filled(template, "paper.covers", goods=goods(template, paper))


def goods(template: Template, paper: Paper) -> str:
    """Brands, then SKUs."""
    every = (*paper.brands, *paper.skus)
    if not every:
        return template("paper.all")
    comma = template("list.comma")
    more = "".join(map(str, filled(template, "paper.more", count=str(len(every) - SHOWN))))
    return comma.join(every[:SHOWN]) + (more if len(every) > SHOWN else "")


def _old_one(template: Template, paper: Paper) -> Iterator[Rich]:
    if paper.file:
        is_address = paper.file.startswith(("https://", "http://"))
        where: Part = Link(paper.file, paper.file) if is_address else Quote(paper.file)
        yield filled(template, "paper.file", file=where)
    if paper.note:
        yield (Quote(paper.note),)


def _ended(template: Template, language: str, told: Lapsing) -> Rich:
    if told.by is None:
        return filled(template, f"paper.{told.state}")
    until = template("paper.endless") if told.by.valid_until is None else show_day(told.by.valid_until, language)
    return filled(template, "paper.renewed_by", paper=named(template, told.by), until=until)


# --- on the card -------------------------------------------------------------------------------------------------


def paper_lines(shown: Shown) -> Iterator[Rich]:
    """What is on file of what this case needs: valid until when, ended, or nothing."""
    for each in shown.papers:
        yield _line(shown, each)


def _line(shown: Shown, found: Found) -> Rich:
    comma = shown.label("list.comma")
    words: dict[str, Part] = {"group": shown.label(f"paper.group.{found.group}")}
    if found.goods:
        names = comma.join(found.goods[:SHOWN])
        words["group"] = shown.label("paper.for", group=str(words["group"]), goods=names)
    paper = found.paper
    if paper is None:
        return shown.word("paper.none" if found.goods or found.group == "insurance" else "paper.unknown", **words)
    words["paper"] = named(shown.template, paper)
    if paper.valid_until is None:
        return shown.word("paper.on_file_endless", **words)
    ends = show_day(paper.valid_until, shown.policy.language)
    is_over = paper.valid_until < shown.today
    state = ("was_valid" if is_over else "on_file") if found.is_valid else ("over" if is_over else "not_yet")
    begins = show_day(paper.valid_from, shown.policy.language) if paper.valid_from else ""
    return shown.word(f"paper.{state}", until=ends, begin=begins, **words)
