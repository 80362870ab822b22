"""Runs migrations on the connection the service hands over, or on DATABASE_URL for Alembic's own command line."""

from __future__ import annotations

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from bot.store.database import Database
from bot.store.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=False,  # the caller's transaction holds it all
    )
    context.run_migrations()


async def _run_alone() -> None:
    database = Database(os.environ["DATABASE_URL"])
    await database.write(_run)
    await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    asyncio.run(_run_alone())
