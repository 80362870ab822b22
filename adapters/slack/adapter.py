"""Slack as the staff's desk: the port, and how its parts are put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from adapters.slack import account as accounts
from adapters.slack import checking
from adapters.slack.absence import absent
from adapters.slack.account import Account
from adapters.slack.bolt import bolt_app
from adapters.slack.chores import Chores
from adapters.slack.dialogs import Dialogs
from adapters.slack.ear import Ear
from adapters.slack.intake import Intake
from adapters.slack.latency import Latency
from adapters.slack.send import Board
from adapters.slack.socket import Pace, Sockets
from adapters.slack.translate import translate
from adapters.slack.web import Web
from adapters.slack.words import wording
from flows.events import Event
from flows.ports import CardRef, Desk, Health, Sink, StaffMember, Unavailable
from flows.problems import Problem
from flows.rich import Rich
from flows.view import AlarmView, CardView

DRAIN_S = 1.0  # after the wait for clicks in flight: what follows an acknowledgement is brief


class SlackDesk:
    """One app in one workspace, one channel. Implements flows.ports.StaffDesk.

    `channel` is a channel id or name. `machine_now` measures signs of life; `business_now` is what a claim's
    dialog starts at and what undated submits are placed by (the machine's when there is no other clock).
    `acknowledged` is told, after each click or submit whose acknowledgement has left, how many seconds that took.
    Only port errors leave this. The environment is never read.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        channel: str,
        base_url: str = "https://slack.com/api/",
        machine_now: Callable[[], datetime],
        business_now: Callable[[], datetime] | None = None,
        proxy: str | None = None,
        pace: Pace | None = None,
        acknowledged: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._bot_token, self._app_token = bot_token.strip(), app_token.strip()
        self._wanted, self._proxy = channel, proxy
        self._machine_now, self._now = machine_now, business_now or machine_now
        self._pace = pace or Pace()
        self._web = Web(self._bot_token, self._app_token, base_url, proxy)
        self._latency = Latency()
        self._acknowledged = acknowledged
        self._chores = Chores()
        self._account: Account | None = None
        self._channel = ""
        self._posts: Board | None = None
        self._sockets: Sockets | None = None

    @property
    def channel(self) -> str:
        """ "slack:{team id}", known after `start`."""
        return f"slack:{self._known.team}"

    @property
    def account(self) -> str:
        """ "slack:{team id}/{the bot's user id}", known after `start` or `check`; "" when refused."""
        return "" if self._account is None else f"slack:{self._account.team}/{self._account.bot_user}"

    @property
    def room(self) -> str:
        """The id of the desk's Slack channel, known after `start`."""
        return self._channel

    def link(self, card: CardRef) -> str:
        """The address that opens a card, for a queue row or an alert's button."""
        return f"{self._known.url.rstrip('/')}/archives/{card.channel}/p{card.message.replace('.', '')}"

    async def start(self) -> None:
        """Check both tokens and the channel. Raises Refused with what to do, or Unavailable."""
        await self._web.open()
        self._account = await accounts.account(self._web)
        await accounts.check_socket_mode(self._web)
        self._channel = await accounts.desk_channel(self._web, self._wanted, self._account)
        self._posts = Board(self._web, self._channel)

    async def check(self, people: Collection[str]) -> list[Problem]:
        """What is wrong with the app, the channel and these members, without posting anything. Raises nothing."""
        await self._web.open()
        self._account, found = await checking.problems(self._web, self._wanted, people)
        return found

    async def run(self, sink: Sink, desk: Desk) -> None:
        """Listen until `close` or cancellation."""
        say = wording(desk)
        intake = Intake(
            account=self.channel,
            room=self._channel,
            sink=sink,
            desk=desk,
            dialogs=Dialogs(desk, self._board, say),
            say=say,
            now=self._now,
            chores=self._chores,
        )
        app = bolt_app(self._known, self._bot_token, self._web.client(), intake.answer)

        def make() -> Ear:
            return Ear(
                app,
                self._app_token,
                self._web.client(),
                ping_s=self._pace.ping_s,
                proxy=self._proxy,
                on_ack=self._acked,
            )

        self._sockets = Sockets(make, self._machine_now, self._pace)
        await self._sockets.run()

    def _acked(self, seconds: float) -> None:
        self._latency.add(seconds)
        self._acknowledged(seconds)

    def translate(self, kind: str, raw: bytes) -> Event | None:
        return translate(kind, raw)

    async def members(self) -> tuple[StaffMember, ...]:
        found = await accounts.members(self._web, self._channel)
        self._board.know(found)
        return found

    async def show_card(self, view: CardView, card: CardRef | None) -> CardRef:
        return await self._board.show_card(view, card)

    async def find(self, card: CardRef | None, keys: Collection[str], since: datetime) -> dict[str, CardRef]:
        return await self._board.find(card, keys, since)

    async def post_history(self, card: CardRef, key: str, lines: Sequence[Rich]) -> str:
        return await self._board.post_history(card, key, lines)

    async def absent(self, people: Sequence[str]) -> dict[str, str]:
        return await absent(self._web, people, self._now())

    async def post_alarm(self, view: AlarmView, card: CardRef | None) -> CardRef:
        return await self._board.post_alarm(view, card)

    async def refresh_alarm(self, view: AlarmView, posted: CardRef) -> None:
        await self._board.refresh_alarm(view, posted)

    async def tell(self, person: str, words: Rich, card: CardRef | None) -> None:
        await self._board.tell(person, words, card)

    async def probe(self) -> None:
        """Ask whether Slack is there (api.test, once). Raises Unavailable while it is away."""
        await self._web.put("api.test")

    async def close(self) -> None:
        """Stop listening, let what is in flight end, close the connections. Bounded; harmless when repeated."""
        if self._sockets is not None:
            await self._sockets.close()
        try:
            await self._chores.drain(DRAIN_S)
        finally:
            await self._web.close()

    def health(self) -> Health:
        if self._sockets is None:
            return Health(ok=False, detail="Slack is not being listened to yet")
        return self._sockets.health()

    def latency(self) -> dict[str, Any]:
        return self._latency.summary()

    @property
    def _known(self) -> Account:
        if self._account is None:
            raise Unavailable("Slack has not been started")
        return self._account

    @property
    def _board(self) -> Board:
        if self._posts is None:
            raise Unavailable("Slack has not been started")
        return self._posts
