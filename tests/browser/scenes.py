"""What the guide for staff shows: each scene with the words that must stand in its picture. Values only.

`make screenshots` takes the pictures and keeps what can be read in each in `docs/pictures/words.json`. Without any
browser a test holds those words against the product's: who changes a button, a label or a line of the card is told
that its picture is old.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture, `name`.png. `says` are keys of the words that staff read in it."""

    name: str
    says: tuple[str, ...]
    language: str = "en"


CARD = ("button.approve", "button.edit", "button.decline", "draft.suggested", "buyer.says", "field.buyer")
SCENES = (
    Scene("desk", ("button.approve_text", "draft.handoff")),
    Scene("card", (*CARD, "draft.gloss")),
    Scene("edit", ("editor.title", "slack.edit.text", "slack.edit.send")),
    Scene("facts", ("fact.tracking", "facts.order", "slack.facts.money_hint")),
    Scene("outcomes", ("slack.outcomes.title", "slack.outcomes.pick", "slack.outcomes.submit")),
    Scene("undo", ("button.undo", "state.held", "draft.buttons")),
    Scene("promised", ("button.done", "state.task", "draft.sent")),
    Scene("claim", ("button.approve_text", "draft.handoff", "situation.claim")),
    Scene("alarm", ("button.acknowledge",)),
    Scene("card-zh", CARD, "zh"),
)
