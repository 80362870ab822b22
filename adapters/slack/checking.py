"""What is wrong with an app, its channel and the people named for it, found by asking; nothing is posted."""

from __future__ import annotations

from collections.abc import Collection

from adapters.slack import account as accounts
from adapters.slack.account import Account
from adapters.slack.web import Web
from flows.ports import PortError, Refused
from flows.problems import Problem, problem

# The bot's scopes of slack-manifest.yaml, each with what is lost without it (a key of staff's words).
SCOPES = {
    "chat:write": "scope.write",
    "commands": "scope.commands",
    "channels:read": "scope.channels",
    "groups:read": "scope.private_channels",
    "channels:history": "scope.history",
    "groups:history": "scope.private_history",
    "users:read": "scope.people",
    "dnd:read": "scope.dnd",
}
_NEEDED = ("chat:write", "users:read")  # without these nothing works; the others depend on the channel's kind


async def problems(web: Web, wanted: str, people: Collection[str]) -> tuple[Account | None, list[Problem]]:
    """Who the app is, and what is wrong. `wanted` is the channel, by id or name, `people` are member ids."""
    account, found = await bot_token(web)
    if account is None:
        return None, found
    return account, [*found, *await app_token(web), *await _channel(web, wanted, account, people)]


async def bot_token(web: Web) -> tuple[Account | None, list[Problem]]:
    """Who the app is, None when the token is no good; and the scopes it lacks."""
    try:
        account, granted = await accounts.account(web), await web.scopes()
    except PortError as error:
        return None, [_told("slack.token", error)]
    return account, [_missing(scope) for scope in SCOPES if granted and scope not in granted]


async def app_token(web: Web) -> list[Problem]:
    try:
        await accounts.check_socket_mode(web)
    except PortError as error:
        return [_told("slack.app_token", error)]
    return []


def _missing(scope: str) -> Problem:
    return problem("slack.scope", fatal=scope in _NEEDED, scope=scope, use=f"word:{SCOPES[scope]}")


def _told(key: str, error: PortError) -> Problem:
    return problem(key if isinstance(error, Refused) else "slack.away", fatal=True, said=error.reason)


async def _channel(web: Web, wanted: str, account: Account, people: Collection[str]) -> list[Problem]:
    try:
        channel = await accounts.desk_channel(web, wanted, account)
    except PortError as error:
        return [_told("slack.channel", error)]
    try:
        present = {member.id for member in await accounts.members(web, channel)}
        absent = [person for person in people if person not in present]
        return [await _absent(web, person, wanted) for person in absent]
    except PortError as error:
        return [_told("slack.members", error)]


async def _absent(web: Web, person: str, wanted: str) -> Problem:
    """Named in shop.toml and not in the channel: an alert would call nobody."""
    try:
        known = await accounts.member(web, person)
    except Refused:
        known = None
    if known is None:
        return problem("slack.person_unknown", person=person)
    return problem("slack.person_absent", person=known.name, id=person, channel=wanted)
