"""Whole cases, lived through by the real engine and delivery, to be copied a million times.

Each is made in a store of its own, so that every row in it is the case's; its number and its buyer's chat are
values that stand nowhere else, to be found again in every row.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from adapters.telegram.keys import item_of
from benchmarks.flow import Desk, open_desk
from benchmarks.stores import sqlite_files
from benchmarks.unit import BOT, TEXT, update
from bot.alarms import Alarms
from bot.store.database import Database
from bot.store.tables import inbox, metadata, outbox
from flows.case import Case, ProposalState, Status
from flows.events import NoReplyNeeded
from flows.ports import Item
from flows.values import DEFAULT_SHOP

NUMBER = 987_654_321
CHAT = 7_000_000_001
ORDER = f"408-1234567-{CHAT % 10_000_000:07d}"
LEFT_OUT = ("leases", "staff", "counters", "remembered")  # the shop's, not a case's
QUIET = timedelta(days=15)  # after so long without a word a case is closed

PARCEL = TEXT.format(order=CHAT % 10_000_000)
CLOSED = (
    (PARCEL,),
    (f"My order {ORDER} arrived broken: the glass is in pieces. What now?", "I can send photos of it."),
    (f"Hola, mi pedido {ORDER} no ha llegado todavía y ya han pasado tres semanas. ¿Dónde está?",),
    (f"Hallo, meine Bestellung {ORDER} ist immer noch nicht angekommen. Wo ist das Paket?", "Hallo?"),
    (f"你好,我的订单 {ORDER} 还没有收到,请帮我查一下物流。",),
)
SHORT = (("Thank you, it has arrived today, everything is fine!",), ("Gracias, ya llegó todo perfecto.",))
OPEN = (
    (PARCEL,),
    (f"I opened an A-to-z guarantee claim with Amazon for order {ORDER}.",),
    (f"Bonjour, le colis de ma commande {ORDER} est arrivé abîmé.", "Il manque aussi une pièce."),
)
Rows = dict[str, list[tuple[Any, ...]]]


class Ending(Enum):
    """How far a case was lived through."""

    NO_REPLY_NEEDED = "closed without an answer"
    ANSWERED = "closed after an answer"
    OPEN = "an answer is proposed"


@dataclass(frozen=True, slots=True)
class Template:
    """One case: table name → its rows, in the order of the table's columns."""

    rows: Rows
    ending: Ending


STORIES = (
    *((texts, Ending.NO_REPLY_NEEDED) for texts in SHORT),
    *((texts, Ending.ANSWERED) for texts in CLOSED),
    *((texts, Ending.OPEN) for texts in OPEN),
)


async def made() -> list[Template]:
    async with sqlite_files() as fresh:
        return [await _template(fresh(), texts, ending) for texts, ending in STORIES]


async def _template(file: Path, texts: Sequence[str], ending: Ending) -> Template:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO counters VALUES (?, 'case', ?)", (DEFAULT_SHOP, NUMBER - 1))
        connection.commit()
    async with open_desk(f"sqlite:///{file}") as desk:
        await _live(desk, [_item(number, words) for number, words in enumerate(texts, start=1)], ending)
        await _settled(desk.shop.database)
    return Template(_read(file), ending)


async def _live(desk: Desk, items: Sequence[Item], ending: Ending) -> None:
    revision = 0
    for item in items[:-1]:
        revision = (await desk.ask(item, revision)).revision
    match ending:
        case Ending.OPEN:
            await desk.ask(items[-1], revision)
            return
        case Ending.ANSWERED:
            await desk.one(items[-1], revision)
        case Ending.NO_REPLY_NEEDED:
            case_ = await desk.ask(items[-1], revision)
            await desk.click(NoReplyNeeded(case_.id, "U1", case_.version, "settled"))
            await desk.eyes.until(items[-1].lane, lambda case: case.waiting_since is None)
    await _fall_silent(desk, items[-1].lane)


def _item(number: int, words: str) -> Item:
    return item_of(BOT, update(number, CHAT, words), number)


async def _fall_silent(desk: Desk, lane: str) -> None:
    """Let the time pass after which a case is closed. Who was asked for something and does not answer is made the
    next offer first: staff leave it at that.
    """
    shop = desk.shop
    alarms = Alarms(shop.database, DEFAULT_SHOP, shop.clock, shop.signals)
    ringing = asyncio.create_task(alarms.run())
    try:
        for times in count(1):
            shop.clock.move(times * QUIET)
            case_ = await desk.eyes.until(lane, lambda case: case.status is Status.CLOSED or _is_up_to_staff(case))
            if case_.status is Status.CLOSED:
                return
            await desk.click(NoReplyNeeded(case_.id, "U1", case_.version, "settled"))
            await desk.eyes.until(lane, lambda case: not _is_up_to_staff(case))
    finally:
        ringing.cancel()
        await asyncio.gather(ringing, return_exceptions=True)


def _is_up_to_staff(case: Case) -> bool:
    return not case.running() and case.proposal is not None and case.proposal.state is ProposalState.OFFERED


async def _settled(database: Database) -> None:
    """Nothing waits any more, neither cause nor consequence."""
    while await database.read(_unsettled):  # noqa: ASYNC110 - the delivery tells no event when it has recorded
        await asyncio.sleep(0.05)


def _unsettled(connection: Connection) -> int:
    waiting = select(func.count()).select_from(inbox).where(inbox.c.state == "waiting")
    unsent = select(func.count()).select_from(outbox).where(outbox.c.settled_at.is_(None))
    return int(connection.execute(waiting).scalar_one()) + int(connection.execute(unsent).scalar_one())


def _read(file: Path) -> Rows:
    """Children after parents, as the metadata orders them."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            table.name: connection.execute(
                f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name}"  # noqa: S608 - names
            ).fetchall()
            for table in metadata.sorted_tables
            if table.name not in LEFT_OUT
        }
