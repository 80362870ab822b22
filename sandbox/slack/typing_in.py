"""What the Slack client does with a form before anything is sent: fill in, and refuse what is incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.modals import View
from sandbox.slack.view_state import CHOSEN, TYPED, chosen, is_empty
from sandbox.slack.walk import Found, elements, inputs


def fill_in(view: View, values: Mapping[str, Any]) -> None:
    """Put `values` (by action_id, or `block_id/action_id`) into the view's state; LookupError if unknown."""
    for name, given in values.items():
        found = _field(view, name)
        state = view["state"]["values"].setdefault(found.block["block_id"], {})
        state[found.element["action_id"]] = chosen(found.element, given)


def _field(view: View, name: str) -> Found:
    fields = [each for each in elements(view["blocks"]) if each.element["type"] in CHOSEN]
    for each in fields:
        action_id = each.element["action_id"]
        if name in (action_id, f"{each.block['block_id']}/{action_id}"):
            return each
    known = [each.element["action_id"] for each in fields]
    raise LookupError(f"no field {name!r} in this view: {known}")


def complaints(view: View) -> dict[str, str]:
    """What the client itself says under each field, by block_id; empty when the form may go."""
    said: dict[str, str] = {}
    for block_id, block in inputs(view["blocks"]).items():
        element = block["element"]
        value = view["state"]["values"][block_id][element["action_id"]]
        if is_empty(value):
            if not block.get("optional"):
                said[block_id] = "Please complete this required field."
        elif element["type"] in TYPED and (complaint := _typed_badly(element, value["value"])):
            said[block_id] = complaint
    return said


def _typed_badly(element: dict[str, Any], text: str) -> str:
    if len(text) > element.get("max_length", 3000):
        return f"Enter no more than {element.get('max_length', 3000)} characters."
    if len(text) < element.get("min_length", 0):
        return f"Enter at least {element['min_length']} characters."
    match element["type"]:
        case "number_input" if not _is_number(text, decimal=element["is_decimal_allowed"]):
            return "Please enter a number."
        case "email_text_input" if "@" not in text:
            return "Please enter a valid email address."
        case "url_text_input" if "://" not in text:
            return "Please enter a valid URL."
    return ""


def _is_number(text: str, *, decimal: bool) -> bool:
    try:
        float(text) if decimal else int(text)
    except ValueError:
        return False
    return True
