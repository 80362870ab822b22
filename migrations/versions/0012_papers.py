"""The register of papers

Authorisations, certificates and insurance, with what they cover and until when. A row is never deleted: what was
renewed or removed stays with who did it. Additive: processes of version 0011 go on beside this schema.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_KINDS = "'authorisation', 'trade_mark', 'purchase', 'certificate', 'test_report', 'insurance', 'other'"


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("brands", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("skus", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date(), comment="its last day, in the shop's zone; without one it never ends"),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("follows", sa.Integer(), comment="the paper that it renewed"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_by", sa.String(length=80)),
        sa.Column("ended_why", sa.Text()),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_papers")),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_papers_kind")),
        sa.CheckConstraint("state IN ('kept', 'renewed', 'removed')", name=op.f("ck_papers_state")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_papers_lasts")),
        sa.CheckConstraint(
            "(state = 'kept') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_papers_ended_says_who"),
        ),
    )


def downgrade() -> None:
    op.drop_table("papers")
