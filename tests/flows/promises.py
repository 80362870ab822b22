"""Stories of promises, as far as each test needs them: made, kept and told, asked after; a lamp, its label."""

from __future__ import annotations

from flows.case import Situation
from flows.deadlines import FOLLOW_UP
from flows.policy import Policy
from tests.flows.moves import (
    approve,
    asked,
    choose,
    delivered,
    know,
    read,
    submit,
    wrote,
)
from tests.flows.play import BEN, LIN, Move, Story, play

DAY = 24 * 60.0
INVOICE_TOO = (
    (60, wrote("And the invoice, please")), (61, choose(LIN, Situation.INVOICE)),
    (62, approve(LIN)), (63, delivered()),
)  # fmt: skip
REFUND = {"tracking": "stuck", "wish": "refund", "order_value": "24.90 EUR"}


def promised(*more: tuple[float, Move], policy: Policy | None = None, **facts: str) -> Story:
    """A refund of 24.90 EUR was approved and promised to the buyer."""
    story = Story(policy=policy or Policy())
    known = know(LIN, **(facts or REFUND))
    return play(*asked((0.1, known), (1, approve(LIN)), (2, delivered()), *more), story=story)


def kept(*more: tuple[float, Move], policy: Policy | None = None) -> Story:
    """... and done an hour later, and told."""
    return promised((60, submit(BEN, "Refund 55")), (61, approve(LIN)), (62, delivered()), *more, policy=policy)


def asked_after(*more: tuple[float, Move]) -> Story:
    """... and five days later asked whether it is solved."""
    story = kept()
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 5 * DAY + 70
    return play((at, approve(LIN)), (at + 1, delivered()), *((at + m, move) for m, move in more), story=story)


def damaged(**facts: str) -> Story:
    """A scratched lamp, read and looked at."""
    known = know(LIN, evidence="clear", **facts)
    return play((0, wrote("The lamp is scratched")), (0.1, read(Situation.DAMAGED)), (1, known))


def labelled() -> Story:
    """A label was promised, made and told."""
    story = damaged(wish="return", value_class="expensive", order_value="90 EUR")
    return play((2, approve(LIN)), (3, delivered()), (60, submit(BEN, "Label 7")), (61, approve(LIN)),
                (62, delivered()), story=story)  # fmt: skip
