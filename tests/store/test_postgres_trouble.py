"""PostgreSQL restarts, is full, hangs, or its standby takes over: the same process goes on, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.alarms import LOOK_SOON_S, Alarms
from bot.clock import SteppedClock, machine_s
from bot.engine import LOOK_ANYWAY_S
from bot.intake import StoreSink
from bot.pulse import Pulse
from bot.signals import Signals
from bot.store import cases as cases_store
from bot.store import connecting
from bot.store import inbox as inbox_store
from bot.store.connecting import Connector
from bot.store.database import Database, database_url, is_passing
from bot.store.tables import cases, inbox, messages
from bot.store.trouble import in_words
from sandbox.wire import Changed
from tests.store.cluster import Server, both, cluster, lone_server, wait_for_nobody, wait_for_standby
from tests.store.histories import HOUR, SHOP, T0, case, deadline, engine, item, rows, rung, store, wrote
from tests.store.process import Process
from tests.store.servers import MIGRATED, administer, named


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Room for few connections: five, of which an ordinary pool takes what it needs."""
    with lone_server("max_connections = 12\nsuperuser_reserved_connections = 0\n") as alone:
        yield alone


@pytest.fixture
async def address(server: Server) -> str:
    address = named(server.address, MIGRATED)
    await administer(address, "TRUNCATE inbox, outbox, cases, alarms, messages, journal, counters")
    return address


async def _each_once(process: Process) -> None:
    """Every acknowledged message was handled, in a case, and is there once."""
    assert process.acknowledged
    stored = await rows(process.database, inbox, state="handled")
    assert sorted(row["external_id"] for row in stored) == sorted(process.acknowledged)
    assert len(await rows(process.database, messages)) == len(process.acknowledged)
    numbers = [row["number"] for row in await rows(process.database, cases)]
    assert len(set(numbers)) == len(numbers)


async def _write(database: Database, **more: Any) -> None:
    await database.write(lambda c: c.execute(text("UPDATE counters SET value = value")), **more)


async def test_a_restarted_server_is_taken_up_again(server: Server, address: str) -> None:
    """An upgrade of the server at noon: the process needs no restart of its own."""
    async with Process(address).running() as process:
        await asyncio.gather(*(process.receive(wrote("before", chat)) for chat in range(10)))
        await process.quiet()
        restarting = asyncio.create_task(asyncio.to_thread(server.restart))
        n = 0
        while not restarting.done():
            n += 1
            await process.receive(wrote("meanwhile", n % 7))
        await restarting
        await process.news.listening.wait()
        await process.receive(wrote("after"))
        await process.quiet()
        await _each_once(process)


@asynccontextmanager
async def _held(address: str, statement: str) -> AsyncIterator[None]:
    """Another process holds these rows, does nothing with them, and goes without a word to anybody."""
    connection = await asyncpg.connect(address)
    holding = connection.transaction()
    await holding.start()
    await connection.execute(statement)
    yield
    await holding.rollback()
    await connection.close()


async def test_an_engine_looks_soon_for_what_another_one_held(address: str) -> None:
    """A process that died in the middle of its batch tells nobody: its rows must not wait for a slow look."""
    database, signals = Database(address), Signals()
    await store(database, wrote("one"), wrote("two"))
    async with _held(address, "SELECT id FROM inbox ORDER BY position LIMIT 1 FOR UPDATE"):
        made = engine(database, signals=signals)
        assert await made.handle_waiting() == 0
        handling = asyncio.create_task(made.run())
    began, seen = machine_s(), signals.steps
    async with asyncio.timeout(20):
        while await database.read(lambda c: inbox_store.is_waiting(c, SHOP)):
            await signals.next_progress(seen)
    assert machine_s() - began < LOOK_ANYWAY_S / 2
    handling.cancel()
    await asyncio.gather(handling, return_exceptions=True)
    await database.close()


async def test_an_alarm_that_another_process_holds_is_no_reason_to_spin(address: str) -> None:
    """It is due and not ours: looked at again soon, but not as fast as the machine can."""
    database, signals = Database(address), Signals()
    due = case(deadlines=(deadline(rung("half", 1)),))
    await database.write(lambda connection: cases_store.save(connection, SHOP, [(None, due)], T0))
    alarms = Alarms(database, SHOP, SteppedClock(T0 + 2 * HOUR), signals)
    async with _held(address, "SELECT * FROM alarms FOR UPDATE"):
        firing = asyncio.create_task(alarms.run())
        looks = await _looks(alarms, 5)
    async with asyncio.timeout(20):
        await signals.next_progress(0)
    firing.cancel()
    await asyncio.gather(firing, return_exceptions=True)
    await database.close()
    assert looks >= 4 * LOOK_SOON_S


