"""What a batch costs: statements that do not grow with its rows, which is the point of batching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.pool.base import _ConnectionFairy

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


class _Noted:
    """A driver's cursor that writes down what it is told to run."""

    def __init__(self, cursor: Any, said: list[str]) -> None:
        self._cursor = cursor
        self._said = said

    def execute(self, statement: str, *given: Any) -> Any:
        self._said.append(statement)
        return self._cursor.execute(statement, *given)

    def executemany(self, statement: str, *given: Any) -> Any:
        self._said.append(statement)
        return self._cursor.executemany(statement, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Every statement sent, one entry whatever the rows it carries. Taken where the driver gets them: prepared
    statements go past SQLAlchemy's own events.
    """
    said: list[str] = []
    cursor = _ConnectionFairy.cursor

    def noted(connection: _ConnectionFairy) -> Any:
        return _Noted(cursor(connection), said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_ConnectionFairy, "cursor", noted)
        yield said


async def _price(database: Database, messages_of: int, chats: range) -> int:
    await store(database, *(wrote("where is it?", chat=chat) for chat in chats for _ in range(messages_of)))
    with _counted() as said:
        assert await engine(database).handle_waiting() == len(chats) * messages_of
    return len(said)


async def test_a_batch_costs_the_same_statements_whatever_its_size(database: Database) -> None:
    """Throughput comes from batches: a hundred messages are as many round trips as two."""
    await _price(database, 1, range(1))  # the shop's first case makes its counter
    small = await _price(database, 1, range(1000, 1002))
    large = await _price(database, 2, range(2000, 2050))

    assert small == large
    assert 10 < large < 40


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
        with _counted() as said:
            assert await engine(database).handle_waiting() == len(some)
        return len(said)

    some = list(found.items())
    few, many = await price(dict(some[:2])), await price(dict(some[2:]))
    assert (
        many <= few + 1
    )  # one more when a card's half second of patience is cut short, which is up to the machine
