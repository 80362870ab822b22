"""Entities the service finds by itself in a text: commands, links, mentions, hashtags, addresses."""

from __future__ import annotations

import re
from typing import Any

from .html_text import utf16_len

_PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)
_OPAQUE = ("code", "pre", "text_link", "text_mention", "custom_emoji", "date_time")


def with_found(text: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`given` plus what is found outside code and links, ordered as the service orders them."""
    taken = [_span(entity) for entity in given if entity["type"] in _OPAQUE]
    every = list(given)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            offset = utf16_len(text[: match.start()])
            span = (offset, offset + utf16_len(match[0]))
            if all(span[1] <= other[0] or other[1] <= span[0] for other in taken):
                taken.append(span)
                every.append({"type": kind, "offset": offset, "length": span[1] - offset})
    return sorted(every, key=lambda entity: (entity["offset"], -entity["length"]))


def _span(entity: dict[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
