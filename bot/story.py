"""The log as a story: what happened to a case, from its opening to what was delivered, under the case's number.

Lines that a shop's owner would tell are INFO, every other event of a case is DEBUG. The number is what staff see
on the card (A-0007). Nothing here formats a line that nobody wants.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from structlog.contextvars import bind_contextvars

from bot.store.inbox import Outcome
from bot.store.journal import Entry
from bot.store.outbox import Sending, Settlement
from flows.case import Case, Status

log = logging.getLogger(__name__)

REMEMBERED = 20_000  # numbers of cases
# What these events are called in the story; all others are told at DEBUG, by their own name.
TOLD = {
    "Approved": "approved",
    "DraftEdited": "edited",
    "Declined": "declined",
    "Undone": "undone",
    "NoReplyNeeded": "no reply needed",
    "FallbackApproved": "fallback approved in advance",
    "AdvanceWithdrawn": "approval in advance taken back",
    "Submitted": "submitted by hand",
    "Settled": "unknown outcome settled",
}
OUTCOMES = {"delivered": logging.INFO, "refused": logging.WARNING, "unknown": logging.WARNING}
TOLD_KINDS = ("reply", "automatic", "alarm")
Find = Callable[[str], Awaitable[int | None]]


class Story:
    """Tells it. `find` answers a case's number by its id, for cases that another process opened."""

    def __init__(self, find: Find | None = None) -> None:
        self.find = find
        self._numbers: dict[str, int] = {}

    def entries(self, entries: Iterable[Entry]) -> None:
        """Steps that were committed, in their order."""
        told = log.isEnabledFor(logging.DEBUG)
        for entry in entries:
            self._met(entry.after.id, entry.after.number)
            said = _said(entry)
            if said is not None:
                log.info(said, extra=_of(entry))
            elif told:
                log.debug("event", extra=_of(entry))

    def dead(self, outcomes: Iterable[Outcome]) -> int:
        """Inputs that could not be read; how many."""
        dead = [outcome for outcome in outcomes if outcome.state == "dead"]
        for outcome in dead:
            log.warning("dead letter", extra={"inbox": outcome.row, "why": outcome.error})
        return len(dead)

    def attempting(self, sending: Sending) -> None:
        """From here on every line of this task, a library's too, says what it is about."""
        about: dict[str, Any] = {"outbox": sending.id, "kind": sending.kind}
        if sending.case is not None:
            about["case"] = self._known(sending.case)
        bind_contextvars(**about)

    async def attempted(self, sending: Sending, settlement: Settlement) -> None:
        """What came of an attempt; retries are told where their reason is known."""
        level = OUTCOMES.get(settlement.state, logging.DEBUG)
        if level == logging.INFO and sending.kind not in TOLD_KINDS:
            level = logging.DEBUG
        if log.isEnabledFor(level):
            about = {"outbox": sending.id, "kind": sending.kind, "attempt": sending.attempt}
            named = {} if sending.case is None else {"case": await self._name(sending.case)}
            why = {} if settlement.error is None else {"why": settlement.error}
            log.log(level, settlement.state, extra={**named, **about, **why})

    async def _name(self, case: str) -> str:
        if case not in self._numbers and self.find is not None:
            try:
                number = await self.find(case)
            except Exception:  # noqa: BLE001 - a line without its number is no reason not to send
                log.debug("number not found", extra={"case": case})
            else:
                if number is not None:
                    self._met(case, number)
        return self._known(case)

    def _known(self, case: str) -> str:
        number = self._numbers.get(case)
        return case if number is None else shown(number)

    def _met(self, case: str, number: int) -> None:
        if len(self._numbers) >= REMEMBERED:
            for oldest in list(self._numbers)[: REMEMBERED // 2]:
                del self._numbers[oldest]
        self._numbers[case] = number


def shown(number: int) -> str:
    """A case's number as on the card: A-0007."""
    return f"A-{number:04d}"


def _said(entry: Entry) -> str | None:
    if entry.before is None:
        return "opened"
    if entry.after.status is Status.CLOSED and entry.before.status is not Status.CLOSED:
        return "closed"
    if entry.event == "DraftEdited" and _is_approved(entry.before, entry.after):
        return "approved"
    return TOLD.get(entry.event)


def _is_approved(before: Case, after: Case) -> bool:
    was, now = before.proposal, after.proposal
    return now is not None and now.approved_at is not None and (was is None or was.approved_at != now.approved_at)


def _of(entry: Entry) -> dict[str, Any]:
    return {
        "case": shown(entry.after.number),
        "kind": entry.event,
        "seq": entry.seq,
        "inbox": entry.event_id,
        "case_id": entry.case,
    }
