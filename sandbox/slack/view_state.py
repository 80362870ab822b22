"""`view.state.values`: what a person has typed and chosen in a view.

Shapes: docs.slack.dev, reference/interaction-payloads/view-interactions-payload, read November 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.slack.element_check import options_of
from sandbox.slack.walk import elements

State = dict[str, dict[str, dict[str, Any]]]

TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
# element type -> (field in the state, field of the initial value, a list?)
CHOSEN: dict[str, tuple[str, str, bool]] = {
    **dict.fromkeys(TYPED, ("value", "initial_value", False)),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "checkboxes": ("selected_options", "initial_options", True),
    "users_select": ("selected_user", "initial_user", False),
    "multi_users_select": ("selected_users", "initial_users", True),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "channels_select": ("selected_channel", "initial_channel", False),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "file_input": ("files", "initial_files", True),
}
_OPTION_KINDS = ("static_select", "radio_buttons", "multi_static_select", "checkboxes")


def initial_state(blocks: Sequence[dict[str, Any]]) -> State:
    """The state before anybody has touched the view."""
    state: State = {}
    for found in elements(blocks):
        kind = found.element["type"]
        if kind not in CHOSEN:
            continue
        name, initial, many = CHOSEN[kind]
        value = {"type": kind, name: found.element.get(initial, [] if many else None)}
        state.setdefault(found.block["block_id"], {})[found.element["action_id"]] = value
    return state


def carried_over(before: State, blocks: Sequence[dict[str, Any]]) -> State:
    """The state after an update: typed values stay where block_id, action_id and type are the same."""
    state = initial_state(blocks)
    for block_id, actions in state.items():
        for action_id, value in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == value["type"]:
                actions[action_id] = old
    return state


def chosen(element: dict[str, Any], given: Any) -> dict[str, Any]:
    """The state of one element once a person has put `given` into it.

    Options are named by their value (or their words); LookupError when the menu does not offer it.
    """
    kind = element["type"]
    name, _initial, many = CHOSEN[kind]
    if kind in _OPTION_KINDS:
        wanted = (given or []) if many else [given]
        options = [pick_option(element, each) for each in wanted if each is not None]
        return {"type": kind, name: options if many else next(iter(options), None)}
    if many:
        return {"type": kind, name: list(given or [])}
    return {"type": kind, name: None if given == "" else given}


def pick_option(element: dict[str, Any], wanted: str | None) -> dict[str, Any]:
    """The option whose value or words are `wanted`; the only one there is when nothing is wanted."""
    offered = options_of(element)
    for option in offered:
        if wanted in (option.get("value"), option["text"]["text"]):
            return dict(option)
    if wanted is None and len(offered) == 1:
        return dict(offered[0])
    values = [option.get("value") for option in offered]
    raise LookupError(f"no option {wanted!r} in {element.get('action_id')!r}: {values}")


def is_empty(value: dict[str, Any]) -> bool:
    """True when nothing was typed or chosen."""
    name, _initial, _many = CHOSEN[value["type"]]
    return value.get(name) in (None, "", [])
