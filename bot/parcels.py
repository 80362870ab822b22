"""Parcels are looked at when their instant comes: an import makes the appointments, and so does a start after the
settings changed. Nothing ever walks through the order book to find out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import appointments, orders, remembered
from flows.order import Order
from flows.parcels import looks
from flows.policy import Policy

PARCEL = "parcel"
LOOKED_BACK = timedelta(days=30)  # of what has been in trouble for longer, somebody knows; or nobody asks any more
POSTPONED = timedelta(days=1)
A_PAGE = 500


def subject(platform: str, number: str) -> str:
    return f"{platform}:{number}"


def arm(connection: Connection, shop: str, policy: Policy, found: Iterable[Order], now: datetime) -> None:
    """For these orders as they now stand: when to look at them, or not at all any more."""
    wanted = {
        subject(order.platform, order.number): {
            why: at for why, at in looks(order, policy).items() if at > now - LOOKED_BACK
        }
        for order in found
    }
    appointments.make(connection, shop, PARCEL, wanted)


def arm_all(connection: Connection, shop: str, policy: Policy, now: datetime) -> int:
    """For the start: if the settings are not those that the appointments were made by, all of them anew; how many
    orders were read for it.
    """
    said = repr((policy.watch_parcels, policy.stuck_after, policy.late_after))
    known = remembered.get(connection, shop, remembered.WATCHED_BY)
    if known is not None and known[0] == said:
        return 0
    count, last = 0, ("", "")
    while page := orders.under_way(connection, shop, last, A_PAGE):
        arm(connection, shop, policy, page, now)
        count, last = count + len(page), (page[-1].number, page[-1].platform)
    remembered.put(connection, shop, remembered.WATCHED_BY, said, now)
    return count


def postpone(connection: Connection, shop: str, platform: str, number: str, why: str, now: datetime) -> None:
    """Enough for today: look again tomorrow."""
    appointments.move(connection, shop, PARCEL, subject(platform, number), why, now + POSTPONED)
