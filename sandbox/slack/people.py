"""Person: somebody of the staff, sitting in front of Slack."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.slack import events, payloads
from sandbox.slack.actions import Action, find_element, stale, used
from sandbox.slack.channel import Channel, Message
from sandbox.slack.content import put_in_thread
from sandbox.slack.desk import Desk
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.reactions import react
from sandbox.slack.modals import View
from sandbox.slack.params import Params
from sandbox.slack.payloads import Payload
from sandbox.slack.response_url import Source, spoken
from sandbox.slack.socket_mode import Answer, Envelope
from sandbox.slack.speech import typed_message, with_ids
from sandbox.slack.submission import apply_answer
from sandbox.slack.typing_in import complaints, fill_in
from sandbox.slack.view_state import CHOSEN, initial_state
from sandbox.slack.workspace import User


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person saw happen.

    `acked` False means a warning triangle (the note says why). `payload` is what the acknowledgement carried,
    `errors` are the lines under the fields of a modal that stayed open, `ts` is the message that was said.
    """

    acked: bool
    latency_s: float
    payload: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    note: str = ""
    ts: str = ""


class Person:
    """Every method delivers a real Socket Mode envelope to one open connection and waits for its answer."""

    def __init__(self, user: User, desk: Desk) -> None:
        self._user = user
        self._desk = desk
        self._space = desk.space

    @property
    def id(self) -> str:
        return self._user.id

    @property
    def name(self) -> str:
        return self._user.name

    def snooze(self, until: datetime | None) -> None:
        """Do Not Disturb by hand, until then (None: not any more)."""
        self._user.snoozed_until = until

    def leave(self, *, away: bool = True) -> None:
        """No client of this person is active any more."""
        self._user.is_away = away

    async def click(
        self,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        value: str | None = None,
        option: Any = None,
        wait_s: float = 3.0,
    ) -> Outcome:
        """Use a button or menu in a message or an ephemeral.

        `option`: a menu's option by value or words, or the id chosen in a users_select and the like.
        LookupError when the message does not show it, unless `value` is given: then it is a client that
        still shows an older state of the message.
        """
        channel = self._space.channels[channel_id]
        message, ephemeral = self._message(channel, ts)
        action = self._action(message.get("blocks") or [], action_id, value, option)
        payload = payloads.interaction(self._space, self._user, "block_actions")
        payload |= payloads.in_message(channel, ts, message.get("thread_ts"), ephemeral=ephemeral is not None)
        if ephemeral is None:
            payload["message"] = channel.seen(message)
        payload |= {
            "trigger_id": self._space.triggers.issue(self.id),
            "state": {"values": _state_with(message.get("blocks") or [], action)},
            "response_url": self._desk.responses.issue(self.id, channel_id, ts),
            "actions": [action],
        }
        return _seen(await self._send(payload, wait_s=wait_s))

    async def click_in_view(
        self,
        view_id: str,
        action_id: str,
        *,
        value: str | None = None,
        option: Any = None,
        wait_s: float = 3.0,
    ) -> Outcome:
        """Use a button or menu in a modal or in App Home."""
        view = self._view(view_id)
        found = find_element(view["blocks"], action_id, value)
        if found is None:
            raise LookupError(f"view {view['callback_id']!r} shows no {action_id!r}")
        if found.block["type"] == "input" and not found.block.get("dispatch_action"):
            raise LookupError(f"{action_id!r} is sent with the form only (no dispatch_action)")
        action = used(found, value=value, option=option) | {"action_ts": self._space.moment()}
        _keep(view["state"]["values"], action)
        modal = view_id if view["type"] == "modal" else None
        payload = payloads.interaction(self._space, self._user, "block_actions") | {
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": self._space.triggers.issue(self.id, modal),
            "view": copy.deepcopy(view),
            "actions": [action],
        }
        return _seen(await self._send(payload, wait_s=wait_s))

    async def submit(self, view_id: str, values: Mapping[str, Any]) -> Outcome:
        """Fill in a modal (values by action_id) and press its submit button.

        A required field left empty is refused by the client itself: errors, and nothing is sent.
        """
        view = self._view(view_id)
        if not view.get("submit"):
            raise LookupError(f"view {view['callback_id']!r} has no submit button")
        fill_in(view, values)
        self._space.changed.set()
        if said := complaints(view):
            return Outcome(False, 0.0, {}, said, "the form is not complete")
        payload = payloads.interaction(self._space, self._user, "view_submission") | {
            "trigger_id": self._space.triggers.issue(self.id),
            "view": copy.deepcopy(view),
            "response_urls": [],
        }
        answer = await self._send(payload, accepts_payload=True)
        if not answer.acked:
            return _seen(answer)
        effect = apply_answer(self._space, self.id, view, answer.payload)
        return _seen(answer, effect.errors, effect.note)

    async def close_view(self, view_id: str) -> Outcome:
        """Press close. The app hears of it only when the view has `notify_on_close`."""
        view = self._view(view_id)
        self._space.modals.close(self.id, view_id)
        self._space.changed.set()
        if not view["notify_on_close"]:
            return Outcome(True, 0.0, {}, note="not sent: notify_on_close is off")
        payload = payloads.interaction(self._space, self._user, "view_closed")
        return _seen(await self._send(payload | {"view": view, "is_cleared": False}))

    async def say(self, channel_id: str, text: str, *, thread_ts: str | None = None) -> Outcome:
        """Write a message; `text` is what the person types, `<@U…>` a mention picked from the list."""
        channel = self._channel(channel_id)
        message = typed_message(self._space, self._user, channel, text)
        put_in_thread(self._space, channel, message, thread_ts, broadcast=False)
        channel.add(message)
        self._space.changed.set()
        if not channel.bot_in:
            return Outcome(False, 0.0, {}, note="the app is not in this channel", ts=message["ts"])
        answer = await self._desk.tell(events.posted(channel, channel.seen(message)))
        return _seen(answer, ts=message["ts"])

    async def react(self, channel_id: str, ts: str, name: str) -> Outcome:
        """Put an emoji on a message."""
        channel = self._channel(channel_id)
        message, _ephemeral = self._message(channel, ts)
        react(self._space, message, name, self.id)
        event = {
            "type": "reaction_added",
            "user": self.id,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": ts},
            "item_user": message["user"],
            "event_ts": self._space.moment(),
        }
        return _seen(await self._desk.tell(event))

    async def command(self, command: str, text: str = "", *, channel_id: str) -> Outcome:
        """Type a slash command. What the acknowledgement says is shown, to this person by default."""
        channel = self._space.channels[channel_id]
        sent = with_ids(self._space, text) if self._desk.should_escape else text
        payload = payloads.slash_command(self._space, self._user, channel, command, sent)
        payload["response_url"] = self._desk.responses.issue(self.id, channel_id)
        payload["trigger_id"] = self._space.triggers.issue(self.id)
        envelope = Envelope("slash_commands", "slash_commands", payload, accepts_payload=True)
        answer = await self._desk.deliver(envelope)
        if answer.acked and spoken(answer.payload):
            self._show(channel, answer.payload)
        return _seen(answer)

    async def shortcut(self, callback_id: str, *, channel_id: str | None = None, ts: str | None = None) -> Outcome:
        """A global shortcut, or with channel and ts the one in a message's menu."""
        kind = "message_action" if ts else "shortcut"
        payload = payloads.interaction(self._space, self._user, kind) | {
            "callback_id": callback_id,
            "action_ts": self._space.moment(),
            "trigger_id": self._space.triggers.issue(self.id),
        }
        if ts and channel_id:
            payload |= self._about_message(self._space.channels[channel_id], ts)
        return _seen(await self._send(payload))

    async def open_home(self) -> Outcome:
        """Look at the app's Home tab."""
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._space.direct([self.id]).id,
            "tab": "home",
            "event_ts": self._space.moment(),
        }
        if home := self._space.modals.homes.get(self.id):
            event["view"] = copy.deepcopy(home)
        return _seen(await self._desk.tell(event))

    async def _send(
        self, payload: Payload, *, accepts_payload: bool = False, wait_s: float | None = None
    ) -> Answer:
        envelope = Envelope("interactive", payload["type"], payload, accepts_payload)
        return await self._desk.deliver(envelope, wait_s)

    def _message(self, channel: Channel, ts: str) -> tuple[Message, Message | None]:
        """The message to look at, and the ephemeral when it is one; LookupError when neither."""
        message = channel.find(ts)
        if message is not None:
            return message, None
        for shown in self._space.ephemerals.get(self.id, []):
            if (shown["channel"], shown["ts"]) == (channel.id, ts):
                return shown, shown
        raise LookupError(f"{self.name} sees no message {ts} in {channel.id}")

    def _action(self, blocks: list[dict[str, Any]], action_id: str, value: str | None, option: Any) -> Action:
        found = find_element(blocks, action_id, value)
        if found is not None:
            action = used(found, value=value, option=option)
        elif value is not None:
            action = stale(action_id, value)
        else:
            raise LookupError(f"the message shows no {action_id!r}")
        return action | {"action_ts": self._space.moment()}

    def _view(self, view_id: str) -> View:
        """The topmost modal or the home of this person; LookupError when it is not in front."""
        home = self._space.modals.homes.get(self.id)
        for view in [*self._space.modals.stack(self.id)[-1:], *([home] if home else [])]:
            if view["id"] == view_id:
                return view
        raise LookupError(f"{self.name} has no view {view_id} in front")

    def _channel(self, channel_id: str) -> Channel:
        """A channel this person may write in; the app's own user id means their direct messages."""
        if channel_id == self._space.identity.bot_user_id:
            return self._space.direct([self.id])
        channel = self._space.channels[channel_id]
        if self.id not in channel.members or channel.archived:
            raise LookupError(f"{self.name} cannot write in {channel_id}")
        return channel

    def _show(self, channel: Channel, payload: Payload) -> None:
        source = Source(self.id, channel.id, None, self._space.machine())
        try:
            self._desk.responses.say(source, Params(payload))
        except SlackError as refusal:
            self._space.violate("slash_commands", "unusable acknowledgement", refusal.code)

    def _about_message(self, channel: Channel, ts: str) -> Payload:
        message, _ephemeral = self._message(channel, ts)
        return {
            "channel": payloads.channel_name(channel),
            "message_ts": ts,
            "message": channel.seen(message),
            "response_url": self._desk.responses.issue(self.id, channel.id, ts),
        }


def _seen(answer: Answer, errors: dict[str, str] | None = None, note: str = "", ts: str = "") -> Outcome:
    return Outcome(answer.acked, answer.latency_s, answer.payload, errors or {}, note or answer.note, ts)


def _state_with(blocks: list[dict[str, Any]], action: Action) -> dict[str, Any]:
    state = initial_state(blocks)
    _keep(state, action)
    return state


def _keep(state: dict[str, Any], action: Action) -> None:
    """What was chosen is part of the state from now on."""
    if action["type"] in CHOSEN:
        name = CHOSEN[action["type"]][0]
        kept = {"type": action["type"], name: action.get(name)}
        state.setdefault(action["block_id"], {})[action["action_id"]] = kept
