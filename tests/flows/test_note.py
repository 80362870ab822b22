"""The weekly note: what a week's causes have in common, and when it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brain import load_book
from flows.case import CauseCode, Situation
from flows.causes import TABLE
from flows.note import ALIKE, DAYS, MOST, WEEK, Finding, Settled, Weekly, findings
from flows.rich import plain
from flows.view.note import advice, note, said

LOST = Settled(Situation.ITEM_NOT_RECEIVED, CauseCode.CARRIER, "unregistered")
FBA = Settled(Situation.ITEM_NOT_RECEIVED, CauseCode.PLATFORM, "platform_ships")
WORDS = load_book().words
SAID = sorted({*((row.cause, row.why) for row in TABLE), *((cause, "") for cause in CauseCode)})
SINCE, UNTIL = datetime(2026, 11, 16, 1, 0, tzinfo=UTC), datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SETTLED = st.builds(
    Settled, st.sampled_from(Situation), st.sampled_from(CauseCode), st.sampled_from(["", "damaged", "faulty"]),
    st.lists(st.sampled_from(["LAMP", "SHADE"]), unique=True, max_size=2).map(tuple),
)  # fmt: skip


def english(key: str) -> str:
    return WORDS.template(key, "en")


def test_four_of_five_not_received_were_unregistered() -> None:
    """The owner's example, as it stands in Slack, with the seeds' advice below it."""
    (found,) = findings([LOST] * 4 + [FBA])
    view = note(english, "k", SINCE, UNTIL, [found], ["U1"])
    text = [plain(line) for line in view.text]

    assert found == Finding(Situation.ITEM_NOT_RECEIVED, CauseCode.CARRIER, "unregistered", 4, 5)
    assert text[1] == "• 4 of 5 “Item not received”: it went unregistered"
    assert text[2].startswith("Switch these items to registered shipping")
    assert text[-1] == "@U1 "


def test_a_sku_is_named_where_it_stands_out() -> None:
    """Two of one SKU are worth a look; one of each says nothing."""
    faulty = [
        Settled(Situation.DEFECTIVE, CauseCode.PRODUCT, "faulty", (sku,)) for sku in ("LAMP", "LAMP", "VASE")
    ]

    (found,) = findings(faulty)
    assert (found.sku, found.of_sku) == ("LAMP", 2)
    (found,) = findings(faulty[1:])
    assert (found.sku, found.of_sku) == ("", 0)


@pytest.mark.parametrize("few", [[], [LOST], [LOST, FBA], [LOST, LOST, FBA, FBA, FBA, FBA, FBA][:1]])
def test_what_has_nothing_in_common_says_nothing(few: list[Settled]) -> None:
    assert findings(few) == ()


@given(st.lists(SETTLED, max_size=40))
def test_what_is_said_is_true_and_the_order_of_the_cases_does_not_matter(settled: list[Settled]) -> None:
    """Each count is that of the cases, at least half of the situation's; at most so many are said."""
    found = findings(settled)

    assert findings(reversed(settled)) == found
    assert len(found) <= MOST
    for each in found:
        situation = [case for case in settled if case.situation is each.situation]
        alike = [case for case in situation if (case.cause, case.why) == (each.cause, each.why)]
        assert (each.count, each.total) == (len(alike), len(situation))
        assert ALIKE <= each.count <= each.total <= 2 * each.count
        assert each.of_sku == sum(each.sku in case.skus for case in alike) if each.sku else each.of_sku == 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("cause", "why"), SAID)
def test_every_cause_has_its_words_and_advice(cause: CauseCode, why: str, language: str) -> None:
    finding = Finding(Situation.OTHER, cause, why, 2, 2, "LAMP", 2)

    def template(key: str) -> str:
        return WORDS.template(key, language)

    assert plain(said(template, finding))
    assert plain(advice(template, finding))


@given(
    st.integers(0, 6), st.integers(0, 23), st.integers(0, 59),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
)  # fmt: skip
def test_the_next_time_is_the_first_of_its_kind(
    weekday: int, hour: int, minute: int, after: datetime, zone: str
) -> None:
    """After now, within a week and an hour, and on the wall at that day and time, but where a clock skips it."""
    at = Weekly(weekday, hour, minute).next(zone, after)
    wall = at.astimezone(ZoneInfo(zone))

    assert after < at <= after + WEEK + timedelta(hours=1)
    assert wall.weekday() == weekday
    before = (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert (wall.hour, wall.minute) == (hour, minute) or wall.utcoffset() != before.utcoffset()


def test_it_reads_as_it_is_written() -> None:
    assert [str(Weekly(day, 9, 5)) for day in (0, 6)] == ["mon 09:05", "sun 09:05"]
    assert len(DAYS) == 7
