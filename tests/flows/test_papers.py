"""Papers: what they cover and prove, when their end is told, and to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brain import load_ladders
from flows import lapsing
from flows.case import Situation
from flows.lapsing import LADDER, Desk
from flows.noticing import Level
from flows.order import Item, Order
from flows.papers import NEEDED, PROVES, Paper, PaperKind, end_of, found, proven
from flows.policy import Policy
from tests.flows.orders import sourced

LAMP, MUG = Item("1", "LAMP-7", "Reading lamp by Philips"), Item("2", "MUG-1", "Mug")
DAY = date(2027, 1, 31)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BRAND = Paper(1, PaperKind.AUTHORISATION, brands=("Philips",), valid_until=DAY)
INSURED = Paper(2, PaperKind.INSURANCE, valid_until=DAY)
RUNGS = load_ladders()[LADDER]
SHANGHAI = Policy(zone="Asia/Shanghai")
DESK = Desk(("lead",), ("call",), ("lead", "call", "own", "other"))


def order(*items: Item, bought_at: datetime = NOW) -> Order:
    return sourced("114-1234567-7654321", items=items, bought_at=bought_at).order


@pytest.mark.parametrize(
    ("paper", "item", "covers"),
    [
        (Paper(1, PaperKind.OTHER), LAMP, True),
        (Paper(1, PaperKind.OTHER, skus=("lamp-7",)), LAMP, True),
        (Paper(1, PaperKind.OTHER, skus=("LAMP-*",)), LAMP, True),
        (Paper(1, PaperKind.OTHER, skus=("LAMP-*",)), MUG, False),
        (Paper(1, PaperKind.OTHER, skus=("*",)), Item("3", "", "No SKU"), False),
        (Paper(1, PaperKind.OTHER, brands=("philips",)), LAMP, True),
        (Paper(1, PaperKind.OTHER, brands=("Phil",)), LAMP, False),
        (Paper(1, PaperKind.OTHER, brands=("Philips", "Mug")), MUG, True),
    ],
)
def test_what_a_paper_covers(paper: Paper, item: Item, covers: bool) -> None:
    """All that is sold when it names nothing; a SKU or all that begin so; a brand as a word of the title."""
    assert paper.covers(item) is covers


def test_it_ends_with_its_last_day_where_the_shop_is() -> None:
    assert end_of(BRAND, "Asia/Shanghai") == datetime(2027, 1, 31, 16, tzinfo=UTC)
    assert end_of(Paper(1, PaperKind.OTHER), "UTC") is None


def test_an_authorisation_counts_by_the_day_of_the_sale() -> None:
    """What was sold while it was valid is proven by it, though it has ended since."""
    later = datetime(2027, 6, 1, tzinfo=UTC)
    sold_in_time = found(Situation.COUNTERFEIT, [BRAND], order(LAMP), "UTC", later)
    sold_after = found(Situation.COUNTERFEIT, [BRAND], order(LAMP, bought_at=later), "UTC", later)

    assert [(each.paper, each.is_valid) for each in sold_in_time] == [(BRAND, True)]
    assert [(each.paper, each.is_valid) for each in sold_after] == [(BRAND, False)]


def test_goods_without_a_paper_are_named_beside_those_with_one() -> None:
    rows = found(Situation.COUNTERFEIT, [BRAND], order(LAMP, MUG), "UTC", NOW)

    assert {(each.goods, each.paper, each.is_valid) for each in rows} == {
        (("LAMP-7",), BRAND, True), (("MUG-1",), None, False),
    }  # fmt: skip
    assert dict(proven([BRAND], order(LAMP, MUG), "UTC", NOW))["papers"] == ""
    assert dict(proven([BRAND], order(LAMP), "UTC", NOW))["papers"] == "complete"


def test_an_unknown_order_proves_no_authorisation_and_may_be_insured() -> None:
    facts = dict(proven([BRAND, INSURED], None, "UTC", NOW))

    assert facts == {"papers": "", "insurance": "valid"}


def test_an_insurance_that_has_ended_proves_nothing() -> None:
    assert dict(proven([INSURED], None, "UTC", datetime(2027, 2, 1, tzinfo=UTC)))["insurance"] == ""


def test_of_several_the_one_that_is_valid_and_lasts_longest_counts() -> None:
    longer = Paper(3, PaperKind.INSURANCE, valid_until=date(2028, 1, 31))
    later = Paper(4, PaperKind.INSURANCE, valid_from=date(2027, 1, 1), valid_until=date(2029, 1, 31))
    [row] = [
        e for e in found(Situation.SAFETY, [INSURED, longer, later], None, "UTC", NOW) if e.group == "insurance"
    ]

    assert row.paper == longer


def test_what_is_proven_is_needed() -> None:
    assert all(group in NEEDED[situation] for situation, (group, _, _) in PROVES.items())


def test_the_ladder_counts_from_its_last_day_in_the_shops_zone() -> None:
    """60, 30 and 7 days before, the morning of the last day, and the morning after it."""
    planned = sorted(lapsing.plan(BRAND, datetime(2026, 1, 1, tzinfo=UTC), RUNGS, SHANGHAI).values())
    days = [(at.astimezone(UTC) + timedelta(hours=8)).date() for at in planned]

    assert [(DAY - day).days for day in days] == [60, 30, 7, 0, -1]
    assert (planned[-1] + timedelta(hours=8)).hour == 9


def test_one_put_on_file_late_is_told_of_at_once() -> None:
    """Of the rungs that have passed nobody is told one by one."""
    since = datetime(2027, 1, 28, tzinfo=UTC)
    planned = lapsing.plan(BRAND, since, RUNGS, SHANGHAI)

    assert planned
    assert min(planned.values()) >= since


@pytest.mark.parametrize(
    "paper", [Paper(1, PaperKind.OTHER), Paper(1, PaperKind.OTHER, valid_until=date(2025, 1, 1))], ids=str
)
def test_what_never_ends_or_has_ended_before_is_not_told(paper: Paper) -> None:
    assert lapsing.plan(paper, NOW, RUNGS, SHANGHAI) == {}


@given(st.integers(1, 12), st.sampled_from(["", "own", "lead", "other"]))
def test_each_call_goes_on_until_everybody_was_called(nth: int, responsible: str) -> None:
    """Nobody is called for the first time twice over, and in the end all were."""
    rung = RUNGS[0].name
    calls = [lapsing.called(DESK, responsible, rung, n) for n in range(1, nth + 1)]

    assert calls[0] == (DESK.at(Level.OWNER, responsible) if responsible else ("lead",))
    if lapsing.is_everybody(DESK, responsible, rung, nth):
        assert {person for call in calls for person in call} == {*DESK.staff, *DESK.leads, *DESK.on_call}


def test_nobody_is_called_for_ever() -> None:
    """Far from the end only until everybody was; near it daily, seven times at most."""
    far = lapsing.again_at(SHANGHAI, DESK, BRAND, RUNGS[0].name, 9, NOW)
    near = datetime(2027, 1, 30, tzinfo=UTC)
    again = lapsing.again_at(SHANGHAI, DESK, BRAND, RUNGS[0].name, 3, near)

    assert far is None
    assert again is not None
    assert near < again <= near + timedelta(days=1)
    assert lapsing.again_at(SHANGHAI, DESK, BRAND, RUNGS[0].name, lapsing.CALLS, near) is None
