"""Problems for people, in their language, and for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import codec
from flows.problems import Problem
from flows.replies.catalogue import Catalogue
from flows.rich import Part, Rich, fill, plain


def worded(problem: Problem, words: Catalogue, language: str) -> tuple[Rich, Rich, Rich]:
    """(what is wrong, why it matters, how to mend it)."""

    def value(given: str) -> str:
        """A parameter may be another of staff's words."""
        return words.template(given.removeprefix("word:"), language) if given.startswith("word:") else given

    params: dict[str, Part] = {name: value(given) for name, given in problem.params}

    def part(name: str) -> Rich:
        return fill(words.template(f"check.{problem.key}.{name}", language), params)

    return part("what"), part("why"), part("mend")


def in_json(problems: Sequence[Problem], words: Catalogue, language: str) -> str:
    """A list of objects: key, fatal, what, why, mend."""
    found = []
    for each in problems:
        what, why, mend = map(plain, worded(each, words, language))
        found.append({"key": each.key, "fatal": each.fatal, "what": what, "why": why, "mend": mend})
    return codec.dumps(found)
