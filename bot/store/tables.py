"""The schema. Every table that can grow carries `shop_id` first in its keys, so that it can be split by shop.

CHECKs let the database refuse rows that no state allows. Partial indexes keep the queues small whatever the
history weighs. Column comments name what is personal and erasable.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.types import SafeText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _shop() -> Column[str]:
    return Column("shop_id", String(40), nullable=False)


def _id(name: str = "id", *, nullable: bool = False) -> Column[str]:
    return Column(name, String(36), nullable=nullable)


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


inbox = Table(
    "inbox",
    metadata,
    _shop(),
    _id(),
    Column("channel", String(80), nullable=False),
    Column("external_id", SafeText, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("lane", SafeText, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("raw", LargeBinary, comment="personal: erasable"),
    Column("salt", String(32), comment="personal: erasable with raw"),
    Column("urgent", Boolean, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("handled_at", UtcDateTime),
    Column("case_id", String(36)),
    Column("error", SafeText),
    Column("code_version", String(40)),
    Column("decided_by", String(80), comment="who last retried or dropped it when it was dead"),
    Column("decided_at", UtcDateTime),
    Column("decided_why", SafeText),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "channel", "external_id", "fingerprint"),
    CheckConstraint(_one_of("state", "waiting", "handled", "ignored", "dead", "dropped"), name="state"),
    CheckConstraint("(state = 'waiting') = (handled_at IS NULL)", name="handled_at"),
    CheckConstraint("(state IN ('dead', 'dropped')) = (error IS NOT NULL)", name="dead_says_why"),
    CheckConstraint(
        "state <> 'dropped' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL AND decided_why IS NOT NULL)",
        name="dropped_says_who",
    ),
)
Index("ix_inbox_waiting", inbox.c.urgent.desc(), inbox.c.id,
      sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"))  # fmt: skip
Index("ix_inbox_waiting_lane", inbox.c.lane, inbox.c.position,
      sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"))  # fmt: skip
Index("ix_inbox_dead", inbox.c.shop_id, inbox.c.id,
      sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'"))  # fmt: skip

buyers = Table(
    "buyers",
    metadata,
    _shop(),
    _id(),
    Column("channel", String(80), nullable=False),
    Column("address", SafeText, nullable=False, comment="personal"),
    Column("name", SafeText, nullable=False, comment="personal: erasable"),
    Column("language", String(20)),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "channel", "address"),
)

conversations = Table(
    "conversations",
    metadata,
    _shop(),
    _id(),
    Column("channel", String(80), nullable=False),
    Column("lane", SafeText, nullable=False),
    _id("buyer_id"),
    Column("opened_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "lane"),
)

messages = Table(
    "messages",
    metadata,
    _shop(),
    _id(),
    _id("conversation_id"),
    _id("case_id"),
    Column("direction", String(3), nullable=False),
    Column("external_id", SafeText, nullable=False),
    Column("body", SafeText, comment="personal: erasable"),
    Column("media", Text, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    _id("event_id"),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "conversation_id", "direction", "external_id"),
    CheckConstraint(_one_of("direction", "in", "out"), name="direction"),
    CheckConstraint("edits >= 0", name="edits"),
)
Index("ix_messages_case", messages.c.shop_id, messages.c.case_id, messages.c.id)

texts = Table(
    "texts",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    Column("body", SafeText, comment="personal: erasable"),
    Column("salt", String(32), comment="personal: erasable with body"),
    Column("digest", String(64), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint("(body IS NULL) = (salt IS NULL)", name="erased_together"),
)
Index("ix_texts_case", texts.c.shop_id, texts.c.case_id)

cases = Table(
    "cases",
    metadata,
    _shop(),
    _id(),
    Column("number", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("situation", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", String(40)),
    Column("order_no", SafeText),
    Column("next_due_at", UtcDateTime),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "number"),
    CheckConstraint(_one_of("status", "open", "waiting", "closed"), name="status"),
    CheckConstraint("revision >= 1 AND version >= 1", name="counters"),
)
Index("ix_cases_order", cases.c.shop_id, cases.c.order_no)
Index("ix_cases_due", cases.c.shop_id, cases.c.status, cases.c.next_due_at)

Index("ix_cases_opened", cases.c.shop_id, cases.c.opened_at)

parties = Table(
    "parties",
    metadata,
    _shop(),
    _id("conversation_id"),
    _id("case_id"),
    PrimaryKeyConstraint("shop_id", "conversation_id", "case_id"),
)

journal = Table(
    "journal",
    metadata,
    _shop(),
    _id("case_id"),
    Column("seq", Integer, nullable=False),
    _id("event_id"),
    Column("event", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("context", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("effects", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("shop_id", "case_id", "seq"),
    CheckConstraint("seq >= 1", name="seq"),
)

deadlines = Table(
    "deadlines",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    Column("kind", String(10), nullable=False),
    Column("name", String(60), nullable=False),
    Column("bound", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("explanation", Text, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint(_one_of("kind", "platform", "shop", "promise", "reminder"), name="kind"),
    CheckConstraint(_one_of("state", "running", "met", "missed", "stopped"), name="state"),
    CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended_at"),
    CheckConstraint("due_at >= started_at", name="due_after_start"),
)
Index("ix_deadlines_case", deadlines.c.shop_id, deadlines.c.case_id)
Index("ix_deadlines_state", deadlines.c.shop_id, deadlines.c.state, deadlines.c.due_at)

alarms = Table(
    "alarms",
    metadata,
    _shop(),
    _id("deadline_id"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("rung", String(20), nullable=False),
    _id("case_id"),
    Column("at", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime, comment="when its event was put into the inbox"),
    Column("state", String(14), nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("message", SafeText),
    Column("acknowledged_by", SafeText),
    Column("acknowledged_at", UtcDateTime),
    PrimaryKeyConstraint("shop_id", "deadline_id", "due_at", "rung"),
    CheckConstraint(
        _one_of("state", "waiting", "sounded", "delivered", "acknowledged", "skipped", "failed"), name="state"
    ),
    CheckConstraint("state NOT IN ('skipped', 'failed') OR reason <> ''", name="reason"),
    CheckConstraint("at <= due_at", name="before_due"),
)
Index("ix_alarms_next", alarms.c.at,
      sqlite_where=text("state = 'waiting' AND fired_at IS NULL"),
      postgresql_where=text("state = 'waiting' AND fired_at IS NULL"))  # fmt: skip
Index("ix_alarms_message", alarms.c.shop_id, alarms.c.message,
      sqlite_where=text("message IS NOT NULL"), postgresql_where=text("message IS NOT NULL"))  # fmt: skip

told = Table(
    "told",
    metadata,
    _shop(),
    _id("call_id"),
    Column("person", String(40), nullable=False, comment="a desk id; empty: whoever reads the path"),
    _id("case_id"),
    _id("deadline_id"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("rung", String(20), nullable=False),
    Column("path", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("why", SafeText, nullable=False),
    Column("absent", String(10), nullable=False, comment="away or dnd when it was posted"),
    Column("message", SafeText, nullable=False, comment="the desk's own id of the post"),
    PrimaryKeyConstraint("shop_id", "call_id", "person"),
    CheckConstraint(_one_of("outcome", "queued", "delivered", "failed"), name="outcome"),
    CheckConstraint("outcome <> 'failed' OR why <> ''", name="failed_says_why"),
    CheckConstraint(_one_of("absent", "", "away", "dnd"), name="absent"),
)
Index("ix_told_deadline", told.c.shop_id, told.c.deadline_id)
Index("ix_told_message", told.c.shop_id, told.c.message,
      sqlite_where=text("message <> ''"), postgresql_where=text("message <> ''"))  # fmt: skip

proposals = Table(
    "proposals",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    Column("version", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(14), nullable=False),
    Column("key", String(80), nullable=False),
    Column("branch", String(80), nullable=False),
    _id("text_id"),
    Column("text_digest", String(64), nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint(_one_of("kind", "reply", "handoff"), name="kind"),
    CheckConstraint(
        _one_of(
            "state",
            "offered",
            "held",
            "sending",
            "delivered",
            "refused",
            "unknown",
            "text_approved",
            "submitted",
            "withdrawn",
        ),
        name="state",
    ),
    CheckConstraint(
        "(kind = 'handoff' AND state IN ('offered', 'text_approved', 'submitted', 'withdrawn')) "
        "OR (kind = 'reply' AND state NOT IN ('text_approved', 'submitted'))",
        name="state_of_kind",
    ),
)
Index("ix_proposals_case", proposals.c.shop_id, proposals.c.case_id)

approvals = Table(
    "approvals",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    _id("proposal_id"),
    Column("version", Integer, nullable=False),
    Column("person", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text_digest", String(64), nullable=False),
    Column("facts_digest", String(64), nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
)
Index("ix_approvals_case", approvals.c.shop_id, approvals.c.case_id)

outbox = Table(
    "outbox",
    metadata,
    _shop(),
    _id(),
    _id("case_id", nullable=True),
    _id("event_id"),
    Column("kind", String(12), nullable=False),
    Column("lane", SafeText, nullable=False),
    Column("dedupe_key", String(160), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, comment="replies: the case version that was approved"),
    Column("buyer_lane", SafeText, comment="replies: the conversation that must be quiet"),
    Column("state", String(10), nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False, comment="machine clock"),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcDateTime, comment="machine clock"),
    Column("settled_at", UtcDateTime),
    Column("receipt", SafeText),
    Column("error", SafeText),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "dedupe_key"),
    CheckConstraint(
        _one_of("kind", "reply", "automatic", "card", "alarm", "alarm_edit", "page", "tell", "recognise"),
        name="kind",
    ),
    CheckConstraint(
        _one_of(
            "state", "held", "pending", "sending", "delivered", "refused", "cancelled", "superseded", "unknown"
        ),
        name="state",
    ),
    CheckConstraint("kind IN ('tell', 'page') OR case_id IS NOT NULL", name="belongs_to_a_case"),
    CheckConstraint("state <> 'held' OR kind = 'reply'", name="only_replies_are_held"),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending_has_a_lease"),
    CheckConstraint("(state IN ('held', 'pending', 'sending')) = (settled_at IS NULL)", name="settled_says_when"),
    CheckConstraint("kind <> 'reply' OR (version IS NOT NULL AND buyer_lane IS NOT NULL)", name="reply_bound"),
)
Index("ix_outbox_pending", outbox.c.priority.desc(), outbox.c.id,
      sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'"))  # fmt: skip
Index("ix_outbox_open_lane", outbox.c.lane, outbox.c.id,
      sqlite_where=text("state IN ('pending', 'sending')"),
      postgresql_where=text("state IN ('pending', 'sending')"))  # fmt: skip
Index("ix_outbox_case", outbox.c.shop_id, outbox.c.case_id)

cards = Table(
    "cards",
    metadata,
    _shop(),
    _id("case_id"),
    Column("channel", String(40), nullable=False),
    Column("message", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("thread_seq", Integer, nullable=False, comment="last journal entry told in the thread"),
    PrimaryKeyConstraint("shop_id", "case_id"),
    UniqueConstraint("shop_id", "channel", "message"),
)


def _money(name: str) -> tuple[Column[int], Column[str]]:
    return Column(f"{name}_minor", BigInteger), Column(f"{name}_currency", String(3))


def _is_money(name: str) -> CheckConstraint:
    """An amount has its currency, a currency its amount, and nobody pays less than nothing."""
    minor, currency = f"{name}_minor", f"{name}_currency"
    whole = f"({minor} IS NULL) = ({currency} IS NULL)"
    return CheckConstraint(
        f"{whole} AND ({minor} IS NULL OR ({minor} >= 0 AND length({currency}) = 3))", name=name
    )


actions = Table(
    "actions",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    Column("kind", String(40), nullable=False),
    Column("state", String(14), nullable=False),
    Column("person", String(40), nullable=False),  # who approved it first
    Column("at", UtcDateTime, nullable=False),
    Column("proof_id", String(36)),
    Column("order_no", SafeText),
    *_money("amount"),
    Column("approved_at", UtcDateTime),
    Column("second_person", String(40)),
    Column("done_person", String(40)),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint(
        _one_of("state", "text_approved", "waiting", "approved", "by_hand", "submitted", "cancelled", "refused"),
        name="state",
    ),
    CheckConstraint("(state = 'submitted') = (proof_id IS NOT NULL)", name="submitted_has_proof"),
    CheckConstraint("second_person IS NULL OR second_person <> person", name="second_is_another"),
    _is_money("amount"),
)
Index("ix_actions_case", actions.c.shop_id, actions.c.case_id)
Index("ix_actions_order", actions.c.shop_id, actions.c.order_no)
Index("ix_actions_person", actions.c.shop_id, actions.c.person, actions.c.approved_at)

evidence = Table(
    "evidence",
    metadata,
    _shop(),
    _id(),
    _id("case_id"),
    _id("message_id"),
    Column("kind", String(20), nullable=False),
    Column("file_id", SafeText, nullable=False),
    Column("unique_id", SafeText, nullable=False),
    Column("name", SafeText, nullable=False, comment="personal: erasable"),
    Column("size", BigInteger),
    PrimaryKeyConstraint("shop_id", "id"),
)
Index("ix_evidence_case", evidence.c.shop_id, evidence.c.case_id)

asked = Table(
    "asked",
    metadata,
    _shop(),
    _id("case_id"),
    Column("question", String(60), nullable=False),
    _id("effect_id"),
    Column("at", UtcDateTime, nullable=False),
    Column("came", String(10)),
    Column("came_at", UtcDateTime),
    PrimaryKeyConstraint("shop_id", "case_id", "question"),
    CheckConstraint(_one_of("came", "sent", "chosen", "given", "none", "wrote", "silence"), name="came"),
    CheckConstraint("(came IS NULL) = (came_at IS NULL)", name="came_when"),
)

staff = Table(
    "staff",
    metadata,
    _shop(),
    Column("id", String(40), nullable=False),
    Column("name", SafeText, nullable=False),
    Column("zone", String(60), nullable=False),
    Column("language", String(20), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("present", Boolean, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", UtcDateTime, nullable=False, comment="machine clock"),
    Column("token", BigInteger, nullable=False, comment="fencing token: rises with every new holder"),
)

accounts = Table(
    "accounts",
    metadata,
    Column(
        "name", String(120), primary_key=True, comment="of all shops of this database: telegram:ID, slack:TEAM/BOT"
    ),
    Column("shop_id", String(40), nullable=False),
    Column("since", UtcDateTime, nullable=False, comment="machine clock"),
)

counters = Table(
    "counters",
    metadata,
    _shop(),
    Column("name", String(40), nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("shop_id", "name"),
)

_AMOUNTS = ("total", "return_freight")

order_imports = Table(
    "order_imports",
    metadata,
    _shop(),
    _id(),
    Column("source", SafeText, nullable=False, comment="a file's name, or the marketplace account it came from"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the file"),
    Column("person", String(80), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("made", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint("made >= 0 AND changed >= 0 AND same >= 0 AND bad >= 0", name="counts"),
)

# By number first: buyers and cases know the number, not always the platform.
orders = Table(
    "orders",
    metadata,
    _shop(),
    Column("number", String(64), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("site", String(20)),
    Column("channel", SafeText),
    Column("state", String(20)),
    *_money("total"),
    Column("fulfilment", String(20)),
    Column("shipping", String(20)),
    Column("carrier", SafeText),
    Column("tracking_no", SafeText),
    Column("tracking", String(20)),
    Column("bought_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Column("shipped_at", UtcDateTime),
    Column("promised_at", UtcDateTime),
    Column("moved_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("returned_at", UtcDateTime),
    *_money("return_freight"),
    Column("country", SafeText),
    Column("updated_at", UtcDateTime, comment="by the platform"),
    Column("buyer", SafeText, comment="personal: erasable"),
    Column("name", SafeText, comment="personal: erasable"),
    Column("email", SafeText, comment="personal: erasable"),
    Column("phone", SafeText, comment="personal: erasable"),
    Column("address", SafeText, comment="personal: erasable"),
    Column("digest", String(64), nullable=False, comment="of the order without the person"),
    _id("import_id"),
    Column("changed_at", UtcDateTime, nullable=False, comment="when an import last changed it"),
    PrimaryKeyConstraint("shop_id", "number", "platform"),
    CheckConstraint(
        _one_of("state", "unpaid", "unshipped", "shipped", "delivered", "completed", "cancelled"), name="state"
    ),
    CheckConstraint(_one_of("fulfilment", "platform", "own", "overseas"), name="fulfilment"),
    CheckConstraint(_one_of("shipping", "online", "tracked", "untracked"), name="shipping"),
    CheckConstraint(_one_of("tracking", "none", "moving", "exception", "delivered", "returned"), name="tracking"),
    CheckConstraint("number <> '' AND platform <> ''", name="named"),
    *(_is_money(name) for name in _AMOUNTS),
)
Index("ix_orders_promised", orders.c.shop_id, orders.c.promised_at,
      sqlite_where=text("delivered_at IS NULL"), postgresql_where=text("delivered_at IS NULL"))  # fmt: skip

order_items = Table(
    "order_items",
    metadata,
    _shop(),
    Column("number", String(64), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("key", SafeText, nullable=False),
    Column("sku", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("quantity", Integer),
    *_money("value"),
    PrimaryKeyConstraint("shop_id", "number", "platform", "key"),
    CheckConstraint("quantity IS NULL OR quantity >= 0", name="quantity"),
    _is_money("value"),
)

order_rows = Table(
    "order_rows",
    metadata,
    _shop(),
    Column("number", String(64), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("digest", String(64), nullable=False, comment="of the row: the same row again is no second one"),
    _id("import_id"),
    Column("line", Integer, nullable=False),
    Column("raw", LargeBinary, comment="personal: erasable"),
    PrimaryKeyConstraint("shop_id", "number", "platform", "digest"),
    CheckConstraint("line >= 1", name="line"),
)

remembered = Table(
    "remembered",
    metadata,
    _shop(),
    Column("name", String(40), nullable=False),
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("shop_id", "name"),
)

# Of cases whose cause is known. `source`: a person chose it (staff), or it was taken from the table (derived).
causes = Table(
    "causes",
    metadata,
    _shop(),
    _id("case_id"),
    Column("cause", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    Column("why", String(20), comment="of the table's reasons"),
    Column("at", UtcDateTime, comment="when it became known"),
    PrimaryKeyConstraint("shop_id", "case_id"),
    CheckConstraint(
        _one_of("cause", "product", "listing", "packing", "carrier", "buyer", "platform"), name="cause"
    ),
    CheckConstraint(_one_of("source", "staff", "derived"), name="source"),
)
Index("ix_causes_at", causes.c.shop_id, causes.c.at)

# Cases that say something about the goods of a SKU, by what makes them like one another (flows/causes.py).
like_cases = Table(
    "like_cases",
    metadata,
    _shop(),
    Column("sku", SafeText, nullable=False),
    Column("likeness", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False, comment="when the case was opened"),
    _id("case_id"),
    Column("order_no", SafeText, nullable=False),
    PrimaryKeyConstraint("shop_id", "sku", "likeness", "at", "case_id"),
    CheckConstraint(_one_of("likeness", "product", "packing", "listing"), name="likeness"),
)
Index("ix_like_cases_case", like_cases.c.shop_id, like_cases.c.case_id)

# What staff must notice and belongs to no case. `nth` tells the second batch of a SKU from the first.
warnings = Table(
    "warnings",
    metadata,
    _shop(),
    _id(),
    Column("kind", String(10), nullable=False),
    Column("subject", SafeText, nullable=False, comment="a SKU, a paper's id"),
    Column("about", String(40), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, comment="when it last grew"),
    Column("message", SafeText, comment="the desk's own id of the post"),
    Column("acknowledged_by", String(80)),
    Column("acknowledged_at", UtcDateTime),
    PrimaryKeyConstraint("shop_id", "id"),
    UniqueConstraint("shop_id", "kind", "subject", "about", "nth"),
    CheckConstraint(_one_of("kind", "batch", "paper"), name="kind"),
    CheckConstraint("nth >= 1", name="nth"),
    CheckConstraint("(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name="acknowledged_says_who"),
)

# Instants at which something is looked at that is no case: a parcel, a paper, the week.
appointments = Table(
    "appointments",
    metadata,
    _shop(),
    Column("kind", String(10), nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("what", String(20), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime, comment="when its event was put into the inbox"),
    PrimaryKeyConstraint("shop_id", "kind", "subject", "what"),
    CheckConstraint(_one_of("kind", "note", "parcel", "paper"), name="kind"),
)
Index("ix_appointments_next", appointments.c.due_at,
      sqlite_where=text("fired_at IS NULL"), postgresql_where=text("fired_at IS NULL"))  # fmt: skip

# Authorisations, certificates, insurance (flows/papers.py). A row is never deleted.
papers = Table(
    "papers",
    metadata,
    _shop(),
    Column("id", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("number", SafeText, nullable=False),
    Column("issuer", SafeText, nullable=False),
    Column("brands", SafeText, nullable=False, comment="JSON list"),
    Column("skus", SafeText, nullable=False, comment="JSON list"),
    Column("valid_from", Date),
    Column("valid_until", Date, comment="its last day, in the shop's zone; without one it never ends"),
    Column("file", SafeText, nullable=False),
    Column("responsible", String(40), nullable=False),
    Column("note", SafeText, nullable=False),
    Column("follows", Integer, comment="the paper that it renewed"),
    Column("state", String(10), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", String(80), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(80)),
    Column("ended_why", SafeText),
    PrimaryKeyConstraint("shop_id", "id"),
    CheckConstraint(
        _one_of(
            "kind", "authorisation", "trade_mark", "purchase", "certificate", "test_report", "insurance", "other"
        ),
        name="kind",
    ),
    CheckConstraint(_one_of("state", "kept", "renewed", "removed"), name="state"),
    CheckConstraint("valid_from <= valid_until", name="lasts"),
    CheckConstraint(
        "(state = 'kept') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name="ended_says_who"
    ),
)
