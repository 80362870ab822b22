"""Whose bot and whose Slack app: looked at before anything is read, so that two shops never share one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import machine_now
from bot.crashing import Commit
from bot.settings import Settings
from bot.store import accounts
from bot.store.database import Database
from bot.store.visiting import NoDatabase, Visitor
from flows.ports import Refused
from flows.problems import Problem, problem
from flows.values import Shop


async def take(database: Database, shop: Shop, channel: str, desk: str) -> None:
    """Note both accounts as this shop's. Raises Refused where one is another's, or the shop is another bot's."""

    def work(connection: Connection) -> list[Problem]:
        found = conflicts(connection, shop, channel, desk)
        if not found:
            accounts.take(connection, shop, [channel, desk], machine_now())
            found = conflicts(connection, shop, channel, desk)  # two may have begun at once: one was first
        return found

    if found := await database.write(work, Commit.ACCOUNTS):
        raise Refused("; ".join(map(_said, found)) + ": `amends check` says how to mend it", fatal=True)


async def problems(settings: Settings, channel: str, desk: str) -> list[Problem]:
    """The same for `amends check`: nothing is noted. A database that is not there yet has no quarrel."""
    visitor = Visitor(settings.database_url)
    try:
        return await visitor.read(lambda connection: conflicts(connection, settings.shop, channel, desk))
    except (NoDatabase, SQLAlchemyError, OSError):  # told by the check of the database itself
        return []
    finally:
        await visitor.close()


def conflicts(connection: Connection, shop: Shop, channel: str, desk: str) -> list[Problem]:
    """`channel` and `desk` are the accounts; "" for one that is not known."""
    owners: Mapping[str, str] = accounts.owners(connection, [channel, desk])
    strange = [
        problem("shop.account", fatal=True, account=account, shop=shop, other=other)
        for account, other in owners.items()
        if other != shop
    ]
    if strange or connection.dialect.name != "postgresql":  # a file has one service: its lock sees to that
        return strange
    others = [each for each in accounts.read_now(connection, shop) if each != channel]
    return [problem("shop.shared", fatal=True, shop=shop, account=others[0])] if channel and others else []


def _said(found: Problem) -> str:
    given = dict(found.params)
    if found.key == "shop.account":
        return (
            f"{given['account']} belongs to the shop {given['other']!r} of this database, not to {given['shop']!r}"
        )
    return f"the shop {given['shop']!r} of this database is served with another bot right now ({given['account']})"
