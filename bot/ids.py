"""Ids and salts: the only room that makes randomness."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(now: datetime) -> str:
    """A UUIDv7 (RFC 9562): sorts by time, 74 random bits."""
    ms = int(now.timestamp() * 1000)
    rand = secrets.token_hex(10)
    variant = "89ab"[int(rand[3], 16) % 4]
    head = f"{ms:012x}"
    return f"{head[:8]}-{head[8:]}-7{rand[:3]}-{variant}{rand[4:7]}-{rand[7:19]}"


def new_salt() -> str:
    """128 random bits as hex; kept only in erasable rows."""
    return secrets.token_hex(16)


def jitter() -> float:
    """A random number from 0 to 1, to spread retries."""
    return secrets.randbelow(1000) / 1000
