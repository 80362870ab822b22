"""Alarms by a second path, and who was told

The outbox takes effects of the kind `page`, which may belong to no case; an alarm's row says who acknowledged it and
when; `told` keeps every call; an index finds running clocks for the auditor. Additive: the CHECKs allow more than before, so that processes of version 0004 go on
beside this schema (they leave pages alone).

PostgreSQL looks once at every row of `outbox` while it holds the table; SQLite changes the table's text. What that
costs is in docs/operations.md, "Upgrading".

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = (
    "shop_id, id, case_id, event_id, kind, lane, dedupe_key, priority, body, version, buyer_lane, state, queued_at, "
    "not_before, attempts, lease_until, settled_at, receipt, error"
)
KINDS = "kind IN ('reply', 'automatic', 'card', 'alarm', 'alarm_edit', 'page', 'tell', 'recognise')"
BELONGS = "kind IN ('tell', 'page') OR case_id IS NOT NULL"
OLD_KINDS = "kind IN ('reply', 'automatic', 'card', 'alarm', 'alarm_edit', 'tell', 'recognise')"
OLD_BELONGS = "kind = 'tell' OR case_id IS NOT NULL"


def upgrade() -> None:
    op.add_column("alarms", sa.Column("acknowledged_by", sa.Text(), nullable=True))
    op.add_column("alarms", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_deadlines_state", "deadlines", ["shop_id", "state", "due_at"])
    _create_told()
    _recheck(OLD_KINDS, OLD_BELONGS, KINDS, BELONGS)


def downgrade() -> None:
    """What was told is forgotten, and so are pages: the older code has no word for them."""
    op.execute("DELETE FROM outbox WHERE kind = 'page'")
    _recheck(KINDS, BELONGS, OLD_KINDS, OLD_BELONGS)
    op.drop_table("told")
    op.drop_index("ix_deadlines_state", "deadlines")
    for column in ("acknowledged_at", "acknowledged_by"):
        op.drop_column("alarms", column)


def _create_told() -> None:
    op.create_table(
        "told",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column(
            "person", sa.String(length=40), nullable=False, comment="a desk id; empty: whoever reads the path"
        ),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("deadline_id", sa.String(length=36), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("absent", sa.String(length=10), nullable=False, comment="away or dnd when it was posted"),
        sa.Column("message", sa.Text(), nullable=False, comment="the desk's own id of the post"),
        sa.CheckConstraint("outcome IN ('queued', 'delivered', 'failed')", name=op.f("ck_told_outcome")),
        sa.CheckConstraint("outcome <> 'failed' OR why <> ''", name=op.f("ck_told_failed_says_why")),
        sa.CheckConstraint("absent IN ('', 'away', 'dnd')", name=op.f("ck_told_absent")),
        sa.PrimaryKeyConstraint("shop_id", "call_id", "person", name=op.f("pk_told")),
    )
    op.create_index("ix_told_deadline", "told", ["shop_id", "deadline_id"])
    with_message = sa.text("message <> ''")
    op.create_index(
        "ix_told_message", "told", ["shop_id", "message"],
        sqlite_where=with_message, postgresql_where=with_message,
    )  # fmt: skip


def _recheck(old_kinds: str, old_belongs: str, kinds: str, belongs: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        if not _restated({old_kinds: kinds, old_belongs: belongs}):
            _rebuild(kinds, belongs)
        return
    op.execute(
        "ALTER TABLE outbox DROP CONSTRAINT ck_outbox_kind, DROP CONSTRAINT ck_outbox_belongs_to_a_case, "
        f"ADD CONSTRAINT ck_outbox_kind CHECK ({kinds}), "
        f"ADD CONSTRAINT ck_outbox_belongs_to_a_case CHECK ({belongs})"
    )


def _restated(changes: dict[str, str]) -> bool:
    """Change the CHECKs in the table's own text, as https://www.sqlite.org/lang_altertable.html#otheralter says:
    no row that stands there breaks the new ones. False where the text is not as expected, or where SQLite was built
    to refuse it (macOS's own): nothing is changed then.
    """
    connection = op.get_bind()
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'outbox'")
    text: str = found.scalar_one()
    if any(text.count(f"CHECK ({old})") != 1 for old in changes):
        return False
    for old, new in changes.items():
        text = text.replace(f"CHECK ({old})", f"CHECK ({new})")
    return _stated(connection, text)


def _stated(connection: sa.Connection, text: str) -> bool:
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON").close()
    try:
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'outbox'", (text,)
        )
    except sa.exc.OperationalError:  # "table sqlite_master may not be modified"
        return False
    else:
        connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}").close()
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema=RESET").close()
    connection.exec_driver_sql("SELECT kind FROM outbox LIMIT 1").close()  # read anew: it must still be whole
    return True


def _rebuild(kinds: str, belongs: str) -> None:
    """A new table takes the rows and then the name: sure, and as slow as the table is long."""
    op.create_table(
        "outbox_anew",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("buyer_lane", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_outbox_sending_has_a_lease")
        ),
        sa.CheckConstraint(
            "(state IN ('held', 'pending', 'sending')) = (settled_at IS NULL)",
            name=op.f("ck_outbox_settled_says_when"),
        ),
        sa.CheckConstraint(
            "kind <> 'reply' OR (version IS NOT NULL AND buyer_lane IS NOT NULL)",
            name=op.f("ck_outbox_reply_bound"),
        ),
        sa.CheckConstraint(belongs, name=op.f("ck_outbox_belongs_to_a_case")),
        sa.CheckConstraint(kinds, name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("state <> 'held' OR kind = 'reply'", name=op.f("ck_outbox_only_replies_are_held")),
        sa.CheckConstraint(
            "state IN ('held', 'pending', 'sending', 'delivered', 'refused', 'cancelled', 'superseded', 'unknown')",
            name=op.f("ck_outbox_state"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("shop_id", "dedupe_key", name=op.f("uq_outbox_shop_id_dedupe_key")),
    )
    op.execute(f"INSERT INTO outbox_anew ({COLUMNS}) SELECT {COLUMNS} FROM outbox")  # noqa: S608 - names written above
    op.drop_table("outbox")
    op.rename_table("outbox_anew", "outbox")
    op.create_index("ix_outbox_case", "outbox", ["shop_id", "case_id"])
    op.create_index(
        "ix_outbox_open_lane", "outbox", ["lane", "id"], sqlite_where=sa.text("state IN ('pending', 'sending')")
    )
    op.create_index(
        "ix_outbox_pending", "outbox", [sa.literal_column("priority DESC"), "id"],
        sqlite_where=sa.text("state = 'pending'"),
    )  # fmt: skip
