"""A view as plain lines of text, so that a golden file shows at a glance what staff would see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from flows.rich import Rich, plain
from flows.view import AlarmView, Button, CardView, Words
from tests.flows.play import ADA, BEN, LIN

NAMES = {LIN: "Lin", BEN: "Ben", ADA: "Ada"}


def card(view: CardView) -> str:
    """Top to bottom as the fields of a card stand."""
    return "\n".join(_card(view)) + "\n"


def alarm(view: AlarmView) -> str:
    rows = (f"push    {view.push}", f"loud    {view.loud}", *_all("text", view.text), *_buttons(view.buttons))
    return "\n".join(rows) + "\n"


def _card(view: CardView) -> Iterator[str]:
    yield f"push    {view.push}"
    yield f"title   {plain(view.title)}"
    yield from _all("clock", view.clocks)
    yield from (f"field   {label}: {plain(words, NAMES)}" for label, words in view.fields)
    for name, words in (("buyer", view.buyer), ("draft", view.draft), ("gloss", view.gloss), ("copy", view.copy)):
        yield from _words(name, words)
        if name == "draft":
            yield from _all("below", (view.below,) if view.below else ())
    yield from _all("reason", view.reasons)
    yield from _all("state", view.state)
    yield from _buttons(view.buttons)
    yield f"menu    {view.menu_label}: " + " | ".join(option.label for option in view.menu)
    if view.choice is not None:
        yield f"choice  {view.choice.label}"
        for heading, under in groupby(view.choice.options, key=lambda option: option.group):
            yield f"        {heading}: " + " | ".join(option.label for option in under)


def _all(name: str, rows: Iterable[Rich]) -> Iterator[str]:
    return (f"{name:<7} {plain(row, NAMES)}" for row in rows)


def _words(name: str, words: Words | None) -> Iterator[str]:
    if words is None:
        return
    yield f"{name:<7} {plain(words.label)}"
    yield from (f"      > {row}".rstrip() for row in words.text.split("\n"))


def _buttons(buttons: Iterable[Button]) -> Iterator[str]:
    for button in buttons:
        marks = "".join(mark for mark, on in ((" *", button.primary), (" !", button.danger)) if on)
        yield f"button  [{button.label}]{marks} {button.action} {button.url}".rstrip()
