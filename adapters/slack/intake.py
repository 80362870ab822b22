"""Everything Slack sends, stored before it is acknowledged.

One global middleware answers every request. Bolt's listeners would not do: an event's is started after Bolt
has acknowledged it, as a task that nobody keeps (telegram-slack.md 2.3). A failure on the way is answered 500,
which means no acknowledgement: events come again, and a person who clicked sees that it did not work.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.response import BoltResponse

from adapters.slack import record
from adapters.slack.chores import Chores
from adapters.slack.dialogs import Dialogs
from adapters.slack.press import Press, read_press
from adapters.slack.queue import ephemeral, queue
from adapters.slack.record import MICROSECONDS, Record, microseconds
from adapters.slack.submits import Submits
from adapters.slack.why import why_answer
from adapters.slack.words import Say
from flows.ports import CardRef, Desk, Item, Sink

_LOG = logging.getLogger(__name__)
NOTE_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
_NUMBER = re.compile(r"[0-9]{1,9}")
_TS = re.compile(r"\d{1,12}\.\d{1,6}")

Payload = dict[str, Any]


class Intake:
    """`account` names our items' channel, `room` is the Slack channel of the desk."""

    def __init__(
        self,
        *,
        account: str,
        room: str,
        sink: Sink,
        desk: Desk,
        dialogs: Dialogs,
        say: Say,
        now: Callable[[], datetime],
        chores: Chores,
    ) -> None:
        self._account, self._room = account, room
        self._sink, self._desk, self._dialogs = sink, desk, dialogs
        self._submits = Submits(desk, say, now)
        self._say, self._now, self._chores = say, now, chores
        self._newest = 0

    async def answer(self, payload: Payload) -> BoltResponse:
        """What Slack is answered; nothing escapes, and no error text with somebody's words is logged."""
        try:
            body = await self._handle(payload)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not stored, so it is not acknowledged
            _LOG.warning("not acknowledged: %s", type(error).__name__)
            return BoltResponse(status=500)
        return BoltResponse(status=200, body=body or "")

    async def _handle(self, payload: Payload) -> Payload | None:
        """What is nothing of ours is acknowledged too, or Slack would count it as our failure and stop sending."""
        match payload:
            case {"command": _}:
                return await self._command(payload)
            case {"type": "view_submission"}:
                return await self._submitted(payload)
            case {"type": "block_actions"}:
                await self._pressed(payload)
            case {"type": "view_closed"}:
                await self._closed(payload)
            case {"type": "event_callback", "event": {"type": "message"}}:
                await self._said(payload)
        return None

    async def _pressed(self, payload: Payload) -> None:
        for action in payload.get("actions") or []:
            press = read_press(payload, action)
            match press.does:
                case "decide":
                    await self._decide(press)
                case "ask":
                    await self._ask(press)
                case "unknown":
                    self._whisper(press, self._say("old_button"))

    async def _decide(self, press: Press) -> None:
        """In the list of dead inputs the decision shows at once. Read first: after storing nothing may fail."""
        shown = await self._dialogs.dead(asked=press.row) if press.row and press.view else None
        await self._store(press.record, press.case, urgent=True)
        if shown is not None:
            self._chores.start(self._dialogs.replace(press.view, press.user, shown))

    async def _ask(self, press: Press) -> None:
        """The dialog is on its way before the claim is stored: its trigger lives three seconds."""
        view = await self._dialogs.view_for(press)
        if isinstance(view, str):
            return self._whisper(press, view)
        if press.view:
            self._chores.start(self._dialogs.replace(press.view, press.user, view))
            return None
        self._chores.start(self._dialogs.open(press.trigger, press.user, view, press.card))
        if press.dialog == "edit":
            await self._store(press.record, press.case, urgent=True)
        return None

    def _whisper(self, press: Press, words: str) -> None:
        self._chores.start(self._dialogs.whisper(press.user, words, press.card))

    async def _submitted(self, payload: Payload) -> Payload | None:
        """Checked by reading first: what stands against it goes back into the dialog, and nothing is stored."""
        submit = record.submit(payload)
        verdict = await self._submits.check(submit)
        if not verdict.decides:
            return verdict.answer
        row = self._submits.row_of(submit)
        shown = await self._dialogs.dead(asked=row) if row else None
        await self._store(submit, verdict.case, urgent=True)
        return verdict.answer if shown is None else {"response_action": "update", "view": shown}

    async def _closed(self, payload: Payload) -> None:
        closed = record.closed(payload)
        case = self._submits.case_of(closed)
        if closed.body["view"] == "edit" and case:
            await self._store(closed, case)

    async def _said(self, payload: Payload) -> None:
        """A person's words below a card are a note for its file; all else that is said here is not ours."""
        event = payload["event"]
        thread = event.get("thread_ts")
        if event.get("bot_id") or event.get("subtype") not in NOTE_SUBTYPES or not event.get("user"):
            return
        if event.get("channel") != self._room or not thread or thread == event.get("ts"):
            return
        case = await self._desk.case_of_card(CardRef(self._room, thread))
        if case is not None:
            await self._store(record.note(payload, case), case)

    async def _store(self, kept: Record, case: str, *, urgent: bool = False) -> None:
        lane = f"case:{case}" if case else f"slack:{self._room}"
        item = Item(
            channel=self._account,
            external_id=kept.external_id,
            fingerprint=kept.fingerprint,
            lane=lane,
            position=self._position(kept.ts),
            kind=kept.kind,
            raw=kept.raw,
            urgent=urgent,
        )
        await self._sink.store([item])

    def _position(self, ts: str) -> int:
        """Microseconds. Slack dates no submits: they come after everything seen so far, and not before now."""
        if _TS.fullmatch(ts):
            position = microseconds(ts)
        else:
            position = max(int(self._now().timestamp() * MICROSECONDS), self._newest + 1)
        self._newest = max(self._newest, position)
        return position

    async def _command(self, payload: Payload) -> Payload | None:
        """`/amends`: questions only, so nothing is stored."""
        match str(payload.get("text") or "").split():
            case [] | ["queue"]:
                return queue(await self._desk.queue(), self._say)
            case ["new"]:
                self._open(payload, self._dialogs.claim(self._now()))
            case ["why", named]:
                return await self._why(named)
            case ["dead"]:
                self._open(payload, await self._dialogs.dead())
            case _:
                return ephemeral(self._say("help"))
        return None

    async def _why(self, named: str) -> Payload:
        """The case by its number as on the card: A-0007, or 7."""
        digits = named.upper().removeprefix("A-")
        case = await self._desk.case_numbered(int(digits)) if _NUMBER.fullmatch(digits) else None
        view = None if case is None else await self._desk.why(case)
        return ephemeral(self._say("why.unknown", case=named)) if view is None else why_answer(view, self._say)

    def _open(self, payload: Payload, view: Payload) -> None:
        trigger, person = str(payload.get("trigger_id")), str(payload.get("user_id"))
        self._chores.start(self._dialogs.open(trigger, person, view, None))
