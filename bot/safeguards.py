"""What watches over the alarms: the auditor, the heartbeat for others, and the line when the desk stops."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.auditing import Auditor
from bot.crashing import Send, letting_out
from bot.keeping import Kept
from bot.leasing import Lease
from bot.loading import Loader
from bot.pulse import Pulse
from bot.store import cases
from bot.store.database import Database
from flows.ports import PortError, StaffDesk
from flows.rich import At, fill
from flows.view import AlarmView
from flows.view.naming import number

log = logging.getLogger(__name__)

AUDIT_SILENCE_S = 300.0  # five rounds


@dataclass(frozen=True, slots=True)
class Watched:
    """The loops that an alarm depends on, by name: each with its pulse and the longest silence that is no hang."""

    pulses: Mapping[str, Pulse]
    silence_s: Mapping[str, float]

    def trouble(self) -> str | None:
        """The first that is silent for too long, in words."""
        for name, pulse in self.pulses.items():
            if (age_s := pulse.age_s()) > self.silence_s[name]:
                return f"{name} has been silent for {age_s:.0f} s"
        return None


def trouble(watched: Watched, loops: list[Kept], auditor: Auditor, lease: Lease) -> str | None:
    """Why nobody should believe that alarms are in order; None when they are."""
    if found := watched.trouble():
        return found
    failing = next((loop for loop in loops if loop.name in watched.pulses and loop.trouble), None)
    if failing is not None:
        return f"{failing.name}: {failing.trouble}"
    if lease.is_held and (age_s := auditor.last_round.age_s()) > AUDIT_SILENCE_S:
        return f"the auditor has finished no round for {age_s:.0f} s"
    return None


async def farewell(database: Database, shop: str, loader: Loader, desk: StaffDesk, key: str) -> None:
    """Tell the desk that it stops in order, if a clock runs that nobody will hear. Best effort, and said now or
    not at all: queued, it would be told by the next start.
    """

    def load(connection: Connection) -> AlarmView | None:
        upcoming = [case for case in cases.open_cases(connection, shop, 1) if case.running()]
        if not upcoming:
            return None
        words: Callable[[str], str] = lambda name: loader.book.words.template(name, loader.policy.language)  # noqa: E731
        shown = loader.shown(connection, upcoming[0])
        said = fill(words("desk.stops"), {"due": At(upcoming[0].running()[0].due_at), "number": number(shown)})
        return AlarmView(key=key, push="Amends", text=(said,), buttons=(), loud=True)

    view = await database.read(load)
    if view is None:
        return
    try:
        with letting_out(Send.TELL):
            await desk.post_alarm(view, None)
    except PortError as error:
        log.info("the desk was not told that it stops", extra={"why": error.reason})
