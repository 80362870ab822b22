"""Parcels in trouble, from the import to the case and to its end, by causes in the inbox; on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from bot import parcels
from bot.alarms import Alarms
from bot.clock import SteppedClock
from bot.importing import take_batch
from bot.signals import Signals
from bot.store import cases, orders
from bot.store.database import Database
from bot.store.tables import appointments
from bot.store.tables import cases as table
from flows.case import Case, Status
from flows.events import ParcelDue
from flows.order import Sourced, TrackingState
from flows.policy import Policy
from tests.flows.orders import order
from tests.store.histories import SHOP, T0, engine, handle_all, happened, rows, store, wrote

DAY = timedelta(days=1)
POLICY = Policy(stuck_after=7 * DAY, late_after=DAY)


def parcel(number: str = "A-1", **fields: Any) -> Sourced:
    """Seen last on T0, promised twenty days later."""
    way = {"shipped_at": T0 - DAY, "moved_at": T0, "promised_at": T0 + 20 * DAY, "tracking": TrackingState.MOVING}
    return Sourced(order(number, platform="own", site=None, **{**way, **fields}))


async def imports(database: Database, *given: Sourced, at: datetime = T0, policy: Policy = POLICY) -> None:
    await database.write(lambda c: take_batch(c, SHOP, given, f"import-{at:%m%d%H}", at, policy))


async def passes(database: Database, days: float, policy: Policy = POLICY) -> list[Case]:
    """The clock stands so many days after T0: what is due is handled. All cases, the oldest first."""
    clock = SteppedClock(T0 + days * DAY)
    await Alarms(database, SHOP, clock, Signals()).fire_due()
    await handle_all(engine(database, clock, policy=policy))
    return sorted(await database.read(lambda c: cases.all_cases(c, SHOP)), key=lambda case: case.id)


def about_it(case: Case, **fields: Any) -> Case:
    return replace(case, order="A-1", revision=case.revision + 1, **fields)


async def waiting(database: Database) -> dict[tuple[str, str], datetime]:
    return {
        (r["subject"], r["what"]): r["due_at"] for r in await rows(database, appointments) if not r["fired_at"]
    }


async def test_an_import_says_when_to_look(database: Database) -> None:
    """And the next one says it anew: a scan moves it, a delivery takes it back."""
    await imports(database, parcel())
    first = await waiting(database)
    await imports(database, parcel(moved_at=T0 + DAY), at=T0 + DAY)
    moved = await waiting(database)
    await imports(database, parcel(delivered_at=T0 + 2 * DAY), at=T0 + 2 * DAY)

    assert first == {("own:A-1", "stuck"): T0 + 7 * DAY, ("own:A-1", "late"): T0 + 21 * DAY}
    assert moved == {("own:A-1", "stuck"): T0 + 8 * DAY, ("own:A-1", "late"): T0 + 21 * DAY}
    assert await waiting(database) == {}


async def test_a_stuck_parcel_opens_a_case_and_only_one(database: Database) -> None:
    """Before its instant nothing; then a case; and its date passing opens no second one while that is open."""
    await imports(database, parcel())
    assert await passes(database, 6) == []
    (case,) = await passes(database, 7)
    later = await passes(database, 22)

    assert (case.order, case.platform, case.branch) == ("A-1", "own", "log.first_stuck_there")
    assert case.fact("tracking") == "moving"  # the fact of the book; what it means now follows from the instants
    assert [each.id for each in later] == [case.id]


async def test_when_it_moves_the_case_closes_by_itself(database: Database) -> None:
    """The import leaves the news as a cause; the case says why it closed, and its order is watched on."""
    await imports(database, parcel())
    await passes(database, 7)
    await imports(database, parcel(moved_at=T0 + 8 * DAY), at=T0 + 8 * DAY)
    (case,) = await passes(database, 8)
    assert (case.status, case.closed_why) == (Status.CLOSED, "parcel")
    both = await passes(database, 15)

    assert [each.status for each in both] == [Status.CLOSED, Status.OPEN]


async def test_where_the_buyer_has_written_no_case_opens(database: Database) -> None:
    """The open case knows of the order already, and is told by its own clock."""
    await imports(database, parcel())
    await store(database, wrote("Where is my order?"))
    await handle_all(engine(database, policy=POLICY))
    (asked,) = await database.read(lambda c: cases.all_cases(c, SHOP))
    await database.write(lambda c: cases.save(c, SHOP, [(asked, about_it(asked))], T0))
    found = await passes(database, 7)

    assert [case.id for case in found] == [asked.id]


async def test_an_earlier_conversation_is_written_to(database: Database) -> None:
    """A closed case of the order: its conversation and language are those of the new one."""
    await imports(database, parcel())
    await store(database, wrote("A question"))
    await handle_all(engine(database, policy=POLICY))
    (asked,) = await database.read(lambda c: cases.all_cases(c, SHOP))
    closed = about_it(asked, status=Status.CLOSED, unanswered=(), deadlines=(), language="es")
    await database.write(lambda c: cases.save(c, SHOP, [(asked, closed)], T0))
    _, case = await passes(database, 7)

    assert case.parties == asked.parties
    assert case.language == "es"
    assert case.branch == "log.first_stuck"
    assert case.proposal is not None
    assert case.proposal.conversation == asked.parties[0].conversation


async def test_two_processes_open_one_case(database: Database, other: Database) -> None:
    await imports(database, parcel())
    clock = SteppedClock(T0 + 7 * DAY)
    both = [Alarms(each, SHOP, clock, Signals()) for each in (database, other, database)]
    await asyncio.gather(*(alarms.fire_due() for alarms in both))
    await asyncio.gather(*(handle_all(engine(each, clock, policy=POLICY)) for each in (database, other)))

    assert len(await rows(database, table)) == 1


async def test_the_same_cause_again_opens_nothing(database: Database) -> None:
    """Also after the case was closed by a person: it was noticed once, at this very instant."""
    await imports(database, parcel())
    (case,) = await passes(database, 7)
    closed = about_it(case, status=Status.CLOSED)
    await database.write(lambda c: cases.save(c, SHOP, [(case, closed)], T0 + 8 * DAY))
    again = ParcelDue("A-1", "own", "stuck", T0 + 7 * DAY)
    await store(database, happened(again, lane="l"), at=T0 + 9 * DAY)

    assert len(await passes(database, 9)) == 1


async def test_so_many_a_day_and_the_others_tomorrow(database: Database) -> None:
    """A first import finds hundreds: the desk is not flooded, and an import meanwhile forgets none."""
    policy = Policy(stuck_after=7 * DAY, parcels_a_day=3)
    given = [parcel(f"A-{n}") for n in range(8)]
    await imports(database, *given, policy=policy)
    counts = [len(await passes(database, 7, policy))]
    again = [parcel(f"A-{n}", carrier="DPD") for n in range(8)]
    await imports(database, *again, at=T0 + 7.5 * DAY, policy=policy)
    counts += [len(await passes(database, days, policy)) for days in (7.6, 8.1, 9.2, 11)]

    assert counts == [3, 3, 3, 6, 8]


async def test_what_was_in_trouble_long_before_the_import_opens_nothing(database: Database) -> None:
    """A shop that starts brings in a year of orders."""
    await imports(database, parcel(moved_at=T0 - 90 * DAY, promised_at=T0 - 60 * DAY))

    assert await waiting(database) == {}


async def test_switched_off_nothing_opens_and_on_again_all_are_watched(database: Database) -> None:
    """What an import planned before does nothing; the next start by other settings plans anew."""
    await imports(database, parcel())
    off = Policy(watch_parcels=False)
    read = [await database.write(lambda c: parcels.arm_all(c, SHOP, POLICY, T0))]
    read += [await database.write(lambda c: parcels.arm_all(c, SHOP, off, T0))]
    assert await waiting(database) == {}
    assert await passes(database, 7, off) == []
    read += [await database.write(lambda c: parcels.arm_all(c, SHOP, POLICY, T0 + 8 * DAY)) for _ in range(2)]

    assert read == [1, 1, 1, 0]
    assert len(await passes(database, 8)) == 1


async def test_pages_of_the_book_meet_every_order_once(database: Database) -> None:
    given = [parcel(f"A-{n}") for n in range(7)] + [parcel("A-3", delivered_at=T0)]
    await imports(database, *given[:7])
    await imports(database, given[7])

    def pages(connection: Connection) -> list[str]:
        seen, last = list[str](), ("", "")
        while page := orders.under_way(connection, SHOP, last, 2):
            seen += [each.number for each in page]
            last = (page[-1].number, page[-1].platform)
        return seen

    assert await database.read(pages) == ["A-0", "A-1", "A-2", "A-4", "A-5", "A-6"]