async def _looks(alarms: Alarms, times: int) -> float:
    """The seconds it takes to look so often."""
    looked, began = Counted(), machine_s()
    alarms.pulse = looked
    await looked.changed.wait(times - 1)
    return machine_s() - began


class Counted(Pulse):
    """Tells of every round of a loop."""

    __slots__ = ("changed",)

    def __init__(self) -> None:
        super().__init__()
        self.changed = Changed()

    def beat(self) -> None:
        super().beat()
        self.changed.set()


async def test_connections_that_were_ended_are_not_handed_out(address: str) -> None:
    """The administrator ends every session: what begins after that must not even fail once."""
    database = Database(address)
    await asyncio.gather(*(_write(database) for _ in range(5)))
    await administer(
        address, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'amends'"
    )
    await asyncio.gather(*(_write(database) for _ in range(5)))
    await database.close()


async def _every_connection(address: str) -> list[Any]:
    taken = []
    with contextlib.suppress(asyncpg.TooManyConnectionsError):
        while True:
            taken.append(await asyncpg.connect(address))
    return taken


async def test_too_many_connections_pass(address: str) -> None:
    """Somebody else took them all: nothing is acknowledged, nothing taken for poison, and it goes on by itself."""
    others = await _every_connection(address)
    async with Process(address).running() as process:
        receiving = asyncio.create_task(process.receive(wrote("where is my parcel?")))
        await process.refused.wait(2)
        assert not process.acknowledged
        for other in others:
            await other.close()
        await receiving
        await process.quiet()
        await _each_once(process)


