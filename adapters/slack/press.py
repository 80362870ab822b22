"""What a pressed element asks for: a decision to store, a dialog, or nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from adapters.slack.record import Record, click
from adapters.slack.translate import about_block, about_button, translate
from flows.ports import CardRef, Unreadable

DIALOGS = frozenset({"edit", "decline", "submitted", "outcomes"})
DEAD_DIALOGS = frozenset({"dead", "dead_drop"})
MENU_DIALOGS = frozenset({"facts", "no_reply", "why", "fallback"})
LINKS = frozenset({"open_link"})


@dataclass(frozen=True, slots=True)
class Press:
    """One used element. `does`: decide (store it), ask (open `dialog`), nothing (a link), or unknown.

    `edit` does both: it asks, and its record is the soft claim. `view` is the dialog it was pressed in, `row` the
    dead input it is about.
    """

    user: str
    trigger: str
    does: Literal["decide", "ask", "nothing", "unknown"]
    record: Record
    dialog: str = ""
    case: str = ""
    version: int = 0
    card: CardRef | None = None
    view: str = ""
    row: str = ""


def read_press(payload: dict[str, Any], action: dict[str, Any]) -> Press:
    """Total over what Slack sends for elements of ours, of older releases and of nobody's."""
    record = click(payload, action)
    about = (str(record.body["user"]), str(payload.get("trigger_id") or ""))
    where = CardRef(record.body["channel"], record.body["message"]) if record.body["channel"] else None
    name, value = str(record.body["action"]).partition("#")[0], record.body["value"]
    if name in LINKS or (name, value) == ("menu", "link"):
        return Press(*about, "nothing", record, card=where)
    inside = str((payload.get("container") or {}).get("view_id") or "")
    try:
        if name in DEAD_DIALOGS:
            return Press(*about, "ask", record, name, card=where, view=inside, row=str(value or ""))
        if name in DIALOGS:
            case, version, _ = about_button(str(value))
            return Press(*about, "ask", record, name, case, version, where)
        if name == "menu" and value in MENU_DIALOGS:
            case, version = about_block(record.body["block"])
            return Press(*about, "ask", record, str(value), case, version, where)
        event = translate(record.kind, record.raw)
    except (ValueError, Unreadable):
        return Press(*about, "unknown", record, card=where)
    case, row = str(getattr(event, "case", "")), str(getattr(event, "row", ""))
    return Press(*about, "decide", record, case=case, card=where, view=inside, row=row)
