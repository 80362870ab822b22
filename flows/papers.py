"""Authorisation papers, certificates, insurance: what they cover, and what they prove of a case. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import Struct

from flows.case import Situation
from flows.clocks.zones import day_start
from flows.order import Item, Order

A_DAY = timedelta(days=1)


class PaperKind(StrEnum):
    AUTHORISATION = "authorisation"  # of a brand, to sell it
    TRADE_MARK = "trade_mark"  # our own
    PURCHASE = "purchase"  # the supplier's invoices
    CERTIFICATE = "certificate"  # CE, UKCA, FCC, ...
    TEST_REPORT = "test_report"
    INSURANCE = "insurance"  # product liability
    OTHER = "other"


class Paper(Struct, frozen=True, gc=False):
    """`id` is ours, `number` and `issuer` as the paper has them. It covers goods of these brands or SKUs (`LAMP-*`
    stands for every SKU that begins so); naming neither, all that the shop sells. `file` says where it lies,
    `responsible` is the desk's id of a person, "" the leads. Without `valid_until` it never ends.
    """

    id: int
    kind: PaperKind
    number: str = ""
    issuer: str = ""
    brands: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    file: str = ""
    responsible: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        return f"P-{self.id:04d}"

    @property
    def is_for_all(self) -> bool:
        return not self.brands and not self.skus

    def is_valid(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)

    def covers(self, item: Item) -> bool:
        """By SKU, whatever the case of its letters; by brand where the title has the name as a word of its own."""
        sku, title = item.sku.upper(), f" {_words(item.title)} "
        return (
            self.is_for_all
            or any(fnmatchcase(sku, pattern.upper()) for pattern in self.skus if sku)
            or any(f" {_words(brand)} " in title for brand in self.brands)
        )


def _words(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


def end_of(paper: Paper, zone: str) -> datetime | None:
    """The first instant at which it is valid no more."""
    return None if paper.valid_until is None else day_start(paper.valid_until + A_DAY, zone)


class Group(StrEnum):
    """What a case may need: each is proven by papers of these kinds."""

    AUTHORISATION = "authorisation"
    INSURANCE = "insurance"
    CERTIFICATE = "certificate"


KINDS: Mapping[Group, tuple[PaperKind, ...]] = MappingProxyType(
    {
        Group.AUTHORISATION: (PaperKind.AUTHORISATION, PaperKind.TRADE_MARK, PaperKind.PURCHASE),
        Group.INSURANCE: (PaperKind.INSURANCE,),
        Group.CERTIFICATE: (PaperKind.CERTIFICATE, PaperKind.TEST_REPORT),
    }
)
# Playbooks §6 (papers decide a counterfeit accusation) and §13 (valid insurance decides who pays). Derived: what
# was tested helps whoever is asked about an injury.
NEEDED: Mapping[Situation, tuple[Group, ...]] = MappingProxyType(
    {
        Situation.COUNTERFEIT: (Group.AUTHORISATION,),
        Situation.DAMAGE_CLAIM: (Group.INSURANCE, Group.CERTIFICATE),
        Situation.SAFETY: (Group.INSURANCE, Group.CERTIFICATE),
    }
)
# The fact of the playbook that a paper on file proves, and its value. That none is on file proves nothing: it may
# lie in a drawer.
PROVES: Mapping[Situation, tuple[Group, str, str]] = MappingProxyType(
    {
        Situation.COUNTERFEIT: (Group.AUTHORISATION, "papers", "complete"),
        Situation.DAMAGE_CLAIM: (Group.INSURANCE, "insurance", "valid"),
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is on file for these goods (SKUs, else titles; of an insurance that covers all, none are named).
    `is_valid` on the day that counts: an authorisation's is the day of the sale.
    """

    group: Group
    goods: tuple[str, ...]
    paper: Paper | None
    is_valid: bool = False


def found(
    situation: Situation, on_file: Collection[Paper], order: Order | None, zone: str, now: datetime
) -> tuple[Found, ...]:
    """What this situation needs, in order. Of goods that nobody knows no authorisation can be found."""
    items = () if order is None else order.items
    today = now.astimezone(ZoneInfo(zone)).date()
    sold = None if order is None else order.bought_at or order.paid_at
    day = today if sold is None else sold.astimezone(ZoneInfo(zone)).date()
    needed: list[Found] = []
    for group in NEEDED.get(situation, ()):
        kinds = [paper for paper in on_file if paper.kind in KINDS[group]]
        if group is Group.INSURANCE:
            needed.append(_insured(kinds, items, today))
        else:
            needed += _by_goods(group, kinds, items, day if group is Group.AUTHORISATION else today)
    return tuple(needed)


def proven(
    on_file: Collection[Paper], order: Order | None, zone: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """(fact, its value; "" when the papers do not prove it) of every situation that asks for one."""

    def value(situation: Situation, group: Group, proves: str) -> str:
        of_group = [each for each in found(situation, on_file, order, zone, now) if each.group is group]
        return proves if of_group and all(each.is_valid for each in of_group) else ""

    return tuple((fact, value(situation, group, proves)) for situation, (group, fact, proves) in PROVES.items())


def _insured(papers: Iterable[Paper], items: Sequence[Item], day: date) -> Found:
    """One that covers the whole order; while the order is not known, one that covers all."""
    fits = [p for p in papers if p.is_for_all or (items and all(p.covers(item) for item in items))]
    best = _best(fits, day)
    return Found(Group.INSURANCE, (), best, best is not None and best.is_valid(day))


def _by_goods(group: Group, papers: Sequence[Paper], items: Sequence[Item], day: date) -> Iterator[Found]:
    goods: dict[int, list[str]] = {}
    best: dict[int, Paper | None] = {}
    for item in items:
        paper = _best([paper for paper in papers if paper.covers(item)], day)
        id = 0 if paper is None else paper.id
        best[id] = paper
        goods.setdefault(id, []).append(item.sku or item.title)
    if not items and group is Group.AUTHORISATION:
        yield Found(group, (), None)
    for id, names in goods.items():
        paper = best[id]
        if paper is not None or group is Group.AUTHORISATION:
            yield Found(group, tuple(dict.fromkeys(names)), paper, paper is not None and paper.is_valid(day))


def _best(papers: Iterable[Paper], day: date) -> Paper | None:
    """One that is valid then, before others; of these the one that lasts longest."""
    return max(papers, key=lambda p: (p.is_valid(day), p.valid_until or date.max, p.id), default=None)
