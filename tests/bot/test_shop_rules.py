"""The shop's own values for rules: read, refused with line and remedy, seen in every explanation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.brain import load_book
from bot.explaining import why
from bot.shop import ShopFileError, read_shop
from flows.clocks import due
from flows.clocks.hours import Hours, Shift
from flows.policy import Policy
from flows.rich import plain
from tests.flows.moves import wrote
from tests.flows.play import Story, play

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _read(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "shop.toml"
    file.write_text(text, encoding="utf-8")
    return read_shop(file, Policy())


REPLY, INR = '[rules."amz.msg.reply"]\n', '[rules."ebay.inr.respond"]\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[rules."amz.msg.repli"]', "line 1: no pack has a rule amz.msg.repli; did you mean amz.msg.reply?"),
        ('[rules."nothing.at_all"]', "line 1: no pack has a rule nothing.at_all: `amends rules list`"),
        ('[rules."amz.msg.reply.dec"]', "line 1: no pack has a rule amz.msg.reply.dec that holds now"),
        (REPLY + 'lenght = 12', "line 2: unknown key lenght; did you mean length?"),
        (REPLY + 'length = "12"', "line 2: rules.amz.msg.reply.length: write a number, such as 12"),
        (REPLY + 'length = true', "line 2: rules.amz.msg.reply.length: write a number, such as 12"),
        (REPLY + 'length = 0', "line 2: write a number of hours above 0"),
        (REPLY + 'length = 25', "line 2: longer than the platform's 24 hours: shorten it"),
        (REPLY + 'unit = "business_days"\nbecause = "x"', "line 2: say the length in business_days as well"),
        (REPLY + 'unit = "business_hours"', "line 2: rules.amz.msg.reply.unit: write one of: minutes"),
        (REPLY + 'unit = "weeks"', "line 2: rules.amz.msg.reply.unit: write one of: minutes"),
        (REPLY + 'length = 2\nunit = "business_days"', "line 1: the platform counts 24 hours; to count"),
        (INR + 'length = 1.5', "line 2: days are whole; say it in hours"),
        (INR + 'zone = "Mars"', "line 2: rules.ebay.inr.respond.zone: 'Mars' is not an IANA"),
        (INR + 'calendar = "mars"', "line 2: rules.ebay.inr.respond.calendar: 'mars' is no calendar"),
        (INR + 'zone = "Asia/Tokyo"', "line 1: the platform counts 3 business_days; to count"),
        (REPLY + 'length = 25\nbecause = " "', "line 3: rules.amz.msg.reply.because: write a text"),
        ('[rules."house.first_answer"]\nlength = 48', "line 1: our own target is set by first_answer_hours in"),
        ('[rules."house.resolution"]\nlength = 48', "line 1: our own target is set by settle_within_hours in"),
        ("[rules]\namz = 3", 'line 1: write [rules."amz"], with the id in quotes'),
        ("rules = 3", 'line 1: write [rules."amz.msg.reply"], one table for each rule'),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_line_and_remedy(tmp_path: Path, text: str, problem: str) -> None:
    """A marketplace does not wait longer because a shop's file says so."""
    with pytest.raises(ShopFileError) as caught:
        _read(tmp_path, text)

    assert len(caught.value.problems) == 1
    assert str(caught.value.problems[0]).startswith(problem), caught.value.problems


def test_a_shorter_value_needs_no_reason_and_stands_in_every_explanation(tmp_path: Path) -> None:
    """ "House value 12 h, rule says 24 h": nobody takes our own limit for Amazon's."""
    policy = _read(tmp_path, '[rules."amz.msg.reply"]\nlength = 12\n')
    rule = load_book(policy.rules).rules.one("amz.msg.reply", AT)
    explained = due(rule, AT, lag_s=0.0, start_event="buyer_wrote")

    assert explained.due_at == AT + timedelta(hours=12)
    assert (explained.length, explained.said, explained.because) == ("12 hours", "24 hours", "")
    assert rule.original == load_book().rules.one("amz.msg.reply", AT)


def test_a_longer_or_other_way_of_counting_needs_a_reason(tmp_path: Path) -> None:
    """The account may show more than the page: whoever says so leaves the reason."""
    text = '[rules."amz.atoz.info_request"]\nlength = 72\nbecause = "the claim page shows 3 days"\n'
    policy = _read(tmp_path, text)
    rule = load_book(policy.rules).rules.one("amz.atoz.info_request", AT)

    assert (rule.length, rule.because) == (72, "the claim page shows 3 days")


def test_a_length_read_from_the_account_fills_the_gap(tmp_path: Path) -> None:
    """Where no source states one, there is nothing to be longer than."""
    policy = _read(tmp_path, '[rules."ali.return.confirm"]\nlength = 30\n[rules."house.safety"]\nlength = 2\n')
    pack = load_book(policy.rules).rules

    assert pack.one("ali.return.confirm", AT).length == 30
    assert pack.one("house.safety", AT).length == 2


def test_another_unit_brings_its_own_way_of_counting(tmp_path: Path) -> None:
    """Days have a calendar and a zone, which hours did without."""
    policy = _read(tmp_path, '[rules."house.safety"]\nlength = 1\nunit = "business_days"\n')
    rule = load_book(policy.rules).rules.one("house.safety", AT)

    assert (rule.unit, rule.counting, rule.calendar, rule.zone) == ("business_days", "same_time", "site", "site")


def test_only_what_holds_without_an_end_is_replaced(tmp_path: Path) -> None:
    """What Amazon said until a date stays what it said."""
    policy = _read(tmp_path, '[rules."amz.return.refund.us"]\nlength = 3\n')
    pack = load_book(policy.rules).rules
    before = pack.one("amz.return.refund.us", datetime(2026, 1, 20, tzinfo=UTC))

    assert (before.length, before.original) == (2, None)
    assert pack.one("amz.return.refund.us", AT).length == 3


def test_the_packs_version_says_that_a_shop_counts_otherwise(tmp_path: Path) -> None:
    """So that open cases are counted anew when the shop's file changes."""
    policy = _read(tmp_path, '[rules."amz.msg.reply"]\nlength = 12\n')

    assert load_book(policy.rules).versions["rules"] != load_book().versions["rules"]
    assert load_book(Policy().rules).versions["rules"] == load_book().versions["rules"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "House value 6 hours of working time; the rule says 24 hours"),
        ("zh", "本店自定 6 小时工作时间，规则为 24 小时"),
    ],
)
def test_a_target_of_our_own_stands_beside_the_default(language: str, line: str) -> None:
    """In staff's words, not by the names of units in the file."""
    hours = Hours("shop", "UTC", tuple((Shift(9 * 60, 18 * 60),) for _ in range(7)))
    story = Story(policy=Policy(language=language, first_answer=timedelta(hours=6), hours=hours))
    play((0, wrote()), story=story)
    [(_, lines), *_] = why(story.shown()).clocks

    assert line in [plain(each) for each in lines]
