"""The same questions, answered by a TOML file: no prompt, and the first answer that fails ends it."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from bot.setup.asking import QUESTIONS, AnswerFailed, Check, Choice, Tone
from bot.setup.speaking import Speech


class AnswersFile:
    """An answer left out keeps what is known; where nothing is, it fails as missing.

    `speech` words what is wrong with an answer; `say` gets what a person would have been told.
    """

    is_person = False

    def __init__(self, file: Path, speech: Speech, say: Callable[[str], None]) -> None:
        """Raises AnswerFailed (question "answers") for a file that cannot be used."""
        self._word = word = speech.word
        try:
            self._answers: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise AnswerFailed("answers", word("answers.unreadable", file=str(file), said=str(error))) from error
        except tomllib.TOMLDecodeError as error:
            raise AnswerFailed("answers", word("answers.no_toml", file=str(file), said=str(error))) from error
        for name in self._answers:
            if name not in QUESTIONS:
                near = difflib.get_close_matches(name, QUESTIONS, n=1, cutoff=0.5) or [", ".join(QUESTIONS)]
                raise AnswerFailed(name, word("answers.unknown", known=near[0]))
        self._say = say

    async def text(
        self, question: str, message: str, *, known: str, check: Check, among: Sequence[str] = ()
    ) -> str:
        del among
        value = self._string(question, message, known)
        if wrong := check(value):
            raise AnswerFailed(question, wrong)
        return value

    async def secret(self, question: str, message: str, *, known: str, check: Check) -> str:
        return await self.text(question, message, known=known, check=check)

    async def one(self, question: str, message: str, choices: Sequence[Choice], *, known: str) -> str:
        given = self._answers.get(question)
        if isinstance(given, list):  # several lines of one answer, as a person would type them
            return ", ".join(str(each) for each in given)
        if isinstance(given, bool):
            return "yes" if given else "no"
        value = self._string(question, message, known)
        named = next((each.value for each in choices if value in (each.value, each.label)), None)
        return value if named is None else named

    async def many(
        self, question: str, message: str, choices: Sequence[Choice], *, known: Collection[str]
    ) -> tuple[str, ...]:
        del message
        given = self._answers.get(question, list(known))
        if not isinstance(given, list):
            raise AnswerFailed(question, self._word("answers.list"))
        return tuple(self._among(question, str(each), choices) for each in given)

    async def wait(self, question: str, message: str, ready: Awaitable[None]) -> bool:
        del question, message
        if hasattr(ready, "close"):
            ready.close()
        return False

    def say(self, text: str, tone: Tone = "plain") -> None:
        del tone
        self._say(text)

    def failed(self, question: str, text: str) -> None:
        raise AnswerFailed(question, text)

    def _string(self, question: str, message: str, known: str) -> str:
        given = self._answers.get(question, known)
        if not isinstance(given, str):
            raise AnswerFailed(question, self._word("answers.text"))
        if not given.strip() and question not in self._answers:
            raise AnswerFailed(question, self._word("answers.missing", question=message))
        return given.strip()

    def _among(self, question: str, wanted: str, choices: Sequence[Choice]) -> str:
        """By value or by what people read; a name that two share is no answer."""
        found = [each.value for each in choices if wanted in (each.value, each.label)]
        if len(found) != 1:
            known = ", ".join(f"{each.label} ({each.value})" for each in choices)
            raise AnswerFailed(question, self._word("answers.nobody", wanted=wanted, known=known))
        return found[0]
