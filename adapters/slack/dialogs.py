"""The questions behind a click or a command: read the desk, show a dialog. Nothing is stored here."""

from __future__ import annotations

import logging
from datetime import datetime

from adapters.slack import claim, modals
from adapters.slack.advance import fallback_form, outcomes_form
from adapters.slack.dead import dead_list, drop_form
from adapters.slack.markup import Block, size
from adapters.slack.press import Press
from adapters.slack.send import Board
from adapters.slack.why import why_list
from adapters.slack.words import Say
from flows.ports import CardRef, Desk, PortError

_LOG = logging.getLogger(__name__)


class Dialogs:
    def __init__(self, desk: Desk, board: Board, say: Say) -> None:
        self._desk, self._board, self._say = desk, board, say

    async def view_for(self, press: Press) -> Block | str:
        """The dialog, or words for the person when there is none to open."""
        match press.dialog:
            case "edit":
                return await self._editor(press.case)
            case "decline":
                reasons = await self._desk.decline_reasons(press.case)
                return modals.decline(press.case, press.version, reasons, self._say)
            case "submitted":
                return modals.submitted(press.case, press.version, self._say)
            case "no_reply":
                return modals.no_reply(press.case, press.version, self._say)
            case "facts":
                facts = await self._desk.facts(press.case)
                has_some = facts is not None and facts.questions
                return modals.facts(facts, self._say) if facts and has_some else self._say("no_facts")
            case "outcomes":
                outcomes = await self._desk.outcomes(press.case)
                return outcomes_form(outcomes, self._say) if outcomes else self._say("outcomes.none")
            case "fallback":
                view = await self._desk.fallback(press.case)
                return fallback_form(view, self._say) if view else self._say("fallback.none")
            case "why":
                clocks = await self._desk.why(press.case)
                return self._say("not_found") if clocks is None else why_list(clocks, self._say)
            case "dead":
                return await self.dead()
            case "dead_drop":
                return drop_form(press.row, self._say)
        return self._say("not_found")

    async def dead(self, asked: str = "") -> Block:
        """The dead letter as it is now. `asked`: the input that was decided on a moment ago."""
        return dead_list(await self._desk.dead(), self._say, asked)

    async def _editor(self, case: str) -> Block | str:
        view = await self._desk.editor(case)
        if view is None:
            return self._say("nothing_to_edit")
        if not modals.fits_editor(view):
            limit = str(modals.INPUT_LIMIT)
            return self._say("too_long_to_edit", size=str(size(view.text)), limit=limit)
        return modals.editor(view, self._say)

    def claim(self, now: datetime) -> Block:
        return claim.claim_form(now, self._say)

    async def open(self, trigger: str, person: str, view: Block, card: CardRef | None) -> None:
        """Show it; when Slack will not any more (three seconds), tell the person to press again."""
        try:
            await self._board.open_view(trigger, view)
        except PortError as error:
            _LOG.warning("dialog %s not opened: %s", view.get("callback_id"), error.reason)
            await self.whisper(person, self._say("try_again"), card)

    async def replace(self, open_view: str, person: str, view: Block) -> None:
        """Show it in the place of the dialog that this person has open."""
        try:
            await self._board.update_view(open_view, view)
        except PortError as error:
            _LOG.warning("dialog %s not shown: %s", view.get("callback_id"), error.reason)
            await self.whisper(person, self._say("try_again"), None)

    async def whisper(self, person: str, text: str, card: CardRef | None) -> None:
        """Words only this person sees; best effort."""
        try:
            await self._board.tell(person, (text,), card)
        except PortError as error:
            _LOG.warning("an answer was not shown: %s", error.reason)
