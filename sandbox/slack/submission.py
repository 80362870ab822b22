"""What an acknowledged view_submission does to the modal.

Source: docs.slack.dev, surfaces/modals (response actions), read November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.views import check_view, make_view
from sandbox.slack.modals import View
from sandbox.slack.walk import inputs
from sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Effect:
    """`errors` by block_id when the modal stays; `note` when the person sees trouble instead."""

    errors: dict[str, str] = field(default_factory=dict)
    note: str = ""


def apply_answer(space: Workspace, user_id: str, view: View, payload: dict[str, Any]) -> Effect:
    """Do what the acknowledgement asks for; an empty one closes the view."""
    try:
        effect = _apply(space, user_id, view, payload)
    except SlackError as refusal:
        space.violate("view_submission", "unusable acknowledgement", str(refusal.answer()))
        effect = Effect(note=TROUBLE)
    space.changed.set()
    return effect


def _apply(space: Workspace, user_id: str, view: View, payload: dict[str, Any]) -> Effect:
    match payload.get("response_action"):
        case None:
            space.modals.close(user_id, view["id"])
        case "clear":
            space.modals.close(user_id, view["id"], everything=True)
        case "errors":
            return _errors(space, view, payload.get("errors") or {})
        case "update":
            given = check_view(space, "view_submission", payload.get("view"))
            space.modals.update(view, given, None, int(space.now().timestamp()))
        case "push":
            given = check_view(space, "view_submission", payload.get("view"))
            space.modals.push(user_id, make_view(space, given))
        case unknown:
            space.violate("view_submission", "unknown response_action", str(unknown))
            return Effect(note=TROUBLE)
    return Effect()


def _errors(space: Workspace, view: View, errors: dict[str, str]) -> Effect:
    """Errors can stand only under input blocks of this view."""
    strangers = sorted(errors.keys() - inputs(view["blocks"]).keys())
    if strangers or not errors:
        space.violate("view_submission", "errors for blocks that are no inputs", str(strangers))
        return Effect(note=TROUBLE)
    return Effect(errors=errors)
