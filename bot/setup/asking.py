"""How a question is put, whoever answers it. A question has a name: its words are `setup.NAME.*`, an answers
file has it as a key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# What is wrong with an answer, in the reader's language; "" for a good one.
Check = Callable[[str], str]
Tone = Literal["plain", "good", "bad", "title"]
QUESTIONS = (
    "language",
    "proxy",
    "telegram_token",
    "slack_bot_token",
    "slack_app_token",
    "channel",
    "name",
    "zone",
    "hours",
    "holidays",
    "leads",
    "approvers",
    "on_call",
    "ceiling",
    "second_path",
    "start",
)


class AnswerFailed(Exception):
    """Nobody is there to be asked again. `question` is the answer's name; the message says what is wrong."""

    def __init__(self, question: str, message: str) -> None:
        super().__init__(f"{question}: {message}")
        self.question = question


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


class Asker(Protocol):
    """Puts questions. `known` is what holds already, and what no answer keeps."""

    @property
    def is_person(self) -> bool:
        """Whether somebody reads along, and can be asked again."""
        ...

    async def text(
        self, question: str, message: str, *, known: str, check: Check, among: Sequence[str] = ()
    ) -> str: ...

    async def secret(self, question: str, message: str, *, known: str, check: Check) -> str: ...

    async def one(self, question: str, message: str, choices: Sequence[Choice], *, known: str) -> str:
        """The value of one choice; an answers file may also give one that is not among them."""
        ...

    async def many(
        self, question: str, message: str, choices: Sequence[Choice], *, known: Collection[str]
    ) -> tuple[str, ...]: ...

    async def wait(self, question: str, message: str, ready: Awaitable[None]) -> bool:
        """Wait for `ready`; False when the person gave up, or nobody is there to wait for."""
        ...

    def say(self, text: str, tone: Tone = "plain") -> None: ...

    def failed(self, question: str, text: str) -> None:
        """Tell what is wrong with this answer, so that it can be asked again. Raises AnswerFailed if it cannot."""
        ...
