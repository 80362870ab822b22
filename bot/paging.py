"""Pages: alarms by a second path, at least once, until somebody has acknowledged them or the clock has stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from bot import away, papers
from bot.crashing import Send, letting_out
from bot.loading import Loader
from bot.outcomes import Result, position
from bot.store import cases, codec, inbox
from bot.store import desk as desk_store
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from bot.store.papers import PAPER
from flows.acknowledging import mark
from flows.case import Alarm, Case, Deadline
from flows.events import PageDelivered, PageFailed
from flows.noticing import rung_of
from flows.ports import CardRef, Item, Pager, Refused
from flows.view import PageView
from flows.view.alarm import is_settled
from flows.view.away import away_page
from flows.view.gap import gap_page
from flows.view.page import page
from flows.view.shown import Shown

NO_NEED = "handled before it was sent"
NO_PATH = "this path is not set up any more"

AckLink = Callable[[Case, Deadline, Alarm, str], str]  # the address where it can be acknowledged, or ""


class Paging:
    """The handler of pages. `link` opens a card at the desk, `ack_link` acknowledges."""

    def __init__(
        self,
        database: Database,
        shop: str,
        loader: Loader,
        pagers: Mapping[str, Pager],
        link: Callable[[CardRef], str],
        ack_link: AckLink,
    ) -> None:
        self._database = database
        self._shop = shop
        self._loader = loader
        self._pagers = pagers
        self._link = link
        self._ack_link = ack_link

    async def __call__(self, sending: Sending) -> Result:
        """One attempt. Raises Unavailable or OutcomeUnknown: both are tried again."""
        body: dict[str, Any] = codec.loads(sending.body)
        pager = self._pagers.get(body["path"])
        view = await self._view(sending, body)
        if view is None:
            return self._failed(sending, body, NO_NEED)
        if pager is None:
            return self._failed(sending, body, NO_PATH)
        try:
            with letting_out(Send.PAGE):
                receipt = await pager.page(view)
        except Refused as error:
            return self._failed(sending, body, error.reason)
        if sending.case is None:
            return Result(Settlement(sending.id, "delivered", receipt=receipt))
        event = PageDelivered(sending.case, body["deadline"], body["rung"], sending.id)
        return Result(Settlement(sending.id, "delivered", receipt=receipt), (_item(sending, event),))

    async def give_up(self, sending: Sending, reason: str) -> Result:
        """The last resort: the case is told, so that its list of who was told stays true."""
        return self._failed(sending, codec.loads(sending.body), reason)

    async def _view(self, sending: Sending, body: dict[str, Any]) -> PageView | None:
        """What to say, or None when there is no need any more. A notice brings its own words."""
        if body.get("notice") == "away":
            return await self._away(sending)
        if body.get("notice") == PAPER:
            return await self._database.read(
                lambda connection: papers.page(connection, self._shop, self._loader, self._link, sending)
            )
        if "notice" in body:
            return gap_page(self._template, sending.key, body)
        shown, card = await self._database.read(lambda connection: self._load(connection, sending.case or ""))
        deadline = None if shown is None else _deadline(shown.case, body["deadline"])
        rung = rung_of(deadline, body["rung"])
        if shown is None or deadline is None or rung is None or is_settled(deadline, rung):
            return None
        return page(
            shown,
            deadline,
            rung,
            key=sending.key,
            link="" if card is None else self._link(card),
            acknowledge=self._ack_link(shown.case, deadline, rung, body["path"]),
            token=mark(shown.case.id, deadline.id, rung.rung),
        )

    async def _away(self, sending: Sending) -> PageView | None:
        """The summary of a time away, when something in it is urgent: the desk may have no reader at this hour."""
        told = away.told(sending.body)
        absence = await self._database.read(
            lambda connection: away.absence(connection, self._shop, self._loader, self._link, told)
        )
        zone = self._loader.policy.zone
        return away_page(self._template, sending.key, absence, zone) if absence.is_urgent else None

    def _template(self, key: str) -> str:
        return self._loader.book.words.template(key, self._loader.policy.language)

    def _load(self, connection: Connection, case_id: str) -> tuple[Shown | None, CardRef | None]:
        case = cases.get(connection, self._shop, [case_id]).get(case_id)
        known = desk_store.card(connection, self._shop, case_id)
        shown = None if case is None else self._loader.shown(connection, case)
        return shown, known[0] if known else None

    def _failed(self, sending: Sending, body: dict[str, Any], reason: str) -> Result:
        settlement = Settlement(sending.id, "refused", error=reason)
        if sending.case is None:
            return Result(settlement)
        event = PageFailed(sending.case, body["deadline"], body["rung"], sending.id, reason)
        return Result(settlement, (_item(sending, event),))


def _deadline(case: Case, id: str) -> Deadline | None:
    return next((deadline for deadline in case.deadlines if deadline.id == id), None)


def _item(sending: Sending, event: PageDelivered | PageFailed) -> Item:
    key = f"{type(event).__name__}:{sending.id}"
    return inbox.event_item(event, key, sending.case or "", position(), urgent=True)
