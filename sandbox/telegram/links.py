"""Which link targets the service accepts (anything else is dropped without a word)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_USER = re.compile(r"tg://user\?id=(\d+)$")
_HOST = re.compile(r"[^\s/@:]+\.[^\s/@:]+|\[[0-9a-f:]+\]")
_INTERNAL = ("tg", "ton", "tonsite")


def linked_user_id(target: str) -> int | None:
    """The user of a `tg://user?id=` link."""
    found = _USER.match(target)
    return int(found[1]) if found else None


def checked_link(target: str) -> str:
    """The address as the service shows it ("http://" added, a path of at least "/"); "" if it is none."""
    if target != target.strip() or not target:
        return ""
    full = target if "://" in target else f"http://{target}"
    parts = urlsplit(full)
    if parts.scheme in _INTERNAL:
        return full
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        return ""
    begin = len(parts.scheme) + 3 + len(parts.netloc)
    rest = full[begin:]
    return full if rest.startswith("/") else f"{full[:begin]}/{rest}"
