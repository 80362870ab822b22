"""Alerts of clocks: posted once, found again when unsure, kept true after they were posted."""

from __future__ import annotations

import contextlib
from typing import Any

from bot.crashing import Send, letting_out
from bot.outcomes import Result, position
from bot.showing.channel import Channel, done
from bot.store import codec, inbox
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.case import Alarm, Deadline, DeadlineState
from flows.events import AlarmFailed, AlarmPosted
from flows.noticing import DESK, is_loud
from flows.ports import CardRef, Gone, Item, Refused
from flows.view.alarm import alarm, is_settled
from flows.view.shown import Shown


class Alerts:
    """The handlers of alarms."""

    def __init__(self, channel: Channel) -> None:
        self._on = channel

    async def sound(self, sending: Sending) -> Result:
        """Post one rung, unless its clock has stopped meanwhile. At least once: found by its key when unsure."""
        body: dict[str, Any] = codec.loads(sending.body)
        shown, deadline, rung, ref = await self._rung(sending, body)
        if shown is None or deadline is None or rung is None:
            return done(sending)
        people, call = tuple(body["people"]), sending.id if body.get("again") else ""
        view = alarm(shown, deadline, rung, people, loud=body["loud"], call=call)
        is_over = is_settled(deadline, rung) or deadline.state is DeadlineState.STOPPED
        try:
            posted = await self._on.lost_post(sending, view, ref)
            if posted is None and is_over:
                return self._silent(sending, body, "handled before it was posted")
            posted = posted or await self._on.post(sending, view, ref)
        except Refused as error:
            return self._silent(sending, body, error.reason)
        # Asked after the post, which waits for nothing: it only decides how soon the next person is called.
        absent = await self._on.desk.absent(people) if body["loud"] and not is_over else {}
        message = f"{posted.channel}:{posted.message}"
        event = AlarmPosted(
            sending.case or "", body["deadline"], body["rung"], message, sending.id, tuple(sorted(absent.items()))
        )
        return Result(Settlement(sending.id, "delivered", receipt=message), (_item(sending, event),))

    async def fall_silent(self, sending: Sending, reason: str) -> Result:
        """The last resort: the case is told that this alert did not sound, so that the next rung or path can."""
        return self._silent(sending, codec.loads(sending.body), reason)

    async def _rung(
        self, sending: Sending, body: dict[str, Any]
    ) -> tuple[Shown | None, Deadline | None, Alarm | None, CardRef | None]:
        shown, known = await self._on.stored(sending.case or "")
        if shown is None:
            return None, None, None, None
        deadline = next((d for d in shown.case.deadlines if d.id == body["deadline"]), None)
        rung = next((a for a in deadline.alarms if a.rung == body["rung"]), None) if deadline else None
        return shown, deadline, rung, known[0] if known else None

    def _silent(self, sending: Sending, body: dict[str, Any], reason: str) -> Result:
        event = AlarmFailed(sending.case or "", body["deadline"], body["rung"], reason, sending.id)
        return Result(Settlement(sending.id, "refused", error=reason), (_item(sending, event),))

    async def refresh(self, sending: Sending) -> Result:
        """Edit a rung's posted alerts, or the one that is named, to what is true now."""
        body: dict[str, Any] = codec.loads(sending.body)
        shown, deadline, rung, _ = await self._rung(sending, body)
        if shown is None or deadline is None or rung is None:
            return done(sending)
        only = body.get("message")
        for call, message, people in _posts(rung):
            if only not in (None, message):
                continue
            channel, _, ts = message.rpartition(":")
            view = alarm(shown, deadline, rung, people, loud=is_loud(rung), call=call)
            await self._on.edits.turn(PRIORITY[sending.kind])
            with contextlib.suppress(Gone), letting_out(Send.ALARM_EDIT):  # deleted: there is nothing to correct
                await self._on.desk.refresh_alarm(view, CardRef(channel, ts))
        return done(sending)


def _posts(rung: Alarm) -> list[tuple[str, str, tuple[str, ...]]]:
    """(its call, "" for the first; its id at the desk; whom it mentions), of each post of this rung that is known.
    A case of release 0.1 knows one. An edit rings nobody's phone again.
    """
    calls = [call for call in rung.calls if call.path == DESK]
    known = [(call.id if nth else "", call.message, call.people) for nth, call in enumerate(calls) if call.message]
    return known or ([("", rung.message, ())] if rung.message else [])


def _item(sending: Sending, event: AlarmPosted | AlarmFailed) -> Item:
    return inbox.event_item(event, f"{type(event).__name__}:{sending.id}", sending.case or "", position())
