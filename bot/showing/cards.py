"""The card of a case, and its thread."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.crashing import Commit, Send, letting_out
from bot.outcomes import Result, refused
from bot.showing.channel import LOOK_BACK, Channel, done
from bot.store import cases, journal, outbox
from bot.store import desk as desk_store
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.case import Case
from flows.ports import CardRef, Gone
from flows.rich import Line, Rich
from flows.view.card import card
from flows.view.shown import Shown
from flows.view.unshown import unshown_card

LINES_A_POST = 12

Entry = tuple[int, datetime, tuple[Line, ...]]  # of the journal: (seq, at, lines)


class Cards:
    """The handlers of cards."""

    def __init__(self, channel: Channel) -> None:
        self._on = channel

    async def show(self, sending: Sending) -> Result:
        """Post or update the card, then tell the thread what is new."""
        case_id = sending.case or ""
        shown, known = await self._on.stored(case_id)
        if shown is None:
            return done(sending)
        ref, told = known or (None, 0)
        if ref is None:
            ref = await self._lost_card(sending)
        try:
            placed = await self._place(sending, shown, ref)
            await self._keep(shown.case, placed, told)
            await self._tell_thread(sending, shown.case, placed, told)
        except Gone:
            await self._on.forget_card(case_id)
            return _again(sending, "the card was deleted: a new one follows")
        return done(sending, placed.message)

    async def show_plainly(self, sending: Sending, reason: str) -> Result:
        """The last resort: a card that says why there is no better one, and for which case."""
        case_id = sending.case or ""

        def load(connection: Connection) -> tuple[Case | None, tuple[CardRef, int, int] | None]:
            case = cases.get(connection, self._on.shop, [case_id]).get(case_id)
            return case, desk_store.card(connection, self._on.shop, case_id)

        case, known = await self._on.database.read(load)
        if case is not None:
            ref, told = (known[0], known[2]) if known else (await self._lost_card(sending), 0)
            await (self._on.posts if ref is None else self._on.edits).turn(PRIORITY[sending.kind])
            with letting_out(Send.CARD):
                placed = await self._on.desk.show_card(unshown_card(case, self._on.template, reason), ref)
            await self._keep(case, placed, told)
        return refused(sending, reason)

    async def _lost_card(self, sending: Sending) -> CardRef | None:
        """The card that this row, or one of the same case that was given up, may have posted after all."""
        since = sending.queued_at if sending.attempt > 1 else await self._first_given_up(sending)
        if since is None:
            return None
        key = f"card:{sending.case}"
        return (await self._on.desk.find(None, {key}, since - LOOK_BACK)).get(key)

    async def _first_given_up(self, sending: Sending) -> datetime | None:
        return await self._on.database.read(
            lambda c: outbox.first_refused_card(c, self._on.shop, sending.case or "")
        )

    async def _place(self, sending: Sending, shown: Shown, ref: CardRef | None) -> CardRef:
        await (self._on.posts if ref is None else self._on.edits).turn(PRIORITY[sending.kind])
        with letting_out(Send.CARD):
            return await self._on.desk.show_card(card(shown), ref)

    async def _keep(self, case: Case, ref: CardRef, told: int) -> None:
        await self._on.database.write(
            lambda connection: desk_store.save_card(connection, self._on.shop, case.id, ref, case.revision, told),
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
        shown, entries = await self._on.database.read(lambda connection: self._page(connection, case, told))
        batch: list[Rich] = [] if told else [shown.line(Line("first"))]
        since = told
        for seq, _, found in entries:
            batch += [shown.line(line) for line in found]
            if batch and (len(batch) >= LINES_A_POST or seq == entries[-1][0]):
                await self._on.posts.turn(PRIORITY[sending.kind])
                with letting_out(Send.THREAD):
                    await self._on.desk.post_history(ref, _told_key(case, since, seq), batch)
                batch = []
            if not batch:
                await self._told(case, seq)
                since = seq
        return since

    def _page(self, connection: Connection, case: Case, told: int) -> tuple[Shown, list[Entry]]:
        entries = journal.lines_between(connection, self._on.shop, case.id, told)
        lines = [line for _, _, found in entries for line in found]
        return self._on.loader.shown(connection, case, lines), entries

    async def _told(self, case: Case, seq: int) -> None:
        await self._on.database.write(
            lambda connection: desk_store.told(connection, self._on.shop, case.id, seq), Commit.THREAD
        )

    async def _told_already(self, sending: Sending, case: Case, ref: CardRef, told: int) -> int:
        """The last entry that a lost attempt told after `told`: where it began is known, not where it ended."""
        entries = await self._on.database.read(lambda c: journal.lines_between(c, self._on.shop, case.id, told))
        ends = {_told_key(case, told, seq): seq for seq, _, _ in entries}
        found = await self._on.desk.find(ref, ends, sending.queued_at - LOOK_BACK)
        last = max((ends[key] for key in found), default=told)
        if last > told:
            await self._told(case, last)
        return last


def _told_key(case: Case, since: int, last: int) -> str:
    """Names the post that tells the journal after entry `since` up to entry `last`."""
    return f"thread:{case.id}:{since + 1}-{last}"


def _again(sending: Sending, reason: str) -> Result:
    return Result(Settlement(sending.id, "pending", error=reason))
