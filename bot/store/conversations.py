"""Buyers, their conversations, and every message in and out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from bot.store.prepared import Prepared, one_of, pair_of
from bot.store.tables import buyers, conversations, messages
from flows.values import storable

_C = conversations.c
_M = messages.c
_BY_LANE = Prepared(
    select(_C.lane, _C.id, _C.channel, buyers.c.name, buyers.c.language)
    .join(buyers, (_C.shop_id == buyers.c.shop_id) & (_C.buyer_id == buyers.c.id))
    .where(_C.shop_id == bindparam("shop"), one_of(_C.lane, "lanes"))
)
_MESSAGE_IDS = Prepared(
    select(_M.conversation_id, _M.external_id, _M.id, _M.case_id).where(
        _M.shop_id == bindparam("shop"),
        _M.direction == "in",
        pair_of(_M.conversation_id, _M.external_id, "keys"),
    )
)
_TEXTS = Prepared(
    select(_M.id, _M.body, _M.media, _M.sent_at, _M.edits, _M.conversation_id).where(
        _M.shop_id == bindparam("shop"), one_of(_M.id, "ids")
    )
)
_BUYER = Prepared(
    select(buyers.c.address, buyers.c.name, buyers.c.language, buyers.c.channel)
    .join(conversations, (_C.shop_id == buyers.c.shop_id) & (_C.buyer_id == buyers.c.id))
    .where(_C.shop_id == bindparam("shop"), _C.id == bindparam("conversation"))
)
_EDIT = Prepared(
    update(messages)
    .where(_M.shop_id == bindparam("shop"), _M.id == bindparam("message"))
    .values(body=bindparam("text"), edits=_M.edits + 1)
)


class Known(NamedTuple):
    """A conversation that is stored, with what is known of its buyer."""

    id: str
    channel: str
    name: str
    language: str | None


def by_lane(connection: Connection, shop: str, lanes: Collection[str]) -> dict[str, Known]:
    """lane → its conversation, for those that are stored."""
    if not lanes:
        return {}
    found = _BY_LANE.all(connection, {"shop": shop, "lanes": lanes})
    return {lane: Known(*known) for lane, *known in found}


def message_ids(
    connection: Connection, shop: str, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    """(conversation id, external id) → (message id, its case), for the buyer's messages that are known."""
    if not keys:
        return {}
    found = _MESSAGE_IDS.all(connection, {"shop": shop, "keys": keys})
    return {(conversation, external): (id, case) for conversation, external, id, case in found}


def edit(connection: Connection, shop: str, changes: Sequence[tuple[str, str]]) -> None:
    """Write the new text of edited messages: (message id, text). The old one stays in its inbox row."""
    _EDIT.many(
        connection, [{"shop": shop, "message": id, "text": storable(text)} for id, text in dict(changes).items()]
    )


def texts_of(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """message id → its row (body, media, sent_at, edits, conversation_id)."""
    if not ids:
        return {}
    names = ("id", "body", "media", "sent_at", "edits", "conversation_id")
    found = _TEXTS.all(connection, {"shop": shop, "ids": ids})
    return {row[0]: dict(zip(names, row, strict=True)) for row in found}


def buyer_of(connection: Connection, shop: str, conversation: str) -> dict[str, Any] | None:
    """Address, name, language and channel of the buyer in this conversation."""
    found = _BUYER.all(connection, {"shop": shop, "conversation": conversation})
    names = ("address", "name", "language", "channel")
    return dict(zip(names, found[0], strict=True)) if found else None


def heard(connection: Connection, shop: str) -> list[tuple[str, str]]:
    """(lane, external id) of every message that came in: the demo's ledger."""
    query = (
        select(_C.lane, _M.external_id)
        .join(conversations, (_C.shop_id == _M.shop_id) & (_C.id == _M.conversation_id))
        .where(_M.shop_id == shop, _M.direction == "in")
    )
    return [(lane, external) for lane, external in connection.execute(query).all()]
