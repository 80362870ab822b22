"""The wizard's words in the person's language."""

from __future__ import annotations

from dataclasses import dataclass

from flows.problems import Problem
from flows.replies.catalogue import Catalogue
from flows.rich import Part, fill, plain
from flows.view.problems import worded


@dataclass(slots=True)
class Speech:
    """`language` is chosen by the first question."""

    words: Catalogue
    language: str

    def word(self, key: str, **params: str) -> str:
        given: dict[str, Part] = dict(params)
        return plain(fill(self.words.template(f"setup.{key}", self.language), given))

    def told(self, problem: Problem) -> str:
        """What is wrong, why it matters, what to do: as `amends check` says it."""
        what, why, mend = (plain(part) for part in worded(problem, self.words, self.language))
        return f"✗ {what}\n  {self._label('why')}: {why}\n  {self._label('mend')}: {mend}"

    def _label(self, key: str) -> str:
        return self.words.template(f"check.{key}", self.language)


def last_four(secret: str) -> str:
    """All that is ever shown of one."""
    return f"…{secret[-4:]}" if len(secret) > 8 else "…"
