"""What came back to a question, and when

The row of a question said only that it was asked. Now it says whether the buyer sent something, chose, has none,
wrote, or was silent for as long as we wait. Rows of older releases stay without an answer.
Additive: both columns may stay empty, so that processes of version 0009 go on beside this schema.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CAME = "came IN ('sent', 'chosen', 'given', 'none', 'wrote', 'silence')"
WHEN = "(came IS NULL) = (came_at IS NULL)"
KEPT = "shop_id, case_id, question, effect_id, at"


def upgrade() -> None:
    columns: tuple[sa.Column[object], ...] = (
        sa.Column("came", sa.String(length=10), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
    )
    if op.get_bind().dialect.name == "sqlite":
        checks = (
            sa.CheckConstraint(CAME, name=op.f("ck_asked_came")),
            sa.CheckConstraint(WHEN, name=op.f("ck_asked_came_when")),
        )
        _rebuild(*columns, *checks)
        return
    for column in columns:
        op.add_column("asked", column)
    op.create_check_constraint(op.f("ck_asked_came"), "asked", CAME)
    op.create_check_constraint(op.f("ck_asked_came_when"), "asked", WHEN)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
        return
    op.drop_constraint("ck_asked_came_when", "asked")
    op.drop_constraint("ck_asked_came", "asked")
    op.drop_column("asked", "came_at")
    op.drop_column("asked", "came")


def _rebuild(*added: sa.Column[object] | sa.CheckConstraint) -> None:
    """SQLite cannot add a CHECK: a new table takes the rows, and then the name."""
    op.create_table(
        "asked_anew",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("effect_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *added,
        sa.PrimaryKeyConstraint("shop_id", "case_id", "question", name=op.f("pk_asked")),
    )
    op.execute(f"INSERT INTO asked_anew ({KEPT}) SELECT {KEPT} FROM asked")  # noqa: S608 - names of ours
    op.drop_table("asked")
    op.rename_table("asked_anew", "asked")
