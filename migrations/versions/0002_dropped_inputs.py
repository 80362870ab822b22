"""Dead inputs may be dropped

Inputs of the dead letter may be dropped by a person: who, when and why. Additive: the new columns may be empty, the
CHECKs allow more than before, so that processes of version 0001 go on beside this schema.

PostgreSQL looks once at every row of `inbox` while it holds the table; SQLite changes the table's text. What that
costs is in docs/operations.md, "Upgrading".

Revision: 0002, after 0001.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_COLUMNS = (
    "shop_id, id, channel, external_id, fingerprint, lane, position, kind, raw, salt, urgent, stored_at, state, "
    "handled_at, case_id, error, code_version"
)
STATES = "state IN ('waiting', 'handled', 'ignored', 'dead', 'dropped')"
SAYS_WHY = "(state IN ('dead', 'dropped')) = (error IS NOT NULL)"
SAYS_WHO = "state <> 'dropped' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL AND decided_why IS NOT NULL)"
OLD_STATES = "state IN ('waiting', 'handled', 'ignored', 'dead')"
OLD_SAYS_WHY = "(state = 'dead') = (error IS NOT NULL)"


def upgrade() -> None:
    for column in _decided():
        op.add_column("inbox", column)
    if op.get_bind().dialect.name == "sqlite":
        if not _restated():
            _rebuild(_decided(), _checks(STATES, SAYS_WHY, SAYS_WHO))
        return
    op.execute(
        "ALTER TABLE inbox DROP CONSTRAINT ck_inbox_state, DROP CONSTRAINT ck_inbox_dead_says_why, "
        f"ADD CONSTRAINT ck_inbox_state CHECK ({STATES}), "
        f"ADD CONSTRAINT ck_inbox_dead_says_why CHECK ({SAYS_WHY}), "
        f"ADD CONSTRAINT ck_inbox_dropped_says_who CHECK ({SAYS_WHO})"
    )


def downgrade() -> None:
    """What was dropped is ignored: the older schema has no other word for it, and no place for the reason."""
    if op.get_bind().dialect.name == "sqlite":
        # Both in one statement: neither schema's CHECKs take such a row without its reason.
        state = "CASE state WHEN 'dropped' THEN 'ignored' ELSE state END"
        error = "CASE state WHEN 'dropped' THEN NULL ELSE error END"
        given = OLD_COLUMNS.replace(" state,", f" {state},").replace(" error,", f" {error},")
        _rebuild((), _checks(OLD_STATES, OLD_SAYS_WHY), given)
        return
    op.execute(
        "ALTER TABLE inbox DROP CONSTRAINT ck_inbox_state, DROP CONSTRAINT ck_inbox_dead_says_why, "
        "DROP CONSTRAINT ck_inbox_dropped_says_who"
    )
    op.execute("UPDATE inbox SET state = 'ignored', error = NULL WHERE state = 'dropped'")
    op.execute(
        f"ALTER TABLE inbox ADD CONSTRAINT ck_inbox_state CHECK ({OLD_STATES}), "
        f"ADD CONSTRAINT ck_inbox_dead_says_why CHECK ({OLD_SAYS_WHY})"
    )
    for column in _decided():
        op.drop_column("inbox", column.name)


def _decided() -> tuple[sa.Column[Any], ...]:
    who = "who last retried or dropped it when it was dead"
    return (
        sa.Column("decided_by", sa.String(length=80), nullable=True, comment=who),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=True),
    )


def _checks(states: str, says_why: str, says_who: str | None = None) -> list[sa.CheckConstraint]:
    checks = [
        sa.CheckConstraint(states, name=op.f("ck_inbox_state")),
        sa.CheckConstraint("(state = 'waiting') = (handled_at IS NULL)", name=op.f("ck_inbox_handled_at")),
        sa.CheckConstraint(says_why, name=op.f("ck_inbox_dead_says_why")),
    ]
    return [*checks, sa.CheckConstraint(says_who, name=op.f("ck_inbox_dropped_says_who"))] if says_who else checks


def _restated() -> bool:
    """Change the CHECKs in the table's own text, as https://www.sqlite.org/lang_altertable.html#otheralter says:
    they only allow more, so no row has to be looked at. False where the text is not as expected, or where SQLite
    was built to refuse it (macOS's own): nothing is changed then.
    """
    connection = op.get_bind()
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'inbox'")
    text: str = found.scalar_one()
    changes = {
        f"CONSTRAINT ck_inbox_state CHECK ({OLD_STATES})": f"CONSTRAINT ck_inbox_state CHECK ({STATES})",
        f"CONSTRAINT ck_inbox_dead_says_why CHECK ({OLD_SAYS_WHY})": (
            f"CONSTRAINT ck_inbox_dead_says_why CHECK ({SAYS_WHY}), \n"
            f"\tCONSTRAINT ck_inbox_dropped_says_who CHECK ({SAYS_WHO})"
        ),
    }
    if any(text.count(old) != 1 for old in changes):
        return False
    for old, new in changes.items():
        text = text.replace(old, new)
    return _stated(connection, text)


def _stated(connection: sa.Connection, text: str) -> bool:
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON").close()
    try:
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'inbox'", (text,)
        )
    except sa.exc.OperationalError:  # "table sqlite_master may not be modified"
        return False
    else:
        connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}").close()
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema=RESET").close()
    connection.exec_driver_sql(
        "SELECT decided_why FROM inbox LIMIT 1"
    ).close()  # read anew: it must still be whole
    return True


def _rebuild(more: tuple[sa.Column[Any], ...], checks: list[sa.CheckConstraint], given: str = OLD_COLUMNS) -> None:
    """A new table takes the rows and then the name: sure, and as slow as the table is long."""
    op.create_table(
        "inbox_anew",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("code_version", sa.String(length=40), nullable=True),
        *more,
        *checks,
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "shop_id",
            "channel",
            "external_id",
            "fingerprint",
            name=op.f("uq_inbox_shop_id_channel_external_id_fingerprint"),
        ),
    )
    op.execute(f"INSERT INTO inbox_anew ({OLD_COLUMNS}) SELECT {given} FROM inbox")  # noqa: S608 - names written above
    op.drop_table("inbox")
    op.rename_table("inbox_anew", "inbox")
    op.create_index("ix_inbox_dead", "inbox", ["shop_id", "id"], sqlite_where=sa.text("state = 'dead'"))
    op.create_index(
        "ix_inbox_waiting", "inbox", [sa.literal_column("urgent DESC"), "id"],
        sqlite_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
    op.create_index(
        "ix_inbox_waiting_lane", "inbox", ["lane", "position"], sqlite_where=sa.text("state = 'waiting'")
    )
