"""`[money]` of shop.toml: what it becomes, and what is said when it is wrong or can never be met."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.shop import ShopFileError, read_shop
from flows.action import CANCEL, REFUND, RESHIP
from flows.money import Ceiling, Limits
from flows.policy import Policy
from flows.values import Money

LEAD = '[[staff]]\nid = "U0ADA"\nroles = ["lead"]\n'
BEN = '[[staff]]\nid = "U0BEN"\nroles = ["approver"]\n'


def _read(tmp_path: Path, text: str) -> Limits:
    file = tmp_path / "shop.toml"
    file.write_text(text, encoding="utf-8")
    return read_shop(file, Policy()).money


def test_without_the_table_there_are_no_ceilings(tmp_path: Path) -> None:
    assert _read(tmp_path, LEAD) == Limits()


def test_ceilings_by_role_kind_and_day(tmp_path: Path) -> None:
    """A cancelled order is refunded: one line sets both."""
    line = 'everybody = {refund = "60 EUR", replacement = "9.50 EUR", per_day = "300 EUR"}'
    limits = _read(tmp_path, f"{LEAD}[money]\n{line}\n")
    sixty = Money(6000, "EUR")
    each = {REFUND: sixty, CANCEL: sixty, RESHIP: Money(950, "EUR")}
    assert limits.of(()) == Ceiling(each, Money(30000, "EUR"))
    assert limits.of(("lead",)) == Ceiling()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEAD + '[money]\neverybody = {refund = "60"}\n', "write amounts with their currency"),
        (LEAD + "[money]\neverybody = {refund = 60}\n", "write amounts with their currency"),
        (LEAD + '[money]\neverybody = "60 EUR"\n', "write amounts with their currency"),
        (LEAD + '[money]\neverybody = {refnd = "60 EUR"}\n', "refund"),
        (LEAD + '[money]\nleed = {refund = "60 EUR"}\n', "lead"),
        (
            LEAD + '[money]\neverybody = {refund = "60 EUR"}\nlead = {refund = "60 USD"}\n',
            "write all in one currency, nothing is converted",
        ),
        (BEN + '[money]\neverybody = {refund = "60 EUR"}\n', "nobody is a lead"),
        (LEAD + '[money]\nlead = {refund = "60 EUR"}\n', "nobody could approve above it"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ShopFileError) as error:
        _read(tmp_path, text)
    assert said in str(error.value)


def test_a_lead_with_a_ceiling_and_an_approver_can_be_met(tmp_path: Path) -> None:
    assert _read(tmp_path, LEAD + BEN + '[money]\nlead = {refund = "60 EUR"}\n').ceilings
