"""Ours: a buyer's message accepted for real: committed by the sink, routed and stepped by the engine."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

from adapters.telegram.keys import item_of
from adapters.telegram.translate import translate
from bot.batch import Brain
from bot.brain import load_book
from bot.clock import RealClock
from bot.engine import Engine
from bot.guarding import blocks
from bot.intake import StoreSink
from bot.migrating import upgrade
from bot.signals import Signals
from bot.store.database import Database
from flows.order_numbers import order_in
from flows.policy import Policy
from flows.ports import Item
from flows.values import DEFAULT_SHOP

CHANNEL = "telegram:1"


async def seconds_per_message(file: Path, count: int, in_flight: int) -> float:
    """Wall seconds per message, both commits included (intake, step), with so many callers waiting at once."""
    database, signals, clock = Database(f"sqlite:///{file}"), Signals(), RealClock()
    await upgrade(database)
    brain = Brain(
        DEFAULT_SHOP,
        load_book(),
        Policy(),
        {CHANNEL: partial(translate, CHANNEL)},
        lambda text: (order_in(text) or (None,))[0],
        blocks,
    )
    engine = Engine(database, brain, clock, signals)
    sink = StoreSink(database, DEFAULT_SHOP, clock, signals)
    items = [_item(number) for number in range(count)]
    started = time.perf_counter()
    for first in range(0, count, in_flight):
        await asyncio.gather(*(sink.store([item]) for item in items[first : first + in_flight]))
        while await engine.handle_waiting():
            pass
    elapsed = time.perf_counter() - started
    await database.close()
    return elapsed / count


def _item(number: int) -> Item:
    chat = 1000 + number % 50
    update = {
        "update_id": number + 1,
        "message": {
            "message_id": number + 1,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ann"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            "text": "Hello, where is my parcel 408-1234567-1234567? " + "It has not arrived yet. " * 20,
        },
    }
    return item_of(1, update, number + 1)
