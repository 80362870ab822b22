"""Who the app is, which channel is the desk, and who sits there."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from adapters.slack.web import Web
from flows.ports import Refused, StaffMember

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,}")
SLACKBOT = "USLACKBOT"
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Account:
    """The installed app as auth.test tells it. `url` is the workspace's address, ending in a slash."""

    team: str
    bot: str
    bot_user: str
    bot_name: str
    url: str


async def account(web: Web) -> Account:
    """Raises Refused (a wrong token) or Unavailable."""
    answer = await web.ask("auth.test")
    return Account(
        team=str(answer.get("team_id") or ""),
        bot=str(answer.get("bot_id") or ""),
        bot_user=str(answer.get("user_id") or ""),
        bot_name=str(answer.get("user") or "the bot"),
        url=str(answer.get("url") or "https://slack.com/"),
    )


async def check_socket_mode(web: Web) -> None:
    """Raises Refused that says which token is meant."""
    try:
        await web.check_socket_mode()
    except Refused as refused:
        advice = "create an app-level token (xapp-…) with the scope connections:write and switch Socket Mode on"
        raise Refused(f"Slack refused the app-level token: {advice}", fatal=True) from refused


async def desk_channel(web: Web, wanted: str, account: Account) -> str:
    """The channel's id, by id or by name (with or without #). Raises Refused with what to do."""
    name = wanted.strip().removeprefix("#")
    shown = await (_by_id if _CHANNEL_ID.fullmatch(name) else _by_name)(web, name)
    if shown is None or not shown.get("is_member"):
        label = name if shown is None else str(shown.get("name") or name)
        known = "not found" if shown is None else "does not have the bot in it"
        raise Refused(f"channel #{label} {known}: invite the bot with /invite @{account.bot_name} in that channel")
    if shown.get("is_archived"):
        raise Refused(f"channel #{shown.get('name') or name} is archived: unarchive it or choose another one")
    return str(shown["id"])


async def _by_id(web: Web, channel: str) -> dict[str, Any] | None:
    try:
        answer = await web.ask("conversations.info", channel=channel)
    except Refused as refused:
        if "scope" in refused.reason:
            raise
        return None
    found = answer.get("channel")
    return found if isinstance(found, dict) else None


async def _by_name(web: Web, name: str) -> dict[str, Any] | None:
    kinds = "public_channel,private_channel"
    async for channel in web.pages("conversations.list", "channels", types=kinds):
        if name.lower() in (channel.get("name"), channel.get("name_normalized")):
            return dict(channel)
    return None


async def channels(web: Web) -> list[dict[str, Any]]:
    """Every open channel the app can see: the public ones, and the private ones it is in. Raises as `ask`."""
    kinds = "public_channel,private_channel"
    listed = web.pages("conversations.list", "channels", types=kinds, exclude_archived="true")
    return [dict(each) async for each in listed]


async def members(web: Web, channel: str) -> tuple[StaffMember, ...]:
    """The people in the channel; bots and deleted accounts left out."""
    ids = [str(each) async for each in web.pages("conversations.members", "members", channel=channel)]
    gate = asyncio.Semaphore(AT_ONCE)
    found = await asyncio.gather(*(_member(web, each, gate) for each in ids))
    return tuple(member for member in found if member is not None)


async def _member(web: Web, user: str, gate: asyncio.Semaphore) -> StaffMember | None:
    async with gate:
        return await member(web, user)


async def member(web: Web, user: str) -> StaffMember | None:
    """One person, or None for a bot or somebody who has left."""
    answer = await web.ask("users.info", user=user, include_locale="true")
    about: dict[str, Any] = answer.get("user") or {}
    if about.get("deleted") or about.get("is_bot") or user == SLACKBOT:
        return None
    profile: dict[str, Any] = about.get("profile") or {}
    name = about.get("real_name") or profile.get("real_name") or about.get("name") or user
    return StaffMember(user, str(name), str(about.get("tz") or "UTC"), str(about.get("locale") or "en"))
