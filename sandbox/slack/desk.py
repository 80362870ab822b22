"""What a person's actions need: the workspace, the way to the app, and the response addresses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sandbox.slack.events import Events
from sandbox.slack.response_url import ResponseUrls
from sandbox.slack.socket_mode import Answer, Envelope, SocketMode
from sandbox.slack.workspace import Workspace


@dataclass(slots=True, eq=False)
class Desk:
    """`ack_wait_s`: how long Slack waits before the person sees a warning (3 s, docs: interactivity)."""

    space: Workspace
    sockets: SocketMode
    events: Events
    responses: ResponseUrls
    ack_wait_s: float = 3.0
    should_escape: bool = True

    async def deliver(self, envelope: Envelope, wait_s: float | None = None) -> Answer:
        """Once only: clicks, submits and commands are not repeated."""
        return await self.sockets.deliver(envelope, self.ack_wait_s if wait_s is None else wait_s)

    async def tell(self, event: dict[str, Any]) -> Answer:
        """An event: delivery goes on in the background when the first seconds bring no answer."""
        connected = bool(self.sockets.open)
        task = self.events.publish(event)
        if not connected:
            return Answer(acked=False, note="no connection")
        done, _pending = await asyncio.wait({task}, timeout=self.ack_wait_s)
        waited = f"not acknowledged in {self.ack_wait_s:g} s"
        return task.result() if done else Answer(False, self.ack_wait_s, note=waited)
