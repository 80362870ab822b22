"""What a batch costs: statements that do not grow with its rows, which is the point of batching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.store.database import Database
from bot.store.tables import messages
from flows import events
from flows.case import Situation
from tests.store.histories import (
    engine,
    happened,
    rows,
    store,
    wrote,
)


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Every statement the writer sends, one entry whatever the rows it carries."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def _price(database: Database, messages_of: int, chats: range) -> int:
    await store(database, *(wrote("where is it?", chat=chat) for chat in chats for _ in range(messages_of)))
    with _counted(database) as said:
        assert await engine(database).handle_waiting() == len(chats) * messages_of
    return len(said)


async def test_a_batch_costs_the_same_statements_whatever_its_size(database: Database) -> None:
    """Throughput comes from batches: a hundred messages are as many round trips as two."""
    small = await _price(database, 1, range(1000, 1002))
    large = await _price(database, 2, range(2000, 2050))

    assert small == large
    assert large < 40


async def test_answering_rows_of_many_cases_costs_the_same_too(database: Database) -> None:
    """Readings and facts of forty cases: loaded, folded and written together."""
    await _price(database, 1, range(100, 140))
    found = {row["case_id"]: row["id"] for row in await rows(database, messages)}

    async def price(some: dict[str, str]) -> int:
        for case, message in some.items():
            read = events.Recognised(
                case, message, Situation.ITEM_NOT_RECEIVED, "late", 0.9, (), "en", None, "amazon", "words"
            )
            await store(database, happened(read, lane=f"case:{case}"))
        with _counted(database) as said:
            assert await engine(database).handle_waiting() == len(some)
        return len(said)

    some = list(found.items())
    few, many = await price(dict(some[:2])), await price(dict(some[2:]))
    assert (
        many <= few + 1
    )  # one more when a card's half second of patience is cut short, which is up to the machine
