"""The rows of one accepted message, as the product's own tables take them, made before the clock starts.

"Dedupe insert, conversation upsert, message, deadline upsert, proposal, outbox row": what any program must at
least write for one buyer's message, in the product's schema, with its keys, indexes and CHECKs and values as long
as its own. The product writes more than that: the case, its journal, its parties, alarms, texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.unit import CHANNEL, Letters
from bot.ids import new_id, new_salt
from bot.store.tables import conversations, deadlines, inbox, messages, outbox, proposals
from flows.values import DEFAULT_SHOP, derived_id

TABLES = (inbox, conversations, messages, deadlines, proposals, outbox)
UPSERTS = {"conversations": ("shop_id", "lane"), "deadlines": ("shop_id", "id")}
EXPLANATION = (
    '{"kind":"explanation","v":1,"value":{"rule":"shop.first_answer","rule_version":"1","source":"the shop\'s own '
    'target","confidence":"certain","start_event":"the buyer\'s message","started_at":"2026-11-22T09:00:00Z",'
    '"lag_s":0.0,"length":"24 hours","due_at":"2026-11-23T09:00:00Z","notes":[]}}'
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: table name → its row."""

    rows: dict[str, dict[str, Any]]


def made(count: int, buyers: Sequence[int], seed: int) -> list[Message]:
    letters, known = Letters(seed, buyers), {chat: new_id(_now()) for chat in buyers}
    return [_message(letters, known) for _ in range(count)]


def _now() -> datetime:
    return datetime.now(UTC)


def _message(letters: Letters, known: dict[int, str]) -> Message:
    item, now = letters.next(), _now()
    event, body = new_id(now), item.raw.partition(b'"text":"')[2].decode()
    chat = item.lane.rpartition(":")[2]
    conversation = known[int(chat)]
    case, own = derived_id(conversation, "case"), {"shop_id": DEFAULT_SHOP}
    return Message(
        {
            "inbox": own
            | {"id": event, "channel": CHANNEL, "external_id": item.external_id, "fingerprint": item.fingerprint}
            | {
                "lane": item.lane,
                "position": item.position,
                "kind": item.kind,
                "raw": item.raw,
                "salt": new_salt(),
            }
            | {"urgent": False, "stored_at": now, "state": "handled", "handled_at": now, "case_id": case},
            "conversations": own
            | {"id": conversation, "channel": CHANNEL, "lane": item.lane, "opened_at": now}
            | {"buyer_id": derived_id(conversation, "buyer")},
            "messages": own
            | {
                "id": derived_id(event, "message"),
                "conversation_id": conversation,
                "case_id": case,
                "direction": "in",
            }
            | {"external_id": item.external_id.rpartition(":")[2], "body": body, "media": "[]", "edits": 0}
            | {"sent_at": now, "stored_at": now, "event_id": event},
            "deadlines": own
            | {"id": derived_id(conversation, "answer"), "case_id": case, "kind": "shop", "name": "first_answer"}
            | {"bound": "due", "started_at": now, "due_at": now + timedelta(hours=24), "state": "running"}
            | {"explanation": EXPLANATION},
            "proposals": own
            | {
                "id": derived_id(event, "proposal"),
                "case_id": case,
                "version": 1,
                "kind": "reply",
                "state": "offered",
            }
            | {
                "key": "item_not_received.ask_carrier",
                "branch": "in_transit",
                "text_id": derived_id(event, "text"),
            }
            | {"text_digest": item.fingerprint},
            "outbox": own
            | {"id": derived_id(event, "card"), "case_id": case, "event_id": event, "kind": "card"}
            | {"lane": f"card:{case}", "dedupe_key": f"card:{case}:{event}", "priority": 40, "body": '{"v":1}'}
            | {"state": "pending", "queued_at": now, "not_before": now, "attempts": 0},
        }
    )