async def test_a_server_that_hangs_holds_nobody_for_long(address: str) -> None:
    """A frozen disk answers nothing and closes nothing: the transaction is broken off and another one works."""
    database, pids = Database(address), []

    def stop_it(connection: Connection) -> None:
        pids.append(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(pids[0], signal.SIGSTOP)
        connection.execute(text("SELECT 1"))

    began = machine_s()
    with pytest.raises(DBAPIError) as caught:
        await database.write(stop_it, patience_s=0.3)
    assert is_passing(caught.value)
    await _write(database)
    assert machine_s() - began < 5
    os.kill(pids[0], signal.SIGCONT)
    await database.close()


async def test_both_ends_notice_a_machine_that_vanished(address: str) -> None:
    """Left to the systems' defaults, a row locked by a lost machine stays locked for two hours."""
    connection = await Connector(database_url(address)).connect()
    ours = connection._transport.get_extra_info("socket")
    theirs = {
        name: await connection.fetchval(f"SHOW {name}")
        for name in ("tcp_user_timeout", "tcp_keepalives_idle", "idle_in_transaction_session_timeout")
    }
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    assert theirs == {
        "tcp_user_timeout": "10000",
        "tcp_keepalives_idle": "5",
        "idle_in_transaction_session_timeout": "20s",
    }
    await connection.close()


async def test_a_host_that_swallows_everything_does_not_hide_the_next(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead machine refuses nothing: its turn must end, and the host that answered is asked first after that."""
    monkeypatch.setattr(connecting, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = f"host=127.0.0.1:{silent.getsockname()[1]}&host=127.0.0.1:{server.port}"
        connector = Connector(database_url(f"postgresql://postgres@/{MIGRATED}?{hosts}"))
        first = await connector.connect()
        began = machine_s()
        second = await connector.connect()
        assert machine_s() - began < 0.3
        for connection in (first, second):
            assert await connection.fetchval("SELECT inet_server_port()") == server.port
            await connection.close()


def test_hosts_without_ports_are_refused_in_words() -> None:
    """The driver would say this only when it connects."""
    with pytest.raises(ValueError, match="host=HOST:PORT&host=HOST:PORT"):
        Connector(database_url("postgresql://postgres@/x?host=a&host=b"))


@pytest.mark.parametrize(
    ("code", "passing"),
    [
        ("08006", True),  # connection failure
        ("25006", True),  # read only: a standby
        ("25P03", True),  # our process hung in a transaction
        ("40P01", True),  # deadlock
        ("53300", True),  # too many connections
        ("57P01", True),  # the administrator ended it
        ("57P03", True),  # starting up
        ("22001", False),  # a value too long
        ("23505", False),  # a key twice
        ("25P02", False),  # a statement after one that failed
        ("42P01", False),  # no such table
    ],
)
async def test_what_passes_is_told_from_what_a_row_did(address: str, code: str, passing: bool) -> None:
    """A restart taken for poison buries good messages; poison taken for a restart is tried for ever."""
    database = Database(address)
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'so it is' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(DBAPIError) as caught:
        await database.write(lambda connection: connection.execute(text(statement)))
    assert is_passing(caught.value) == passing
    await database.close()


async def test_a_value_that_cannot_be_sent_is_the_rows_fault(address: str) -> None:
    """The driver refuses it before the server sees it, and says so without a code."""
    database = Database(address)
    with pytest.raises(DBAPIError) as caught:
        await database.write(lambda c: c.execute(text("SELECT CAST(:n AS integer)"), {"n": 2**40}))
    assert not is_passing(caught.value)
    await database.close()


async def _said(address: str) -> str:
    """What the owner of the shop is told about this address."""
    database = Database(address)
    with pytest.raises(SQLAlchemyError) as caught:
        await _write(database)
    await database.close()
    return in_words(caught.value, database.url)


async def test_trouble_is_told_with_its_remedy(server: Server, address: str) -> None:
    """SQLAlchemy calls all of these only Error: what asyncpg said stands behind it."""
    assert "create it (createdb)" in await _said(named(server.address, "nothing"))
    assert "does not let this user in" in await _said(address.replace("postgres@", "nobody@"))
    others = await _every_connection(address)
    assert "no connection left" in await _said(address)
    for other in others:
        await other.close()


@pytest.mark.usefixtures("address")
async def test_the_standby_takes_over_and_nothing_acknowledged_is_lost(server: Server) -> None:
    """The primary dies without a word. With `synchronous_standby_names` what was acknowledged is on both."""
    with cluster(server) as (primary, standby):
        await wait_for_standby(primary)
        async with Process(both(primary, standby)).running() as process:
            await asyncio.gather(*(process.receive(wrote("before", chat)) for chat in range(20)))
            await process.quiet()
            failing_over = asyncio.create_task(asyncio.to_thread(_fail_over, primary, standby))
            n = 0
            while not failing_over.done():
                n += 1
                await process.receive(wrote("meanwhile", n % 20))
            await failing_over
            await process.receive(wrote("after"))
            await process.quiet()
            assert process.refused.version
            await _each_once(process)


def _fail_over(primary: Server, standby: Server) -> None:
    primary.kill()
    standby.promote()


@pytest.mark.usefixtures("address")
async def test_nothing_is_acknowledged_while_the_standby_is_away(server: Server) -> None:
    """It is what the promise costs: without its standby the primary stores, but says so to nobody."""
    with cluster(server) as (primary, standby):
        await wait_for_standby(primary)
        database = Database(both(primary, standby))
        sink = StoreSink(database, SHOP, SteppedClock(T0), Signals())
        await asyncio.to_thread(standby.stop)
        storing = asyncio.create_task(sink.store([item("m1")]))
        async with asyncio.timeout(20):
            while not await database.read(_waits_for_standby):
                pass
            assert not storing.done()
            await asyncio.to_thread(standby.start)
            await storing
        await database.close()


def _waits_for_standby(connection: Connection) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    return bool(connection.execute(text(waiting)).scalar_one())


@pytest.mark.usefixtures("address")
async def test_without_a_synchronous_standby_the_newest_messages_may_be_lost(server: Server) -> None:
    """Why `docs/operations.md` asks for it: acknowledged, and gone with the primary."""
    with cluster(server) as (primary, standby):
        database = Database(both(primary, standby))
        sink = StoreSink(database, SHOP, SteppedClock(T0), Signals())
        await wait_for_standby(primary)
        await sink.store([item("early")])
        await wait_for_nobody(primary)
        await asyncio.to_thread(standby.stop)
        await sink.store([item("late")])
        await asyncio.to_thread(primary.kill)
        await asyncio.to_thread(standby.start)
        assert "promote the standby" in await _said(named(standby.address, MIGRATED))
        await asyncio.to_thread(standby.promote)
        assert [row["external_id"] for row in await rows(database, inbox)] == ["early"]
        await database.close()
