"""A warning's post: queued, worded as things stand when it is sent, and brought up to date when it is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot import lapsing
from bot.ids import new_id
from bot.loading import Loader
from bot.store import cases, codec, likes, outbox, warnings
from bot.store import desk as desk_store
from bot.store.papers import PAPER
from bot.store.warnings import Warned
from flows.case import CauseCode
from flows.events import WarningAcknowledged
from flows.ports import CardRef
from flows.view import AlarmView
from flows.view.warning import Batch, Like, batch

SHOWN = 10  # of the like cases, the newest


def row(id: str, why: str, machine_now: datetime) -> outbox.New:
    """Post the warning, or edit its post; `why` tells one edit from another."""
    lane = f"warning:{id}"
    key = f"{lane}:{why}" if why else lane
    body = codec.dumps({"v": 1, "notice": "warning", "warning": id})
    return outbox.New(new_id(machine_now), None, id, "tell", lane, key, body, machine_now)


def acknowledge(
    connection: Connection, shop: str, event: WarningAcknowledged, now: datetime, machine_now: datetime
) -> bool:
    """Of any number of clicks one counts; the others are told whose."""
    known = warnings.get(connection, shop, event.warning)
    if warnings.acknowledge(connection, shop, event.warning, event.by, now):
        seen = [event.warning]
        if known is not None and known.kind == PAPER:  # whoever knows of a paper's end has heard all its calls
            more = warnings.unseen(connection, shop, PAPER, known.subject)
            seen += [id for id in more if warnings.acknowledge(connection, shop, id, event.by, now)]
        outbox.add(connection, shop, [row(id, "seen", machine_now) for id in seen], now)
        return True
    known = warnings.get(connection, shop, event.warning)
    if known is not None:
        id = new_id(machine_now)
        body = {"v": 1, "notice": "late", "person": event.by, "by": known.acknowledged_by}
        new = outbox.New(id, None, id, "tell", f"tell:{event.by}", f"tell:{id}", codec.dumps(body), machine_now)
        outbox.add(connection, shop, [new], now)
    return False


def view(
    connection: Connection, shop: str, loader: Loader, link: Callable[[CardRef], str], sending: outbox.Sending
) -> tuple[AlarmView, CardRef | None] | None:
    """(what it says now, where it stands if it does); None for a warning that is not there."""
    known = warnings.get(connection, shop, str(codec.loads(sending.body)["warning"]))
    if known is None:
        return None
    if known.kind == PAPER:
        told = lapsing.told(connection, shop, loader, known)
        return None if told is None else (lapsing.view(loader, told), place(known))
    return _batch(connection, shop, loader, link, known), place(known)


def place(known: Warned | None) -> CardRef | None:
    """Where its post stands."""
    channel, _, message = ("" if known is None else known.message or "").rpartition(":")
    return CardRef(channel, message) if message else None


def _batch(
    connection: Connection, shop: str, loader: Loader, link: Callable[[CardRef], str], known: Warned
) -> AlarmView:
    found = likes.since(connection, shop, known.subject, known.about, known.since)
    shown = cases.get(connection, shop, found[:SHOWN])
    cards = desk_store.all_cards(connection, shop, list(shown))
    told = Batch(
        id=known.id,
        sku=known.subject,
        likeness=CauseCode(known.about),
        since=known.since,
        total=len(found),
        cases=tuple(
            Like(shown[id].number, shown[id].situation, link(cards[id]) if id in cards else "")
            for id in found[:SHOWN]
        ),
        people=loader.policy.leads,
        seen=lapsing.seen(known),
    )
    return batch(loader.template, told)
