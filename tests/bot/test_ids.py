"""Ids sort by time, and within one instant by the order in which they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import jitter, new_id, new_salt
from flows.values import derived_id

T0 = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_with_its_instant() -> None:
    """Any tool that reads UUIDs can read when a row was made."""
    made = UUID(new_id(T0))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(T0.timestamp() * 1000)


def test_ids_of_one_instant_keep_their_order() -> None:
    """A batch is stored at one instant, and a stepped clock stands still: the order given is the order kept."""
    made = [new_id(T0) for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=3650)), min_size=2, max_size=20, unique=True))
def test_ids_of_different_milliseconds_sort_by_time(after: list[timedelta]) -> None:
    """Whatever order they were made in."""
    instants = {int((T0 + each).timestamp() * 1000): T0 + each for each in after}
    made = {instant: new_id(at) for instant, at in instants.items()}

    assert sorted(made, key=lambda instant: made[instant]) == sorted(made)


def test_what_an_event_causes_sorts_as_the_event_does() -> None:
    """Two receipts to one buyer, decided in one batch, leave in the order of what they answer."""
    first, second = new_id(T0), new_id(T0)
    of_first = {derived_id(first, ordinal) for ordinal in range(200)}
    of_second = {derived_id(second, ordinal) for ordinal in range(200)}

    assert max(of_first) < min(of_second)
    assert len(of_first | of_second) == 400
    assert derived_id(first, 1) == derived_id(first, 1)
    assert UUID(derived_id(derived_id(first, 1), "message")).version == 7


def test_salts_are_long_and_new_each_time() -> None:
    """A short text could otherwise be guessed from its digest."""
    assert len({new_salt() for _ in range(100)}) == 100
    assert len(new_salt()) == 32
    assert 0 <= jitter() < 1
