"""Keeps a background loop alive: one that fails or falls silent is logged, shown in the health page, begun anew.

Silence is counted in looks, not read off a clock: a look is taken every sixth of the longest silence, so that a
machine that slept, a clock that was set, or an event loop that was busy adds one look at most. What was found
hung is given twice as long the next time: a batch that takes long must not be cancelled for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.pulse import Pulse
from flows.ports import Refused

log = logging.getLogger(__name__)

BACK_OFF_S = (0.2, 1.0, 5.0, 15.0)
STEADY_S = 30.0  # longer than an adapter's own time-out (25 s): a loop that hangs and fails has not recovered
LOOKS = 6
LET_GO_S = 5.0  # how long a cancelled loop may take to end
MOST_PATIENCE = 16


class Kept:
    """One loop under watch. `trouble` is what is wrong in words while it is, else "".

    The loop beats its `pulse`, or `sign` answers something that changes while it lives; without either for
    `silence_s` it counts as hung and is cancelled. One that cannot be cancelled is left behind: a new one takes
    its place where two at a time do no harm (`may_double`); otherwise nothing runs, and `trouble` says so, until
    it has ended. `restarted(name, why)` is told of every new beginning, why is failed or hung.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[], Awaitable[None]],
        *,
        pulse: Pulse | None = None,
        sign: Callable[[], object] | None = None,
        silence_s: float = 60.0,
        may_double: bool = False,
        restarted: Callable[[str, str], None] = lambda _name, _why: None,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        steady_s: float = STEADY_S,
        let_go_s: float = LET_GO_S,
    ) -> None:
        self.name = name
        self.trouble = ""
        self.failures = 0
        self.hangs = 0
        self.left_behind: set[asyncio.Future[None]] = set()
        self._run = run
        self.pulse = pulse
        self._sign = sign or (None if pulse is None else lambda: pulse.beats)
        self._silence_s = silence_s
        self._may_double = may_double
        self._restarted = restarted
        self._back_off_s = back_off_s
        self._steady_s = steady_s
        self._let_go_s = let_go_s
        self._steady: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Run for ever; only being cancelled ends it. An account refused for good is tried again, and shown."""
        while True:
            why = await self._once()
            self._restarted(self.name, why)
            await asyncio.sleep(self._back_off_s[min(self.failures, len(self._back_off_s) - 1)])
            self.failures += 1

    async def _once(self) -> str:
        """From a beginning to its end, which `trouble` then tells; answers failed or hung."""
        self._arm(None if self._sign is None else self._sign())
        working = asyncio.ensure_future(self._run())
        try:
            return await self._watched(working)
        except Refused as error:
            self.trouble = error.reason
            log.error("refused: a person must act", extra={"loop": self.name, "why": error.reason})  # noqa: TRY400 - the reason says it
        except asyncio.CancelledError as error:
            if _is_asked_to_end():
                await self._end(working)
                raise
            self.trouble = type(error).__name__  # from inside: what it waited for was cancelled
            log.exception("loop failed, starting it again", extra={"loop": self.name})
        except Exception as error:
            self.trouble = type(error).__name__
            log.exception("loop failed, starting it again", extra={"loop": self.name})
        finally:
            if self._steady is not None:
                self._steady.cancel()
        return "failed"

    async def _watched(self, working: asyncio.Future[None]) -> str:
        """Raises what it raises."""
        if await self._lives(working):
            await working
            self.trouble = "stopped"
            return "failed"
        await self._let_go(working)
        return "hung"

    async def _lives(self, working: asyncio.Future[None]) -> bool:
        """Return when it ended by itself (True), or when it has given no sign for too long."""
        if self._sign is None:
            await asyncio.wait({working})
            return True
        patience = min(2**self.hangs, MOST_PATIENCE) * LOOKS
        seen, silent, looks = self._sign(), 0, 0
        while silent < patience:
            await asyncio.wait({working}, timeout=self._silence_s / LOOKS)
            if working.done():
                return True
            now = self._sign()
            seen, silent, looks = now, silent + 1 if now == seen else 0, looks + 1
            if looks == 2 * patience:
                self.hangs = 0
        return False

    async def _let_go(self, working: asyncio.Future[None]) -> None:
        """Cancel what is silent, and wait for its end as long as that may take."""
        self.hangs += 1
        self.trouble = f"gave no sign of life for {self._silence_s:g} s or more: started again"
        log.error("loop hangs, starting it again", extra={"loop": self.name, "hangs": self.hangs})
        await self._end(working)
        if working.done():
            return
        self._leave_behind(working)
        if not self._may_double:
            self.trouble = "hangs and cannot be stopped: start the service again"
            log.critical("loop cannot be stopped: start the service again", extra={"loop": self.name})
            await asyncio.wait({working})
            return
        log.error("loop cannot be stopped, a new one works beside it", extra={"loop": self.name})

    async def _end(self, working: asyncio.Future[None]) -> None:
        """Cancel it, and wait for a while."""
        working.cancel()
        await asyncio.wait({working}, timeout=self._let_go_s)
        _look_at(working)

    def _leave_behind(self, working: asyncio.Future[None]) -> None:
        """Known until it has ended after all, however it does."""
        self.left_behind.add(working)
        working.add_done_callback(self._outlived)

    def _outlived(self, working: asyncio.Future[None]) -> None:
        self.left_behind.discard(working)
        _look_at(working)

    def _arm(self, sign: object) -> None:
        self._steady = asyncio.get_running_loop().call_later(self._steady_s, self._recovered, sign)

    def _recovered(self, sign: object) -> None:
        """It runs steadily again, and gives signs of life: what failed before is history."""
        now = None if self._sign is None else self._sign()
        if self._sign is not None and now == sign:
            self._arm(now)
            return
        self.trouble, self.failures = "", 0


def _look_at(working: asyncio.Future[None]) -> None:
    """Its outcome no longer matters; unlooked at, asyncio would complain of it."""
    if working.done() and not working.cancelled():
        working.exception()


def _is_asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
