"""The documented limits of text objects, options, confirm dialogs and block elements.

Limits: docs.slack.dev, reference/block-kit (elements and composition objects), read November 2026; those the
Python SDK also knows are in slack_sdk 3.47.0, models/blocks.
"""

from __future__ import annotations

from typing import Any

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

IDENTIFIER = string(255)
TYPE = anything  # by_type has already looked at it


def plain(longest: int) -> Check:
    return by_type({"plain_text": _plain(longest)})


def text(longest: int) -> Check:
    """plain_text or mrkdwn."""
    marked = Shape({"type": TYPE, "text": string(longest, shortest=1)}, {"verbatim": boolean})
    return by_type({"plain_text": _plain(longest), "mrkdwn": marked})


def _plain(longest: int) -> Shape:
    return Shape({"type": TYPE, "text": string(longest, shortest=1)}, {"emoji": boolean})


def option(*, marked: bool = False, linked: bool = False) -> Shape:
    """`marked`: checkboxes and radio buttons take mrkdwn. `linked`: only overflow options take a url."""
    words = text(75) if marked else plain(75)
    more: dict[str, Check] = {"description": words} | ({"url": string(3000)} if linked else {})
    return Shape({"text": words, "value": string(150)}, more)


CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_ACTION: dict[str, Check] = {"type": TYPE, "action_id": IDENTIFIER}
_CHOICE: dict[str, Check] = _ACTION | {"confirm": CONFIRM, "focus_on_load": boolean}
_SELECT: dict[str, Check] = _CHOICE | {"placeholder": plain(150)}
_TYPED: dict[str, Check] = _ACTION | {
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "initial_value": string(3000),
    "dispatch_action_config": Shape({}, {"trigger_actions_on": anything}),
}
_LENGTHS: dict[str, Check] = {"min_length": integer, "max_length": integer, "multiline": boolean}
_GROUP = Shape({"label": plain(75), "options": array(option(), 100)})
_OPTIONS: dict[str, Check] = {"options": array(option(), 100), "option_groups": array(_GROUP, 100)}


def _has_options(value: Any, at: str, notes: Notes) -> None:
    if "options" not in value and "option_groups" not in value:
        notes.add("must define either `options` or `option_groups`", at)


def _starts_inside(value: Any, at: str, notes: Notes) -> None:
    """An initial option that is not among the options is refused."""
    initial = value.get("initial_option")
    wanted = [initial] if initial is not None else value.get("initial_options") or []
    offered = [each.get("value") for each in options_of(value) if isinstance(each, dict)]
    if any(isinstance(each, dict) and each.get("value") not in offered for each in wanted):
        notes.add("initial option must be one of the options", at)


def options_of(element: dict[str, Any]) -> list[Any]:
    """The options of a select, with those of its groups."""
    groups = element.get("option_groups") or []
    grouped = [each for group in groups for each in group.get("options", [])]
    return [*(element.get("options") or []), *grouped]


def _select(kind: str, initial: str, check: Check, **more: Check) -> dict[str, Check]:
    """A single select and its multi twin."""
    many = {"max_selected_items": integer, f"{initial}s": array(check, 100)}
    return {
        f"{kind}_select": Shape({"type": TYPE}, _SELECT | more | {initial: check}),
        f"multi_{kind}_select": Shape({"type": TYPE}, _SELECT | more | many),
    }


BUTTON = Shape(
    {"type": TYPE, "text": plain(75)},
    _ACTION
    | {
        "value": string(2000),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE_ELEMENT = Shape(
    {"type": TYPE, "alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything}
)
_STATIC = {
    kind: every(shape, _has_options, _starts_inside)
    for kind, shape in _select("static", "initial_option", option(), **_OPTIONS).items()
}
SELECTS: dict[str, Check] = (
    _STATIC
    | _select("users", "initial_user", string(30))
    | _select("conversations", "initial_conversation", string(30), filter=anything)
    | _select("channels", "initial_channel", string(30))
)
PICKERS: dict[str, Check] = {
    "datepicker": Shape({"type": TYPE}, _SELECT | {"initial_date": string(10)}),
    "timepicker": Shape({"type": TYPE}, _SELECT | {"initial_time": string(5), "timezone": string(60)}),
    "datetimepicker": Shape({"type": TYPE}, _CHOICE | {"initial_date_time": integer}),
}
TICKS: dict[str, Check] = {
    "checkboxes": every(
        Shape(
            {"type": TYPE, "options": array(option(marked=True), 10)},
            _CHOICE | {"initial_options": array(option(marked=True), 10)},
        ),
        _starts_inside,
    ),
    "radio_buttons": every(
        Shape(
            {"type": TYPE, "options": array(option(marked=True), 10)},
            _CHOICE | {"initial_option": option(marked=True)},
        ),
        _starts_inside,
    ),
}
OVERFLOW = Shape({"type": TYPE, "options": array(option(linked=True), 5)}, _ACTION | {"confirm": CONFIRM})
_ANY_ACTION: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW} | SELECTS | PICKERS | TICKS
IN_ACTIONS = by_type(_ANY_ACTION)
IN_SECTION = by_type(_ANY_ACTION | {"image": IMAGE_ELEMENT})
_CONTEXT_TEXT = text(3000)
IN_CONTEXT = by_type({"image": IMAGE_ELEMENT, "plain_text": _CONTEXT_TEXT, "mrkdwn": _CONTEXT_TEXT})
IN_INPUT = by_type(
    SELECTS
    | PICKERS
    | TICKS
    | {
        "plain_text_input": Shape({"type": TYPE}, _TYPED | _LENGTHS),
        "email_text_input": Shape({"type": TYPE}, _TYPED),
        "url_text_input": Shape({"type": TYPE}, _TYPED),
        "number_input": Shape(
            {"type": TYPE, "is_decimal_allowed": boolean},
            _TYPED | {"min_value": string(30), "max_value": string(30)},
        ),
        "rich_text_input": Shape({"type": TYPE}, _TYPED | {"initial_value": anything}),
        "file_input": Shape({"type": TYPE}, _ACTION | {"filetypes": array(string(30), 100), "max_files": integer}),
    }
)
