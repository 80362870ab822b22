"""The order book

Orders, their lines, the rows they came in and the imports that brought them. Additive: four new tables.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_imports",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="a file's name, or the marketplace account it came from"
        ),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the file"),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "made >= 0 AND changed >= 0 AND same >= 0 AND bad >= 0", name=op.f("ck_order_imports_counts")
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_order_imports")),
    )
    op.create_table(
        "order_items",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("value_currency", sa.String(length=3), nullable=True),
        sa.CheckConstraint(
            "(value_minor IS NULL) = (value_currency IS NULL) "
            "AND (value_minor IS NULL OR (value_minor >= 0 AND length(value_currency) = 3))",
            name=op.f("ck_order_items_value"),
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity >= 0", name=op.f("ck_order_items_quantity")),
        sa.PrimaryKeyConstraint("shop_id", "number", "platform", "key", name=op.f("pk_order_items")),
    )
    op.create_table(
        "order_rows",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="of the row: the same row again is no second one",
        ),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True, comment="personal: erasable"),
        sa.CheckConstraint("line >= 1", name=op.f("ck_order_rows_line")),
        sa.PrimaryKeyConstraint("shop_id", "number", "platform", "digest", name=op.f("pk_order_rows")),
    )
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("site", sa.String(length=20), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("total_currency", sa.String(length=3), nullable=True),
        sa.Column("fulfilment", sa.String(length=20), nullable=True),
        sa.Column("shipping", sa.String(length=20), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking_no", sa.Text(), nullable=True),
        sa.Column("tracking", sa.String(length=20), nullable=True),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_freight_minor", sa.BigInteger(), nullable=True),
        sa.Column("return_freight_currency", sa.String(length=3), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True, comment="by the platform"),
        sa.Column("buyer", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("name", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("email", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("phone", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("address", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of the order without the person"),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=False, comment="when an import last changed it"
        ),
        sa.CheckConstraint("fulfilment IN ('platform', 'own', 'overseas')", name=op.f("ck_orders_fulfilment")),
        sa.CheckConstraint("number <> '' AND platform <> ''", name=op.f("ck_orders_named")),
        sa.CheckConstraint("shipping IN ('online', 'tracked', 'untracked')", name=op.f("ck_orders_shipping")),
        sa.CheckConstraint(
            "state IN ('unpaid', 'unshipped', 'shipped', 'delivered', 'completed', 'cancelled')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint(
            "tracking IN ('none', 'moving', 'exception', 'delivered', 'returned')", name=op.f("ck_orders_tracking")
        ),
        sa.CheckConstraint(
            "(return_freight_minor IS NULL) = (return_freight_currency IS NULL) "
            "AND (return_freight_minor IS NULL OR (return_freight_minor >= 0 AND length(return_freight_currency) = 3))",
            name=op.f("ck_orders_return_freight"),
        ),
        sa.CheckConstraint(
            "(total_minor IS NULL) = (total_currency IS NULL) "
            "AND (total_minor IS NULL OR (total_minor >= 0 AND length(total_currency) = 3))",
            name=op.f("ck_orders_total"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "number", "platform", name=op.f("pk_orders")),
    )
    op.create_index(
        "ix_orders_promised",
        "orders",
        ["shop_id", "promised_at"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_orders_promised",
        table_name="orders",
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.drop_table("orders")
    op.drop_table("order_rows")
    op.drop_table("order_items")
    op.drop_table("order_imports")
