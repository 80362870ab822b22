"""Case numbers: each given out once, and nobody waits for another's commit to get one."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, bindparam, func, update

from bot.store.database import insert_new
from bot.store.prepared import Prepared
from bot.store.tables import counters

_TAKE = (
    update(counters)
    .where(counters.c.shop_id == bindparam("shop"), counters.c.name == "case")
    .values(value=counters.c.value + bindparam("count", type_=Integer))
)
_HERE = Prepared(_TAKE.returning(counters.c.value))
# It need not wait for the disk: the case that bears the number gets there, and to a standby, after the counter.
_APART = Prepared(_TAKE.returning(counters.c.value, func.set_config("synchronous_commit", "off", True)))


def take(connection: Connection, shop: str, count: int) -> range:
    """The next `count` numbers.

    On PostgreSQL in a transaction of its own: taken within ours, their counter would stay locked until our commit,
    and two engines would open cases one after the other (42 % of their time was waiting). Numbers of a transaction
    that is rolled back are then not used again. On SQLite, with its one writer, they are.

    That takes a second connection from the pool while ours is held: for the one engine of a process, not a crowd.
    """
    if connection.dialect.name == "sqlite":
        last = _take(connection, _HERE, shop, count)
    else:
        with connection.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as apart:
            last = _take(apart, _APART, shop, count)
    return range(last - count + 1, last + 1)


def _take(connection: Connection, statement: Prepared, shop: str, count: int) -> int:
    given = {"shop": shop, "count": count}
    taken = statement.all(connection, given)
    if not taken:  # the shop's first case
        insert_new(connection, counters, [{"shop_id": shop, "name": "case", "value": 0}])
        taken = statement.all(connection, given)
    return int(taken[0][0])
