"""SlackSandbox: one local workspace with one app installed, behind the real wire protocol."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from sandbox.slack import events
from sandbox.slack.channel import Channel
from sandbox.slack.desk import Desk
from sandbox.slack.events import Events
from sandbox.slack.people import Person
from sandbox.slack.response_url import ResponseUrls
from sandbox.slack.snapshot import messages, snapshot, thread
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Group, Identity, User, Workspace
from sandbox.wire import Call, Changed, Faults, Now, Violation, machine_now


class SlackSandbox:
    """`now` dates messages and may be stepped; `machine` measures trigger ids and post rates."""

    def __init__(
        self,
        *,
        now: Now = machine_now,
        machine: Now = machine_now,
        bot_token: str = "xoxb-sandbox",  # noqa: S107 - opens nothing but this sandbox
        app_token: str = "xapp-sandbox",  # noqa: S107 - likewise
        team_id: str = "T0SANDBOX",
        team_name: str = "Cedar Home",
    ) -> None:
        self.faults = Faults()
        self.changed = Changed()
        identity = Identity(bot_token, app_token, team_id, team_name)
        self._space = Workspace(identity, now, machine, self.faults, self.changed)
        self._sockets = SocketMode(self._space)
        self._events = Events(self._space, self._sockets)
        self._space.emit = self._events.emit
        self._responses = ResponseUrls(self._space)
        self._api = WebApi(self._space, self._sockets)
        self._desk = Desk(self._space, self._sockets, self._events, self._responses)
        self._people: dict[str, Person] = {}

    @property
    def violations(self) -> list[Violation]:
        return self._space.violations

    @property
    def calls(self) -> list[Call]:
        return self._space.calls

    @property
    def bot_token(self) -> str:
        return self._space.identity.bot_token

    @property
    def app_token(self) -> str:
        return self._space.identity.app_token

    @property
    def bot_user_id(self) -> str:
        return self._space.identity.bot_user_id

    @property
    def bot_id(self) -> str:
        return self._space.identity.bot_id

    @property
    def app_id(self) -> str:
        return self._space.identity.app_id

    @property
    def team_id(self) -> str:
        return self._space.identity.team_id

    @property
    def scopes(self) -> set[str]:
        """The bot token's scopes; take some away to see `missing_scope`."""
        return self._space.scopes

    @property
    def lost_events(self) -> list[dict[str, Any]]:
        """Events that were given up after the third repeat."""
        return self._events.lost

    @property
    def event_retry_s(self) -> float:
        """How long an event waits for its acknowledgement; the pauses between repeats grow from it."""
        return self._events.retry_s

    @event_retry_s.setter
    def event_retry_s(self, seconds: float) -> None:
        self._events.retry_s = seconds

    @property
    def posts_allowed(self) -> int:
        """How many posts a channel takes in three seconds before a violation is noted."""
        return self._space.posts_allowed

    @posts_allowed.setter
    def posts_allowed(self, count: int) -> None:
        self._space.posts_allowed = count

    @property
    def ack_wait_s(self) -> float:
        """How long a person's action waits for its acknowledgement."""
        return self._desk.ack_wait_s

    @ack_wait_s.setter
    def ack_wait_s(self, seconds: float) -> None:
        self._desk.ack_wait_s = seconds

    @property
    def echo_own_messages(self) -> bool:
        """Slack tells the app of its own posts, edits and deletions too."""
        return self._events.echo_own

    @echo_own_messages.setter
    def echo_own_messages(self, echo: bool) -> None:
        self._events.echo_own = echo

    @property
    def connections(self) -> int:
        """WebSockets that are open now."""
        return len(self._sockets.open)

    @property
    def deliveries(self) -> list[int]:
        """Envelopes handed to each open WebSocket so far."""
        return [each.delivered for each in self._sockets.open]

    def add_routes(self, app: web.Application) -> None:
        """The Web API, the socket, response addresses and file uploads, all below /slack/."""
        app.router.add_route("POST", "/slack/api/{method}", self._api.handle)
        app.router.add_route("GET", "/slack/api/{method}", self._api.handle)
        app.router.add_get("/slack/socket/{ticket}", self._sockets.handle)
        app.router.add_post("/slack/response/{id}", self._responses.handle)
        app.router.add_post("/slack/upload/{file}", self._api.upload)

    def add_person(
        self,
        user_id: str,
        name: str,
        *,
        real_name: str = "",
        tz: str = "Europe/Berlin",
        locale: str = "en-US",
    ) -> Person:
        user = User(user_id, name, real_name or name.title(), tz, locale)
        self._space.users[user_id] = user
        self._people[user_id] = Person(user, self._desk)
        self.changed.set()
        return self._people[user_id]

    def person(self, user_id: str) -> Person:
        return self._people[user_id]

    def add_channel(
        self,
        channel_id: str,
        name: str,
        *,
        members: Sequence[str] = (),
        bot_in: bool = True,
        archived: bool = False,
        private: bool = False,
    ) -> None:
        """`members` are people's ids; the app's own membership is `bot_in`."""
        self._space.channels[channel_id] = Channel(
            channel_id,
            name,
            set(members),
            bot_in,
            archived,
            "group" if private else "channel",
            created=int(self._space.now().timestamp()),
        )
        self.changed.set()

    def add_usergroup(self, group_id: str, handle: str, members: Sequence[str] = ()) -> None:
        self._space.groups[group_id] = Group(group_id, handle, tuple(members))

    def archive(self, channel_id: str, *, archived: bool = True) -> None:
        self._space.channels[channel_id].archived = archived
        self.changed.set()

    def messages(self, channel_id: str) -> list[dict[str, Any]]:
        """Root messages, oldest first, newest content; `reply_count` is the length of the thread."""
        return messages(self._space.channels[channel_id])

    def thread(self, channel_id: str, ts: str) -> list[dict[str, Any]]:
        """The replies below that message, oldest first."""
        return thread(self._space.channels[channel_id], ts)

    def direct_channel(self, user_id: str) -> str:
        """The id of the direct messages between this person and the app."""
        return self._space.direct([user_id]).id

    def ephemerals(self, user_id: str) -> list[dict[str, Any]]:
        """What was shown to that person only: channel, thread_ts, text, blocks, ts."""
        return copy.deepcopy(self._space.ephemerals.get(user_id, []))

    def views(self, user_id: str) -> list[dict[str, Any]]:
        """The open modals of that person, the one in front last."""
        return copy.deepcopy(self._space.modals.stack(user_id))

    def home(self, user_id: str) -> dict[str, Any] | None:
        """The App Home published for that person."""
        return copy.deepcopy(self._space.modals.homes.get(user_id))

    def delete_message(self, channel_id: str, ts: str) -> None:
        """A person deletes a message; KeyError when it is not there. Needs a running loop."""
        channel = self._space.channels[channel_id]
        message = channel.stored[ts]
        channel.remove(ts)
        self.changed.set()
        if channel.bot_in:
            at = channel.next_ts(self._space.now())
            self._events.publish(events.deleted(channel, message, at))

    def deafen(self) -> None:
        """The sockets that are open now stay open and go silent, both ways. New ones hear."""
        self._sockets.deafen()

    async def drop_connections(self, *, polite: bool = False) -> None:
        """Cut every WebSocket; `polite` sends `disconnect` first, as before Slack's own restarts."""
        if polite:
            await self._sockets.ask_to_leave()
        self._sockets.cut_all()

    def down(self) -> None:
        """Nothing of Slack can be reached until `up`."""
        self._reach(reachable=False)
        self._sockets.cut_all()

    def up(self) -> None:
        self._reach(reachable=True)

    def _reach(self, *, reachable: bool) -> None:
        self._api.reachable = self._sockets.reachable = self._responses.reachable = reachable
        self.changed.set()

    async def wait_connected(self, count: int = 1) -> None:
        """Return once `count` sockets are open and can hear."""
        await self._sockets.wait_open(count)

    def snapshot(self) -> dict[str, Any]:
        """The whole workspace as JSON."""
        return snapshot(self._space, self.connections, reachable=self._api.reachable)

    async def close(self) -> None:
        """Let go of everything that is held or waiting. Call it before the server is stopped."""
        self._api.close()
        self._sockets.cut_all()
        await self._events.close()
