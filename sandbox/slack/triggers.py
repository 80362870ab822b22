"""Trigger ids: each lets the app open one modal, within three seconds of the person's click.

Source: docs.slack.dev, interactivity/handling-user-interaction (modal triggers); single use: the error
`exchanged_trigger_id` of views.open. Bound: slackapi/bolt-python#306 (`expired_trigger_id`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.slack.errors import SlackError
from sandbox.wire import Now

LIFETIME = timedelta(seconds=3)


@dataclass(slots=True)
class Trigger:
    """`view_id` is set when the click happened inside a view."""

    user_id: str
    view_id: str | None
    at: datetime
    used: bool = False


@dataclass(slots=True)
class Triggers:
    """`machine` is read, not copied, so that a test may put another clock in its place."""

    machine: Now
    issued: dict[str, Trigger] = field(default_factory=dict)

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        number = len(self.issued) + 1
        trigger_id = f"{1_000_000_000 + number}.{2_000_000_000 + number}.{number:032x}"
        self.issued[trigger_id] = Trigger(user_id, view_id, self.machine())
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use it up. Raises SlackError when unknown, used or too old."""
        trigger = self.issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.machine() - trigger.at > LIFETIME:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
