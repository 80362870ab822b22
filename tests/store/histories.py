"""What the store's tests are made of: instants, items, cases, and an engine whose causes are events."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Table, select

from bot.batch import Brain, People, Translate
from bot.brain import load_book
from bot.clock import SteppedClock
from bot.engine import Engine
from bot.ids import new_id
from bot.signals import Signals
from bot.store import codec, inbox, outbox
from bot.store.database import Database
from bot.store.room import Room
from bot.watching import Watch
from flows import events
from flows.book import Book
from flows.case import Alarm, AlarmState, Case, Deadline, DeadlineKind, DeadlineState, Party
from flows.policy import Policy
from flows.ports import Item, Unreadable
from flows.values import derived_id

SHOP = "default"
CHANNEL = "telegram:7"
T0 = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)

_positions = itertools.count(1)


@functools.cache
def book() -> Book:
    return load_book()


def an_id(at: datetime = T0) -> str:
    return new_id(at)


def item(
    external: str,
    *,
    lane: str = "lane",
    position: int | None = None,
    fingerprint: str = "f",
    kind: str = "text",
    raw: bytes = b"hello",
    urgent: bool = False,
) -> Item:
    where = next(_positions) if position is None else position
    return Item(CHANNEL, external, fingerprint, lane, where, kind, raw, urgent)


def happened(event: events.Event, *, lane: str, urgent: bool = False) -> Item:
    """One of our own events, as the inbox keeps it."""
    position = next(_positions)
    return Item(CHANNEL, f"e{position}", "f", lane, position, inbox.EVENT, codec.encode(event), urgent)


def wrote(text: str, chat: int = 501, at: datetime = T0) -> Item:
    """A buyer's message."""
    position = next(_positions)
    buyer = events.Buyer(str(chat), "Sofia", "es")
    event = events.BuyerWrote(CHANNEL, buyer, f"m{position}", text, at)
    return Item(CHANNEL, f"u{position}", "f", f"{CHANNEL}:{chat}", position, inbox.EVENT, codec.encode(event))


def case(number: int = 1, *, conversation: str = "", **fields: Any) -> Case:
    """A stored-looking case at revision 1, with one party if a conversation is given."""
    party = (Party(conversation, CHANNEL, f"{CHANNEL}:{number}"),) if conversation else ()
    return Case(an_id(), SHOP, number, T0, revision=1, parties=party, **fields)


def deadline(*rungs: Alarm, state: DeadlineState = DeadlineState.RUNNING, **fields: Any) -> Deadline:
    return Deadline(
        an_id(), DeadlineKind.SHOP, "house.first_answer", T0, T0 + 24 * HOUR, rungs, state=state, **fields
    )


def rung(name: str, hours: float, state: AlarmState = AlarmState.WAITING, **fields: Any) -> Alarm:
    return Alarm(name, T0 + hours * HOUR, state, **fields)


def effect(
    case_id: str | None, *, kind: str = "alarm", lane: str = "lane", key: str | None = None, **more: Any
) -> outbox.New:
    id = an_id()
    return outbox.New(
        id, case_id, an_id(), kind, lane, key or f"key:{id}", "{}", more.pop("not_before", T0), **more
    )


def _refuses(kind: str, raw: bytes) -> events.Event:
    """The translator of a channel whose every payload is bad."""
    if kind == "unreadable":
        raise Unreadable("not a message this version knows")
    raise ValueError(f"a bug in reading {raw.decode()}")


def engine(
    database: Database,
    clock: SteppedClock | None = None,
    *,
    policy: Policy | None = None,
    translators: Mapping[str, Translate] | None = None,
    guard: Callable[[str, Case], tuple[str, ...]] = lambda text, case: (),
    signals: Signals | None = None,
    watch: Watch | None = None,
) -> Engine:
    brain = Brain(SHOP, book(), policy or Policy(), translators or {CHANNEL: _refuses}, lambda text: None, guard)
    made = Engine(database, brain, clock or SteppedClock(T0), signals or Signals(), watch)
    made.people = People(("U1", "U2"), ("U2",))
    return made


def room_for(at_most: int, kinds: Iterable[str]) -> Room:
    """For so many rows, of whatever kind and wherever they go."""
    return Room(tuple(kinds), {"all": at_most}, lambda _kind, _lane: ("all",))


async def store(database: Database, *items: Item, at: datetime = T0) -> None:
    await database.write(lambda connection: inbox.add(connection, SHOP, items, at))


async def handle_all(engine: Engine) -> int:
    """Until nothing waits; how many rows were closed."""
    handled = 0
    while closed := await engine.handle_waiting():
        handled += closed
    return handled


async def rows(database: Database, table: Table, **where: Any) -> list[dict[str, Any]]:
    """The rows of a table with these values, in the order of its key."""
    query = select(table).order_by(*table.primary_key)
    for name, value in where.items():
        query = query.where(table.c[name] == value)

    def found(connection: Connection) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in connection.execute(query).all()]

    return await database.read(found)


def moved(before: Case, **fields: Any) -> Case:
    """The case after one more event."""
    return replace(before, revision=before.revision + 1, **fields)


def message_id(event_row: Mapping[str, Any]) -> str:
    return derived_id(str(event_row["id"]), "message")


def only(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = found
    return row
