"""Brings the database to this code's schema, with Alembic, through the service's own connection."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from bot.store.database import Database

_TURN = 4_279_317  # any number that nothing else in this database locks


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    return config


async def upgrade(database: Database) -> None:
    """Apply what is missing, in one transaction. Processes that start together on PostgreSQL take turns."""
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def pending(database: Database) -> list[str]:
    """The revisions that are not applied yet, oldest first, as "id: message"."""
    async with database.read() as connection:
        current = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    script = ScriptDirectory.from_config(alembic_config())
    revisions = list(script.iterate_revisions("head", current or "base"))
    return [f"{revision.revision}: {revision.doc}" for revision in reversed(revisions)]
