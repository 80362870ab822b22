"""What goes into a column comes out the same on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.database import Database, insert_new
from bot.store.tables import buyers, counters, leases
from flows.values import storable
from tests.store.histories import SHOP, T0, only, rows

SHANGHAI = timezone(timedelta(hours=8))


def _lease(until: datetime) -> dict[str, object]:
    return {"name": "poller", "holder": "a", "until": until, "token": 1}


def _buyer(name: str) -> dict[str, object]:
    return {"shop_id": SHOP, "id": "b", "channel": "c", "address": "1", "name": name, "language": None}


async def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    """SQLite forgets the zone and PostgreSQL answers in the session's; a deadline must survive both."""
    await database.write(lambda connection: insert_new(connection, leases, [_lease(T0.astimezone(SHANGHAI))]))

    until = only(await rows(database, leases))["until"]

    assert until == T0
    assert until.utcoffset() == timedelta()


async def test_a_naive_instant_is_refused(database: Database) -> None:
    """Stored without a zone it would be read as UTC: a deadline wrong by hours, in silence."""
    with pytest.raises(ValueError, match="naive instant 2026-03-02T09:30:15"):
        await database.write(lambda connection: insert_new(connection, leases, [_lease(T0.replace(tzinfo=None))]))

    assert await rows(database, leases) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b", "a\u2400b"),
        ("broken \ud83d emoji", "broken \ufffd emoji"),
        ("\udc00", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("", ""),
        ("\U0001f4e6" * 4096, "\U0001f4e6" * 4096),
        ("\u202e\u0301\ufeff", "\u202e\u0301\ufeff"),
    ],
    ids=["nul", "lone high", "lone low", "pair", "empty", "4096 emoji", "marks"],
)
async def test_outside_text_is_kept_as_both_databases_can(database: Database, given: str, kept: str) -> None:
    """PostgreSQL refuses NUL and neither takes lone surrogates; one bad letter must not park a message."""
    await database.write(lambda connection: insert_new(connection, buyers, [_buyer(given)]))

    assert only(await rows(database, buyers))["name"] == kept


async def test_text_is_found_by_what_was_given(database: Database) -> None:
    """A lane or address is looked up with the text it was stored from, NUL and all."""
    await database.write(lambda connection: insert_new(connection, buyers, [_buyer("a\x00b")]))

    assert len(await rows(database, buyers, name="a\x00b")) == 1


async def test_large_integers_fit(database: Database) -> None:
    """A Telegram file size and our own positions in microseconds are beyond 32 bits."""
    await database.write(
        lambda connection: insert_new(connection, counters, [{"shop_id": SHOP, "name": "n", "value": 2**62}])
    )

    assert only(await rows(database, counters))["value"] == 2**62


@given(st.text(st.characters(), max_size=50))
def test_storable_text_is_valid_and_stays_itself(text: str) -> None:
    """Made storable twice is the same as once, and text without such letters is not touched."""
    kept = storable(text)

    assert kept.encode().decode() == kept
    assert "\x00" not in kept
    assert storable(kept) == kept
    assert kept == text or "\x00" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)
