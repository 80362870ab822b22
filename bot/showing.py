"""Brings the desk up to date: cards and their threads, alerts, and answers to one person.

Card and thread are projections: rendered from the newest state when they are sent, found again by their key, so
that neither a restart nor an outage loses or doubles one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot import ailing, away, noting, warned
from bot.crashing import Commit, Send, letting_out
from bot.loading import Loader
from bot.outcomes import Result, position, refused
from bot.pace import Pace
from bot.store import cases, codec, dead, inbox, journal, outbox, warnings
from bot.store import desk as desk_store
from bot.store.database import Database
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.case import Alarm, Case, Deadline, DeadlineState
from flows.events import AlarmFailed, AlarmPosted
from flows.noticing import DESK, is_loud
from flows.ports import CardRef, Gone, Item, Refused, StaffDesk
from flows.rich import Line, Person, Rich
from flows.view import AlarmView, problems
from flows.view.alarm import alarm, is_settled
from flows.view.away import summary
from flows.view.card import card
from flows.view.dead import filled, notice
from flows.view.gap import gap_notice
from flows.view.note import note
from flows.view.recounted import recounted
from flows.view.shown import Shown
from flows.view.unshown import unshown_card

LOOK_BACK = timedelta(minutes=5)  # how long before its queueing a lost post may stand in the channel's history
LINES_A_POST = 12

Entry = tuple[int, datetime, tuple[Line, ...]]  # of the journal: (seq, at, lines)


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
        shown, known = await self._stored(case_id)
        if shown is None:
            return _done(sending)
        ref, told = known or (None, 0)
        if ref is None:
            ref = await self._lost_card(sending)
        try:
            placed = await self._place(sending, shown, ref)
            await self._keep(shown.case, placed, told)
            await self._tell_thread(sending, shown.case, placed, told)
        except Gone:
            await self._forget(case_id)
            return _again(sending, "the card was deleted: a new one follows")
        return _done(sending, placed.message)

    async def _stored(
        self, case_id: str, lines: Sequence[Line] = ()
    ) -> tuple[Shown | None, tuple[CardRef, int] | None]:
        """(the case as it is to be shown, (where its card stands, the last journal entry in its thread))."""

        def load(connection: Connection) -> tuple[Shown | None, tuple[CardRef, int] | None]:
            case = cases.get(connection, self._shop, [case_id]).get(case_id)
            known = desk_store.card(connection, self._shop, case_id)
            shown = None if case is None else self._loader.shown(connection, case, lines)
            return shown, (known[0], known[2]) if known else None

        return await self._database.read(load)

    async def show_plainly(self, sending: Sending, reason: str) -> Result:
        """The last resort: a card that says why there is no better one, and for which case."""
        case_id = sending.case or ""

        def load(connection: Connection) -> tuple[Case | None, tuple[CardRef, int, int] | None]:
            case = cases.get(connection, self._shop, [case_id]).get(case_id)
            return case, desk_store.card(connection, self._shop, case_id)

        case, known = await self._database.read(load)
        if case is not None:
            ref, told = (known[0], known[2]) if known else (await self._lost_card(sending), 0)
            await (self._posts if ref is None else self._edits).turn(PRIORITY[sending.kind])
            with letting_out(Send.CARD):
                placed = await self._desk.show_card(unshown_card(case, self._template, reason), ref)
            await self._keep(case, placed, told)
        return refused(sending, reason)

    def _template(self, key: str) -> str:
        return self._loader.book.words.template(key, self._loader.policy.language)

    async def _lost_card(self, sending: Sending) -> CardRef | None:
        """The card that this row, or one of the same case that was given up, may have posted after all."""
        since = sending.queued_at if sending.attempt > 1 else await self._first_given_up(sending)
        if since is None:
            return None
        key = f"card:{sending.case}"
        return (await self._desk.find(None, {key}, since - LOOK_BACK)).get(key)

    async def _first_given_up(self, sending: Sending) -> datetime | None:
        return await self._database.read(lambda c: outbox.first_refused_card(c, self._shop, sending.case or ""))

    async def _place(self, sending: Sending, shown: Shown, ref: CardRef | None) -> CardRef:
        await (self._posts if ref is None else self._edits).turn(PRIORITY[sending.kind])
        with letting_out(Send.CARD):
            return await self._desk.show_card(card(shown), ref)

    async def _keep(self, case: Case, ref: CardRef, told: int) -> None:
        await self._database.write(
            lambda connection: desk_store.save_card(connection, self._shop, case.id, ref, case.revision, told),
            Commit.CARD,
        )

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
        shown, entries = await self._database.read(lambda connection: self._page(connection, case, told))
        batch: list[Rich] = [] if told else [shown.line(Line("first"))]
        since = told
        for seq, _, found in entries:
            batch += [shown.line(line) for line in found]
            if batch and (len(batch) >= LINES_A_POST or seq == entries[-1][0]):
                await self._posts.turn(PRIORITY[sending.kind])
                with letting_out(Send.THREAD):
                    await self._desk.post_history(ref, _told_key(case, since, seq), batch)
                batch = []
            if not batch:
                await self._told(case, seq)
                since = seq
        return since

    def _page(self, connection: Connection, case: Case, told: int) -> tuple[Shown, list[Entry]]:
        entries = journal.lines_between(connection, self._shop, case.id, told)
        lines = [line for _, _, found in entries for line in found]
        return self._loader.shown(connection, case, lines), entries

    async def _told(self, case: Case, seq: int) -> None:
        await self._database.write(
            lambda connection: desk_store.told(connection, self._shop, case.id, seq), Commit.THREAD
        )

    async def _told_already(self, sending: Sending, case: Case, ref: CardRef, told: int) -> int:
        """The last entry that a lost attempt told after `told`: where it began is known, not where it ended."""
        entries = await self._database.read(lambda c: journal.lines_between(c, self._shop, case.id, told))
        ends = {_told_key(case, told, seq): seq for seq, _, _ in entries}
        found = await self._desk.find(ref, ends, sending.queued_at - LOOK_BACK)
        last = max((ends[key] for key in found), default=told)
        if last > told:
            await self._told(case, last)
        return last

    # --- alerts --------------------------------------------------------------------------------------------

    async def sound(self, sending: Sending) -> Result:
        """Post one rung, unless its clock has stopped meanwhile. At least once: found by its key when unsure."""
        body: dict[str, Any] = codec.loads(sending.body)
        shown, deadline, rung, ref = await self._rung(sending, body)
        if shown is None or deadline is None or rung is None:
            return _done(sending)
        people, call = tuple(body["people"]), sending.id if body.get("again") else ""
        view = alarm(shown, deadline, rung, people, loud=body["loud"], call=call)
        is_over = is_settled(deadline, rung) or deadline.state is DeadlineState.STOPPED
        try:
            posted = await self._lost_post(sending, view, ref)
            if posted is None and is_over:
                return self._silent(sending, body, "handled before it was posted")
            posted = posted or await self._post(sending, view, ref)
        except Refused as error:
            return self._silent(sending, body, error.reason)
        # Asked after the post, which waits for nothing: it only decides how soon the next person is called.
        absent = await self._desk.absent(people) if body["loud"] and not is_over else {}
        message = f"{posted.channel}:{posted.message}"
        event = AlarmPosted(
            sending.case or "", body["deadline"], body["rung"], message, sending.id, tuple(sorted(absent.items()))
        )
        return Result(Settlement(sending.id, "delivered", receipt=message), (_item(sending, event),))

    async def _lost_post(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef | None:
        """The alert that an earlier attempt left behind after all, in the channel or in the card's thread."""
        if sending.attempt == 1:
            return None
        since = sending.queued_at - LOOK_BACK
        for place in (None,) if view.loud or ref is None else (ref, None):
            found = (await self._desk.find(place, {view.key}, since)).get(view.key)
            if found is not None:
                return found
        return None

    async def _post(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef:
        """In the thread; in the channel when it is loud, or its card is gone: an alert waits for no card."""
        try:
            return await self._post_at(sending, view, ref)
        except Gone:
            await self._forget(sending.case or "")
            return await self._post_at(sending, view, None)

    async def _post_at(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef:
        await self._posts.turn(PRIORITY[sending.kind])
        with letting_out(Send.ALARM):
            return await self._desk.post_alarm(view, ref)

    async def _forget(self, case_id: str) -> None:
        await self._database.write(lambda c: desk_store.forget_card(c, self._shop, case_id), Commit.CARD_GONE)

    async def fall_silent(self, sending: Sending, reason: str) -> Result:
        """The last resort: the case is told that this alert did not sound, so that the next rung or path can."""
        return self._silent(sending, codec.loads(sending.body), reason)

    async def _rung(
        self, sending: Sending, body: dict[str, Any]
    ) -> tuple[Shown | None, Deadline | None, Alarm | None, CardRef | None]:
        shown, known = await self._stored(sending.case or "")
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
            return _done(sending)
        only = body.get("message")
        for call, message, people in _posts(rung):
            if only not in (None, message):
                continue
            channel, _, ts = message.rpartition(":")
            view = alarm(shown, deadline, rung, people, loud=is_loud(rung), call=call)
            await self._edits.turn(PRIORITY[sending.kind])
            with contextlib.suppress(Gone), letting_out(Send.ALARM_EDIT):  # deleted: there is nothing to correct
                await self._desk.refresh_alarm(view, CardRef(channel, ts))
        return _done(sending)

    # --- one person ----------------------------------------------------------------------------------------

    async def tell(self, sending: Sending) -> Result:
        """An answer that only the person who clicked sees."""
        body: dict[str, Any] = codec.loads(sending.body)
        match body.get("notice"):
            case "dead":
                return await self._tell_of_dead(sending)
            case "check":
                return await self._tell_of_problems(sending)
            case "away":
                return await self._tell_of_absence(sending)
            case "warning":
                return await self._show_warning(sending)
            case "note":
                return await self._tell_note(sending)
            case "late":
                return await self._tell_late(sending, body["person"], body["by"])
            case "recounted":
                return await self._announce(sending, recounted(self._template, sending.key, body))
            case "gap":
                return await self._announce(sending, gap_notice(self._template, sending.key, body))
        line = Line(body["line"]["key"], tuple((name, value) for name, value in body["line"]["params"]))
        shown, known = await self._stored(sending.case or "", [line])
        if shown is None:
            return _done(sending)
        with letting_out(Send.TELL):
            await self._desk.tell(body["person"], shown.line(line), known[0] if known else None)
        return _done(sending)

    async def _tell_of_dead(self, sending: Sending) -> Result:
        """One line for the whole desk: so many inputs wait for a person now. Nothing when none does any more."""
        count = await self._database.read(lambda connection: dead.count(connection, self._shop))
        if not count:
            return _done(sending)
        return await self._announce(sending, notice(self._template, sending.key, count))

    async def _tell_of_problems(self, sending: Sending) -> Result:
        """What the service found wrong with itself."""
        words, language = self._loader.book.words, self._loader.policy.language
        view = problems.notice(ailing.told(sending.body).problems, sending.key, words, language)
        return await self._announce(sending, view)

    async def _tell_of_absence(self, sending: Sending) -> Result:
        """What passed while nobody watched the clocks, as those cases stand now."""
        told = away.told(sending.body)
        absence = await self._database.read(
            lambda connection: away.absence(connection, self._shop, self._loader, self._desk.link, told)
        )
        return await self._announce(sending, summary(self._template, sending.key, absence))

    async def _show_warning(self, sending: Sending) -> Result:
        """Post it, or bring its post up to date."""
        found = await self._database.read(
            lambda c: warned.view(c, self._shop, self._loader, self._desk.link, sending)
        )
        if found is None:
            return _done(sending)
        view, posted = found
        if posted is not None:
            await self._edits.turn(PRIORITY[sending.kind])
            with contextlib.suppress(Gone), letting_out(Send.ALARM_EDIT):
                await self._desk.refresh_alarm(view, posted)
            return _done(sending)
        posted = await self._lost_post(sending, view, None) or await self._post(sending, view, None)
        id, message = str(codec.loads(sending.body)["warning"]), f"{posted.channel}:{posted.message}"
        await self._database.write(lambda c: warnings.posted(c, self._shop, id, message), Commit.CARD)
        return _done(sending, message)

    async def _tell_note(self, sending: Sending) -> Result:
        """Where the week's trouble came from."""
        told = noting.told(sending.body)
        view = note(self._template, sending.key, told.since, told.until, told.findings, self._loader.policy.leads)
        return await self._announce(sending, view)

    async def _tell_late(self, sending: Sending, person: str, by: str) -> Result:
        """Whoever acknowledged a warning second is told who was first."""
        with letting_out(Send.TELL):
            await self._desk.tell(person, filled(self._template, "warning.late", by=Person(by)), None)
        return _done(sending)

    async def _announce(self, sending: Sending, view: AlarmView) -> Result:
        """Post it in the channel, unless an earlier attempt did after all."""
        posted = await self._lost_post(sending, view, None) or await self._post(sending, view, None)
        return _done(sending, f"{posted.channel}:{posted.message}")


def _posts(rung: Alarm) -> list[tuple[str, str, tuple[str, ...]]]:
    """(its call, "" for the first; its id at the desk; whom it mentions), of each post of this rung that is known.
    A case of release 0.1 knows one. An edit rings nobody's phone again.
    """
    calls = [call for call in rung.calls if call.path == DESK]
    known = [(call.id if nth else "", call.message, call.people) for nth, call in enumerate(calls) if call.message]
    return known or ([("", rung.message, ())] if rung.message else [])


def _told_key(case: Case, since: int, last: int) -> str:
    """Names the post that tells the journal after entry `since` up to entry `last`."""
    return f"thread:{case.id}:{since + 1}-{last}"


def _done(sending: Sending, receipt: str | None = None) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt=receipt))


def _again(sending: Sending, reason: str) -> Result:
    return Result(Settlement(sending.id, "pending", error=reason))


def _item(sending: Sending, event: AlarmPosted | AlarmFailed) -> Item:
    return inbox.event_item(event, f"{type(event).__name__}:{sending.id}", sending.case or "", position())
