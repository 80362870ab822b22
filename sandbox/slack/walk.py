"""Walking through blocks: every text in them, every element a person can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_WORDLESS = ("image", "plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Found:
    """One usable element and the block it stands in."""

    block: dict[str, Any]
    element: dict[str, Any]


def elements(blocks: Sequence[dict[str, Any]]) -> Iterator[Found]:
    """Buttons, menus, pickers and inputs, in reading order."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element")]
        if block.get("type") in ("actions", "context"):
            inside += block.get("elements") or []
        for element in inside:
            if isinstance(element, dict) and element.get("type") not in _WORDLESS:
                yield Found(block, element)


def inputs(blocks: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The input blocks by block id."""
    return {str(each.get("block_id")): each for each in blocks if each.get("type") == "input"}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object inside, outermost first."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part)


def texts(value: Any, *kinds: str) -> Iterator[str]:
    """The words of every text object (or rich text part) whose type is one of `kinds`."""
    for each in objects(value):
        if each.get("type") in kinds and isinstance(each.get("text"), str):
            yield each["text"]


def text_length(blocks: Sequence[dict[str, Any]]) -> int:
    """Characters over all blocks, as far as they are words."""
    kinds = ("plain_text", "mrkdwn", "text", "markdown", "link")
    return sum(len(words) for words in texts(list(blocks), *kinds))
