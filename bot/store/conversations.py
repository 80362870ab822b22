"""Buyers, their conversations, and every message in and out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import buyers, conversations, messages
from flows.values import storable

_C = conversations.c
_M = messages.c
_BY_LANE = select(_C.lane, _C.id, _C.channel).where(
    _C.shop_id == bindparam("shop"), _C.lane.in_(bindparam("lanes", expanding=True))
)
_MESSAGE_IDS = select(_M.conversation_id, _M.external_id, _M.id, _M.case_id).where(
    _M.shop_id == bindparam("shop"),
    _M.direction == "in",
    _M.conversation_id.in_(bindparam("conversations", expanding=True)),
    _M.external_id.in_(bindparam("external_ids", expanding=True)),
)
_EDIT = (
    update(messages)
    .where(_M.shop_id == bindparam("shop"), _M.id == bindparam("message"))
    .values(body=bindparam("text"), edits=_M.edits + 1)
)


async def by_lane(connection: AsyncConnection, shop: str, lanes: Collection[str]) -> dict[str, tuple[str, str]]:
    """lane → (conversation id, channel)."""
    if not lanes:
        return {}
    found = await connection.execute(_BY_LANE, {"shop": shop, "lanes": list(lanes)})
    return {lane: (id, channel) for lane, id, channel in found.all()}


async def message_ids(
    connection: AsyncConnection, shop: str, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    """(conversation id, external id) → (message id, its case), for the buyer's messages that are known."""
    if not keys:
        return {}
    given = {
        "shop": shop,
        "conversations": list({conversation for conversation, _ in keys}),
        "external_ids": list({external for _, external in keys}),
    }
    found = await connection.execute(_MESSAGE_IDS, given)
    return {(conversation, external): (id, case) for conversation, external, id, case in found.all()}


async def edit(connection: AsyncConnection, shop: str, changes: Sequence[tuple[str, str]]) -> None:
    """Write the new text of edited messages: (message id, text). The old one stays in its inbox row."""
    if changes:
        await connection.execute(
            _EDIT, [{"shop": shop, "message": id, "text": storable(text)} for id, text in changes]
        )


async def texts_of(connection: AsyncConnection, shop: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """message id → its row (body, media, sent_at, edits, conversation_id)."""
    if not ids:
        return {}
    query = select(_M.id, _M.body, _M.media, _M.sent_at, _M.edits, _M.conversation_id).where(
        _M.shop_id == shop, _M.id.in_(list(ids))
    )
    return {row.id: dict(row._mapping) for row in (await connection.execute(query)).all()}


async def buyer_of(connection: AsyncConnection, shop: str, conversation: str) -> dict[str, Any] | None:
    """Address, name, language and channel of the buyer in this conversation."""
    query = (
        select(buyers.c.address, buyers.c.name, buyers.c.language, buyers.c.channel)
        .join(conversations, (_C.shop_id == buyers.c.shop_id) & (_C.buyer_id == buyers.c.id))
        .where(_C.shop_id == shop, _C.id == conversation)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else dict(row._mapping)


async def heard(connection: AsyncConnection, shop: str) -> list[tuple[str, str]]:
    """(lane, external id) of every message that came in: the demo's ledger."""
    query = (
        select(_C.lane, _M.external_id)
        .join(conversations, (_C.shop_id == _M.shop_id) & (_C.id == _M.conversation_id))
        .where(_M.shop_id == shop, _M.direction == "in")
    )
    return [(lane, external) for lane, external in (await connection.execute(query)).all()]
