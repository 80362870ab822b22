"""The service was there, the machine slept, or somebody set the clock: told apart by a clock that nobody sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import elapsed_s
from bot.presence import KEEP_EVERY, Presence

T0 = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def presence(elapsed: Elapsed) -> Presence:
    """Kept at T0."""
    made = Presence(elapsed)
    made.kept(T0, elapsed())
    return made


def test_the_first_look_is_always_kept(elapsed: Elapsed) -> None:
    """Whether the service was away before it started is in the store, not here."""
    fresh = Presence(elapsed)

    assert fresh.is_due(T0)
    assert fresh.set_by(T0) == timedelta()


def test_while_all_is_well_one_look_in_thirty_seconds_writes(presence: Presence, elapsed: Elapsed) -> None:
    """The alarms look after every step; a write each time would cost the desk its disk."""
    due = []
    for second in range(1, 31):
        elapsed.now = 1000.0 + second
        due.append(presence.is_due(T0 + timedelta(seconds=second)))

    assert due == [False] * 29 + [True]


def test_a_machine_that_slept_was_away_and_its_clock_was_not_set(presence: Presence, elapsed: Elapsed) -> None:
    """Both clocks ran on: nobody was warned in this time."""
    elapsed.now += HOUR.total_seconds()

    assert presence.is_due(T0 + HOUR)
    assert presence.set_by(T0 + HOUR) == timedelta()


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(days=2)], ids=["forward", "back", "the demo's step"])
def test_a_clock_that_was_set_is_noticed_at_once(presence: Presence, elapsed: Elapsed, by: timedelta) -> None:
    """Only one of the two moved: the instant is kept anew before anybody takes it for a time away."""
    elapsed.now += 1
    now = T0 + timedelta(seconds=1) + by

    assert presence.is_due(now)
    assert presence.set_by(now) == by


def test_a_clock_that_was_set_while_the_machine_slept_moves_by_the_rest(
    presence: Presence, elapsed: Elapsed
) -> None:
    """Slept for an hour, and corrected by two on waking: away for one."""
    elapsed.now += HOUR.total_seconds()

    assert presence.set_by(T0 + 3 * HOUR) == 2 * HOUR


def test_a_late_loop_is_no_set_clock(presence: Presence, elapsed: Elapsed) -> None:
    """A busy second, a slewed clock."""
    elapsed.now += KEEP_EVERY.total_seconds() + 1.5

    assert presence.set_by(T0 + KEEP_EVERY) == timedelta()


def test_the_machine_has_such_a_clock() -> None:
    """It only ever goes forward."""
    first = elapsed_s()
    assert elapsed_s() >= first
