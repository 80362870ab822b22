"""A person at a terminal is asked. Secrets are typed unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import questionary
from rich.console import Console
from rich.text import Text

from bot.setup.asking import Check, Choice, Tone

STYLES: dict[Tone, str] = {"plain": "", "good": "green", "bad": "bold red", "title": "bold cyan"}
LONG_LIST = 12


class Terminal:
    """`word` gives what is said beside a list, in the language chosen by then."""

    is_person = True

    def __init__(self, word: Callable[[str], str]) -> None:
        self._console = Console(highlight=False)
        self._word = word

    async def text(
        self, question: str, message: str, *, known: str, check: Check, among: Sequence[str] = ()
    ) -> str:
        del question

        def judged(value: str) -> bool | str:
            return check(value.strip()) or True

        if among:
            asked = questionary.autocomplete(message, list(among), default=known, validate=judged)
        else:
            asked = questionary.text(message, default=known, validate=judged)
        return str(await asked.unsafe_ask_async()).strip()

    async def secret(self, question: str, message: str, *, known: str, check: Check) -> str:
        del question

        def judged(value: str) -> bool | str:
            return (check(value.strip()) if value.strip() or not known else "") or True

        said = str(await questionary.password(message, validate=judged).unsafe_ask_async()).strip()
        return said or known

    async def one(self, question: str, message: str, choices: Sequence[Choice], *, known: str) -> str:
        del question
        is_long = len(choices) > LONG_LIST
        asked = questionary.select(
            message,
            [_choice(each) for each in choices],
            default=known if any(each.value == known for each in choices) else None,
            use_search_filter=is_long,
            use_jk_keys=not is_long,
            instruction=self._word("hint.long" if is_long else "hint.one"),
        )
        return str(await asked.unsafe_ask_async())

    async def many(
        self, question: str, message: str, choices: Sequence[Choice], *, known: Collection[str]
    ) -> tuple[str, ...]:
        del question
        asked = questionary.checkbox(
            message,
            [_choice(each, checked=each.value in known) for each in choices],
            instruction=self._word("hint.many"),
        )
        return tuple(await asked.unsafe_ask_async())

    async def wait(self, question: str, message: str, ready: Awaitable[None]) -> bool:
        del question
        asked: Any = questionary.press_any_key_to_continue(message)
        waiting = asyncio.ensure_future(ready)

        async def press() -> bool:
            try:
                await asked.unsafe_ask_async()
            except KeyboardInterrupt:  # from within a task it would tear the loop down
                return True
            return False

        pressing = asyncio.ensure_future(press())
        try:
            await asyncio.wait({waiting, pressing}, return_when=asyncio.FIRST_COMPLETED)
            if not pressing.done() and asked.application.is_running:
                asked.application.exit()
            if await pressing:
                raise KeyboardInterrupt
            if waiting.done():
                waiting.result()
            return waiting.done()
        finally:
            waiting.cancel()
            pressing.cancel()
            await asyncio.gather(waiting, pressing, return_exceptions=True)

    def say(self, text: str, tone: Tone = "plain") -> None:
        self._console.print(Text(text, STYLES[tone]), soft_wrap=True)

    def failed(self, question: str, text: str) -> None:
        del question
        self.say(text, "bad")


def _choice(each: Choice, *, checked: bool = False) -> questionary.Choice:
    return questionary.Choice(each.label, value=each.value, checked=checked)
