"""What the desk needs to find its way: cards, posted alerts, the people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.store.database import upsert
from bot.store.tables import alarms, cards, staff
from bot.store.tables import told as told_
from flows.ports import CardRef, StaffMember

_C = cards.c


def card(connection: Connection, shop: str, case: str) -> tuple[CardRef, int, int] | None:
    """(where it stands, the revision shown, the last journal entry in its thread), or None."""
    query = select(_C.channel, _C.message, _C.revision, _C.thread_seq).where(
        _C.shop_id == shop, _C.case_id == case
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (CardRef(row.channel, row.message), row.revision, row.thread_seq)


def all_cards(connection: Connection, shop: str, cases: Sequence[str]) -> dict[str, CardRef]:
    query = select(_C.case_id, _C.channel, _C.message).where(_C.shop_id == shop, _C.case_id.in_(list(cases)))
    return {case: CardRef(channel, message) for case, channel, message in connection.execute(query).all()}


def save_card(connection: Connection, shop: str, case: str, ref: CardRef, revision: int, thread_seq: int) -> None:
    row = {
        "shop_id": shop,
        "case_id": case,
        "channel": ref.channel,
        "message": ref.message,
        "revision": revision,
        "thread_seq": thread_seq,
    }
    upsert(connection, cards, [row])


def card_tally(connection: Connection, shop: str) -> tuple[int, int]:
    """(cards, how far they have come): another pair means that a card was put up or changed."""
    query = select(func.count(), func.coalesce(func.sum(_C.revision), 0)).where(_C.shop_id == shop)
    count, revisions = connection.execute(query).one()
    return int(count), int(revisions)


def told(connection: Connection, shop: str, case: str, thread_seq: int) -> None:
    """The thread holds the journal up to this entry."""
    connection.execute(update(cards).where(_C.shop_id == shop, _C.case_id == case).values(thread_seq=thread_seq))


def forget_card(connection: Connection, shop: str, case: str) -> None:
    """The card was deleted at the desk: the next one starts a new thread."""
    connection.execute(cards.delete().where(_C.shop_id == shop, _C.case_id == case))


def case_of(connection: Connection, shop: str, ref: CardRef) -> str | None:
    """The case whose card or alert this message is."""
    by_card = select(_C.case_id).where(_C.shop_id == shop, _C.channel == ref.channel, _C.message == ref.message)
    found = connection.execute(by_card).scalar_one_or_none()
    if found is not None:
        return str(found)
    by_alarm = select(alarms.c.case_id).where(
        alarms.c.shop_id == shop, alarms.c.message == f"{ref.channel}:{ref.message}"
    )
    alert = connection.execute(by_alarm).scalars().first()
    if alert is None:  # not a rung's first post, but one of those by which it climbed
        by_call = select(told_.c.case_id).where(
            told_.c.shop_id == shop, told_.c.message == f"{ref.channel}:{ref.message}", told_.c.message != ""
        )
        alert = connection.execute(by_call).scalars().first()
    return None if alert is None else str(alert)


def save_staff(connection: Connection, shop: str, members: Sequence[StaffMember], leads: Sequence[str]) -> None:
    """The people now in the desk's channel; those who left stay known by name."""
    connection.execute(update(staff).where(staff.c.shop_id == shop).values(present=False))
    rows: list[dict[str, Any]] = [
        {
            "shop_id": shop,
            "id": member.id,
            "name": member.name,
            "zone": member.zone,
            "language": member.language,
            "lead": member.id in leads,
            "present": True,
        }
        for member in members
    ]
    upsert(connection, staff, rows)


def people(connection: Connection, shop: str) -> list[dict[str, Any]]:
    """Everybody ever seen at the desk."""
    found = connection.execute(select(staff).where(staff.c.shop_id == shop).order_by(staff.c.id))
    return [dict(row._mapping) for row in found.all()]
