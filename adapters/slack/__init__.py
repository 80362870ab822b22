"""Slack, where staff see and decide.

`adapter` is the port. In: `ear` and `socket` (connections), `bolt`, `intake` (stored before acknowledged),
`press`, `submits`, `dialogs`, `record`, `translate`. Out: `send`, `web`, `outcome`, `account`. Looking before
the first start: `survey`, `checking`. Pure views:
`card`, `story`, `modals`, `claim`, `queue`, `markup`, `words`.
"""

from adapters.slack.adapter import SlackDesk
from adapters.slack.socket import Pace
from adapters.slack.survey import Room, Survey

__all__ = ["Pace", "Room", "SlackDesk", "Survey"]
