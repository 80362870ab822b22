"""Three like cases of one SKU: one warning, whoever counts, and those that follow join it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot import batches, warned
from bot.store import cases, codec, likes, orders, warnings
from bot.store.database import Database
from bot.store.tables import inbox as inbox_table
from bot.store.tables import like_cases, outbox
from bot.store.tables import warnings as table
from bot.store.warnings import BATCH
from flows.case import Case, CauseCode, Situation, Source, Status
from flows.events import BatchSuspected, WarningAcknowledged
from flows.order import Item, Sourced
from flows.policy import Policy
from tests.flows.orders import order
from tests.store.histories import SHOP, T0, an_id, case, moved, only, rows

DAY = timedelta(days=1)
LAMP, SHADE = Item("1", "LAMP"), Item("2", "SHADE")
POLICY = Policy(batch_cases=3, batch_window=30 * DAY)


@pytest.fixture(autouse=True)
async def book(database: Database) -> None:
    """A-1 to A-9 are lamps, A-10 is a lamp with its shade."""
    given = [Sourced(order(f"A-{n}", items=(LAMP,))) for n in range(1, 10)]
    given.append(Sourced(order("A-10", items=(LAMP, SHADE))))
    await database.write(lambda c: orders.write(c, SHOP, given, "import-1", T0))


def about(number: int, at: datetime = T0, situation: Situation = Situation.DEFECTIVE, **fields: Any) -> Case:
    made = case(number, situation=situation, **{"order": f"A-{number}", **fields})
    return replace(made, id=an_id(at), opened_at=at)


async def happens(database: Database, *after: Case, before: Case | None = None, at: datetime = T0) -> int:
    """These cases are saved and counted, in one transaction."""

    def save(connection: Any) -> int:
        changes = [(before, each) for each in after]
        cases.save(connection, SHOP, changes, at)
        return batches.watch(connection, SHOP, POLICY, changes, at, at)

    return await database.write(save)


async def told(database: Database) -> list[BatchSuspected]:
    return [codec.decode(row["raw"], BatchSuspected) for row in await rows(database, inbox_table)]


async def test_the_third_like_case_raises_one_warning(database: Database) -> None:
    """Two are a coincidence; the third is told to staff, and to each open case."""
    first, second, third = about(1), about(2, status=Status.CLOSED), about(3)
    quiet = [await happens(database, first), await happens(database, second)]
    left = await happens(database, third)
    raised = only(await rows(database, table))

    assert quiet == [0, 0]
    assert left == 2
    assert (raised["subject"], raised["about"], raised["nth"]) == ("LAMP", "product", 1)
    assert [codec.loads(row["body"])["warning"] for row in await rows(database, outbox)] == [raised["id"]]
    assert {event.case for event in await told(database)} == {first.id, third.id}
    assert {event.cases for event in await told(database)} == {3}


async def test_further_cases_join_and_raise_none(database: Database) -> None:
    """The post is edited, the new case is told; nobody is mentioned a second time."""
    await happens(database, about(1), about(2), about(3))
    fourth = about(4, T0 + DAY)
    await happens(database, fourth, at=T0 + DAY)
    raised = only(await rows(database, table))
    keys = [row["dedupe_key"] for row in await rows(database, outbox)]

    assert raised["last_at"] == T0 + DAY
    assert sorted(keys) == [f"warning:{raised['id']}", f"warning:{raised['id']}:{fourth.id}"]
    assert (await told(database))[-1] == BatchSuspected(fourth.id, "LAMP", CauseCode.PRODUCT, 4)


async def test_after_a_pause_another_batch_is_another_warning(database: Database) -> None:
    """As long as the window none came: what comes then has to be enough by itself."""
    await happens(database, about(1), about(2), about(3))
    later = T0 + 31 * DAY
    await happens(database, about(4, later), about(5, later), at=later)
    assert len(await rows(database, table)) == 1
    await happens(database, about(6, later), at=later)

    assert [row["nth"] for row in await rows(database, table)] == [1, 2]


@pytest.mark.parametrize(
    "third",
    [
        about(3, order="A-2"),
        about(3, situation=Situation.DAMAGED),
        about(3, situation=Situation.ITEM_NOT_RECEIVED),
        about(3, cause=CauseCode.BUYER, cause_by=Source.STAFF),
        about(3, T0 - 31 * DAY),
        about(3, order=None),
        about(3, order="nobody's"),
    ],
)
async def test_what_is_not_like_the_others_does_not_count(database: Database, third: Case) -> None:
    """The same order, another kind of matter or cause, long ago, without an order or an order's lines."""
    await happens(database, about(1), about(2))
    await happens(database, third)

    assert await rows(database, table) == []


