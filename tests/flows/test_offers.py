"""Offers are ranked by the buyer's wish, reckoned from what is known, and never made after their safe moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.offers import KINDS, OF_WISH, Terms, cost, latest, offers, risk, terms_of
from flows.order import Order
from flows.order_facts import facts_from
from flows.playbooks import TABLES, Branch, Offer, branch_for
from flows.playbooks.cells import cells
from flows.playbooks.proof import SOLVING
from flows.policy import Policy
from flows.values import Money

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BRANCHES = {branch.name: branch for table in TABLES for branch in table.branches}
FULL = Terms(Money(2490, "EUR"), Money(450, "EUR"), Money(990, "EUR"), Money(300, "EUR"))
MONEY = st.none() | st.builds(Money, st.integers(0, 10**7), st.sampled_from(["EUR", "USD"]))
TERMS = st.builds(Terms, MONEY, MONEY, MONEY, MONEY, st.integers(0, 100))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "wish": st.sampled_from(sorted(OF_WISH)),
        "dispute": st.sampled_from(["open", "none"]),
        "return_cost": st.sampled_from(["fair", "too_high"]),
        "shipping_class": st.sampled_from(["tracked", "untracked"]),
    },
)


@given(st.sampled_from(sorted(BRANCHES)), FACTS, TERMS, st.none() | st.integers(-100, 400))
def test_the_wish_comes_first_and_nothing_is_offered_too_late(
    name: str, facts: dict[str, str], terms: Terms, hours: int | None
) -> None:
    """Need 1 of the seed; and an offer after its latest safe moment would be a promise nobody can keep."""
    branch, due = BRANCHES[name], None if hours is None else NOW + timedelta(hours=hours)
    ranked = offers(branch, facts, terms, due, NOW)
    wish = OF_WISH.get(facts.get("wish", ""))

    assert {each.offer for each in ranked} <= set(branch.offers)
    assert all(each.latest is None or each.latest >= NOW for each in ranked)
    if wish in {each.offer for each in ranked}:
        assert ranked[0].offer is wish
        assert ranked[0].wished
    rest = [each.offer for each in ranked if not each.wished]
    assert rest == [offer for offer in branch.offers if offer in rest], "the playbook's own order"


@given(st.sampled_from(sorted(Offer)), TERMS)
def test_a_cost_is_known_whole_or_not_at_all(offer: Offer, terms: Terms) -> None:
    """Half a sum, or a sum over two currencies, is a wrong price."""
    parts = {"value": terms.value, "freight_out": terms.freight_out, "freight_back": terms.freight_back,
             "part": terms.part, "share": terms.value}  # fmt: skip
    needed = [parts[part] for part in KINDS[offer].cost]
    found = cost(offer, terms)

    if None in needed or len({part.currency for part in needed if part}) > 1:
        assert found is None
    elif needed:
        assert found is not None
        assert found.minor >= 0


@pytest.mark.parametrize(
    ("offer", "minor"),
    [
        (Offer.REFUND, 2490),
        (Offer.RESHIP, 2940),
        (Offer.PART, 750),
        (Offer.PARTIAL_REFUND, 747),
        (Offer.RETURN, 3480),
        (Offer.INFORMATION, 0),
        (Offer.CANCEL, 0),
    ],
)
def test_costs_are_sums_in_minor_units(offer: Offer, minor: int) -> None:
    """24.90 with 4.50 out, 9.90 back and a part of 3.00; never a float."""
    assert cost(offer, FULL) == Money(minor, "EUR")


def test_the_order_book_tells_value_and_return_freight() -> None:
    order = Order("1", "own", total=Money(2490, "EUR"), return_freight=Money(990, "EUR"))

    assert terms_of(facts_from(order, Policy())) == Terms(Money(2490, "EUR"), freight_back=Money(990, "EUR"))
    assert terms_of({"order_value": "much"}) == terms_of({}) == Terms()


def test_what_the_buyer_must_agree_to_is_offered_earlier_than_what_we_can_do_alone() -> None:
    """A refund can be made an hour before midnight; a replacement must be on its way by then."""
    due = NOW + timedelta(hours=50)

    assert latest(Offer.RESHIP, due) == NOW + timedelta(hours=2)
    assert latest(Offer.PARTIAL_REFUND, due) == NOW + timedelta(hours=26)
    assert latest(Offer.REFUND, due) == NOW + timedelta(hours=46)
    assert latest(Offer.REFUND, None) is None


@given(st.sampled_from(sorted(Offer)), FACTS)
def test_an_open_dispute_never_lowers_a_risk(offer: Offer, facts: dict[str, str]) -> None:
    order = ("low", "medium", "high")
    calm, open_ = {**facts, "dispute": "none"}, {**facts, "dispute": "open"}

    assert order.index(risk(offer, calm)) <= order.index(risk(offer, open_))


@pytest.mark.parametrize("table", TABLES, ids=[str(table.situation) for table in TABLES])
def test_two_solutions_and_the_fallback_stand_ready_before_the_first_solution_is_said(table: object) -> None:
    """Need 2 of the seed, over the rows that say or ask a solution while no clock presses."""
    for branch in table.branches:  # type: ignore[attr-defined]  # parametrized by the tables
        if _is_substantive(branch):
            ready = offers(branch, {}, Terms(), None, NOW)
            assert len({each.offer for each in ready}) >= 2, branch.name
            assert branch.fallback


def _is_substantive(branch: Branch) -> bool:
    return branch.action in SOLVING or "wish" in branch.asks


def test_the_wish_is_met_by_the_row_it_leads_to() -> None:
    """Where a table knows the wish and solves it, the first offer is the wish, or the row says why not."""
    departing = {"fix.no_part", "fix.case_refund", "fix.case_return", "htu.wish"}
    for table in TABLES:
        for cell in cells(table):
            wish = OF_WISH.get(cell.facts().get("wish", ""))
            branch = branch_for(table, cell.facts())
            if wish in branch.offers and branch.action in SOLVING and branch.name not in departing:
                assert offers(branch, cell.facts(), Terms(), None, NOW)[0].offer is wish
