"""An app looked at before it is anybody's desk: one question at a time, nothing posted."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from adapters.slack import account as accounts
from adapters.slack import checking
from adapters.slack.account import Account
from adapters.slack.web import Web
from flows.ports import PortError, StaffMember
from flows.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class Room:
    """A channel. `has_bot`: cards can be posted there."""

    id: str
    name: str
    has_bot: bool


class Survey:
    """One app, by whichever tokens are known yet: an async context. Raises nothing, what fails is a Problem."""

    def __init__(self, *, bot_token: str = "", app_token: str = "", base_url: str, proxy: str | None) -> None:
        self._web = Web(bot_token.strip(), app_token.strip(), base_url, proxy)

    async def __aenter__(self) -> Self:
        await self._web.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._web.close()

    async def bot(self) -> tuple[Account | None, list[Problem]]:
        """Who the app is, None when the bot token is no good; and each scope that is missing."""
        return await checking.bot_token(self._web)

    async def app(self) -> list[Problem]:
        """What is wrong with the app-level token."""
        return await checking.app_token(self._web)

    async def rooms(self) -> list[Room]:
        """The channels the app can see, those it is in first; none where it may not look."""
        try:
            found = await accounts.channels(self._web)
        except PortError:
            return []
        rooms = [Room(str(each["id"]), str(each.get("name")), bool(each.get("is_member"))) for each in found]
        return sorted(rooms, key=lambda room: (not room.has_bot, room.name))

    async def room(self, wanted: str, account: Account) -> str | Problem:
        """The id of the channel of this id or name, if the bot is in it."""
        try:
            return await accounts.desk_channel(self._web, wanted, account)
        except PortError as error:
            return problem("slack.channel", fatal=True, said=error.reason)

    async def members(self, room: str) -> tuple[StaffMember, ...] | Problem:
        """The people in the channel."""
        try:
            return await accounts.members(self._web, room)
        except PortError as error:
            return problem("slack.members", said=error.reason)
