"""Prepared statements: what Core says, without its price; and plans that do not grow with the history."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.util import await_only

from bot.store import cases, conversations, inbox, journal, outbox, timers
from bot.store.database import Database, is_passing
from bot.store.prepared import Prepared, one_of, pair_of, run
from bot.store.tables import conversations as table
from bot.store.tables import metadata
from tests.store.histories import SHOP, T0

_C = table.c
_BY_LANE = select(_C.id, _C.opened_at).where(_C.shop_id == bindparam("shop"), one_of(_C.lane, "lanes"))
_BY_PAIR = select(_C.id).where(_C.shop_id == bindparam("shop"), pair_of(_C.lane, _C.channel, "keys"))
_OTHERS = select(_C.id).where(_C.shop_id == bindparam("shop"), one_of(_C.lane, "lanes", inside=False))
HOSTILE = ("O'Brien", 'a "quote"', "订单 ☃ 😀", "back\\slash", "{}", "%s", "$1", "")


def _row(id: str, lane: str, channel: str = "telegram:7") -> dict[str, object]:
    return {"shop_id": SHOP, "id": id, "channel": channel, "lane": lane, "buyer_id": "b", "opened_at": T0}


def _fill(connection: Connection) -> None:
    Prepared(table.insert()).many(connection, [_row(str(n), lane) for n, lane in enumerate(HOSTILE)])


async def test_a_list_of_hostile_texts_is_one_argument(database: Database) -> None:
    """Quotes, braces, placeholders and signs of all scripts are data, in one statement for any number of them."""
    await database.write(_fill)
    found = await database.read(lambda c: Prepared(_BY_LANE).all(c, {"shop": SHOP, "lanes": HOSTILE}))
    others = await database.read(lambda c: Prepared(_OTHERS).all(c, {"shop": SHOP, "lanes": HOSTILE[:-1]}))
    none = await database.read(lambda c: Prepared(_BY_LANE).all(c, {"shop": SHOP, "lanes": ()}))

    assert {id for id, _ in found} == {str(n) for n in range(len(HOSTILE))}
    assert {at for _, at in found} == {T0}
    assert [id for (id,) in others] == [str(len(HOSTILE) - 1)]
    assert none == []


async def test_pairs_are_looked_up_as_pairs(database: Database) -> None:
    """Two lists would match every combination: another buyer's message with the same number."""
    await database.write(
        lambda c: Prepared(table.insert()).many(
            c, [_row("1", "x", "a"), _row("2", "y", "b"), _row("3", "O'x", 'b"')]
        )
    )
    keys = [("x", "b"), ("y", "b"), ("O'x", 'b"'), ("y", "a")]
    found = await database.read(lambda c: Prepared(_BY_PAIR).all(c, {"shop": SHOP, "keys": keys}))

    assert sorted(id for (id,) in found) == ["2", "3"]


async def test_an_error_is_the_one_that_core_raises(database: Database) -> None:
    """The engine tells poison from trouble by SQLAlchemy's classes, and a row's content must not be quoted."""
    rows = [_row("1", "the same lane"), _row("2", "the same lane")]
    with pytest.raises(IntegrityError) as caught:
        await database.write(lambda c: Prepared(table.insert()).many(c, rows))

    assert not is_passing(caught.value)
    assert not caught.value.connection_invalidated
    assert caught.value.params is None


async def test_a_failed_transaction_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    """One connection serves all transactions of a SQLite file: a failure must not leave it half open."""

    def fails(connection: Connection) -> None:
        Prepared(table.insert()).many(connection, [_row("1", "lane")])
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(fails)
    await database.write(lambda c: Prepared(table.insert()).many(c, [_row("2", "lane")]))
    found = await database.read(lambda c: Prepared(_BY_LANE).all(c, {"shop": SHOP, "lanes": ["lane"]}))

    assert [id for id, _ in found] == ["2"]


async def test_a_read_sees_one_state_whatever_is_committed_meanwhile(database: Database, other: Database) -> None:
    """Asked in turn what waits, what is being sent and what falls due, a busy store must not seem at rest."""

    def look(connection: Connection) -> tuple[int, int]:
        question, given = Prepared(_OTHERS), {"shop": SHOP, "lanes": ()}
        before = len(question.all(connection, given))
        meanwhile = other.write(_fill)
        if database.is_sqlite:
            asyncio.run(meanwhile)  # this is a reader's thread
        else:
            await_only(meanwhile)
        return before, len(question.all(connection, given))

    assert await database.read(look) == (0, 0)
    assert len(await database.read(lambda c: Prepared(_OTHERS).all(c, {"shop": SHOP, "lanes": ()}))) == len(
        HOSTILE
    )


async def test_a_missing_parameter_is_a_bug_and_a_missing_column_is_null(database: Database) -> None:
    """A forgotten condition must never read as NULL and silently find nothing."""
    with pytest.raises(KeyError, match="lanes"):
        await database.read(lambda c: Prepared(_BY_LANE).all(c, {"shop": SHOP}))
    later = T0 + timedelta(days=1)
    await database.write(lambda c: Prepared(table.insert()).many(c, [{**_row("1", "lane"), "opened_at": later}]))
    found = await database.read(lambda c: Prepared(_BY_LANE).all(c, {"shop": SHOP, "lanes": ["lane"]}))

    assert found == [("1", later)]


def _prepared(room: ModuleType) -> list[tuple[str, Prepared]]:
    return [(f"{room.__name__}.{name}", it) for name, it in vars(room).items() if isinstance(it, Prepared)]


PARTIAL = [
    str(index.name)
    for each in metadata.tables.values()
    for index in each.indexes
    if index.dialect_options["sqlite"]["where"] is not None
]
STATEMENTS = [each for room in (cases, conversations, inbox, journal, outbox, timers) for each in _prepared(room)]


@pytest.mark.parametrize(("name", "prepared"), STATEMENTS, ids=[name for name, _ in STATEMENTS])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_no_statement_of_the_hot_path_reads_the_history(
    database: Database, name: str, prepared: Prepared
) -> None:
    """A million cases later a message must cost what it costs today: by key, or through a partial index."""
    compiled = prepared._statement.compile(dialect=sqlite_dialect())  # type: ignore[attr-defined]
    arguments = ["[]"] * len(compiled.positiontup or ())
    plan = await database.read(lambda c: run(c, f"EXPLAIN QUERY PLAN {compiled}", arguments))
    steps = [str(row[3]) for row in plan]

    tables = "|".join([*metadata.tables, "earlier"])
    whole = [step for step in steps if re.match(rf"SCAN ({tables})\b(?! USING INDEX ix_)", step)]
    whole += [step for step in steps if step.endswith("(shop_id=?)") and not any(name in step for name in PARTIAL)]
    assert whole == [], f"{name}: {steps}"
