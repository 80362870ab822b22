"""Buyers, their conversations, and every message in and out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, select, update

from bot.store.prepared import Prepared, one_of, pair_of
from bot.store.tables import buyers, conversations, messages
from flows.values import storable

_C = conversations.c
_M = messages.c
_BY_LANE = (
    select(_C.lane, _C.id, _C.channel, buyers.c.name, buyers.c.language)
    .join(buyers, (_C.shop_id == buyers.c.shop_id) & (_C.buyer_id == buyers.c.id))
    .where(_C.shop_id == bindparam("shop"), one_of(_C.lane, "lanes"))
)
_SEEN_BY_LANE = Prepared(_BY_LANE)
_HELD_BY_LANE = Prepared(_BY_LANE.order_by(_C.id).with_for_update(of=conversations))
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
_BUYERS = Prepared(
    select(_C.id, buyers.c.address, buyers.c.name, buyers.c.language, buyers.c.channel)
    .join(buyers, (_C.shop_id == buyers.c.shop_id) & (_C.buyer_id == buyers.c.id))
    .where(_C.shop_id == bindparam("shop"), one_of(_C.id, "conversations"))
)
_EDIT = Prepared(
    update(messages)
    .where(_M.shop_id == bindparam("shop"), _M.id == bindparam("message"))
    .values(body=bindparam("text"), edits=_M.edits + bindparam("times", type_=Integer))
)


class Known(NamedTuple):
    """A conversation that is stored, with what is known of its buyer."""

    id: str
    channel: str
    name: str
    language: str | None


class Buyer(NamedTuple):
    """The buyer of a conversation."""

    address: str
    name: str
    language: str | None
    channel: str


def by_lane(connection: Connection, shop: str, lanes: Collection[str], *, lock: bool = False) -> dict[str, Known]:
    """lane → its conversation, for those that are stored; locked until commit if that is asked for: whoever steps
    on what a buyer said holds his conversation, so that two processes cannot open a case each.
    """
    if not lanes:
        return {}
    found = (_HELD_BY_LANE if lock else _SEEN_BY_LANE).all(connection, {"shop": shop, "lanes": lanes})
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
    """Write the new text of edited messages: (message id, text), the last one of each. The old one stays in its
    inbox row.
    """
    times = Counter(id for id, _ in changes)
    newest = dict(changes)
    _EDIT.many(
        connection,
        [{"shop": shop, "message": id, "text": storable(text), "times": times[id]} for id, text in newest.items()],
    )


def texts_of(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """message id → its row (body, media, sent_at, edits, conversation_id)."""
    if not ids:
        return {}
    names = ("id", "body", "media", "sent_at", "edits", "conversation_id")
    found = _TEXTS.all(connection, {"shop": shop, "ids": ids})
    return {row[0]: dict(zip(names, row, strict=True)) for row in found}


def buyers_of(connection: Connection, shop: str, conversations: Collection[str]) -> dict[str, Buyer]:
    """conversation → its buyer."""
    if not conversations:
        return {}
    found = _BUYERS.all(connection, {"shop": shop, "conversations": conversations})
    return {id: Buyer(*buyer) for id, *buyer in found}


def buyer_of(connection: Connection, shop: str, conversation: str) -> Buyer | None:
    return buyers_of(connection, shop, [conversation]).get(conversation)


def heard(connection: Connection, shop: str) -> list[tuple[str, str]]:
    """(lane, external id) of every message that came in: the demo's ledger."""
    query = (
        select(_C.lane, _M.external_id)
        .join(conversations, (_C.shop_id == _M.shop_id) & (_C.id == _M.conversation_id))
        .where(_M.shop_id == shop, _M.direction == "in")
    )
    return [(lane, external) for lane, external in connection.execute(query).all()]
