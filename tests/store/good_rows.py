"""One row of each table that the database takes, to be spoilt in one way at a time."""

from __future__ import annotations

from typing import Any

from bot.store.tables import (
    actions,
    alarms,
    appointments,
    asked,
    cases,
    causes,
    deadlines,
    inbox,
    journal,
    like_cases,
    messages,
    order_imports,
    order_items,
    order_rows,
    orders,
    outbox,
    papers,
    proposals,
    texts,
    told,
    warnings,
)
from tests.store.histories import CHANNEL, HOUR, SHOP, T0

_ID = {"shop_id": SHOP, "id": "1"}
_CASE = {"case_id": "c"}

GOOD: dict[str, dict[str, Any]] = {
    inbox.name: {
        **_ID, "channel": CHANNEL, "external_id": "1", "fingerprint": "f", "lane": "l", "position": 1,
        "kind": "text", "raw": b"x", "salt": "s", "urgent": False, "stored_at": T0, "state": "waiting",
        "handled_at": None, "case_id": None, "error": None, "code_version": None,
    },
    messages.name: {
        **_ID, **_CASE, "conversation_id": "v", "direction": "in", "external_id": "1", "body": "x", "media": "[]",
        "edits": 0, "sent_at": T0, "stored_at": T0, "event_id": "e",
    },
    texts.name: {**_ID, **_CASE, "body": "x", "salt": "s", "digest": "d", "written_at": T0},
    cases.name: {
        **_ID, "number": 1, "status": "open", "situation": "unsure", "revision": 1, "version": 1, "owner": None,
        "order_no": None, "next_due_at": None, "opened_at": T0, "changed_at": T0, "body": "{}",
    },
    causes.name: {"shop_id": SHOP, **_CASE, "cause": "product", "source": "staff", "why": "", "at": T0},
    appointments.name: {
        "shop_id": SHOP, "kind": "note", "subject": "s", "what": "w", "due_at": T0, "fired_at": None,
    },
    like_cases.name: {
        "shop_id": SHOP, **_CASE, "sku": "s", "likeness": "product", "at": T0, "order_no": "1",
    },
    warnings.name: {
        **_ID, "kind": "batch", "subject": "s", "about": "product", "nth": 1, "since": T0, "raised_at": T0,
        "last_at": T0, "message": None, "acknowledged_by": None, "acknowledged_at": None,
    },
    asked.name: {
        "shop_id": SHOP, **_CASE, "question": "order", "effect_id": "e", "at": T0, "came": "sent", "came_at": T0,
    },
    journal.name: {
        "shop_id": SHOP, **_CASE, "seq": 1, "event_id": "e", "event": "Claimed", "at": T0, "context": "{}",
        "versions": "{}", "change": "{}", "effects": "[]", "lines": "[]", "previous": "0", "hash": "1",
    },
    deadlines.name: {
        **_ID, **_CASE, "kind": "shop", "name": "n", "bound": "due", "started_at": T0, "due_at": T0 + HOUR,
        "state": "running", "ended_at": None, "explanation": "",
    },
    alarms.name: {
        "shop_id": SHOP, **_CASE, "deadline_id": "d", "due_at": T0 + HOUR, "rung": "remind", "at": T0,
        "fired_at": None, "state": "waiting", "reason": "", "message": None, "acknowledged_by": None,
        "acknowledged_at": None,
    },
    told.name: {
        "shop_id": SHOP, **_CASE, "call_id": "1", "person": "U1", "deadline_id": "d", "due_at": T0 + HOUR,
        "rung": "remind", "path": "desk", "at": T0, "outcome": "queued", "why": "", "absent": "", "message": "",
    },
    proposals.name: {
        **_ID, **_CASE, "version": 1, "kind": "reply", "state": "offered", "key": "k", "branch": "b",
        "text_id": "t", "text_digest": "d",
    },
    outbox.name: {
        **_ID, **_CASE, "event_id": "e", "kind": "card", "lane": "l", "dedupe_key": "k", "priority": 1,
        "body": "{}", "version": None, "buyer_lane": None, "state": "pending", "queued_at": T0, "not_before": T0,
        "attempts": 0, "lease_until": None, "settled_at": None, "receipt": None, "error": None,
    },
    actions.name: {
        **_ID, **_CASE, "kind": "refund", "state": "text_approved", "person": "U1", "at": T0, "proof_id": None,
    },
    papers.name: {
        "shop_id": SHOP, "id": 1, "kind": "insurance", "number": "n", "issuer": "i", "brands": "[]", "skus": "[]",
        "valid_from": T0.date(), "valid_until": T0.date(), "file": "", "responsible": "", "note": "",
        "state": "kept", "added_at": T0, "added_by": "p", "ended_at": None, "ended_by": None, "ended_why": None,
    },
    orders.name: {
        "shop_id": SHOP, "number": "1", "platform": "own", "total_minor": 1, "total_currency": "EUR",
        "digest": "d", "import_id": "i", "changed_at": T0,
    },
    order_items.name: {"shop_id": SHOP, "number": "1", "platform": "own", "key": "k", "sku": "s", "title": "t"},
    order_rows.name: {
        "shop_id": SHOP, "number": "1", "platform": "own", "digest": "d", "import_id": "i", "line": 1, "raw": b"x",
    },
    order_imports.name: {
        **_ID, "source": "s", "digest": "d", "person": "p", "started_at": T0, "finished_at": None, "made": 0,
        "changed": 0, "same": 0, "bad": 0,
    },
}  # fmt: skip
