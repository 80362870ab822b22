"""Ids and digests that depend on nothing but their cause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import new_id
from flows.values import Cause, aware, derived_id, digest, new_text

EVENT = "01a207a2-3280-7436-8177-7e4ca3c6aa5a"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_derived_id_is_the_same_every_time_and_another_for_each_ordinal() -> None:
    """A step taken again makes the same rows: that is what keeps them from being doubled."""
    ids = [derived_id(EVENT, ordinal) for ordinal in (1, 2, "message", "case")]

    assert ids == [derived_id(EVENT, ordinal) for ordinal in (1, 2, "message", "case")]
    assert len(set(ids)) == 4


@given(st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)), st.one_of(st.integers(), st.text(max_size=9)))  # noqa: DTZ001 - the strategy adds the zone
def test_a_derived_id_is_a_uuid7_of_its_events_instant(at: datetime, ordinal: int | str) -> None:
    """Rows of one event lie together in every index; both databases and their drivers must take it."""
    event = new_id(at)
    made = UUID(derived_id(event, ordinal))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.bytes[:10] == UUID(event).bytes[:10]


def test_what_two_events_of_one_instant_cause_sorts_as_they_do() -> None:
    """A buyer's order is the platform's own; a row's id must not turn it around."""
    events = [new_id(AT) for _ in range(50)]

    made = [derived_id(event, ordinal) for event in events for ordinal in (1,)]
    assert made == sorted(made)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")), max_size=4))
def test_a_digest_counts_where_the_parts_begin(parts: list[str]) -> None:
    """Otherwise "ab", "c" and "a", "bc" would pass for one another."""
    assert digest("salt", *parts) != digest("salt", *parts, "")
    if len(parts) > 1:
        assert digest("salt", *parts) != digest("salt", "".join(parts))


def test_a_digest_cannot_be_guessed_without_its_salt() -> None:
    """The salt is erased with the text: what stays in the journal says nothing about it."""
    assert digest("one", "Gracias") != digest("other", "Gracias")


def test_a_text_is_pinned_by_the_digest_of_its_very_bytes() -> None:
    """What is sent is compared with it: a changed space is another text."""
    text, other = (new_text(Cause(EVENT, AT, "salt"), 1, body) for body in ("Hola", "Hola "))

    assert text.ref.id == other.ref.id
    assert text.ref.digest == digest("salt", "Hola") != other.ref.digest


def test_an_instant_without_a_zone_is_refused() -> None:
    """It would be a guess; with a zone it is the same instant in UTC."""
    with pytest.raises(ValueError, match="no time zone"):
        aware(AT.replace(tzinfo=None))
    shifted = aware(AT.astimezone(timezone(timedelta(hours=8))))
    assert (shifted, shifted.tzinfo) == (AT, UTC)
