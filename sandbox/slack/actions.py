"""What a click sends: finding the element a person used, and its entry in `actions`.

Source: docs.slack.dev, reference/interaction-payloads/block_actions-payload, read November 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.slack.view_state import CHOSEN, chosen, pick_option
from sandbox.slack.walk import Found, elements

Action = dict[str, Any]


def find_element(blocks: Sequence[dict[str, Any]], action_id: str, value: str | None) -> Found | None:
    """By action_id; where several blocks use the same one, `value` decides, else the first."""
    found = [each for each in elements(blocks) if each.element.get("action_id") == action_id]
    exact = [each for each in found if value is not None and each.element.get("value") == value]
    return next(iter([*exact, *found]), None)


def used(found: Found, *, value: str | None, option: Any) -> Action:
    """The action of using this element. LookupError when it does not offer that option."""
    element = found.element
    kind = element["type"]
    action: Action = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": found.block["block_id"],
    }
    if kind == "button":
        return action | _pressed(element, value)
    if kind == "overflow":
        return action | {"selected_option": pick_option(element, option)}
    given = value if CHOSEN[kind][0] == "value" else option
    return action | chosen(element, given)


def _pressed(element: dict[str, Any], value: str | None) -> Action:
    shown = {"text": element["text"]}
    carried = element.get("value") if value is None else value
    style = {"style": element["style"]} if "style" in element else {}
    return shown | style | ({} if carried is None else {"value": carried})


def stale(action_id: str, value: str) -> Action:
    """A button that the newest message no longer has, pressed in a client that still shows it."""
    words = {"type": "plain_text", "text": action_id, "emoji": True}
    return {
        "type": "button",
        "action_id": action_id,
        "block_id": "stale",
        "text": words,
        "value": value,
    }
