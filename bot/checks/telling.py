"""Problems for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import codec
from flows.problems import Problem
from flows.replies.catalogue import Catalogue
from flows.rich import plain
from flows.view.problems import worded


def in_json(problems: Sequence[Problem], words: Catalogue, language: str) -> str:
    """A list of objects: key, fatal, what, why, mend."""
    found = []
    for each in problems:
        what, why, mend = map(plain, worded(each, words, language))
        found.append({"key": each.key, "fatal": each.fatal, "what": what, "why": why, "mend": mend})
    return codec.dumps(found)
