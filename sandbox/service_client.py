"""The service's loopback HTTP: is it ready, what does it know, what time is it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

QUICK = aiohttp.ClientTimeout(total=3)
DRAINING = aiohttp.ClientTimeout(total=60)  # moving the clock answers only when all is quiet again


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """The business clock as the service reads it. `next` is the nearest due instant, if any."""

    now: datetime
    next: datetime | None


class ServiceClient:
    """Asks one service on loopback. Every call raises aiohttp.ClientError or TimeoutError when it is away."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def is_ready(self) -> bool:
        """Whether it has started. A platform that is away meanwhile makes it ail, not unready."""
        async with self._open().get(self._base_url + "/readyz", timeout=QUICK) as answer:
            return answer.status == 200

    async def health(self) -> dict[str, Any]:
        return await self._get("/healthz")

    async def state(self) -> dict[str, Any]:
        return await self._get("/demo/state")

    async def clock(self) -> ServiceClock:
        return _read_clock(await self._get("/demo/clock"))

    async def set_clock(self, offset_s: float) -> ServiceClock:
        """Move the service's business clock; answers when everything that became due is done."""
        url = self._base_url + "/demo/clock"
        body = {"offset_s": offset_s}
        async with self._open().post(url, json=body, timeout=DRAINING) as answer:
            answer.raise_for_status()
            return _read_clock(await answer.json())

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _get(self, path: str) -> dict[str, Any]:
        async with self._open().get(self._base_url + path, timeout=QUICK) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:  # a session must be made inside the running loop
            self._session = aiohttp.ClientSession()
        return self._session


def _read_clock(body: dict[str, Any]) -> ServiceClock:
    due = body.get("next")
    return ServiceClock(
        now=datetime.fromisoformat(body["now"]),
        next=datetime.fromisoformat(due) if due else None,
    )
