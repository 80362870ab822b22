"""Ids and salts: the only room that makes randomness."""

from __future__ import annotations

import secrets
from datetime import datetime


class _Ids:
    """UUIDv7 with a counter of 24 bits (RFC 9562, 6.2 method 1): in order also within one millisecond, so that
    what was stored together, or while a stepped clock stood still, keeps the order in which it was given.
    """

    def __init__(self) -> None:
        self._ms = -1
        self._count = 0

    def next(self, now: datetime) -> str:
        ms = int(now.timestamp() * 1000)
        self._count = self._count + 1 if ms == self._ms else 0
        self._ms = ms
        head, count = f"{ms:012x}", f"{min(self._count, 0xFFFFFF):06x}"
        return f"{head[:8]}-{head[8:]}-7{count[:3]}-8{count[3:]}-{secrets.token_hex(6)}"


_ids = _Ids()


def new_id(now: datetime) -> str:
    """A UUIDv7: sorts by time, then by the order in which this process made it; 48 random bits."""
    return _ids.next(now)


def new_salt() -> str:
    """128 random bits as hex; kept only in erasable rows."""
    return secrets.token_hex(16)


def jitter() -> float:
    """A random number from 0 to 1, to spread retries."""
    return secrets.randbelow(1000) / 1000
