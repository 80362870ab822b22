"""Actions with their order, amount and every yes

What a case does besides talking gets its own states, and can be found by its order and by who approved it: the
ledger that stops a second refund. Rows of older releases take their case's order; their amounts stay unknown.
Additive: every new column may stay empty and the CHECK allows what it allowed, so that processes of version 0005 go
on beside this schema.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD = "'text_approved', 'submitted'"
NEW = "'text_approved', 'waiting', 'approved', 'by_hand', 'submitted', 'cancelled', 'refused'"
KEPT = "shop_id, id, case_id, kind, state, person, at, proof_id"
MONEY = (
    "(amount_minor IS NULL) = (amount_currency IS NULL) AND "
    "(amount_minor IS NULL OR (amount_minor >= 0 AND length(amount_currency) = 3))"
)
SECOND = "second_person IS NULL OR second_person <> person"
ADDED = (
    ("order_no", sa.Text()),
    ("amount_minor", sa.BigInteger()),
    ("amount_currency", sa.String(length=3)),
    ("approved_at", sa.DateTime(timezone=True)),
    ("second_person", sa.String(length=40)),
    ("done_person", sa.String(length=40)),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(NEW, tuple(sa.Column(name, kind, nullable=True) for name, kind in ADDED), *_new_checks())
    else:
        for name, kind in ADDED:
            op.add_column("actions", sa.Column(name, kind, nullable=True))
        op.drop_constraint("ck_actions_state", "actions")
        op.create_check_constraint(op.f("ck_actions_state"), "actions", f"state IN ({NEW})")
        op.create_check_constraint(op.f("ck_actions_amount"), "actions", MONEY)
        op.create_check_constraint(op.f("ck_actions_second_is_another"), "actions", SECOND)
    op.execute(
        "UPDATE actions SET approved_at = at, order_no = (SELECT order_no FROM cases "
        "WHERE cases.shop_id = actions.shop_id AND cases.id = actions.case_id)"
    )
    op.create_index("ix_actions_order", "actions", ["shop_id", "order_no"])
    op.create_index("ix_actions_person", "actions", ["shop_id", "person", "approved_at"])


def downgrade() -> None:
    """What is neither approved for the hand nor done has no place in the older schema."""
    op.drop_index("ix_actions_person", "actions")
    op.drop_index("ix_actions_order", "actions")
    op.execute("UPDATE actions SET state = 'text_approved' WHERE state = 'by_hand'")
    op.execute("DELETE FROM actions WHERE state NOT IN ('text_approved', 'submitted')")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(OLD, ())
        return
    for name in ("ck_actions_state", "ck_actions_amount", "ck_actions_second_is_another"):
        op.drop_constraint(name, "actions")
    op.create_check_constraint(op.f("ck_actions_state"), "actions", f"state IN ({OLD})")
    for name, _ in ADDED:
        op.drop_column("actions", name)


def _new_checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(MONEY, name=op.f("ck_actions_amount")),
        sa.CheckConstraint(SECOND, name=op.f("ck_actions_second_is_another")),
    )


def _rebuild(states: str, added: tuple[sa.Column[object], ...], *checks: sa.CheckConstraint) -> None:
    """SQLite cannot change a CHECK: a new table takes the rows, and then the name. There are few."""
    op.create_table(
        "actions_anew",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof_id", sa.String(length=36), nullable=True),
        *added,
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_actions")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_actions_state")),
        sa.CheckConstraint(
            "(state = 'submitted') = (proof_id IS NOT NULL)", name=op.f("ck_actions_submitted_has_proof")
        ),
        *checks,
    )
    op.execute(f"INSERT INTO actions_anew ({KEPT}) SELECT {KEPT} FROM actions")  # noqa: S608 - our own names
    op.drop_table("actions")
    op.rename_table("actions_anew", "actions")
    op.create_index("ix_actions_case", "actions", ["shop_id", "case_id"])
