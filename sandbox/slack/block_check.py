"""The documented limits of layout blocks, and the checks over a whole message or view.

Sources: docs.slack.dev, reference/block-kit/blocks and reference/views, read November 2026. The ceiling over a
whole message is undocumented: slackapi/bolt-js#2509.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.element_check import (
    IDENTIFIER,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    TYPE,
    plain,
    text,
)
from sandbox.slack.errors import SlackError, invalid_arguments, invalid_blocks
from sandbox.slack.schema import (
    Check,
    Notes,
    Shape,
    anything,
    array,
    boolean,
    by_type,
    every,
    integer,
    one_of,
    string,
)
from sandbox.slack.walk import text_length

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
VIEW_BYTES = 250_000

_BLOCK: dict[str, Check] = {"type": TYPE, "block_id": IDENTIFIER}


def _says_something(value: Any, at: str, notes: Notes) -> None:
    if "text" not in value and "fields" not in value:
        notes.add("must define either `text` or `fields`", at)


def _has_picture(value: Any, at: str, notes: Notes) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        notes.add("must define exactly one of `image_url` or `slack_file`", at)


def _unique_actions(value: Any, at: str, notes: Notes) -> None:
    """An `action_id` must be unique within its block (reference: block elements)."""
    seen: set[str] = set()
    elements = value.get("elements") if isinstance(value.get("elements"), list) else []
    for index, element in enumerate(elements):
        name = element.get("action_id") if isinstance(element, dict) else None
        if name in seen:
            notes.add(f'`action_id` "{name}" already exists', f"{at}/elements/{index}/action_id")
        elif isinstance(name, str):
            seen.add(name)


_STYLE = Shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "unlink"), boolean))
_RICH_PART = by_type(
    {
        "text": Shape({"type": TYPE, "text": string(12_000, shortest=1)}, {"style": _STYLE}),
        "link": Shape(
            {"type": TYPE, "url": string(3000, shortest=1)},
            {"text": string(3000), "unsafe": boolean, "style": _STYLE},
        ),
        "user": Shape({"type": TYPE, "user_id": string(30)}, {"style": _STYLE}),
        "usergroup": Shape({"type": TYPE, "usergroup_id": string(30)}, {"style": _STYLE}),
        "channel": Shape({"type": TYPE, "channel_id": string(30)}, {"style": _STYLE}),
        "emoji": Shape({"type": TYPE, "name": string(100)}, {"unicode": string(60)}),
        "broadcast": Shape({"type": TYPE, "range": one_of("here", "channel", "everyone")}),
        "date": Shape(
            {"type": TYPE, "timestamp": integer, "format": string(300, shortest=1)},
            {"url": string(3000), "fallback": string(300)},
        ),
    }
)
_RICH_LINE: dict[str, Check] = {"type": TYPE, "elements": array(_RICH_PART, 1000)}
_RICH_SECTION = Shape(_RICH_LINE)
_RICH = by_type(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_quote": Shape(_RICH_LINE, {"border": integer}),
        "rich_text_preformatted": Shape(_RICH_LINE, {"border": integer, "language": string(60)}),
        "rich_text_list": Shape(
            {
                "type": TYPE,
                "style": one_of("bullet", "ordered"),
                "elements": array(by_type({"rich_text_section": _RICH_SECTION}), 1000),
            },
            {"indent": integer, "offset": integer, "border": integer},
        ),
    }
)

COMMON: dict[str, Check] = {
    "section": every(
        Shape(
            {"type": TYPE},
            _BLOCK
            | {
                "text": text(3000),
                "fields": array(text(2000), 10),
                "accessory": IN_SECTION,
                "expand": boolean,
            },
        ),
        _says_something,
    ),
    "divider": Shape({"type": TYPE}, _BLOCK),
    "header": Shape({"type": TYPE, "text": plain(150)}, _BLOCK),
    "context": Shape({"type": TYPE, "elements": array(IN_CONTEXT, 10)}, _BLOCK),
    "actions": every(Shape({"type": TYPE, "elements": array(IN_ACTIONS, 25)}, _BLOCK), _unique_actions),
    "image": every(
        Shape(
            {"type": TYPE, "alt_text": string(2000)},
            _BLOCK | {"image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        ),
        _has_picture,
    ),
    "input": Shape(
        {"type": TYPE, "label": plain(2000), "element": IN_INPUT},
        _BLOCK | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": Shape({"type": TYPE, "elements": array(_RICH, 1000)}, _BLOCK),
}
_TABLE = Shape(
    {"type": TYPE, "rows": array(array(anything, 20), 100)},
    _BLOCK | {"column_settings": array(anything, 20)},
)
IN_MESSAGE = by_type(
    COMMON
    | {
        "markdown": Shape({"type": TYPE, "text": string(12_000, shortest=1)}, _BLOCK),
        "table": _TABLE,
    }
)
IN_VIEW = by_type(
    COMMON
    | {
        "alert": Shape(
            {"type": TYPE, "text": text(200)},
            _BLOCK | {"level": one_of("default", "info", "success", "warning", "error")},
        )
    }
)
_MODAL = Shape(
    {"type": TYPE, "title": plain(24), "blocks": array(IN_VIEW, VIEW_BLOCKS)},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3000),
        "callback_id": IDENTIFIER,
        "external_id": IDENTIFIER,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)
_HOME = Shape(
    {"type": TYPE, "blocks": array(IN_VIEW, VIEW_BLOCKS)},
    {"private_metadata": string(3000), "callback_id": IDENTIFIER, "external_id": IDENTIFIER},
)


def read_blocks(raw: Any) -> list[dict[str, Any]]:
    """The blocks of a message once they have passed; raises SlackError as the Web API would."""
    try:
        blocks = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise SlackError("invalid_blocks_format") from None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    notes = Notes()
    array(IN_MESSAGE, MESSAGE_BLOCKS, least=0)(blocks, "/blocks", notes)
    _one_table(blocks, notes)
    _unique_blocks(blocks, "/blocks", notes)
    if notes.lines:
        raise invalid_blocks(notes.lines)
    if text_length(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blocks


def read_view(raw: Any, kind: str) -> dict[str, Any]:
    """A `modal` or `home` view once it has passed; raises SlackError (`invalid_arguments`)."""
    try:
        view = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        view = None
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    notes = Notes()
    by_type({"modal": _MODAL} if kind == "modal" else {"home": _HOME})(view, "/view", notes)
    _submittable(view, notes)
    _unique_blocks(view.get("blocks"), "/view/blocks", notes)
    if notes.lines:
        raise invalid_arguments(*notes.lines)
    return view


def _submittable(view: dict[str, Any], notes: Notes) -> None:
    if view.get("type") != "modal" or "submit" in view:
        return
    if any(block.get("type") == "input" for block in _dicts(view.get("blocks"))):
        notes.add("missing required field: submit", "/view")


def _unique_blocks(blocks: Any, at: str, notes: Notes) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            notes.add(f'`block_id` "{name}" already exists', f"{at}/{index}/block_id")
        elif isinstance(name, str):
            seen.add(name)


def _one_table(blocks: Any, notes: Notes) -> None:
    if sum(block.get("type") == "table" for block in _dicts(blocks)) > 1:
        notes.add("no more than 1 table block allowed", "/blocks")


def _dicts(blocks: Any) -> Iterator[dict[str, Any]]:
    yield from (each for each in (blocks if isinstance(blocks, list) else []) if isinstance(each, dict))
