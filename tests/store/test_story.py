"""The log tells a case as a story, under the number staff know it by; and the instruments count what it tells."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.alarms import Alarms
from bot.clock import SteppedClock, machine_now
from bot.delivery import Delivery
from bot.intake import StoreSink
from bot.logs import formatter
from bot.metrics import Metrics
from bot.outcomes import Handler, Result
from bot.signals import Signals
from bot.store import cases, outbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from bot.watching import Watch
from flows.ports import OutcomeUnknown, Unavailable
from tests.store.histories import HOUR, SHOP, T0, case, deadline, effect, engine, handle_all, item, rung, wrote
from tests.store.histories import store as keep


def _count(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


def _story(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was told at INFO and above, as on a terminal."""
    write = formatter(plain=True)
    lines = [write.format(record) for record in caplog.records if record.levelno >= logging.INFO]
    return [line.partition(" bot.")[2] for line in lines]


async def test_a_case_is_told_from_its_opening(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """grep A-0001 shows its story; what was written stays in the store."""
    caplog.set_level(logging.INFO)
    watch = Watch()
    await keep(database, wrote("I live at 12 Elm Street"))
    await handle_all(engine(database, watch=watch))
    (line,) = _story(caplog)
    assert line.startswith("story opened case=A-0001 kind=BuyerWrote seq=1 inbox=")
    assert "Elm" not in caplog.text
    assert _count(watch.metrics, "amends_engine_batch_rows_sum") == 1


async def test_every_event_is_told_to_whoever_looks_closely(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The level decides, and at INFO nothing is paid for what is not told."""
    caplog.set_level(logging.DEBUG, "bot.story")
    await keep(database, wrote("one"), wrote("two"))
    await handle_all(engine(database, watch=Watch()))
    told = [(record.getMessage(), vars(record)["seq"]) for record in caplog.records if record.name == "bot.story"]
    assert told == [("opened", 1), ("event", 2)]


async def test_what_cannot_be_read_is_told_and_counted(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody should learn of a dead letter by chance."""
    caplog.set_level(logging.INFO)
    watch = Watch()
    await keep(database, item("a", kind="unreadable"), item("b", lane="b", raw=b"Elm Street"))
    await handle_all(engine(database, watch=watch))
    assert _count(watch.metrics, "amends_dead_letters_total") == 2
    assert _count(watch.metrics, "amends_engine_retries_total", why="replayed") == 1
    assert [line for line in _story(caplog) if "dead letter" in line or "parked" in line]
    assert "Elm" not in "".join(_story(caplog))


async def test_intake_is_counted_by_the_batch(database: Database) -> None:
    """One observation a commit, not one a row."""
    watch = Watch()
    sink = StoreSink(database, SHOP, SteppedClock(T0), Signals(), watch)
    await sink.store([item("1"), item("2"), item("3")])
    await sink.close()
    assert _count(watch.metrics, "amends_intake_batch_rows_count") == 1
    assert _count(watch.metrics, "amends_intake_batch_rows_sum") == 3


async def test_a_batch_that_was_not_stored_is_not_counted(database: Database) -> None:
    """The figures tell of commits."""
    watch = Watch()
    with pytest.raises(ZeroDivisionError), watch.storing([item("1")]):
        raise ZeroDivisionError
    assert _count(watch.metrics, "amends_intake_batch_rows_count") == 0


async def test_each_commit_is_timed(url: str) -> None:
    """The disk, or the server, is most of what a message waits for."""
    metrics = Metrics()
    database = Database(url, on_commit=metrics.committed)
    await keep(database, item("1"))
    await database.close()
    assert _count(metrics, "amends_commit_seconds_count") == 1


async def test_alarms_tell_how_late_they_were_noticed(database: Database) -> None:
    """Late alarms are the one thing this desk must never hide."""
    late = case(deadlines=(deadline(rung("remind", 1)),))
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, late)], T0))
    watch, clock = Watch(), SteppedClock(T0 + HOUR + timedelta(seconds=90))
    assert await Alarms(database, SHOP, clock, Signals(), watch).fire_due() == 1
    assert _count(watch.metrics, "amends_alarm_late_seconds_sum") == 90.0


