"""The channel: chosen of those the bot can see, or typed; waited for until the bot is in it; its people."""

from __future__ import annotations

import asyncio

from adapters.slack import Room, Survey
from adapters.slack.account import Account
from bot.setup import trying
from bot.setup.accounts import Given
from bot.setup.asking import Asker, Choice
from bot.setup.speaking import Speech
from flows.ports import StaffMember
from flows.problems import Problem

ASK_AGAIN_S = 3.0
TYPED = "(typed)"


class Channel:
    def __init__(self, asker: Asker, speech: Speech, given: Given) -> None:
        self._asker, self._speech, self._given = asker, speech, given

    async def choose(self, account: Account) -> tuple[StaffMember, ...]:
        """The people in the channel, which is kept by its id: a channel may be renamed."""
        self._asker.say(self._speech.word("channel.title"), "title")
        async with trying.slack(self._given, bot_token=self._given["SLACK_BOT_TOKEN"]) as survey:
            while True:
                wanted = await self._wanted(await survey.rooms())
                room = await self._with_bot(survey, wanted, account)
                if room is None:
                    continue
                members = await survey.members(room)
                if isinstance(members, Problem):
                    self._asker.failed("channel", self._speech.told(members))
                    continue
                self._given["SLACK_CHANNEL"] = room
                people = ", ".join(member.name for member in members)
                self._asker.say(self._speech.word("channel.found", people=people or "-"), "good")
                return members

    async def _wanted(self, rooms: list[Room]) -> str:
        say = self._speech.word
        known = self._given.get("SLACK_CHANNEL", "").removeprefix("#")
        known = next((room.id for room in rooms if known in (room.id, room.name)), known)
        choices = [Choice(room.id, self._label(room)) for room in rooms]
        chosen = await self._asker.one(
            "channel", say("channel.ask"), [*choices, Choice(TYPED, say("channel.type"))], known=known
        )
        if chosen == TYPED:
            chosen = await self._asker.text("channel", say("channel.name"), known="", check=self._named)
        named = (room.id for room in rooms if room.name == chosen.removeprefix("#"))
        return next(named, chosen)

    def _label(self, room: Room) -> str:
        return f"#{room.name}" + ("" if room.has_bot else f"  ({self._speech.word('channel.without_bot')})")

    def _named(self, value: str) -> str:
        return "" if value.strip("# ") else self._speech.word("needed")

    async def _with_bot(self, survey: Survey, wanted: str, account: Account) -> str | None:
        """The channel's id once the bot is in it; None when the person wants another channel."""
        found = await survey.room(wanted, account)
        if isinstance(found, str):
            return found
        self._asker.failed("channel", self._speech.told(found))
        invite = self._speech.word("channel.invite", bot=account.bot_name)

        async def until_there() -> None:
            while not isinstance(await survey.room(wanted, account), str):  # noqa: ASYNC110 - Slack tells nobody
                await asyncio.sleep(ASK_AGAIN_S)

        if not await self._asker.wait("channel", invite, until_there()):
            return None
        found = await survey.room(wanted, account)
        return found if isinstance(found, str) else None
