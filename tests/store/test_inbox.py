"""Causes: stored once, claimed urgent first and in lane order, closed once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from bot.store import inbox
from bot.store.database import Database
from bot.store.inbox import Outcome
from bot.store.tables import inbox as table
from tests.store.histories import SHOP, T0, item, rows, store

POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def _claimed(database: Database, at_most: int = 100) -> list[str]:
    """What a claim answers, by external id; nothing is settled."""
    claimed = await database.write(lambda connection: inbox.claim(connection, SHOP, at_most))
    return [row.external_id for row in claimed]


async def test_a_repeat_is_ignored(database: Database) -> None:
    """Telegram and Slack deliver again whenever an answer was late: it must make no second event."""
    await store(database, item("1", raw=b"first"))
    await store(database, item("1", raw=b"again"), item("2"), item("2"))

    stored = await rows(database, table)
    assert [(row["external_id"], row["raw"]) for row in stored] == [("1", b"first"), ("2", b"hello")]


async def test_the_same_id_with_other_content_is_kept(database: Database) -> None:
    """An edit, or a platform that reuses an id: dropped, a buyer's words would be lost."""
    await store(database, item("1", fingerprint="a"), item("1", fingerprint="b"))
    await store(database, replace(item("1", fingerprint="a"), channel="telegram:8"))

    assert len(await rows(database, table)) == 3


async def test_a_row_goes_in_and_comes_out_whole(database: Database) -> None:
    """Raw payloads are bytes of any kind; positions are beyond 32 bits."""
    given = item("1", lane="l", position=2**60, raw=bytes(range(256)), urgent=True)
    await store(database, given)
    (row,) = await database.write(lambda connection: inbox.claim(connection, SHOP, 10))

    assert (row.lane, row.position, row.raw, row.urgent) == ("l", 2**60, given.raw, True)
    assert row.stored_at == T0
    assert len(row.salt) == 32


async def test_urgent_rows_go_first(database: Database) -> None:
    """A click must not wait behind ten thousand stored messages."""
    await store(database, item("a", lane="a"), item("b", lane="b"), item("click", lane="c", urgent=True))

    assert await _claimed(database) == ["click", "a", "b"]


async def test_a_lane_is_in_the_platforms_order_not_in_that_of_arrival(database: Database) -> None:
    """Two connections may store update 7 before update 6; the buyer said 6 first."""
    await store(database, item("second", position=7), item("first", position=6))

    assert await _claimed(database) == ["first", "second"]


async def test_urgency_does_not_overtake_in_its_own_lane(database: Database) -> None:
    """An alarm's event after a receipt of the same case: handled in order, both before the others."""
    await store(
        database,
        item("other", lane="a", position=1),
        item("receipt", lane="case", position=2),
        item("alarm", lane="case", position=3, urgent=True),
    )

    assert await _claimed(database) == ["receipt", "alarm", "other"]


async def test_a_lane_whose_head_did_not_fit_is_not_begun_in_the_middle(database: Database) -> None:
    """The claim is cut off at a number; what comes later in a lane must not slip in before the cut-off rest."""
    await store(database, item("late", position=9, urgent=True), *(item(str(n), position=n) for n in range(1, 6)))

    assert await _claimed(database, at_most=1) == ["1"]
    assert await _claimed(database, at_most=2) == ["1"]
    assert await _claimed(database, at_most=5) == ["1", "2", "3", "4"]
    assert await _claimed(database, at_most=6) == ["1", "2", "3", "4", "5", "late"]


async def test_a_flood_of_urgent_rows_does_not_stop_the_lanes_they_stand_in(database: Database) -> None:
    """After downtime every case has an alarm, and before it an older row that is not urgent: all must go on."""
    older = [item(f"older{n}", lane=f"case{n}", position=n) for n in range(10)]
    alarms = [item(f"alarm{n}", lane=f"case{n}", position=100 + n, urgent=True) for n in range(10)]
    await store(database, *older, *alarms)

    claimed = await _claimed(database, at_most=4)
    assert claimed == ["older0", "older1", "older2", "older3", "alarm0", "alarm1", "alarm2", "alarm3"]


async def test_a_settled_row_is_not_claimed_again(database: Database) -> None:
    """Handled, ignored and dead are ends; only a person has a dead one handled again."""
    await store(database, item("a"), item("b"), item("c"), item("d"))

    def settle_three(connection: Connection) -> None:
        a, b, c, _ = inbox.claim(connection, SHOP, 10)
        outcomes = [
            Outcome(a.id, "handled", case="k"),
            Outcome(b.id, "ignored"),
            Outcome(c.id, "dead", error="x\x00"),
        ]
        inbox.settle(connection, SHOP, outcomes, T0)

    await database.write(settle_three)

    assert await _claimed(database) == ["d"]
    stored = await rows(database, table)
    assert [(row["state"], row["case_id"], row["error"]) for row in stored] == [
        ("handled", "k", None), ("ignored", None, None), ("dead", None, "x\u2400"), ("waiting", None, None),
    ]  # fmt: skip


async def test_shops_do_not_see_each_others_rows(database: Database) -> None:
    """Several shops share one database; one shop's engine decides with its own policy only."""
    await store(database, item("ours"))
    await database.write(lambda connection: inbox.add(connection, "other", [item("theirs")], T0))

    assert await _claimed(database) == ["ours"]


@POSTGRESQL
async def test_a_row_locked_elsewhere_is_skipped_with_its_lane(database: Database, other: Database) -> None:
    """Two processes: what follows a row that another one handles just now has to wait for it, other lanes not."""
    await store(database, item("a1", lane="a", position=1))

    def hold_while_another_claims(connection: Connection) -> tuple[list[str], list[str]]:
        held = [row.external_id for row in inbox.claim(connection, SHOP, 10)]
        await_only(store(other, item("a2", lane="a", position=2), item("b1", lane="b", position=3)))
        return held, await_only(_claimed(other))

    assert await database.write(hold_while_another_claims) == (["a1"], ["b1"])
    assert await _claimed(other) == ["a1", "a2", "b1"]


class _Died(Exception):
    pass


async def test_what_another_process_rolled_back_is_claimed_again(database: Database, other: Database) -> None:
    """A process that dies in the middle gives its rows back at once, unhandled."""
    await store(database, item("a"))

    def settle_and_die(connection: Connection) -> None:
        (row,) = inbox.claim(connection, SHOP, 10)
        inbox.settle(connection, SHOP, [Outcome(row.id, "handled")], T0)
        raise _Died

    with pytest.raises(_Died):
        await database.write(settle_and_die)

    assert await _claimed(other) == ["a"]
