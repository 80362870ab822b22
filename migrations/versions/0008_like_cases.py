"""Like cases of one SKU, and warnings

What points to a bad batch has a table of its own, filled from the cases that are there; and so have the warnings
that staff acknowledge. Additive: processes of version 0007 go on beside this schema.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# By its cause; where nobody named one, by what the case is about, as flows/causes.py has it without any facts.
_FILL = """
INSERT INTO like_cases (shop_id, sku, likeness, at, case_id, order_no)
SELECT DISTINCT shop_id, sku, likeness, opened_at, id, order_no
FROM (
    SELECT c.shop_id, i.sku, c.opened_at, c.id, c.order_no, CASE
        WHEN k.cause IN ('product', 'packing', 'listing') THEN k.cause
        WHEN k.cause IS NOT NULL THEN NULL
        WHEN c.situation IN ('defective', 'safety', 'expensive_item', 'damage_claim') THEN 'product'
        WHEN c.situation IN ('damaged', 'missing_part', 'wrong_item') THEN 'packing'
        WHEN c.situation IN ('how_to_use', 'not_as_described') THEN 'listing'
    END AS likeness
    FROM cases c
    JOIN order_items i ON i.shop_id = c.shop_id AND i.number = c.order_no AND i.sku <> ''
    LEFT JOIN causes k ON k.shop_id = c.shop_id AND k.case_id = c.id
) found
WHERE likeness IS NOT NULL
"""
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "like_cases",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("likeness", sa.String(length=10), nullable=False),
        sa.Column("at", _INSTANT, nullable=False, comment="when the case was opened"),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "sku", "likeness", "at", "case_id", name=op.f("pk_like_cases")),
        sa.CheckConstraint("likeness IN ('product', 'packing', 'listing')", name=op.f("ck_like_cases_likeness")),
    )
    op.create_index("ix_like_cases_case", "like_cases", ["shop_id", "case_id"])
    op.create_table(
        "warnings",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="a SKU, a paper's id"),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("raised_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False, comment="when it last grew"),
        sa.Column("message", sa.Text(), comment="the desk's own id of the post"),
        sa.Column("acknowledged_by", sa.String(length=80)),
        sa.Column("acknowledged_at", _INSTANT),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_warnings")),
        sa.UniqueConstraint(
            "shop_id", "kind", "subject", "about", "nth", name=op.f("uq_warnings_shop_id_kind_subject_about_nth")
        ),
        sa.CheckConstraint("kind IN ('batch', 'paper')", name=op.f("ck_warnings_kind")),
        sa.CheckConstraint("nth >= 1", name=op.f("ck_warnings_nth")),
        sa.CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name=op.f("ck_warnings_acknowledged_says_who")
        ),
    )
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_table("warnings")
    op.drop_table("like_cases")
