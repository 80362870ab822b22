"""One attempt at an effect: the handler's answer, or what its error means for this kind of effect.

What an outcome means is the table of invariant 6 (docs/decisions/0003): a reply whose outcome is unknown is never
sent again by a machine; cards, alarms and answers are repeated, found by their key.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from bot.backoff import FAULT_S
from bot.clock import BusinessClock, machine_s
from bot.destinations import Destination
from bot.detour import SOON_S, Detour
from bot.outcomes import Handler, LastResort, Outcomes, Result, Unsent, at_once, refused, unknown
from bot.store.database import is_passing
from bot.store.outbox import BUYER_KINDS, Sending
from flows.ports import OutcomeUnknown, PortError, Refused, Unavailable

log = logging.getLogger(__name__)

REMEMBERED = 20
PROJECTIONS = ("card", "alarm_edit")  # not worth a person's while: they wait until the account is mended


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An effect that was not done and is not tried again, for the operator: the row keeps the reason as well."""

    outbox: str
    kind: str
    case: str | None
    reason: str
    at: datetime


class Attempts:
    """Makes them. `handlers` make one attempt for a kind and answer its result, or raise a port error; anything
    else they raise is a bug, and is treated as the worst case of its kind. When a bug or a refusal ends an effect,
    its kind's last resort may still do something plainer, or tell the case. `given_up`: the latest ones.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        last_resorts: Mapping[str, LastResort],
        clock: BusinessClock,
        jitter: Callable[[], float],
        detour: Detour,
    ) -> None:
        self._handlers = handlers
        self._last_resorts = last_resorts
        self._clock = clock
        self._detour = detour
        self._outcomes = Outcomes(jitter)
        self._faults: Counter[str] = Counter()
        self.given_up: deque[GivenUp] = deque(maxlen=REMEMBERED)
        self.is_stopping = False

    async def make(self, sending: Sending, destination: Destination) -> Result:
        """Its result, whatever happens."""
        result = await self._try(sending, destination)
        if result.settlement.state != "pending":
            self._faults.pop(sending.id, None)
        return result

    async def _try(self, sending: Sending, destination: Destination) -> Result:
        begun_s = machine_s()
        try:
            result = await self._handlers[sending.kind](sending)
        except Unavailable as error:
            return self._put_off(sending, destination, error, begun_s)
        except OutcomeUnknown as error:
            destination.failed(sending.id, error.reason, begun_s, machine_s())
            return self._late(sending, self._outcomes.unsure(sending, error.reason))
        except Refused as error:
            if error.fatal and sending.kind in PROJECTIONS:
                return self._put_off(sending, destination, Unavailable(error.reason), begun_s)
            destination.answered(machine_s())
            return await self._give_up(sending, error.reason)
        except Unsent as error:
            return await self._stumbled(sending, error.__cause__ or error)
        except Exception as error:  # noqa: BLE001 - logged there; one bug must not stop the others
            return await self._failed(sending, error)
        destination.answered(machine_s())
        return result

    def _put_off(self, sending: Sending, destination: Destination, error: Unavailable, begun_s: float) -> Result:
        """Certainly not done: we are stopping, or the platform asks for patience, or it is away."""
        if self.is_stopping:
            return at_once(sending, error.reason)
        if error.retry_after is not None:
            destination.answered(machine_s())
            destination.told_to_wait(sending.kind, sending.lane, error.retry_after, machine_s())
        else:
            destination.failed(sending.id, error.reason, begun_s, machine_s())
        log.warning("not sent, will retry", extra={**named(sending), "why": error.reason})
        result = self._outcomes.away(sending, error)
        return result if (error.retry_after or SOON_S) < SOON_S else self._late(sending, result)

    def _late(self, sending: Sending, result: Result) -> Result:
        """An alarm that is put off: its case is told, since there is a second path."""
        told = self._detour.event(sending, result.settlement.error or "")
        return replace(result, events=(*result.events, *told))

    async def _failed(self, sending: Sending, error: Exception) -> Result:
        """A bug must not stop the others, and must not send a buyer anything twice."""
        if sending.kind not in BUYER_KINDS:
            return await self._stumbled(sending, error)
        _log_fault(sending, error)
        return unknown(sending, "an internal error, see the log")

    async def _stumbled(self, sending: Sending, error: BaseException) -> Result:
        """Our own trouble with something that is harmless to repeat. The store comes back; a bug rarely goes away,
        so it is given a few chances and no more.
        """
        if is_passing(error):
            log.warning("not sent, will retry", extra={**named(sending), "why": type(error).__name__})
            return self._outcomes.hindered(sending, "the database did not answer")
        _log_fault(sending, error)
        self._faults[sending.id] += 1
        reason = f"an internal error ({type(error).__name__}), see the log"
        if self._faults[sending.id] <= len(FAULT_S):
            return self._outcomes.faulty(sending, reason, self._faults[sending.id])
        return await self._give_up(sending, reason)

    async def _give_up(self, sending: Sending, reason: str) -> Result:
        """It cannot be done as it should be. A last resort may do it more plainly; either way it is told."""
        log.error("given up", extra={**named(sending), "case": sending.case, "why": reason})
        self.given_up.append(GivenUp(sending.id, sending.kind, sending.case, reason, self._clock.now()))
        last_resort = self._last_resorts.get(sending.kind)
        if last_resort is None:
            return refused(sending, reason)
        try:
            return await last_resort(sending, reason)
        except (Unavailable, OutcomeUnknown) as error:
            return self._outcomes.unsure(sending, error.reason)
        except PortError:
            return refused(sending, reason)
        except Exception as error:  # noqa: BLE001 - logged, and the reason above is the one that counts
            _log_fault(sending, error)
            return refused(sending, reason)


def named(sending: Sending) -> dict[str, object]:
    """What the log says of it."""
    return {"outbox": sending.id, "kind": sending.kind}


def _log_fault(sending: Sending, error: BaseException) -> None:
    """A database's own words may quote the buyer's."""
    quotes = isinstance(error, DBAPIError)
    given = {**named(sending), "error": type(error).__name__}
    log.error("attempt failed", extra=given, exc_info=None if quotes else error)