async def _outcome(database: Database, kind: str, error: Exception | None, watch: Watch, number: int = 1) -> None:
    """One attempt of this kind for a case with this number, which ends so."""
    owner = case(number)
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, owner)], T0))
    row = effect(owner.id, kind=kind, not_before=machine_now())
    await database.write(lambda connection: outbox.add(connection, SHOP, [row], T0))
    watch.story.find = lambda id: database.read(lambda connection: cases.number_of(connection, SHOP, id))

    async def attempt(sending: Sending) -> Result:
        logging.getLogger("a.library").warning("chatter")
        if error is not None:
            raise error
        return Result(Settlement(sending.id, "delivered", receipt="1"))

    handlers: Mapping[str, Handler] = {kind: attempt}
    delivery = Delivery(database, SHOP, SteppedClock(T0), Signals(), handlers, lambda: 0.0, watch=watch)
    assert len((await delivery._begin()).claimed) == 1
    await delivery.drain(5)


async def test_a_card_that_yielded_to_a_newer_one_counts_as_superseded(database: Database) -> None:
    """It is over: counted as retried it would look like trouble with Slack."""
    watch, owner, signals = Watch(), case(7), Signals()
    cards = [effect(owner.id, kind="card", lane="card:7", not_before=machine_now()) for _ in range(2)]

    def queue(connection: Connection) -> None:
        cases.save(connection, SHOP, [(None, owner)], T0)
        outbox.add(connection, SHOP, cards[:1], T0)

    async def attempt(_sending: Sending) -> Result:
        await database.write(lambda connection: outbox.add(connection, SHOP, cards[1:], T0))
        raise Unavailable("refused")

    await database.write(queue)
    delivery = Delivery(database, SHOP, SteppedClock(T0), signals, {"card": attempt}, lambda: 0.0, watch=watch)
    assert len((await delivery._begin()).claimed) == 1
    await signals.next_progress(0)
    await delivery.drain(5)

    assert _count(watch.metrics, "amends_sends_total", kind="card", outcome="superseded") == 1


@pytest.mark.parametrize(
    ("kind", "error", "outcome"),
    [
        ("automatic", None, "delivered"),
        ("automatic", OutcomeUnknown("no answer"), "unknown"),
        ("card", None, "delivered"),
        ("card", Unavailable("away"), "retried"),
        ("alarm", None, "delivered"),
    ],
)
async def test_attempts_are_counted_by_outcome_and_told_where_they_matter(
    database: Database, caplog: pytest.LogCaptureFixture, kind: str, error: Exception | None, outcome: str
) -> None:
    """What reached a buyer or sounded is told; a card brought up to date is not news."""
    caplog.set_level(logging.INFO)
    watch = Watch()
    await _outcome(database, kind, error, watch, number=7)
    assert _count(watch.metrics, "amends_sends_total", kind=kind, outcome=outcome) == 1
    told = [line for line in _story(caplog) if line.startswith("story ")]
    if kind == "card":
        assert told == []
    else:
        assert [line.split(" outbox=")[0] for line in told] == [f"story {outcome} case=A-0007"]


async def test_a_librarys_line_belongs_to_the_attempt_it_was_written_in(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A retry of an HTTP client is part of a case's story too."""
    write, lines = formatter(plain=True), []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(write.format(record))

    handler = Keep()
    logging.getLogger("a.library").addHandler(handler)
    try:
        await _outcome(database, "card", None, Watch())
    finally:
        logging.getLogger("a.library").removeHandler(handler)
    (line,) = lines
    assert "WARNING a.library chatter case=" in line
    assert " kind=card" in line


def test_nothing_personal_is_a_label() -> None:
    """Labels are kinds, outcomes and our own loops."""
    names: set[str] = set()
    for family in Metrics().registry.collect():
        instrument: Any = family
        names |= {name for sample in instrument.samples for name in sample.labels}
    assert names <= {"le", "kind", "outcome", "why", "loop"}
