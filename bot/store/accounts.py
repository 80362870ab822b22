"""Which shop an account (a bot, a Slack app) belongs to in this database: to one, from the first start on.

Two desks that share a bot, an app or a shop's rows would each take half of what comes in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.database import insert_new
from bot.store.tables import accounts, leases
from flows.values import Shop

_A, _L = accounts.c, leases.c
READ = "read:"  # and the channel's id: the lease of whoever reads it


def take(connection: Connection, shop: Shop, names: Collection[str], now: datetime) -> None:
    """Note these as the shop's, where they are nobody's yet."""
    insert_new(connection, accounts, [{"name": name, "shop_id": shop, "since": now} for name in names])


def owners(connection: Connection, names: Collection[str]) -> Mapping[str, str]:
    """The shop of each that belongs to one."""
    found = connection.execute(select(_A.name, _A.shop_id).where(_A.name.in_(list(names))))
    return {str(row.name): str(row.shop_id) for row in found}


def read_now(connection: Connection, shop: Shop) -> list[str]:
    """The channels that are being read for this shop at this moment (PostgreSQL, by the server's clock)."""
    reading = select(_A.name).join(leases, _L.name == READ + _A.name)
    return [str(name) for name in connection.scalars(reading.where(_A.shop_id == shop, _L.until > func.now()))]
