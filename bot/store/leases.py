"""Leases: what only one process may do at a time (poll a Telegram token), held by a row with an end.

On PostgreSQL the server's clock decides, so that processes with different clocks agree; on SQLite there is one
process, and its clock will do. The fencing token rises with every new holder.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, literal, or_, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import leases

_L = leases.c


def take(
    connection: Connection, name: str, holder: str, ttl: timedelta, now: datetime, *, by_force: bool = False
) -> int | None:
    """Take or renew; the fencing token, or None while somebody else holds it.

    `now` counts on SQLite only. `by_force` takes it from whoever has it: for a process that knows it is alone.
    """
    on_server = connection.dialect.name == "postgresql"
    insert = postgresql.insert(leases) if on_server else sqlite.insert(leases)
    instant = func.clock_timestamp() if on_server else literal(now, _L.until.type)
    until = (
        instant + text(f"interval '{ttl.total_seconds()} seconds'")
        if on_server
        else literal(now + ttl, _L.until.type)
    )
    is_ours = _L.holder == holder
    statement = insert.values(name=name, holder=holder, until=until, token=1).on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": until, "token": case((is_ours, _L.token), else_=_L.token + 1)},
        where=or_(is_ours, _L.until < instant, literal(by_force)),
    )
    token = connection.execute(statement.returning(_L.token)).scalar_one_or_none()
    return None if token is None else int(token)


def release(connection: Connection, name: str, holder: str) -> None:
    """Give it up at once, so that the next holder need not wait for its end."""
    connection.execute(leases.delete().where(_L.name == name, _L.holder == holder))
