"""Brings the database to this code's schema, with Alembic, through the service's own connection."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, func, select

from bot.crashing import Commit
from bot.store.database import Database
from bot.store.planning import state_plans
from bot.store.visiting import Visitor


class UnknownRevision(RuntimeError):
    """The schema was made by a newer version. The message says what to do."""


_TURN = 4_279_317  # any number that nothing else in this database locks


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    return config


async def upgrade(database: Database) -> None:
    """Apply what is missing, in one transaction. Processes that start together on PostgreSQL take turns.

    Raises UnknownRevision for the schema of a newer version: this code stands down instead of guessing.
    """
    await database.write(_upgrade, Commit.MIGRATION, patience_s=None)  # a table with years in it takes its time


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
    revisions(MigrationContext.configure(connection).get_current_revision())
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    state_plans(connection)


async def pending(database: Database | Visitor) -> list[str]:
    """The revisions that are not applied yet, oldest first, as "id: message". Raises UnknownRevision."""
    return revisions(await database.read(lambda c: MigrationContext.configure(c).get_current_revision()))


def revisions(after: str | None = None) -> list[str]:
    """What follows this revision, or every one there is. Raises UnknownRevision for one of a newer version."""
    script = ScriptDirectory.from_config(alembic_config())
    try:
        found = list(script.iterate_revisions("head", after or "base"))
    except RevisionError as error:
        raise UnknownRevision(
            f"the database is of a newer version of Amends (revision {after}): run that version, or restore a "
            "backup of before"
        ) from error
    return [f"{revision.revision}: {revision.doc}" for revision in reversed(found)]
