"""Where matters came from

The cause of a case has a table of its own, so that causes can be counted; an index finds the cases of a period.
Additive: processes of version 0006 go on beside this schema.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "causes",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "case_id", name=op.f("pk_causes")),
        sa.CheckConstraint(
            "cause IN ('product', 'listing', 'packing', 'carrier', 'buyer', 'platform')",
            name=op.f("ck_causes_cause"),
        ),
        sa.CheckConstraint("source IN ('staff', 'derived')", name=op.f("ck_causes_source")),
    )
    op.create_index("ix_cases_opened", "cases", ["shop_id", "opened_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_opened", "cases")
    op.drop_table("causes")
