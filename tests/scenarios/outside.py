"""Reads the services' store from outside, on either database, and holds nothing open between two looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.database import database_url

T = TypeVar("T")


class Outside:
    """A file is opened read-only and closed again each time: a service that starts finds it as a crash left it."""

    def __init__(self, url: str) -> None:
        self._url = database_url(url)
        self._is_file = self._url.get_backend_name() == "sqlite"
        self._server = None if self._is_file else create_async_engine(self._url, pool_size=1)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """One look. The file answers within milliseconds, so it is read right here."""
        if self._server is not None:
            async with self._server.connect() as connection:
                return await connection.run_sync(work)
        engine = create_engine(f"sqlite:///file:{self._url.database}?mode=ro&uri=true", poolclass=NullPool)
        with engine.connect() as connection:
            return work(connection)

    async def change(self, work: Callable[[Connection], T]) -> T:
        """Write beside the service, as a command would."""
        if self._server is not None:
            async with self._server.begin() as connection:
                return await connection.run_sync(work)
        engine = create_engine(f"sqlite:///{self._url.database}", poolclass=NullPool)
        with engine.begin() as connection:
            return work(connection)

    async def write(self, statement: str) -> None:
        await self.change(lambda connection: connection.execute(text(statement)))

    async def close(self) -> None:
        if self._server is not None:
            await self._server.dispose()