async def test_a_cause_chosen_later_makes_it_like(database: Database) -> None:
    """A return said nothing of the goods until somebody looked; a cause that is taken back counts no more."""
    returned = about(3, situation=Situation.RETURN_EXCHANGE)
    await happens(database, about(1), about(2), returned)
    chosen = moved(returned, cause=CauseCode.PRODUCT, cause_by=Source.STAFF)
    await happens(database, chosen, before=returned)
    assert len(await rows(database, table)) == 1
    await happens(database, moved(chosen, cause=CauseCode.CARRIER), before=chosen)

    assert {row["case_id"] for row in await rows(database, like_cases)}.isdisjoint({returned.id})


async def test_lines_that_are_imported_later_count(database: Database) -> None:
    """The order book learnt of the order after the buyer had written."""
    first = about(11)
    await happens(database, about(1), about(2), first)
    given = [Sourced(order("A-11", items=(LAMP,)))]
    await database.write(lambda c: orders.write(c, SHOP, given, "import-2", T0))
    await happens(database, moved(first, order_digest="known"), before=first)

    assert only(await rows(database, table))["subject"] == "LAMP"


async def test_a_case_of_two_skus_counts_for_both(database: Database) -> None:
    await happens(database, about(10))
    lamps = await database.read(lambda c: likes.since(c, SHOP, "LAMP", "product", T0))
    shades = await database.read(lambda c: likes.since(c, SHOP, "SHADE", "product", T0))

    assert len(lamps) == 1
    assert lamps == shades


async def test_two_processes_that_count_at_once_warn_once(database: Database, other: Database) -> None:
    """Each sees its own third case; the unique key lets one of them speak."""
    await happens(database, about(1), about(2))
    await asyncio.gather(happens(database, about(3)), happens(other, about(4)))

    only(await rows(database, table))
    assert len([row for row in await rows(database, outbox) if row["dedupe_key"].count(":") == 1]) == 1


async def test_of_two_clicks_one_acknowledges_and_the_other_is_told(database: Database) -> None:
    """Who and when stays; the second person learns who was faster."""
    await happens(database, about(1), about(2), about(3))
    id = only(await rows(database, table))["id"]
    clicks = [WarningAcknowledged(id, by) for by in ("U1", "U2")]
    seen = await database.write(lambda c: [warned.acknowledge(c, SHOP, each, T0 + DAY, T0) for each in clicks])
    late = [codec.loads(row["body"]) for row in await rows(database, outbox) if row["lane"] == "tell:U2"]

    assert seen == [True, False]
    assert only(await rows(database, table))["acknowledged_by"] == "U1"
    assert [(said["notice"], said["by"]) for said in late] == [("late", "U1")]


async def test_what_was_warned_of_lately_is_listed(database: Database) -> None:
    await happens(database, about(1), about(2), about(3))
    now = await database.read(lambda c: warnings.listed(c, SHOP, BATCH, T0))
    later = await database.read(lambda c: warnings.listed(c, SHOP, BATCH, T0 + DAY))

    assert [(each.subject, each.message) for each in now] == [("LAMP", None)]
    assert later == []
