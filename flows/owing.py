"""Which alarms a clock owes, worked out from its row alone: what the auditor holds against what was planned. Pure.

The row says what the clock is called and when it runs; the rules say which ladder such a clock has. Nothing is
taken from the case or from the alarms that were planned for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.case import Alarm, DeadlineKind
from flows.deadlines import RESOLUTION, STANDING
from flows.ladder import climb
from flows.policy import Policy
from flows.rules.ladders import Rung
from flows.rules.pack import RulePack

OUTER = "outer"
MESSAGE = "buyer_message"


def owed(
    rules: RulePack, ladders: Mapping[str, tuple[Rung, ...]], policy: Policy, *,
    name: str, kind: str, bound: str, started_at: datetime, due_at: datetime,
) -> tuple[Alarm, ...]:  # fmt: skip
    """Every rung of the ladder that this clock has by what holds now, with its instant."""
    ladder = _ladder(rules, name, kind, bound)
    rungs = policy.ladders.get(name) or policy.ladders.get(ladder) or ladders[ladder]
    return climb(started_at, due_at, rungs, policy.staffed, mark_last=bound != OUTER)[0]


def _ladder(rules: RulePack, name: str, kind: str, bound: str) -> str:
    """Its rule's own; else that of its kind."""
    if kind == DeadlineKind.PROMISE:
        return "promise"
    rule = next(iter(rules.named(name)), None)
    if rule is not None and rule.ladder:
        return rule.ladder
    if name == RESOLUTION:
        return "resolution"
    if name == STANDING:
        return "standing"
    if rule is not None and rule.start_event == MESSAGE:
        return "first_answer"
    return OUTER if bound == OUTER else "platform"
