"""Form: nothing empty, too long, half filled, or made of characters that a platform cannot take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.guard.reading import Draft
from flows.view import Finding

_PLACEHOLDER = re.compile(
    r"\{[^{}\n]{0,40}\}|\[[A-Z][A-Z _-]{1,30}\]|<[A-Z][A-Z _-]{1,30}>|\b[Xx]{3,}\b|_{3,}|\bTODO\b|\bTBD\b"
)
# Controls (tab and line breaks aside), lone surrogates, and marks that turn the reading direction.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PICTOGRAPH = re.compile("[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]")


def units(text: str) -> int:
    """UTF-16 code units, as Telegram counts; a platform that counts characters is met a fortiori."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_form(draft: Draft, limit: int) -> Iterator[Finding]:
    if not draft.read.strip():
        yield Finding(
            "block", "guard.empty", "The text is empty.", "", "Write an answer, or choose “no reply needed”."
        )
        return
    yield from _length(draft, limit)
    yield from _placeholders(draft)
    yield from _characters(draft)


def _length(draft: Draft, limit: int) -> Iterator[Finding]:
    size = units(draft.text)
    if size > limit:
        message = f"The text has {size} characters; this channel takes {limit}."
        yield Finding("block", "guard.too_long", message, "", f"Shorten it by {size - limit}.")


def _placeholders(draft: Draft) -> Iterator[Finding]:
    for match in _PLACEHOLDER.finditer(draft.text):
        message = "A placeholder was not filled in."
        yield Finding("block", "guard.placeholder", message, match.group(), "Put in the real value, or remove it.")
        return


def _characters(draft: Draft) -> Iterator[Finding]:
    odd = sorted(set(_CONTROL.findall(draft.text)))
    if odd:
        names = ", ".join(f"U+{ord(char):04X}" for char in odd[:5])
        yield Finding(
            "block", "guard.control", "The text holds invisible control characters.", names, "Remove them."
        )
    sign = _PICTOGRAPH.search(draft.text)
    if sign and draft.concerns("amazon"):
        message = "Amazon does not allow emoji in messages to buyers."
        yield Finding("block", "guard.emoji", message, sign.group(), "Remove it.")
