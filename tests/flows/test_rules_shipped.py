"""The packs as they are shipped: no rule of the reference is missing, dated changes take effect, words exist."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.brain import load_book
from flows.rules.rule import Rule

BOOK = load_book()
PACK = BOOK.rules
REFERENCE = Path(__file__).parent / "golden" / "rule_ids.txt"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def _said(rule: Rule) -> tuple[float | None, str]:
    return rule.length, rule.unit


def test_no_rule_of_the_reference_is_missing() -> None:
    """Every row of the three marketplaces' tables is data here."""
    ids = REFERENCE.read_text().split()

    assert len(ids) == 68
    assert sorted(set(ids) - PACK.ids) == []


@pytest.mark.parametrize(
    ("rule", "site", "at", "said"),
    [
        ("amz.return.refund", "us", _day(2026, 1, 25), (2, "business_days")),
        ("amz.return.refund", "us", _day(2026, 1, 26), (4, "calendar_days")),
        ("amz.return.refund", "de", _day(2026, 1, 26), (2, "business_days")),
        ("amz.safet.file", "us", _day(2026, 2, 15), (60, "calendar_days")),
        ("amz.safet.file", "us", _day(2026, 2, 16), (30, "calendar_days")),
        ("amz.safet.file", "de", _day(2026, 2, 16), (60, "calendar_days")),
        ("amz.safet.reply", "ae", AT, (3, "business_days")),
        ("amz.safet.reply", "us", AT, (7, "calendar_days")),
        ("amz.cancel.self", "jp", AT, (5, "minutes")),
        ("amz.cancel.self", "de", AT, (30, "minutes")),
        ("amz.ship.autocancel", "br", AT, (7, "business_days")),
        ("ebay.payment_dispute", "us", AT, (5, "calendar_days")),
        ("ebay.return.refund", "uk", AT, (2, "business_days")),
        ("ali.dispute.respond", None, AT, (5, "calendar_days")),
        ("ali.dispute.negotiate", None, AT, (7, "calendar_days")),
    ],
)
def test_limits_are_those_of_the_sources(
    rule: str, site: str | None, at: datetime, said: tuple[float | None, str]
) -> None:
    """A wrong length here is a lost claim; the numbers stand in the marketplace rules."""
    assert _said(PACK.one(rule, at, site=site)) == said


@pytest.mark.parametrize(
    ("rule", "site", "at", "window"),
    [
        ("amz.fba.return.claim.us", "us", _day(2024, 10, 23), (60, 120)),
        ("amz.fba.return.claim.eu", "de", AT, (45, 105)),
        ("amz.fba.return.seed", "us", _day(2021, 6, 16), (45, None)),
        ("amz.fba.return.seed", "us", _day(2021, 6, 17), (60, None)),
        ("amz.fba.removal", None, AT, (15, 75)),
        ("amz.atoz.file_window", None, AT, (3, 90)),
        ("ali.dispute.open", None, AT, (10, 15)),
    ],
)
def test_windows_open_and_close_as_stated(
    rule: str, site: str | None, at: datetime, window: tuple[float, float | None]
) -> None:
    """Too early is refused as surely as too late."""
    found = PACK.one(rule, at, site=site)

    assert found.opens is not None
    assert (found.opens.after, found.length) == window


@pytest.mark.parametrize(
    ("clock", "lengths"),
    [
        ("amz.atoz.info_request", [48, 72]),
        ("amz.atoz.appeal_info", [48, 72]),
        ("amz.contact.before_claim", [48, 72]),
        ("amz.chargeback", [7, 11]),
        ("amz.review.contact", [30, 90]),
        ("ali.cancel", [48, 72]),
        ("ali.feedback.leave", [15, 30]),
    ],
)
def test_where_sources_disagree_the_shorter_drives_and_the_longer_stays(clock: str, lengths: list[float]) -> None:
    """The first is what we work to, the second is told beside it."""
    found = PACK.find(clock, AT)

    assert [rule.length for rule in found] == lengths
    assert [rule.bound for rule in found] == ["due", "outer"]


@pytest.mark.parametrize(
    "rule", ["amz.cancel.request", "ebay.return.shipback", "ali.return.confirm", "ali.protection"]
)
def test_a_length_that_nobody_states_is_not_invented(rule: str) -> None:
    """Staff are told to read it in the account."""
    assert PACK.one(rule, AT).length is None


@pytest.mark.parametrize(
    ("rule", "unverified"),
    [("amz.feedback.buyer_remove", True), ("ali.dispute.appeal", True), ("ali.feedback.abuse", True),
     ("ali.dispute.evidence", True), ("amz.msg.reply", False), ("ebay.inr.respond", False), ("ali.ship", False)],
)  # fmt: skip
def test_what_no_good_source_says_is_marked(rule: str, *, unverified: bool) -> None:
    """Common knowledge, old pages and weak third parties are shown amber."""
    assert PACK.one(rule, AT).unverified is unverified


def test_superseded_rules_never_run() -> None:
    """They stay to be read: a look-up by clock does not find them."""
    history = {rule.id for rule in PACK.rules if rule.history}
    found = {rule.id for clock in {rule.clock for rule in PACK.rules} - history for rule in PACK.find(clock, AT)}

    assert {"amz.msg.reply.dec", "amz.atoz.legacy", "amz.fba.return.seed", "ali.dispute.legacy"} <= history
    assert not found & history
