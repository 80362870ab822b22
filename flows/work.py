"""One step in the making: a case being changed and what follows, gathered until it becomes a Decision.

Mutable, and never seen outside of one call of `flows.step.step`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from flows.book import Book
from flows.case import Case
from flows.context import Context
from flows.effects import Decision, Effect, ShowCase, TellPerson
from flows.policy import Policy
from flows.rich import Line, line
from flows.values import Cause, NewText, derived_id, new_text


@dataclass(slots=True)
class Work:
    """The arguments of a step, the case as it stands by now, and what was decided so far.

    `reference` is what a person just gave as proof of something done, for the text that tells the buyer; it is
    kept nowhere else.
    """

    now: datetime
    book: Book
    policy: Policy
    context: Context
    cause: Cause
    case: Case
    effects: list[Effect] = field(default_factory=list)
    texts: list[NewText] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    made: int = 0
    reference: str = ""

    def change(self, **fields: Any) -> None:
        """Replace fields of the case."""
        self.case = replace(self.case, **fields)

    def new_id(self) -> str:
        """The next id that derives from this event."""
        self.made += 1
        return derived_id(self.cause.id, self.made)

    def write(self, body: str) -> NewText:
        """A new erasable text."""
        self.made += 1
        text = new_text(self.cause, self.made, body)
        self.texts.append(text)
        return text

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def show(self, patience_s: float = 0.0) -> None:
        """The card is to show the new state; asked twice in one step, the more impatient counts."""
        known = [effect for effect in self.effects if isinstance(effect, ShowCase)]
        least = min([patience_s, *(effect.patience_s for effect in known)])
        self.effects = [effect for effect in self.effects if not isinstance(effect, ShowCase)]
        self.effects.append(ShowCase(least))

    def note(self, key: str, **params: str | datetime) -> None:
        """One line for the thread."""
        self.lines.append(line(key, **params))

    def tell(self, person: str, key: str, **params: str | datetime) -> None:
        """An answer for the person who clicked, and a fresh card beside it."""
        self.do(TellPerson(self.new_id(), person, line(key, **params)))

    def void(self) -> None:
        """Raise the version: every approval given so far is for something else."""
        self.change(version=self.case.version + 1)

    def decision(self) -> Decision:
        return Decision(self.case, tuple(self.effects), tuple(self.texts), tuple(self.lines))


def person(id: str | None) -> str:
    """A person as a line's parameter."""
    return f"person:{id or ''}"
