"""The desk's channel and what of it is stored: what every post there needs, whichever kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.crashing import Commit, Send, letting_out
from bot.loading import Loader
from bot.outcomes import Result
from bot.pace import Pace
from bot.store import cases
from bot.store import desk as desk_store
from bot.store.database import Database
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.ports import CardRef, Gone, StaffDesk
from flows.rich import Line
from flows.view import AlarmView
from flows.view.shown import Shown

LOOK_BACK = timedelta(minutes=5)  # how long before its queueing a lost post may stand in the channel's history


@dataclass(frozen=True, slots=True)
class Channel:
    """One shop's desk. `posts` and `edits` say when it is the next one's turn."""

    database: Database
    shop: str
    loader: Loader
    desk: StaffDesk
    posts: Pace
    edits: Pace

    def template(self, key: str) -> str:
        """One phrase in the staff's language, its places still open."""
        return self.loader.template(key)

    async def stored(
        self, case_id: str, lines: Sequence[Line] = ()
    ) -> tuple[Shown | None, tuple[CardRef, int] | None]:
        """(the case as it is to be shown, (where its card stands, the last journal entry in its thread))."""

        def load(connection: Connection) -> tuple[Shown | None, tuple[CardRef, int] | None]:
            case = cases.get(connection, self.shop, [case_id]).get(case_id)
            known = desk_store.card(connection, self.shop, case_id)
            shown = None if case is None else self.loader.shown(connection, case, lines)
            return shown, (known[0], known[2]) if known else None

        return await self.database.read(load)

    async def lost_post(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef | None:
        """The alert that an earlier attempt left behind after all, in the channel or in the card's thread."""
        if sending.attempt == 1:
            return None
        since = sending.queued_at - LOOK_BACK
        for place in (None,) if view.loud or ref is None else (ref, None):
            found = (await self.desk.find(place, {view.key}, since)).get(view.key)
            if found is not None:
                return found
        return None

    async def post(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef:
        """In the thread; in the channel when it is loud, or its card is gone: an alert waits for no card."""
        try:
            return await self._post_at(sending, view, ref)
        except Gone:
            await self.forget_card(sending.case or "")
            return await self._post_at(sending, view, None)

    async def _post_at(self, sending: Sending, view: AlarmView, ref: CardRef | None) -> CardRef:
        await self.posts.turn(PRIORITY[sending.kind])
        with letting_out(Send.ALARM):
            return await self.desk.post_alarm(view, ref)

    async def forget_card(self, case_id: str) -> None:
        await self.database.write(lambda c: desk_store.forget_card(c, self.shop, case_id), Commit.CARD_GONE)


def done(sending: Sending, receipt: str | None = None) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt=receipt))
