"""How an answer by a second path names its alarm: short enough for a button's 64 bytes, and no secret."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

PREFIX = "a"
_IDS = 43  # two UUIDs, as base64 without its padding


def mark(case: str, deadline: str, rung: str) -> str:
    """One word for these three, 44 characters and the rung's. Raises ValueError for ids that are no UUIDs."""
    ids = base64.urlsafe_b64encode(UUID(case).bytes + UUID(deadline).bytes).decode().rstrip("=")
    return f"{PREFIX}{ids}{rung}"


def marked(word: str) -> tuple[str, str, str] | None:
    """(case, deadline, rung) of a mark; None for anything else."""
    ids, rung = word[1 : _IDS + 1], word[_IDS + 1 :]
    if not word.startswith(PREFIX) or len(ids) != _IDS or not rung.isidentifier():
        return None
    try:
        raw = base64.b64decode(f"{ids}=", altchars=b"-_", validate=True)
        return str(UUID(bytes=raw[:16])), str(UUID(bytes=raw[16:])), rung
    except (binascii.Error, ValueError):
        return None
