"""What should be mended, for people: worded in their language, and as the one message that the desk gets of it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.problems import Problem
from flows.replies.catalogue import Catalogue
from flows.rich import Part, Rich, fill
from flows.view import AlarmView

SHOWN = 8


def worded(problem: Problem, words: Catalogue, language: str) -> tuple[Rich, Rich, Rich]:
    """(what is wrong, why it matters, how to mend it)."""

    def value(given: str) -> str:
        """A parameter may be another of staff's words."""
        return words.template(given.removeprefix("word:"), language) if given.startswith("word:") else given

    params: dict[str, Part] = {name: value(given) for name, given in problem.params}

    def part(name: str) -> Rich:
        return fill(words.template(f"check.{problem.key}.{name}", language), params)

    return part("what"), part("why"), part("mend")


def notice(problems: Sequence[Problem], key: str, words: Catalogue, language: str) -> AlarmView:
    """The worst first, without buttons: it is mended elsewhere. `key` finds the post again."""
    lines: list[Rich] = [fill(words.template("check.notice", language), {})]
    for each in problems[:SHOWN]:
        what, _, mend = worded(each, words, language)
        lines += [("• ", *what), mend]
    if len(problems) > SHOWN:
        more: dict[str, Part] = {"count": str(len(problems) - SHOWN)}
        lines.append(fill(words.template("check.more", language), more))
    return AlarmView(
        key=key, push=words.template("check.push", language), text=tuple(lines), buttons=(), loud=True
    )
