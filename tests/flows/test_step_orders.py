"""The order book joins a case: facts without asking, news that void, and what people said that stands."""

from __future__ import annotations

from typing import Any

import pytest

from flows import events
from flows.case import ProposalState, Source
from flows.known import facts_of
from flows.order import Order, OrderState, ShippingClass
from flows.order_facts import facts_from
from flows.policy import Policy
from flows.rich import plain
from flows.values import Money
from flows.view.card import card
from tests.flows.moves import approve, read, wrote
from tests.flows.orders import DAY, NUMBER, order
from tests.flows.play import LIN, T0, Story, play

POLICY = Policy(expensive_from=Money(2000, "EUR"))


def _story(known: Order | None) -> Story:
    return Story(policy=POLICY, order=known)


def _asked(known: Order | None) -> Story:
    """A buyer asks for a parcel and names its order."""
    return play((0, wrote("Where is my parcel?")), (1, read(order=NUMBER)), story=_story(known))


def _changed(story: Story, known: Order) -> None:
    story.order = known
    story.happens(events.OrderChanged(story.case.id, known.number, known.platform))


def test_the_order_book_fills_the_facts_of_a_case() -> None:
    """Value, class, parcel: what staff were asked before is known, and another branch is taken."""
    moving = order(moved_at=T0 - DAY, promised_at=T0 + 5 * DAY, shipped_at=T0 - 9 * DAY)
    bare, known = _asked(None), _asked(moving)
    facts = facts_of(known.case, known.now)

    assert (facts["order_value"], facts["value_class"]) == ("24.90 EUR", "expensive")
    assert (facts["tracking"], facts["promised_date"]) == ("moving", "not_passed")
    assert {f.source for f in known.case.facts if f.name == "order_value"} == {Source.ORDER_BOOK}
    assert (known.case.platform, known.case.site) == ("amazon", "de")
    assert known.case.branch != bare.case.branch
    assert "order_known" in known.lines


def test_the_card_shows_the_order_in_one_line() -> None:
    known = _asked(order(moved_at=T0 - DAY, promised_at=T0 + 5 * DAY))
    fields = dict(card(known.shown()).fields)

    assert plain(fields["Order"]).startswith(f"{NUMBER} · 24.90 EUR · shipped 2026-11-04")
    assert plain(fields["Order"]).endswith("moving")


def test_a_parcel_becomes_stuck_and_late_by_itself() -> None:
    """Nobody writes: the case comes back at the instant and thinks again."""
    story = _asked(order(moved_at=T0 - 6 * DAY, promised_at=T0 + 3 * DAY))
    before = story.case.branch
    story.wait(T0 + 4 * DAY)
    facts = facts_of(story.case, story.now)

    assert (facts["tracking"], facts["promised_date"]) == ("stuck", "passed")
    assert story.case.branch != before


def test_news_of_the_order_void_an_approval_that_is_still_held() -> None:
    """The reply says "it is on its way"; the file says it was delivered."""
    story = _asked(order(moved_at=T0 - DAY))
    play((2, approve(LIN)), story=story)
    held, version = story.proposal.state, story.case.version
    _changed(story, order(moved_at=T0 - DAY, delivered_at=T0))

    assert (held, story.proposal.state) == (ProposalState.HELD, ProposalState.OFFERED)
    assert story.case.version > version
    assert facts_of(story.case, story.now)["tracking"] == "delivered"


def test_the_same_state_again_changes_nothing() -> None:
    """A re-import that brings no news must not void an approval."""
    story = _asked(order())
    before = story.case
    _changed(story, order())

    assert story.case.version == before.version
    assert story.case.facts == before.facts


def test_what_a_person_said_stands_against_the_book() -> None:
    """And the thread says that the book differs."""
    story = _asked(order(moved_at=T0 - DAY))
    story.happens(events.FactsSet(story.case.id, LIN, (("tracking", "exception"),)))
    _changed(story, order(moved_at=T0 - DAY, delivered_at=T0))

    assert facts_of(story.case, story.now)["tracking"] == "exception"
    assert "book_differs" in story.lines


def test_the_book_stands_against_what_the_buyer_says() -> None:
    """A statement is not a proof."""
    ranks = tuple(Source)

    assert ranks.index(Source.BUYER) < ranks.index(Source.ORDER_BOOK) < ranks.index(Source.PLATFORM)


def test_another_order_than_the_cases_is_not_taken_over() -> None:
    story = _asked(None)
    before = story.case.facts
    _changed(story, order("26-12345-12345", platform="ebay"))

    assert story.case.facts == before


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"delivered_at": T0, "state": OrderState.SHIPPED}, {"order_state": "delivered", "tracking": "delivered"}),
        ({"returned_at": T0}, {"tracking": "returned"}),
        ({"shipping": ShippingClass.ONLINE}, {"shipping_class": "online"}),
        ({"return_freight": Money(1300, "EUR")}, {"return_cost": "too_high", "return_freight": "13.00 EUR"}),
        ({"return_freight": Money(300, "EUR")}, {"return_cost": "fair"}),
        ({"total": Money(100, "EUR")}, {"value_class": "cheap"}),
    ],
)
def test_an_order_becomes_facts(fields: dict[str, Any], expected: dict[str, str]) -> None:
    found = facts_from(order(**fields), POLICY)

    assert expected.items() <= found.items()


def test_amounts_of_two_currencies_are_not_compared() -> None:
    """Nobody knows the rate of the day."""
    found = facts_from(order(total=Money(2490, "USD"), return_freight=Money(900, "EUR")), POLICY)

    assert {"value_class", "return_cost"}.isdisjoint(found)
