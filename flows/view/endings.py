"""Why a clock or a rung of it ended, in the staff's language.

Reasons are stored as short English phrases: the journal of a case outlives any words file. What is not known here
(a platform's own message) is shown as it stands.
"""

from __future__ import annotations

import re

from flows.view.shown import Shown

_WITH_NAMES = (
    (re.compile(r"overtaken by (?P<rung>\S+)"), "ended.overtaken"),
    (re.compile(r"at the same time as (?P<rung>\S+)"), "ended.same_time"),
    (re.compile(r"(?P<rule>\S+) is nearer and speaks for both"), "ended.nearer"),
    (re.compile(r"service was away (?P<since>.+) to (?P<until>.+) UTC"), "ended.away"),
)


def worded(shown: Shown, reason: str) -> str:
    """A stored reason as staff read it."""
    return "; ".join(_one(shown, part) for part in reason.split("; ")) if reason else ""


def _one(shown: Shown, reason: str) -> str:
    known = shown.book.words.languages["en"]
    for shape, key in _WITH_NAMES:
        if found := shape.fullmatch(reason):
            return shown.label(
                key, **{name: _named(shown, name, value) for name, value in found.groupdict().items()}
            )
    for key in (f"ended.{re.sub('[^a-z]+', '_', reason)}", f"event.{reason}"):
        if key in known:
            return shown.label(key)
    return reason


def _named(shown: Shown, kind: str, value: str) -> str:
    key = f"{kind}.{value}"
    return shown.label(key) if key in shown.book.words.languages["en"] else value
