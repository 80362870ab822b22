"""Bodies of the Events API, and repeating those that were not acknowledged.

Source: docs.slack.dev, apis/events-api (outer body, retries at once, after a minute, after five).
"""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.slack.channel import Channel, Message
from sandbox.slack.socket_mode import Answer, Envelope, SocketMode
from sandbox.slack.workspace import Workspace

# Pauses before the repeats, in units of `retry_s` (3 s makes them 0, 60 and 300 s).
RETRY_PAUSES = (0, 20, 100)


class Events:
    """Sends events over Socket Mode until one attempt is acknowledged.

    `retry_s`: how long an attempt waits for its acknowledgement. While no connection is open an event
    waits for one without using up an attempt.
    """

    def __init__(self, space: Workspace, sockets: SocketMode) -> None:
        self._space = space
        self._sockets = sockets
        self._tasks: set[asyncio.Task[Answer]] = set()
        self.retry_s = 3.0
        self.echo_own = True
        self.lost: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> asyncio.Task[Answer]:
        """Start delivering; the task ends with the acknowledged attempt or the last failed one."""
        task = asyncio.get_running_loop().create_task(self._deliver(self._body(event)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def emit(self, event: dict[str, Any]) -> None:
        """For what the app itself did: it hears of that too, unless `echo_own` is off."""
        if self.echo_own:
            self.publish(event)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, body: dict[str, Any]) -> Answer:
        answer = await self._attempt(body, 0, "")
        for attempt, pause in enumerate(RETRY_PAUSES, start=1):
            if answer.acked:
                return answer
            await asyncio.sleep(pause * self.retry_s)
            answer = await self._attempt(body, attempt, "timeout")
        if not answer.acked:
            self.lost.append(body)
            self._space.changed.set()
        return answer

    async def _attempt(self, body: dict[str, Any], attempt: int, reason: str) -> Answer:
        await self._sockets.wait_any()
        retry = {"retry_attempt": attempt, "retry_reason": reason}
        envelope = Envelope("events_api", body["event"]["type"], body, extra=retry)
        return await self._sockets.deliver(envelope, self.retry_s)

    def _body(self, event: dict[str, Any]) -> dict[str, Any]:
        who = self._space.identity
        event_id = self._space.new_id("Ev")
        return {
            "token": "sandbox-verification-token",
            "team_id": who.team_id,
            "context_team_id": who.team_id,
            "context_enterprise_id": None,
            "api_app_id": who.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": who.team_id,
                    "user_id": who.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }


def posted(channel: Channel, message: Message) -> dict[str, Any]:
    """A new message."""
    return message | {
        "channel": channel.id,
        "event_ts": message["ts"],
        "channel_type": channel.kind,
    }


def changed(channel: Channel, before: Message, after: Message, event_ts: str) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.kind,
    }


def deleted(channel: Channel, message: Message, event_ts: str) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": message,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": message["ts"],
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.kind,
    }
