"""The state of the sandbox workspace: who is in it, which channels, and the counters behind ids.

Belongs here: nouns and their lookups, and the ledger of violations. Does not: HTTP, WebSockets, payloads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.slack.channel import MICROSECONDS, Channel, Message
from sandbox.slack.errors import SlackError
from sandbox.slack.modals import Modals
from sandbox.slack.mrkdwn_check import Names
from sandbox.slack.triggers import Triggers
from sandbox.wire import Call, Changed, Faults, Now, Violation

ALL_SCOPES = (
    "chat:write,commands,channels:history,groups:history,im:history,channels:read,groups:read,im:read,"
    "channels:join,users:read,users:read.email,usergroups:read,reactions:read,reactions:write,"
    "files:read,files:write,im:write,mpim:write,dnd:read"
)
Emit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the app is in this workspace."""

    bot_token: str
    app_token: str
    team_id: str
    team_name: str
    bot_user_id: str = "U0DESKBOT"
    bot_id: str = "B0DESKBOT"
    app_id: str = "A0DESKAPP"
    bot_name: str = "desk"
    enterprise_id: str | None = None

    @property
    def domain(self) -> str:
        return self.team_name.lower().replace(" ", "-")


@dataclass(slots=True)
class User:
    """One person of the workspace, as users.info shows them."""

    id: str
    name: str
    real_name: str
    tz: str
    locale: str
    is_bot: bool = False
    snoozed_until: datetime | None = None
    dnd_hours: tuple[datetime, datetime] | None = None  # the next stretch of the person's own schedule
    is_away: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, mentioned as `<!subteam^ID>`."""

    id: str
    handle: str
    members: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Workspace:
    """`now` dates the messages; `machine` measures what Slack measures in real seconds."""

    identity: Identity
    now: Now
    machine: Now
    faults: Faults
    changed: Changed
    violations: list[Violation] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES.split(",")))
    base_url: str = "http://127.0.0.1"
    posts_allowed: int = 5
    posts_window_s: float = 3.0
    modals: Modals = field(default_factory=Modals)
    triggers: Triggers = field(init=False)
    emit: Emit = field(default=lambda _event: None)
    _counter: int = 0
    _last_moment: int = 0
    _posts: dict[str, deque[datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.triggers = Triggers(self.machine)
        bot = self.identity
        self.users[bot.bot_user_id] = User(
            bot.bot_user_id, bot.bot_name, bot.bot_name, "Etc/UTC", "en-US", is_bot=True
        )

    def new_id(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}{self._counter:08d}"

    def moment(self) -> str:
        """A ts for clicks and events; never the same twice, also when the clock stands still."""
        self._last_moment = max(int(self.now().timestamp() * MICROSECONDS), self._last_moment + 1)
        return f"{self._last_moment // MICROSECONDS}.{self._last_moment % MICROSECONDS:06d}"

    def violate(self, method: str, what: str, detail: str = "") -> None:
        self.violations.append(Violation(method, what, detail))

    def names(self) -> Names:
        return Names(self.users.keys(), self.channels.keys(), self.groups.keys())

    def channel(self, given: str) -> Channel:
        """By id, by `#name`, or a person's id for their direct messages. SlackError `channel_not_found`."""
        if given in self.users:
            return self.direct([given])
        found = self.channels.get(given) or self._channel_named(given.removeprefix("#"))
        if found is None or (found.kind == "group" and not found.bot_in):
            raise SlackError("channel_not_found")
        return found

    def channel_with_bot(self, given: str) -> Channel:
        channel = self.channel(given)
        if not channel.bot_in:
            raise SlackError("not_in_channel")
        return channel

    def direct(self, people: Sequence[str]) -> Channel:
        """The direct conversation of the app with these people, opened if need be."""
        members = {*people, self.identity.bot_user_id}
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and channel.members == members:
                return channel
        kind: Any = "im" if len(people) == 1 else "mpim"
        opened = Channel(self.new_id("D" if kind == "im" else "G"), "", members, kind=kind)
        self.channels[opened.id] = opened
        return opened

    def _channel_named(self, name: str) -> Channel | None:
        named = (each for each in self.channels.values() if name and each.name == name)
        return next(named, None)

    def watch_rate(self, channel_id: str) -> None:
        """Slack takes about one message a second and channel; short bursts pass (docs: rate limits)."""
        at = self.machine()
        recent = self._posts.setdefault(channel_id, deque())
        recent.append(at)
        while recent[0] < at - timedelta(seconds=self.posts_window_s):
            recent.popleft()
        if len(recent) > self.posts_allowed:
            window = f"{len(recent)} posts in {self.posts_window_s:g} s in {channel_id}"
            self.violate("chat.postMessage", "would be rate limited", window)
            recent.clear()
