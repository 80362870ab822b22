"""The two chief stories once more on PostgreSQL, a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func

from bot.service import Service
from bot.store import leases
from bot.store.database import Database
from bot.store.tables import leases as leases_table
from tests.scenarios.claim_story import claim_from_buyer_to_proof
from tests.scenarios.world import LIN, UNDO, World, actions, received, words, world
from tests.store.servers import administer, named, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture
async def desk(server: str, tmp_path: Path) -> AsyncIterator[World]:
    await administer(server, "CREATE DATABASE desk")
    async with world(tmp_path, database_url=named(server, "desk")) as running:
        yield running
    await administer(server, "DROP DATABASE desk WITH (FORCE)")


async def test_a_reply_is_edited_held_and_delivered_on_postgresql(desk: World) -> None:
    """What a growing shop moves to must behave as the file it began with, through a restart as well."""
    sofia = desk.buyer(language="en")
    sofia.say("Where is my parcel? Order 114-1234567-7654321")
    await desk.settle()
    await desk.open(LIN, "edit")
    await desk.submit(LIN, text="It left today & arrives on Thursday.")
    await desk.settle()
    await desk.restart()
    await desk.advance(UNDO)
    assert received(sofia)[1:] == ["It left today & arrives on Thursday."]
    assert "delivered" in words(desk.card())
    assert actions(desk.card()) == ["menu", "cause", "edit"]


async def test_a_claim_is_heard_until_it_is_answered_on_postgresql(desk: World) -> None:
    """The ladder lives in the table, whichever database holds it."""
    await claim_from_buyer_to_proof(desk)


async def test_two_processes_share_the_work_and_one_of_them_reads(desk: World) -> None:
    """A shop that grew runs two: no update is fought over, and when one ends the other reads on."""
    second = Service(desk.settings, desk.clock, desk.service.paces)
    await second.start()
    running = asyncio.create_task(second.run())
    sofia = desk.buyer(language="en")
    sofia.say("Where is my parcel? Order 114-1234567-7654321")
    await desk.settle()
    await desk.click(LIN, "approve")
    await desk.advance(UNDO)
    first = desk.service
    assert [held(service) for service in (first, second)] == [True, False]
    assert (await second.health())[1]["intake"]["telegram:1000001"]["ok"]

    await desk.stop()
    desk.service, desk.running = second, running
    sofia.say("Is there any news?")
    await desk.settle()
    assert held(second)
    assert len(received(sofia)) == 2
    assert "Is there any news?" in words(desk.card())
    assert not any(call.status == 409 for call in desk.telegram.calls)


def held(service: Service) -> bool:
    return all(lease.is_held for lease in service.leases.values())


async def test_a_reader_that_died_is_replaced(desk: World) -> None:
    """Killed, it gave nothing back: its lease runs out by the server's clock, then the next one reads on."""
    await desk.stop()
    database = Database(desk.settings.database_url)
    long, now = timedelta(minutes=5), desk.clock.now()
    dead = await database.write(lambda c: leases.take(c, "read:telegram:1000001", "killed", long, now))
    assert dead is not None
    sofia = desk.buyer(language="en")
    sofia.say("Where is my parcel? Order 114-1234567-7654321")
    await desk.start()
    assert not held(desk.service)
    ended = leases_table.update().where(leases_table.c.holder == "killed").values(until=func.clock_timestamp())
    await database.write(lambda connection: connection.execute(ended))
    await database.close()
    await desk.settle()
    assert held(desk.service)
    assert "Where is my parcel?" in words(desk.card())
