"""The first schema

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (proof_id IS NOT NULL)", name=op.f("ck_actions_submitted_has_proof")
        ),
        sa.CheckConstraint("state IN ('text_approved', 'submitted')", name=op.f("ck_actions_state")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_case", "actions", ["shop_id", "case_id"], unique=False)
    op.create_table(
        "alarms",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("deadline_id", sa.String(length=36), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "fired_at", sa.DateTime(timezone=True), nullable=True, comment="when its event was put into the inbox"
        ),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sounded', 'delivered', 'acknowledged', 'skipped', 'failed')",
            name=op.f("ck_alarms_state"),
        ),
        sa.CheckConstraint("state NOT IN ('skipped', 'failed') OR reason <> ''", name=op.f("ck_alarms_reason")),
        sa.CheckConstraint("at <= due_at", name=op.f("ck_alarms_before_due")),
        sa.PrimaryKeyConstraint("shop_id", "deadline_id", "due_at", "rung", name=op.f("pk_alarms")),
    )
    op.create_index(
        "ix_alarms_message",
        "alarms",
        ["shop_id", "message"],
        unique=False,
        sqlite_where=sa.text("message IS NOT NULL"),
        postgresql_where=sa.text("message IS NOT NULL"),
    )
    op.create_index(
        "ix_alarms_next",
        "alarms",
        ["at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND fired_at IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND fired_at IS NULL"),
    )
    op.create_table(
        "approvals",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_case", "approvals", ["shop_id", "case_id"], unique=False)
    op.create_table(
        "asked",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("effect_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "case_id", "question", name=op.f("pk_asked")),
    )
    op.create_table(
        "buyers",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="personal"),
        sa.Column("name", sa.Text(), nullable=False, comment="personal: erasable"),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_buyers")),
        sa.UniqueConstraint("shop_id", "channel", "address", name=op.f("uq_buyers_shop_id_channel_address")),
    )
    op.create_table(
        "cards",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("thread_seq", sa.Integer(), nullable=False, comment="last journal entry told in the thread"),
        sa.PrimaryKeyConstraint("shop_id", "case_id", name=op.f("pk_cards")),
        sa.UniqueConstraint("shop_id", "channel", "message", name=op.f("uq_cards_shop_id_channel_message")),
    )
    op.create_table(
        "cases",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("situation", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'waiting', 'closed')", name=op.f("ck_cases_status")),
        sa.CheckConstraint("revision >= 1 AND version >= 1", name=op.f("ck_cases_counters")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_cases_shop_id_number")),
    )
    op.create_index("ix_cases_due", "cases", ["shop_id", "status", "next_due_at"], unique=False)
    op.create_index("ix_cases_order", "cases", ["shop_id", "order_no"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("shop_id", "lane", name=op.f("uq_conversations_shop_id_lane")),
    )
    op.create_table(
        "counters",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deadlines",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("bound", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name=op.f("ck_deadlines_ended_at")),
        sa.CheckConstraint("kind IN ('platform', 'shop', 'promise', 'reminder')", name=op.f("ck_deadlines_kind")),
        sa.CheckConstraint("state IN ('running', 'met', 'missed', 'stopped')", name=op.f("ck_deadlines_state")),
        sa.CheckConstraint("due_at >= started_at", name=op.f("ck_deadlines_due_after_start")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_case", "deadlines", ["shop_id", "case_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("unique_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="personal: erasable"),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_case", "evidence", ["shop_id", "case_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True, comment="personal: erasable"),
        sa.Column("salt", sa.String(length=32), nullable=True, comment="personal: erasable with raw"),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("code_version", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(state = 'dead') = (error IS NOT NULL)", name=op.f("ck_inbox_dead_says_why")),
        sa.CheckConstraint("(state = 'waiting') = (handled_at IS NULL)", name=op.f("ck_inbox_handled_at")),
        sa.CheckConstraint("state IN ('waiting', 'handled', 'ignored', 'dead')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "shop_id",
            "channel",
            "external_id",
            "fingerprint",
            name=op.f("uq_inbox_shop_id_channel_external_id_fingerprint"),
        ),
    )
    op.create_index(
        "ix_inbox_dead",
        "inbox",
        ["shop_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        [sa.literal_column("urgent DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_inbox_waiting_lane",
        "inbox",
        ["lane", "position"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "journal",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_journal_seq")),
        sa.PrimaryKeyConstraint("shop_id", "case_id", "seq", name=op.f("pk_journal")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="machine clock"),
        sa.Column("token", sa.BigInteger(), nullable=False, comment="fencing token: rises with every new holder"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "messages",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_messages_direction")),
        sa.CheckConstraint("edits >= 0", name=op.f("ck_messages_edits")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "shop_id",
            "conversation_id",
            "direction",
            "external_id",
            name=op.f("uq_messages_shop_id_conversation_id_direction_external_id"),
        ),
    )
    op.create_index("ix_messages_case", "messages", ["shop_id", "case_id", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True, comment="replies: the case version that was approved"),
        sa.Column("buyer_lane", sa.Text(), nullable=True, comment="replies: the conversation that must be quiet"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False, comment="machine clock"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True, comment="machine clock"),
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
        sa.CheckConstraint("kind = 'tell' OR case_id IS NOT NULL", name=op.f("ck_outbox_belongs_to_a_case")),
        sa.CheckConstraint(
            "kind IN ('reply', 'automatic', 'card', 'alarm', 'alarm_edit', 'tell', 'recognise')",
            name=op.f("ck_outbox_kind"),
        ),
        sa.CheckConstraint("state <> 'held' OR kind = 'reply'", name=op.f("ck_outbox_only_replies_are_held")),
        sa.CheckConstraint(
            "state IN ('held', 'pending', 'sending', 'delivered', 'refused', 'cancelled', 'superseded', 'unknown')",
            name=op.f("ck_outbox_state"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("shop_id", "dedupe_key", name=op.f("uq_outbox_shop_id_dedupe_key")),
    )
    op.create_index("ix_outbox_case", "outbox", ["shop_id", "case_id"], unique=False)
    op.create_index(
        "ix_outbox_open_lane",
        "outbox",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        [sa.literal_column("priority DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "parties",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "conversation_id", "case_id", name=op.f("pk_parties")),
    )
    op.create_table(
        "proposals",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("branch", sa.String(length=80), nullable=False),
        sa.Column("text_id", sa.String(length=36), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(kind = 'handoff' AND state IN ('offered', 'text_approved', 'submitted', 'withdrawn')) OR (kind = 'reply' AND state NOT IN ('text_approved', 'submitted'))",
            name=op.f("ck_proposals_state_of_kind"),
        ),
        sa.CheckConstraint("kind IN ('reply', 'handoff')", name=op.f("ck_proposals_kind")),
        sa.CheckConstraint(
            "state IN ('offered', 'held', 'sending', 'delivered', 'refused', 'unknown', 'text_approved', 'submitted', 'withdrawn')",
            name=op.f("ck_proposals_state"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_case", "proposals", ["shop_id", "case_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "texts",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=True, comment="personal: erasable"),
        sa.Column("salt", sa.String(length=32), nullable=True, comment="personal: erasable with body"),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(body IS NULL) = (salt IS NULL)", name=op.f("ck_texts_erased_together")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_texts")),
    )
    op.create_index("ix_texts_case", "texts", ["shop_id", "case_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_texts_case", table_name="texts")
    op.drop_table("texts")
    op.drop_table("staff")
    op.drop_index("ix_proposals_case", table_name="proposals")
    op.drop_table("proposals")
    op.drop_table("parties")
    op.drop_index(
        "ix_outbox_pending",
        table_name="outbox",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index(
        "ix_outbox_open_lane",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.drop_index("ix_outbox_case", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_messages_case", table_name="messages")
    op.drop_table("messages")
    op.drop_table("leases")
    op.drop_table("journal")
    op.drop_index(
        "ix_inbox_waiting_lane",
        table_name="inbox",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_inbox_waiting",
        table_name="inbox",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_inbox_dead",
        table_name="inbox",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_table("inbox")
    op.drop_index("ix_evidence_case", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("ix_deadlines_case", table_name="deadlines")
    op.drop_table("deadlines")
    op.drop_table("counters")
    op.drop_table("conversations")
    op.drop_index("ix_cases_order", table_name="cases")
    op.drop_index("ix_cases_due", table_name="cases")
    op.drop_table("cases")
    op.drop_table("cards")
    op.drop_table("buyers")
    op.drop_table("asked")
    op.drop_index("ix_approvals_case", table_name="approvals")
    op.drop_table("approvals")
    op.drop_index(
        "ix_alarms_next",
        table_name="alarms",
        sqlite_where=sa.text("state = 'waiting' AND fired_at IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND fired_at IS NULL"),
    )
    op.drop_index(
        "ix_alarms_message",
        table_name="alarms",
        sqlite_where=sa.text("message IS NOT NULL"),
        postgresql_where=sa.text("message IS NOT NULL"),
    )
    op.drop_table("alarms")
    op.drop_index("ix_actions_case", table_name="actions")
    op.drop_table("actions")
