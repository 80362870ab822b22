"""News between processes on one PostgreSQL: they only shorten the wait, and come back by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, text

from bot.clock import SteppedClock, machine_s
from bot.engine import LOOK_ANYWAY_S
from bot.intake import StoreSink
from bot.news import BACK_OFF_S, CHANNEL, News
from bot.signals import STAGES, Signals
from bot.store.connecting import Connector
from bot.store.database import Database, database_url
from bot.store.tables import inbox
from tests.store.histories import SHOP, T0, engine, item, rows, wrote

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

END_LISTENERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()
"""


@asynccontextmanager
async def _process(url: str, shop: str = SHOP) -> AsyncIterator[tuple[Signals, News]]:
    """Signals and news as one process has them, listening; what the start itself woke is cleared."""
    signals = Signals()
    news = News(Connector(database_url(url)), shop, signals)
    signals.tell = news.tell
    running = asyncio.create_task(news.run())
    try:
        async with asyncio.timeout(20):
            await news.listening.wait()
            _quiet(signals)
            yield signals, news
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _quiet(signals: Signals) -> None:
    for stage in STAGES:
        getattr(signals, stage).clear()


def _woken(signals: Signals) -> list[str]:
    return [stage for stage in STAGES if getattr(signals, stage).is_set()]


async def _say(database: Database, *payloads: str) -> None:
    """As another program would: a plain NOTIFY for each."""

    def say(connection: Connection) -> None:
        for payload in payloads:
            connection.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": payload})

    await database.write(say)


async def test_what_one_process_stores_wakes_the_others(url: str) -> None:
    """Without news a click stored by one process would wait for the other's own look, seconds later."""
    async with _process(url) as (ours, _), _process(url) as (theirs, _):
        ours.wake("inbox")
        await theirs.inbox.wait()

        assert (_woken(ours), _woken(theirs)) == (["inbox"], ["inbox"])


async def test_a_process_is_not_woken_by_its_own_news(url: str) -> None:
    """It was woken when it stored; a second time it would look in vain, for every batch."""
    async with _process(url) as (ours, _), _process(url) as (theirs, _):
        ours.wake("inbox")
        await theirs.inbox.wait()
        _quiet(ours)
        theirs.wake("timers")  # comes after whatever the server still had for us
        await ours.timers.wait()

        assert _woken(ours) == ["timers"]


async def test_other_shops_and_other_programs_wake_nobody(url: str, database: Database) -> None:
    """One server may hold many shops, and anybody may speak on a channel."""
    async with _process(url) as (ours, _):
        await _say(database, "elsewhere:inbox", f"{SHOP}:kitchen", "rubbish", "", f"{SHOP}:outbox")
        await ours.outbox.wait()

        assert _woken(ours) == ["outbox"]


async def test_a_burst_is_told_in_a_few_words(url: str) -> None:
    """Every NOTIFY takes a lock of the whole server: a thousand commits must not become a thousand of them."""
    heard: list[str] = []
    enough = asyncio.Event()

    def hear(_connection: object, _pid: int, _channel: str, payload: str) -> None:
        heard.append(payload)
        if payload == f"{SHOP}:timers":
            enough.set()

    listener = await Connector(database_url(url)).connect()
    await listener.add_listener(CHANNEL, hear)
    async with _process(url) as (ours, _):
        for _ in range(1000):
            ours.wake("inbox")
            ours.wake("outbox")
        ours.wake("timers")
        await enough.wait()
    await listener.close()

    assert sorted(heard) == [f"{SHOP}:{stage}" for stage in STAGES]


async def test_a_dropped_listener_listens_again_and_looks_at_everything(url: str, database: Database) -> None:
    """What was told meanwhile is lost for it: it must look at every stage once, and hear what comes next."""
    async with _process(url) as (ours, _), _process(url) as (theirs, _):
        await database.write(lambda connection: connection.execute(text(END_LISTENERS)))
        for stage in STAGES:
            await getattr(ours, stage).wait()
            await getattr(theirs, stage).wait()
        _quiet(theirs)
        ours.wake("outbox")
        await theirs.outbox.wait()


async def test_what_could_not_be_told_is_told_later(url: str, database: Database) -> None:
    """The listening connection is down at the very moment of a commit: the others still hear of it."""
    async with _process(url) as (theirs, _):
        signals = Signals()
        news = News(Connector(database_url(url)), SHOP, signals)
        news.tell("outbox")
        running = asyncio.create_task(news.run())
        await theirs.outbox.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_unreachable_server_is_asked_ever_more_rarely(url: str) -> None:
    """It may be away for hours; the listener neither gives up nor drowns the log, and stops nobody."""
    waits: list[float] = []
    enough = asyncio.Event()

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == len(BACK_OFF_S):
            enough.set()
            await asyncio.Event().wait()

    nobody = Connector(database_url("postgresql://nobody@127.0.0.1:1/none"))
    running = asyncio.create_task(News(nobody, SHOP, Signals(), sleep=pause).run())
    async with asyncio.timeout(20):
        await enough.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert waits == [*BACK_OFF_S[1:], BACK_OFF_S[-1]]


async def test_another_process_handles_at_once_what_this_one_stored(
    url: str, database: Database, other: Database
) -> None:
    """The whole way: one process reads the channel, the engine of another takes it before its own look."""
    async with _process(url) as (ours, _), _process(url) as (theirs, _):
        handling = asyncio.create_task(engine(other, signals=theirs).run())
        seen, began = theirs.steps, machine_s()
        await StoreSink(database, SHOP, SteppedClock(T0), ours).store([wrote("where is my parcel?"), item("odd")])
        await theirs.next_progress(seen)
        took_s = machine_s() - began
        handling.cancel()
        await asyncio.gather(handling, return_exceptions=True)

    assert sorted(row["state"] for row in await rows(database, inbox)) == ["dead", "handled"]
    assert took_s < LOOK_ANYWAY_S / 2
