"""Whose account it is

Several shops on one database: a bot or a Slack app belongs to one of them, so that two desks never share it. A bot
whose buyers are known already belongs to their shop. Additive: processes of version 0010 go on beside this schema.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


_FILL = """
INSERT INTO accounts (name, shop_id, since)
SELECT channel, min(shop_id), min(opened_at) FROM conversations GROUP BY channel
"""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column(
            "name",
            sa.String(length=120),
            nullable=False,
            comment="of all shops of this database: telegram:ID, slack:TEAM/BOT",
        ),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="machine clock"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_table("accounts")
