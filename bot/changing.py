"""What one batch of causes changes: gathered while it folds, written once, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import batches
from bot.outcomes import position
from bot.outgoing import Outgoing
from bot.store import asked, cases, codec, conversations, inbox, journal, ledger, outbox
from bot.store.database import insert_all, insert_new, upsert
from bot.store.tables import actions, evidence, messages
from bot.store.tables import buyers as buyers_table
from bot.store.tables import conversations as conversations_table
from flows import choosing, events
from flows.case import Case, Party
from flows.effects import CancelReply, Decision, Effect, ReleaseReply, TellCase
from flows.policy import Policy
from flows.values import NewText, derived_id


@dataclass(slots=True)
class Changes:
    """`now` is the business clock's time, `machine_now` the machine's. `transitions` are (event, before, after) in
    the order of the steps, `entries` what the journal says of them.
    """

    shop: str
    policy: Policy
    now: datetime
    machine_now: datetime
    made_causes: bool = False  # for cases, in the inbox
    entries: list[journal.Entry] = field(default_factory=list)
    transitions: list[tuple[str, Case | None, Case]] = field(default_factory=list)
    _effects: list[tuple[str, str, Effect]] = field(default_factory=list)
    _written: list[tuple[str, str, NewText]] = field(default_factory=list)
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _edits: list[tuple[str, str]] = field(default_factory=list)

    # --- gathering -----------------------------------------------------------------------------------------

    def step(self, row: inbox.Row, before: Case | None, decision: Decision, entry: journal.Entry) -> None:
        """What one step decided."""
        case = decision.case.id
        self._written += [(case, row.salt, text) for text in decision.texts]
        self.transitions.append((row.id, before, decision.case))
        self._effects += [(row.id, case, effect) for effect in decision.effects]
        self.entries.append(entry)

    def said(self, row: inbox.Row, event: events.CaseEvent, case: Case, party: Party, message: str | None) -> None:
        """A buyer's words or files, beside the case."""
        if isinstance(event, events.BuyerEdited) and message is not None:
            self._edits.append((message, event.text))
        elif isinstance(event, events.BuyerWrote) and message is not None:
            self._put("messages", _message_row(self.shop, message, party, case, row, event))
            for ordinal, media in enumerate(event.media):
                self._put("evidence", {"shop_id": self.shop, "id": derived_id(row.id, f"media{ordinal}"),
                                       "case_id": case.id, "message_id": message, "kind": media.kind,
                                       "file_id": media.file_id, "unique_id": media.unique_id,
                                       "name": media.name, "size": media.size})  # fmt: skip

        elif isinstance(event, events.BuyerPressed) and message is not None and case.last_message == message:
            chosen = choosing.tapped(case, event.data)
            words = events.BuyerWrote(
                event.channel, event.buyer, f"press:{event.external_id}", chosen[1] if chosen else "", self.now
            )
            self._put("messages", _message_row(self.shop, message, party, case, row, words))

    def met(self, buyer: events.Buyer, party: Party, *, is_new: bool) -> None:
        """A buyer whose name or language is news, or who is himself."""
        shop, id = self.shop, derived_id(party.conversation, "buyer")
        self._put("buyers", {"shop_id": shop, "id": id, "channel": party.channel, "address": buyer.address,
                             "name": buyer.name, "language": buyer.language})  # fmt: skip
        if is_new:
            self._put("conversations", {"shop_id": shop, "id": party.conversation, "channel": party.channel,
                                        "lane": party.lane, "buyer_id": id, "opened_at": self.now})  # fmt: skip

    def _put(self, table: str, row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    @property
    def moved_clocks(self) -> bool:
        """Whether any step started, moved or ended one."""
        return any(
            after.deadlines if before is None else before.deadlines != after.deadlines
            for _, before, after in self.transitions
        )

    # --- writing -------------------------------------------------------------------------------------------

    def save(self, connection: Connection, current: Mapping[str, Case], lane_of: Mapping[str, str]) -> None:
        """All of it; `current` are the cases as they now stand. Raises Overtaken when another process moved
        one of them, or met the same buyer, meanwhile.
        """
        shop = self.shop
        first: dict[str, Case | None] = {}
        for _, before, after in self.transitions:
            first.setdefault(after.id, before)
        heads = cases.lock(connection, shop, [before for before in first.values() if before is not None])
        upsert(connection, buyers_table, _last(self._rows.get("buyers", [])))
        insert_all(connection, conversations_table, _last(self._rows.get("conversations", [])))
        insert_new(connection, messages, self._rows.get("messages", []))
        conversations.edit(connection, shop, self._edits)
        insert_new(connection, evidence, self._rows.get("evidence", []))
        cases.add_texts(connection, shop, self._written, self.now)
        changes = [(b, current[id]) for id, b in first.items()]
        cases.save(connection, shop, changes, self.now)
        self.made_causes |= bool(batches.watch(connection, shop, self.policy, changes, self.now, self.machine_now))
        cases.add_approvals(connection, self.transitions, self.now)
        self._save_consequences(connection, lane_of)
        journal.add(connection, shop, self.entries, heads)

    def _save_consequences(self, connection: Connection, lane_of: Mapping[str, str]) -> None:
        shop = self.shop
        rows = [
            row
            for event, case, effect in self._effects
            if (row := Outgoing(event, case, self.machine_now, lane_of).row(effect)) is not None
        ]
        outbox.add(connection, shop, rows, self.now)
        released = [effect.id for _, _, effect in self._effects if isinstance(effect, ReleaseReply)]
        outbox.release(connection, shop, released)
        cancelled = [(e.id, e.why) for _, _, e in self._effects if isinstance(e, CancelReply)]
        outbox.cancel(connection, shop, cancelled, self.now)
        told = [(effect.id, effect.event) for _, _, effect in self._effects if isinstance(effect, TellCase)]
        items = [inbox.event_item(event, f"told:{id}", event.case or id, position()) for id, event in told]
        inbox.add(connection, shop, items, self.now)
        self.made_causes |= bool(items)
        acted = [row for _, before, after in self.transitions for row in ledger.rows(before, after)]
        upsert(connection, actions, _last(acted))
        asked.project(connection, [(before, after) for _, before, after in self.transitions], self.now)


def _message_row(
    shop: str, message: str, party: Party, case: Case, row: inbox.Row, event: events.BuyerWrote
) -> dict[str, Any]:  # fmt: skip
    return {
        "shop_id": shop,
        "id": message,
        "conversation_id": party.conversation,
        "case_id": case.id,
        "direction": "in",
        "external_id": event.external_id,
        "body": event.text,
        "media": codec.dumps(event.media),
        "edits": 0,
        "sent_at": event.sent_at,
        "stored_at": row.stored_at,
        "event_id": row.id,
    }


def _last(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last row of each id: one statement must not touch a row twice on PostgreSQL."""
    return list({row["id"]: row for row in rows}.values())
