"""Connections to PostgreSQL: one of several hosts, and none that is dead for longer than seconds.

Left alone, the driver gives its whole time to the first host (MagicStack/asyncpg#1155), waits for ever for a
machine that vanished, and hangs even in closing such a connection, since it first asks for a cancel (#1326).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

try:
    import asyncpg  # type: ignore[import-untyped]
except ImportError:  # no wheel for this machine: SQLite does without
    asyncpg = None

CONNECT_S = 5.0  # for each host
SILENT_S = 10.0  # a machine that does not answer the network for so long is gone
PATIENCE_S = 30.0  # no transaction of ours takes so long: the server hangs
POOL_S = 10.0  # for a free connection
IDLE_S = 20.0  # our own process hangs: the server takes back what it has locked

# What the server does about us: it must notice a vanished client as fast, or its rows stay locked for two hours.
_SESSION = f"""
SET idle_in_transaction_session_timeout = '{IDLE_S:.0f}s';
SET tcp_user_timeout = '{SILENT_S:.0f}s'; SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;
SET tcp_keepalives_count = 3
"""
_SAID: tuple[type[Exception], ...] = ()
LOST: tuple[type[Exception], ...] = (OSError,)
_AWAY: tuple[type[Exception], ...] = (OSError,)
if asyncpg is not None:
    _SAID = (asyncpg.PostgresError,)
    LOST += (*_SAID, asyncpg.InterfaceError, asyncpg.InternalClientError)
    _AWAY += (asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)


class NoDriver(ValueError):
    """This machine lacks the package that speaks to PostgreSQL."""


class Connector:
    """Opens connections to the first host of the address that takes writes; the one that did is asked first."""

    def __init__(self, url: URL) -> None:
        """Raises ValueError for an address whose hosts cannot be read, NoDriver without the package."""
        if asyncpg is None:
            raise NoDriver(
                "PostgreSQL needs the package asyncpg, which is not installed here: install it, or leave "
                "DATABASE_URL out for a file in AMENDS_DATA_DIR"
            )
        try:
            self._given = dict(url.get_dialect()().create_connect_args(url)[1])
        except ArgumentError as error:
            raise ValueError("several hosts are written ?host=HOST:PORT&host=HOST:PORT") from error
        hosts, ports = self._given.pop("host", None), self._given.pop("port", None)
        several = isinstance(hosts, list) and len(hosts) > 1
        self._hosts = list(zip(hosts, ports, strict=True)) if several else [(hosts, ports)]
        # One host as well: its name or its proxy may lead to a standby, and pooled connections would stay there.
        self._given.setdefault("target_session_attrs", "primary")
        self._given.setdefault("server_settings", {"application_name": "amends", "jit": "off"})
        for of_sqlalchemy in ("prepared_statement_cache_size", "prepared_statement_name_func"):
            self._given.pop(of_sqlalchemy, None)

    async def connect(self, **_given: Any) -> Any:
        """An asyncpg connection. Raises what the host said that seemed alive: OSError, or the driver's own."""
        errors: list[Exception] = []
        for host in tuple(self._hosts):
            try:
                connection = await self._try(*host)
            except _AWAY as error:
                errors.append(error)
            else:
                self._hosts.sort(key=lambda known: known != host)
                return connection
        raise next((e for e in errors if isinstance(e, _SAID)), errors[0])

    async def _try(self, host: str | None, port: int | None) -> Any:
        connection = await asyncpg.connect(host=host, port=port, timeout=CONNECT_S, **self._given)
        try:
            _watch(connection._transport.get_extra_info("socket"))
            await connection.execute(_SESSION, timeout=CONNECT_S)
        except BaseException:
            connection.terminate()
            raise
        return connection


def _watch(connected: socket.socket) -> None:
    """Let the kernel end a connection whose other end is silent, waiting for an answer or not."""
    if connected.family == socket.AF_UNIX:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", 5),
        ("TCP_KEEPINTVL", 2),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", int(SILENT_S * 1000)),
    ):
        if hasattr(socket, name):  # each system has its own
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def postgres_engine(url: URL, connector: Connector, pool_size: int) -> AsyncEngine:
    """A pool that hands out no connection known to be closed.

    The socket says so for nothing; SQLAlchemy's own ping costs three round trips a transaction.
    """
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_S,
        hide_parameters=True,  # an error's text goes to the log, a buyer's words must not
        connect_args={"async_creator_fn": connector.connect},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    if connection.driver_connection.is_closed():
        raise DisconnectionError


@contextmanager
def limited(connection: AsyncConnection, patience_s: float | None) -> Iterator[None]:
    """What is done meanwhile, the commit as well, fails as a broken connection when it takes longer than this.

    The socket is cut, not the statement cancelled: a cancelled wait for a standby would count as committed.
    """
    if patience_s is None:
        yield
        return
    pooled = connection.sync_connection
    driver: Any = None if pooled is None else pooled.connection.driver_connection
    timer = asyncio.get_running_loop().call_later(patience_s, driver.terminate)
    try:
        yield
    finally:
        timer.cancel()
