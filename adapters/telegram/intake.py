"""The poll loop: ask, store, and only then confirm.

Telegram confirms by the `offset` of the next getUpdates, so the offset is memory of this process alone, moves
only after the sink has returned, and is dropped again by the first empty answer. Kept longer it would be a
danger: after a quiet week ids start again anywhere, and an offset above the waiting ids destroys them. Repeats are
the sink's to ignore. Every failure waits (1 to 30 s, doubling) and is followed by a new session; only a refused
token ends the loop.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp

from adapters.reaching import PROXY_FAILURES, connector
from adapters.telegram.answers import NoUpdates, updates_in
from adapters.telegram.keys import item_of, number_of
from flows.ports import Health, Refused, Sink

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
SILENCE_S = 90.0  # without a completed getUpdates for so long, intake counts as down
_LIMIT = 100
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0

_log = logging.getLogger(__name__)


class Intake:
    """Reads one bot's updates. `url` holds the token: it is neither logged nor part of an error that leaves."""

    def __init__(
        self,
        *,
        url: str,
        bot_id: int,
        machine_now: Callable[[], datetime],
        proxy: str | None,
        poll_timeout_s: int,
        answer_margin_s: float,
        sleep: Callable[[float], Awaitable[None]],
        jitter: Callable[[], float],
    ) -> None:
        self._url = url
        self._bot_id = bot_id
        self._now = machine_now
        self._proxy = proxy
        self._poll_timeout_s = poll_timeout_s
        self._answer_margin_s = answer_margin_s
        self._sleep = sleep
        self._jitter = jitter
        self._session: aiohttp.ClientSession | None = None
        self._offset: int | None = None
        self._position = 0
        self._failures = 0
        self._seen: datetime | None = None
        self._trouble = ""
        self._refused = False

    async def run(self, sink: Sink) -> None:
        """Poll until cancelled. Raises Refused(fatal=True) when Telegram does not know the token."""
        try:
            while True:
                await self._round(sink)
        except Refused as refused:
            self._refused, self._trouble = True, refused.reason
            raise
        finally:
            await self._drop_session()

    def health(self) -> Health:
        """Alive means: getUpdates completed within the last 90 seconds."""
        if self._seen is None:
            return Health(ok=False, detail=self._trouble or "Telegram has not been asked yet.")
        seen_s = (self._now() - self._seen).total_seconds()
        alive = f"Telegram answered {seen_s:.0f} s ago."
        return Health(ok=seen_s < SILENCE_S and not self._refused, detail=self._trouble or alive, seen_s=seen_s)

    async def _round(self, sink: Sink) -> None:
        try:
            updates = await self._ask()
            await self._store(sink, updates)
            self._confirm(updates)
        except NoUpdates as failure:
            await self._pause(failure)
        else:
            self._failures, self._trouble = 0, ""

    async def _ask(self) -> list[object]:
        """One getUpdates. Raises NoUpdates, or Refused when the token is unknown."""
        try:
            status, body = await self._post()
        except PROXY_FAILURES as error:
            said = f"The proxy does not let us through to Telegram ({type(error).__name__})."
            raise NoUpdates(f"{said} Check TELEGRAM_PROXY or AMENDS_PROXY.") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoUpdates(f"Telegram cannot be reached ({type(error).__name__}).") from None
        updates = updates_in(status, body)
        self._seen = self._now()
        return updates

    async def _post(self) -> tuple[int, bytes]:
        session = self._session or self._new_session()
        async with session.post(self._url, json=self._question(), allow_redirects=False) as answer:
            return answer.status, await answer.read()

    def _question(self) -> dict[str, Any]:
        """The kinds are named each time: left out, Telegram keeps whatever an earlier program asked for.

        The first question, and the first after a failure, does not wait for news: its answer shows at once that
        all is well.
        """
        unsure = self._seen is None or self._failures > 0
        question: dict[str, Any] = {
            "timeout": 0 if unsure else self._poll_timeout_s,
            "limit": _LIMIT,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        return question if self._offset is None else {**question, "offset": self._offset}

    async def _store(self, sink: Sink, updates: list[object]) -> None:
        """Hand everything over. Raises NoUpdates when the sink took nothing; then nothing is confirmed either."""
        items = [item_of(self._bot_id, update, self._follow(update)) for update in updates]
        try:
            if items:
                await sink.store(items)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing was stored: the same will be asked for
            raise NoUpdates(f"The store did not take what came ({type(error).__name__}).") from None

    def _follow(self, update: object) -> int:
        """The last known position, this update's own included."""
        number = number_of(update)
        self._position = self._position if number is None else number
        return self._position

    def _confirm(self, updates: list[object]) -> None:
        """The next question confirms what was stored. Raises NoUpdates where there is no number to confirm."""
        numbers = [number for update in updates if (number := number_of(update)) is not None]
        self._offset = max(numbers) + 1 if numbers else None
        if updates and not numbers:
            raise NoUpdates("Telegram sent updates without a number.")

    async def _pause(self, failure: NoUpdates) -> None:
        self._trouble = failure.detail
        _log.warning("no updates from Telegram: %s", failure.detail)
        await self._drop_session()
        delay = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(self._failures, 10))
        self._failures += 1
        await self._sleep(failure.pause_s or delay * (0.5 + self._jitter() / 2))

    def _new_session(self) -> aiohttp.ClientSession:
        """No call outlives its limit, so that a dead connection is replaced well within 90 seconds."""
        limit = aiohttp.ClientTimeout(total=self._poll_timeout_s + self._answer_margin_s)
        self._session = aiohttp.ClientSession(timeout=limit, connector=connector(self._proxy))
        return self._session

    async def _drop_session(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()
