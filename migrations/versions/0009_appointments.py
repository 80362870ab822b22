"""Appointments, and since when a cause is known

Instants at which something is looked at that is no case; and of each cause when it became known, and for which of
the table's reasons, so that a week's can be told. Additive: processes of version 0008 go on beside this schema.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TO_COME = sa.text("fired_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("fired_at", _INSTANT, comment="when its event was put into the inbox"),
        sa.PrimaryKeyConstraint("shop_id", "kind", "subject", "what", name=op.f("pk_appointments")),
        sa.CheckConstraint("kind IN ('note', 'parcel', 'paper')", name=op.f("ck_appointments_kind")),
    )
    op.create_index(
        "ix_appointments_next", "appointments", ["due_at"], sqlite_where=_TO_COME, postgresql_where=_TO_COME
    )
    op.add_column("causes", sa.Column("why", sa.String(length=20), comment="of the table's reasons"))
    op.add_column("causes", sa.Column("at", _INSTANT, comment="when it became known"))
    op.create_index("ix_causes_at", "causes", ["shop_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_causes_at", "causes")
    op.drop_column("causes", "at")
    op.drop_column("causes", "why")
    op.drop_index("ix_appointments_next", "appointments")
    op.drop_table("appointments")
