"""Brings the desk up to date: cards and their threads, alerts, and answers to one person.

Card and thread are projections: rendered from the newest state when they are sent, found again by their key, so
that neither a restart nor an outage loses or doubles one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.delivery import Result, position
from bot.loading import Loader
from bot.pace import Pace
from bot.store import cases, codec, inbox, journal
from bot.store import desk as desk_store
from bot.store.database import Database
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.case import Alarm, Case, Deadline, DeadlineState
from flows.events import AlarmFailed, AlarmPosted
from flows.ports import CardRef, Gone, Item, Refused, StaffDesk
from flows.rich import Line, Rich
from flows.view import AlarmView
from flows.view.alarm import alarm, is_settled
from flows.view.card import card
from flows.view.shown import Shown

LOOK_BACK = timedelta(minutes=5)  # how long before its queueing a lost post may stand in the channel's history
LINES_A_POST = 12


class Showing:
    """The handlers of cards, alarms and answers."""

    def __init__(
        self, database: Database, shop: str, loader: Loader, desk: StaffDesk, posts: Pace, edits: Pace
    ) -> None:
        self._database = database
        self._shop = shop
        self._loader = loader
        self._desk = desk
        self._posts = posts
        self._edits = edits

    # --- the card and its thread ---------------------------------------------------------------------------

    async def show(self, sending: Sending) -> Result:
        """Post or update the card, then tell the thread what is new."""
        case_id = sending.case or ""
        async with self._database.read() as connection:
            case = (await cases.get(connection, self._shop, [case_id])).get(case_id)
            known = await desk_store.card(connection, self._shop, case_id)
            shown = None if case is None else await self._loader.shown(connection, case)
        if shown is None:
            return _done(sending)
        ref, _, told = known or (None, 0, 0)
        if ref is None and sending.attempt > 1:
            ref = await self._find(sending, None, f"card:{case_id}")
        try:
            placed = await self._place(sending, shown, ref)
            await self._keep(shown.case, placed, told)
            await self._tell_thread(sending, shown.case, placed, told)
        except Gone:
            async with self._database.write() as connection:
                await desk_store.forget_card(connection, self._shop, case_id)
            return _again(sending, "the card was deleted: a new one follows")
        return _done(sending, placed.message)

    async def _place(self, sending: Sending, shown: Shown, ref: CardRef | None) -> CardRef:
        await (self._posts if ref is None else self._edits).turn(PRIORITY[sending.kind])
        return await self._desk.show_card(card(shown), ref)

    async def _find(self, sending: Sending, ref: CardRef | None, key: str) -> CardRef | None:
        """An earlier attempt may have been posted after all."""
        return (await self._desk.find(ref, {key}, sending.queued_at - LOOK_BACK)).get(key)

    async def _keep(self, case: Case, ref: CardRef, told: int) -> None:
        async with self._database.write() as connection:
            await desk_store.save_card(connection, self._shop, case.id, ref, case.revision, told)

    async def _tell_thread(self, sending: Sending, case: Case, ref: CardRef, told: int) -> None:
        """Post the journal's new lines to the end, each post known by the entries it tells."""
        if sending.attempt > 1:
            told = await self._told_already(sending, case, ref, told)
        while told < case.revision:
            last = await self._tell_some(sending, case, ref, told)
            if last == told:
                return
            told = last

    async def _tell_some(self, sending: Sending, case: Case, ref: CardRef, told: int) -> int:
        """Post the next page of the journal, some lines at a time; answers the last entry told by now."""
        async with self._database.read() as connection:
            entries = await journal.lines_between(connection, self._shop, case.id, told)
            lines = [line for _, _, found in entries for line in found]
            shown = await self._loader.shown(connection, case, lines)
        batch: list[Rich] = [] if told else [shown.line(Line("first"))]
        since = told
        for seq, _, found in entries:
            batch += [shown.line(line) for line in found]
            if batch and (len(batch) >= LINES_A_POST or seq == entries[-1][0]):
                await self._posts.turn(PRIORITY[sending.kind])
                await self._desk.post_history(ref, _told_key(case, since, seq), batch)
                batch = []
            if not batch:
                async with self._database.write() as connection:
                    await desk_store.told(connection, self._shop, case.id, seq)
                since = seq
        return since

    async def _told_already(self, sending: Sending, case: Case, ref: CardRef, told: int) -> int:
        """The last entry that a lost attempt told after `told`: where it began is known, not where it ended."""
        async with self._database.read() as connection:
            entries = await journal.lines_between(connection, self._shop, case.id, told)
        ends = {_told_key(case, told, seq): seq for seq, _, _ in entries}
        found = await self._desk.find(ref, ends, sending.queued_at - LOOK_BACK)
        last = max((ends[key] for key in found), default=told)
        if last > told:
            async with self._database.write() as connection:
                await desk_store.told(connection, self._shop, case.id, last)
        return last

    # --- alerts --------------------------------------------------------------------------------------------

    async def sound(self, sending: Sending) -> Result:
        """Post one rung, unless its clock has stopped meanwhile. At least once: found by its key when unsure."""
        body: dict[str, Any] = codec.loads(sending.body)
        shown, deadline, rung, ref = await self._rung(sending, body)
        if shown is None or deadline is None or rung is None:
            return _done(sending)
        if is_settled(deadline, rung) or deadline.state is DeadlineState.STOPPED:
            return self._silent(sending, body, "handled before it was posted")
        view = alarm(shown, deadline, rung, tuple(body["people"]), loud=body["loud"])
        try:
            posted = await self._posted(sending, view, ref)
        except Refused as error:
            return self._silent(sending, body, error.reason)
        message = f"{posted.channel}:{posted.message}"
        event = AlarmPosted(sending.case or "", body["deadline"], body["rung"], message)
        return Result(Settlement(sending.id, "delivered", receipt=message), (_item(sending, event),))

    async def _posted(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef:
        """The alert an earlier attempt left behind after all, or a new one."""
        if sending.attempt > 1:
            earlier = await self._find(sending, None if view.loud else ref, view.key)
            if earlier is not None:
                return earlier
        await self._posts.turn(PRIORITY[sending.kind])
        return await self._desk.post_alarm(view, ref)

    async def _rung(
        self, sending: Sending, body: dict[str, Any]
    ) -> tuple[Shown | None, Deadline | None, Alarm | None, CardRef | None]:
        case_id = sending.case or ""
        async with self._database.read() as connection:
            case = (await cases.get(connection, self._shop, [case_id])).get(case_id)
            if case is None:
                return None, None, None, None
            shown = await self._loader.shown(connection, case)
            known = await desk_store.card(connection, self._shop, case_id)
        deadline = next((d for d in case.deadlines if d.id == body["deadline"]), None)
        rung = next((a for a in deadline.alarms if a.rung == body["rung"]), None) if deadline else None
        return shown, deadline, rung, known[0] if known else None

    def _silent(self, sending: Sending, body: dict[str, Any], reason: str) -> Result:
        event = AlarmFailed(sending.case or "", body["deadline"], body["rung"], reason)
        return Result(Settlement(sending.id, "refused", error=reason), (_item(sending, event),))

    async def refresh(self, sending: Sending) -> Result:
        """Edit a posted alert to what is true now."""
        body: dict[str, Any] = codec.loads(sending.body)
        shown, deadline, rung, _ = await self._rung(sending, body)
        if shown is None or deadline is None or rung is None or rung.message is None:
            return _done(sending)
        channel, _, ts = rung.message.rpartition(":")
        view = alarm(shown, deadline, rung, (), loud=rung.rung != "remind")
        await self._edits.turn(PRIORITY[sending.kind])
        try:
            await self._desk.refresh_alarm(view, CardRef(channel, ts))
        except Gone:
            return _done(sending)  # deleted at the desk: there is nothing left to correct
        return _done(sending)

    # --- one person ----------------------------------------------------------------------------------------

    async def tell(self, sending: Sending) -> Result:
        """An answer that only the person who clicked sees."""
        body: dict[str, Any] = codec.loads(sending.body)
        line = Line(body["line"]["key"], tuple((name, value) for name, value in body["line"]["params"]))
        case_id = sending.case or ""
        async with self._database.read() as connection:
            case = (await cases.get(connection, self._shop, [case_id])).get(case_id)
            known = await desk_store.card(connection, self._shop, case_id)
            shown = None if case is None else await self._loader.shown(connection, case, [line])
        if shown is None:
            return _done(sending)
        await self._desk.tell(body["person"], shown.line(line), known[0] if known else None)
        return _done(sending)


def _told_key(case: Case, since: int, last: int) -> str:
    """Names the post that tells the journal after entry `since` up to entry `last`."""
    return f"thread:{case.id}:{since + 1}-{last}"


def _done(sending: Sending, receipt: str | None = None) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt=receipt))


def _again(sending: Sending, reason: str) -> Result:
    return Result(Settlement(sending.id, "pending", error=reason))


def _item(sending: Sending, event: AlarmPosted | AlarmFailed) -> Item:
    return inbox.event_item(event, f"{type(event).__name__}:{sending.id}", sending.case or "", position())
