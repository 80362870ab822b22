"""The money guard as values: what a ledger forbids, whose yes an amount needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.action import CANCEL, PARTIAL_REFUND, PAYS_BACK, REFUND, RESHIP, ActionState, Entry
from flows.money import Ceiling, Limits, against, may_second, need, unsummable, who_may_approve
from flows.staffing import Person
from flows.values import Money
from tests.flows.play import ADA, BEN, LIN, T0


def eur(cents: int) -> Money:
    return Money(cents, "EUR")


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def entry(kind: str, amount: Money | None, state: ActionState = ActionState.BY_HAND) -> Entry:
    return Entry(f"{kind} {amount}", "another case", 7, kind, state, LIN, T0, amount)


@pytest.mark.parametrize(
    ("kind", "amount", "value", "ledger", "why"),
    [
        (REFUND, eur(2490), eur(2490), (), None),
        (REFUND, None, eur(2490), (), None),
        (REFUND, eur(2491), eur(2490), (), "too_much"),
        (REFUND, None, eur(2490), (entry(REFUND, eur(2490)),), "refunded"),
        (CANCEL, None, eur(2490), (entry(REFUND, eur(2490), ActionState.SUBMITTED),), "refunded"),
        (PARTIAL_REFUND, eur(490), eur(2490), (entry(PARTIAL_REFUND, eur(2000)),), None),
        (PARTIAL_REFUND, eur(491), eur(2490), (entry(PARTIAL_REFUND, eur(2000)),), "too_much"),
        (REFUND, None, eur(2490), (entry(PARTIAL_REFUND, eur(2000)),), "too_much"),
        (REFUND, None, None, (entry(REFUND, None),), "refunded"),
        (PARTIAL_REFUND, eur(1), None, (entry(REFUND, None),), "refunded"),
        (PARTIAL_REFUND, eur(1), None, (entry(PARTIAL_REFUND, eur(1)),), None),  # a lead decides: see below
        (REFUND, None, eur(2490), (entry(REFUND, eur(2490), ActionState.CANCELLED),), None),
        (RESHIP, None, eur(2490), (entry(REFUND, eur(2490)),), "both"),
        (REFUND, None, eur(2490), (entry(RESHIP, eur(2490)),), "both"),
    ],
)
def test_what_the_ledger_forbids(
    kind: str, amount: Money | None, value: Money | None, ledger: tuple[Entry, ...], why: str | None
) -> None:
    found = against(kind, amount, value, ledger, because="")
    assert (found.why if found else None) == why


def test_refund_and_replacement_are_both_possible_with_a_reason() -> None:
    assert against(RESHIP, None, eur(9), (entry(REFUND, eur(9)),), because="a gift for a birthday") is None


@given(
    st.lists(st.tuples(st.sampled_from(sorted(PAYS_BACK)), st.integers(0, 6000) | st.none()), max_size=12),
    st.integers(0, 5000),
)
def test_all_refunds_together_never_exceed_the_order(asked: list[tuple[str, int | None]], value: int) -> None:
    """In whatever order and in however many parts; a refund without an amount is one of the whole."""
    ledger: list[Entry] = []
    for kind, cents in asked:
        if kind == PARTIAL_REFUND and cents is None:
            continue  # a part of unknown size is a lead's: `unsummable`
        amount = eur(value) if cents is None else eur(cents)
        if against(kind, amount, eur(value), ledger, because="") is None:
            ledger.append(entry(kind, amount))
        assert sum(each.amount.minor for each in ledger if each.amount) <= value


@pytest.mark.parametrize(
    ("amount", "value", "ledger", "unknown"),
    [
        (eur(100), eur(500), (), False),
        (usd(100), eur(500), (), True),
        (eur(100), None, (), False),
        (eur(100), None, (entry(PARTIAL_REFUND, eur(100)),), True),
        (eur(100), eur(500), (entry(PARTIAL_REFUND, usd(100)),), True),
        (eur(100), eur(500), (entry(PARTIAL_REFUND, eur(100)),), False),
    ],
)
def test_currencies_are_never_converted(
    amount: Money, value: Money | None, ledger: tuple[Entry, ...], unknown: bool
) -> None:
    assert unsummable(PARTIAL_REFUND, amount, value, ledger) is unknown


LIMITS = Limits(
    {
        "everybody": Ceiling({REFUND: eur(6000), RESHIP: eur(6000)}, eur(10000)),
        "approver": Ceiling({REFUND: eur(20000)}),
        "lead": Ceiling({REFUND: eur(100000)}),
    }
)


@pytest.mark.parametrize(
    ("roles", "kind", "amount", "today", "who", "why"),
    [
        ((), REFUND, eur(6000), (), "", ""),
        ((), REFUND, eur(6001), (), "second", "above"),
        ((), REFUND, eur(6000), (eur(4000),), "", ""),
        ((), REFUND, eur(6000), (eur(4001),), "second", "per_day"),
        ((), REFUND, None, (), "lead", "unknown_size"),
        ((), REFUND, usd(1), (), "lead", "other_currency"),
        ((), REFUND, eur(1), (usd(1),), "lead", "other_currency"),
        (("approver",), REFUND, eur(10000), (), "", ""),
        (("approver",), REFUND, eur(10001), (), "second", "per_day"),  # what it leaves unsaid is everybody's
        (("approver",), RESHIP, eur(6001), (), "second", "above"),
        (("lead",), REFUND, eur(100000), (), "", ""),
        (("lead", "approver"), REFUND, eur(100001), (), "second", "above"),
        (("lead",), RESHIP, eur(900000), (), "", ""),
        (("lead",), REFUND, None, (), "", "unknown_size"),
    ],
)
def test_whose_yes_an_amount_needs(
    roles: tuple[str, ...], kind: str, amount: Money | None, today: tuple[Money, ...], who: str, why: str
) -> None:
    found = need(LIMITS, roles, kind, amount, today)
    assert (found.who, found.why) == (who, why)


def test_without_ceilings_one_yes_is_enough() -> None:
    assert need(Limits(), (), REFUND, eur(10**9), (None, usd(5))).who == ""


def test_who_may_give_the_second_yes() -> None:
    assert [may_second("second", roles) for roles in ((), ("approver",), ("lead",))] == [False, True, True]
    assert [may_second("lead", roles) for roles in ((), ("approver",), ("lead",))] == [False, False, True]


def test_everybody_approves_until_an_approver_is_named() -> None:
    lead, plain = Person(ADA, roles=("lead",)), Person(LIN)
    assert who_may_approve((), ()) == who_may_approve((lead, plain), (ADA,)) == ()
    assert who_may_approve((plain, lead, Person(BEN, roles=("approver",))), (ADA,)) == (ADA, BEN)
