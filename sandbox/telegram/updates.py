"""The queue of updates behind getUpdates: numbering, confirmation, the one long poll, repeats.

Semantics: core.telegram.org/bots/api#getupdates, and for what the page leaves open tdlib/telegram-bot-api
(`do_get_updates`) with tdlib/td (`TQueue::get`): an offset far above every id confirms nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import Faults

from .errors import POLL_CONFLICT, WEBHOOK_SET, Refused

FIRST_ID = 731_640_001
_FUTURE = 10  # ids; TQueue refuses an offset further ahead and serves from the head instead
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_ID_IN_RAW = re.compile(rb'"update_id"\s*:\s*(\d+)')


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update in the queue; `raw` goes out byte for byte."""

    update_id: int
    raw: bytes


@dataclass(slots=True)
class UpdateQueue:
    """All updates of the one bot."""

    faults: Faults
    next_id: int = FIRST_ID
    allowed: tuple[str, ...] = ()  # empty: all but _NOT_BY_DEFAULT
    _pending: list[Waiting] = field(default_factory=list)
    _again: list[Waiting] = field(default_factory=list)
    _confirmed: dict[int, Waiting] = field(default_factory=dict)
    _poll: asyncio.Future[None] | None = None
    _hanging: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def count(self) -> int:
        """How many updates wait for confirmation."""
        return len(self._pending)

    def put(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update and return its id; None if its kind was not asked for."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if not wanted:
            return None
        update_id = self.next_id
        self.next_id += 1
        self._add(Waiting(update_id, _encoded({"update_id": update_id, kind: body})))
        return update_id

    def push_raw(self, update: dict[str, Any] | bytes) -> None:
        """Queue anything that has an update_id, unchanged. Raises ValueError without one."""
        raw = update if isinstance(update, bytes) else _encoded(update)
        found = _ID_IN_RAW.search(raw)
        if found is None:
            raise ValueError("an update needs an update_id, even a malformed one")
        update_id = int(found[1])
        self.next_id = max(self.next_id, update_id + 1)
        self._add(Waiting(update_id, raw))

    def repeat(self, update_id: int | None = None) -> None:
        """Serve a confirmed update once more, whatever the offset. Raises LookupError."""
        if update_id is None:
            update_id = next(reversed(self._confirmed), None)
        if update_id is None or update_id not in self._confirmed:
            raise LookupError(f"no confirmed update {update_id} to repeat")
        self._again.append(self._confirmed[update_id])
        self._wake()

    def drop_all(self) -> None:
        """Forget what waits (drop_pending_updates)."""
        self._pending.clear()

    async def get(self, offset: int, limit: int, wait_s: float) -> list[Waiting]:
        """Confirm below `offset`, then answer at once or as soon as there is something. Raises Refused."""
        self._confirm(offset)
        found = self._serve(offset, limit)
        if found or wait_s <= 0:
            return found
        self.interrupt(Refused(409, POLL_CONFLICT))
        self._poll = poll = asyncio.get_running_loop().create_future()
        self._hanging.set()
        try:
            async with asyncio.timeout(wait_s):
                await poll
        except TimeoutError:
            return []
        finally:
            if self._poll is poll:
                self._poll = None
                self._hanging.clear()
        return self._serve(offset, limit)

    async def wait_for_poll(self) -> None:
        """Return as soon as a long poll hangs here: all that was queued before has been served and confirmed."""
        await self._hanging.wait()

    def interrupt(self, reason: Refused | None = None) -> None:
        """End the hanging poll, with an error or (closing) with an empty answer."""
        if self._poll is None or self._poll.done():
            return
        if reason is None:
            self._poll.set_result(None)
        else:
            self._poll.set_exception(reason)

    def webhook_was_set(self) -> None:
        self.interrupt(Refused(409, WEBHOOK_SET))

    def _add(self, update: Waiting) -> None:
        self._pending.append(update)
        self._wake()

    def _wake(self) -> None:
        self._hanging.clear()
        self.interrupt()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            keep = max(0, len(self._pending) + offset)
            self._forget(self._pending[:keep])
        elif 0 < offset <= self.next_id + _FUTURE:
            self._forget([each for each in self._pending if each.update_id < offset])

    def _forget(self, done: list[Waiting]) -> None:
        for update in done:
            self._pending.remove(update)
            self._confirmed[update.update_id] = update
            if self.faults.take("getUpdates", "duplicate"):
                self._again.append(update)

    def _serve(self, offset: int, limit: int) -> list[Waiting]:
        again, self._again = self._again[:limit], self._again[limit:]
        from_head = offset <= 0 or offset > self.next_id + _FUTURE
        fresh = [each for each in self._pending if from_head or each.update_id >= offset]
        found = again + fresh[: limit - len(again)]
        if len(found) > 1 and self.faults.take("getUpdates", "reorder"):
            found.reverse()
        return found


def _encoded(update: dict[str, Any]) -> bytes:
    return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode()
