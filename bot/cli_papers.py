"""`amends papers`: the register of authorisations, certificates and insurance.

As an import of orders, a command writes the register itself, in one short transaction beside the running service,
and leaves a cause: the service plans when to warn, and tells the cases that need such a paper.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
import msgspec
from sqlalchemy import Connection

from bot import paper_tables
from bot import papers as register
from bot.brain import load_book
from bot.commanding import account, fail, is_ready, visiting
from bot.service import business_clock
from bot.settings import Settings
from bot.store import desk as desk_store
from bot.store import papers as store
from bot.store.papers import Filed
from bot.store.visiting import Visitor
from flows.order import Item
from flows.papers import A_DAY, KINDS, Group, Paper, PaperKind
from flows.view.dead import Template
from flows.view.papers import named

SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
LONGEST = 500
FARTHEST = date(2200, 1, 1)
PLANNED = "The running service plans the warnings; one that is stopped does it at its next start."
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(help="Authorisations, certificates and insurance on file. And until when each is valid.")
def papers() -> None:
    pass


@papers.command(
    "add",
    help="Put a paper on file. The desk is warned 60, 30 and 7 days before its last day, on that day, and when it "
    "has ended, until somebody acknowledges.",
)
@click.argument("kind", type=click.Choice([str(kind) for kind in PaperKind]))
@click.option("--number", default="", help="The paper's own number.")
@click.option("--issuer", default="", help="Who issued it: the brand, the laboratory, the insurer, the supplier.")
@click.option(
    "--brand", "brands", multiple=True, help="A brand that it covers, as titles write it; several times."
)
@click.option("--sku", "skus", multiple=True, help="A SKU that it covers, or LAMP-* for all that begin so.")
@click.option("--from", "begin", type=_DAY, default=None, help="The first day on which it is valid: YYYY-MM-DD.")
@click.option("--until", type=_DAY, default=None, help="The last day on which it is valid, in the shop's zone.")
@click.option("--no-end", is_flag=True, help="It never ends: an invoice, a report without a date.")
@click.option("--file", default="", help="Where it lies: a path, an address, a folder's name.")
@click.option(
    "--responsible", default="", help="Who sees to its renewal: a name or id at the desk; else the leads."
)
@click.option("--note", default="", help="Anything that whoever renews it should know.")
def add_paper(
    kind: str, number: str, issuer: str, brands: tuple[str, ...], skus: tuple[str, ...], begin: datetime | None,
    until: datetime | None, no_end: bool, file: str, responsible: str, note: str,
) -> None:  # fmt: skip
    if (until is None) is not no_end:
        fail("say the last day on which it is valid (--until 2027-03-31), or that it has none (--no-end)")
    days = (_day(begin), _day(until))
    given = Paper(
        0, PaperKind(kind), number.strip(), issuer.strip(), _named(brands), _named(skus), *days, file.strip(), "",
        note.strip(),
    )  # fmt: skip
    paper = _checked(given)
    if paper.kind in KINDS[Group.AUTHORISATION] and paper.is_for_all:
        fail("say which goods it covers: --brand Philips, --sku LAMP-7 or --sku 'LAMP-*'; each several times")

    async def add(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        now = business_clock(settings).now()

        def write(connection: Connection) -> Paper:
            person = _person(connection, settings, responsible)
            _is_new(connection, settings.shop, paper)
            return register.enter(
                connection, settings.shop, msgspec.structs.replace(paper, responsible=person), account(), now
            )

        filed = await visitor.write(write)
        click.echo(f"{named(_template(settings), filed)} is on file. {_valid(filed, settings, now)}")

    visiting(add)


@papers.command(
    "renew", help="Put a newer paper in the place of ID; it covers the same. What you leave out stays."
)
@click.argument("id", metavar="ID")
@click.option("--until", type=_DAY, default=None, help="The last day on which the new one is valid: YYYY-MM-DD.")
@click.option("--no-end", is_flag=True, help="The new one never ends.")
@click.option(
    "--from",
    "begin",
    type=_DAY,
    default=None,
    help="Its first day; else the one after the old one's last, or today.",
)
@click.option("--number", default=None, help="Its own number.")
@click.option("--issuer", default=None, help="Who issued it.")
@click.option("--file", default=None, help="Where it lies.")
@click.option("--responsible", default=None, help="Who sees to the next renewal; '' for the leads.")
@click.option("--note", default=None, help="Anything that whoever renews it should know.")
def renew_paper(
    id: str, until: datetime | None, no_end: bool, begin: datetime | None, number: str | None, issuer: str | None,
    file: str | None, responsible: str | None, note: str | None,
) -> None:  # fmt: skip
    if (until is None) is not no_end:
        fail("say the last day on which the new one is valid (--until 2027-03-31), or that it has none (--no-end)")
    said = {"number": number, "issuer": issuer, "file": file, "note": note}
    news = {name: value.strip() for name, value in said.items() if value is not None}

    async def renew(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        now = business_clock(settings).now()

        def write(connection: Connection) -> Paper:
            old = _kept(connection, settings.shop, id).paper
            person = old.responsible if responsible is None else _person(connection, settings, responsible)
            fresh = msgspec.structs.replace(
                old,
                valid_from=_day(begin) or _goes_on(old, _today(settings, now)),
                valid_until=_day(until),
                responsible=person,
                **news,
            )
            if fresh.valid_until and old.valid_until and fresh.valid_until <= old.valid_until:
                fail(f"{old.name} is valid until {old.valid_until} itself: a newer one ends later")
            filed = register.renew(connection, settings.shop, old.id, _checked(fresh), account(), now)
            return filed or fail(f"{old.name} was ended by somebody else this very moment")

        filed = await visitor.write(write)
        click.echo(
            f"{named(_template(settings), filed)} takes the place of {_name(id)}. {_valid(filed, settings, now)}"
        )

    visiting(renew)


@papers.command("remove", help="Take a paper off the register. Nobody is warned of it, and no case counts on it.")
@click.argument("id", metavar="ID")
@click.option("--why", prompt="Why does it no longer count?", help="The reason, kept with it.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def remove_paper(id: str, why: str, yes: bool) -> None:
    if not why.strip():
        fail("say why it no longer counts")

    async def remove(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        paper = (await visitor.read(lambda connection: _kept(connection, settings.shop, id))).paper
        if not yes:
            click.confirm(f"Remove {named(_template(settings), paper)}", abort=True)
        now = business_clock(settings).now()
        reason = why.strip()[:LONGEST]
        done = await visitor.write(lambda c: register.remove(c, settings.shop, paper.id, account(), reason, now))
        if not done:
            fail(f"{paper.name} was ended by somebody else this very moment")
        click.echo(f"{paper.name} is off the register. `amends papers show {paper.name}` still shows it.")

    visiting(remove)


@papers.command("list", help="List the papers on file, those that end first on top.")
@click.option("--sku", default="", help="Only those that cover this SKU.")
@click.option("--brand", default="", help="Only those that cover this brand.")
@click.option(
    "--within", type=click.IntRange(0, 3660), default=None, help="Only those that end within so many days."
)
@click.option("--all", "ended", is_flag=True, help="Renewed and removed ones too.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list of objects.")
def list_papers(sku: str, brand: str, within: int | None, ended: bool, as_json: bool) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        today = _today(settings, business_clock(settings).now())
        found = await visitor.read(lambda c: store.listed(c, settings.shop, ended=ended))
        found = [each for each in found if _fits(each.paper, sku, brand, within, today)]
        if as_json:
            click.echo(
                json.dumps([paper_tables.plain(each, today) for each in found], ensure_ascii=False, indent=2)
            )
        elif sys.stdout.isatty():
            names = await visitor.read(lambda c: _names(c, settings.shop))
            paper_tables.draw(_template(settings), found, today, names)
        else:
            for each in found:
                click.echo("\t".join(paper_tables.row(each)))

    visiting(show)


@papers.command("show", help="Show one paper with its story. ID as in the list: P-0003 or 3.")
@click.argument("id", metavar="ID")
def show_paper(id: str) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)

        def load(connection: Connection) -> tuple[Filed, Filed | None, dict[str, str]]:
            filed = _found(connection, settings.shop, id)
            return (
                filed,
                store.following(connection, settings.shop, filed.paper.id),
                _names(connection, settings.shop),
            )

        filed, follower, names = await visitor.read(load)
        for label, value in paper_tables.told(
            _template(settings), ZoneInfo(settings.policy.zone), filed, follower, names
        ):
            click.echo(f"{label}: {value}")

    visiting(show)


# --- what is typed -----------------------------------------------------------------------------------------------


def _checked(paper: Paper) -> Paper:
    texts = (paper.number, paper.issuer, paper.file, paper.note, *paper.brands, *paper.skus)
    if any(len(text) > LONGEST for text in texts):
        fail(f"at most {LONGEST} characters each: a longer text belongs in the file")
    if paper.valid_from and paper.valid_until and paper.valid_until < paper.valid_from:
        fail(f"its last day {paper.valid_until} lies before its first, {paper.valid_from}")
    if paper.valid_until and paper.valid_until > FARTHEST:
        fail(f"{paper.valid_until} is too far away: write --no-end")
    return paper


def _goes_on(old: Paper, today: date) -> date | None:
    """The first day of what takes its place, when nobody says which: no day is covered that may not be."""
    return old.valid_from if old.valid_until is None else max(old.valid_until + A_DAY, today)


def _named(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in given if each.strip()))


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _id(typed: str) -> int:
    digits = typed.strip().upper().removeprefix("P-")
    if not digits.isdecimal() or len(digits) > 9:
        fail(f"{typed!r} is not a paper's id: write it as `amends papers list` does, such as P-0003")
    return int(digits)


def _name(typed: str) -> str:
    return f"P-{_id(typed):04d}"


def _found(connection: Connection, shop: str, typed: str) -> Filed:
    found = store.get(connection, shop, _id(typed))
    return found or fail(f"there is no paper {_name(typed)}: `amends papers list` shows those there are")


def _kept(connection: Connection, shop: str, typed: str) -> Filed:
    filed = _found(connection, shop, typed)
    if not filed.is_kept:
        follower = store.following(connection, shop, filed.paper.id)
        then = f"; {follower.paper.name} follows it" if follower else ""
        fail(f"{filed.paper.name} is {filed.state} already{then}")
    return filed


def _is_new(connection: Connection, shop: str, paper: Paper) -> None:
    """The same paper twice would be warned of twice, and renewed once."""
    known = (each.paper for each in store.listed(connection, shop))
    what = (paper.kind, paper.number, paper.issuer)
    same = next((each for each in known if paper.number and (each.kind, each.number, each.issuer) == what), None)
    if same is not None:
        fail(f"it is on file as {same.name}: `amends papers renew {same.name} --until ...` for a newer one")


def _person(connection: Connection, settings: Settings, typed: str) -> str:
    """The desk's id of whom this names; "" for nobody in particular."""
    wanted = typed.strip().removeprefix("@")
    if not wanted:
        return ""
    known = {person.id: person.name for person in settings.policy.people if person.id} | _names(
        connection, settings.shop
    )
    found = [id for id, name in known.items() if wanted in (id, name) or wanted.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if not known and SLACK_ID.fullmatch(wanted):
        return wanted  # the desk was never started: nobody's name is known yet
    who = ", ".join(sorted(f"{name} ({id})" for id, name in known.items())) or "nobody yet: write the id"
    return fail(f"{typed!r} is {'more than one person' if found else 'nobody'} at the desk; there: {who}")


def _names(connection: Connection, shop: str) -> dict[str, str]:
    return {p["id"]: p["name"] for p in desk_store.people(connection, shop) if p["present"]}


def _fits(paper: Paper, sku: str, brand: str, within: int | None, today: date) -> bool:
    if sku and not paper.covers(Item("", sku)):
        return False
    if brand and not paper.covers(Item("", "", brand)):
        return False
    return within is None or (paper.valid_until is not None and (paper.valid_until - today).days <= within)


def _template(settings: Settings) -> Template:
    words, language = load_book(settings.policy.rules).words, settings.policy.language
    return lambda key: words.template(key, language)


def _today(settings: Settings, now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.policy.zone)).date()


def _valid(paper: Paper, settings: Settings, now: datetime) -> str:
    if paper.valid_until is None:
        return "It has no end, so nobody will be warned."
    left = (paper.valid_until - _today(settings, now)).days
    if left < 0:
        return f"CAREFUL: it ended on {paper.valid_until} already, so nobody will be warned of that."
    begins = f"from {paper.valid_from} " if paper.valid_from else ""
    return f"It is valid {begins}until {paper.valid_until}, {left} more days. {PLANNED}"
