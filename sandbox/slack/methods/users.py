"""users.*, usergroups.list and dnd.info: who is in the workspace."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.method import Method, page
from sandbox.slack.params import Params
from sandbox.slack.workspace import User, Workspace


def describe(space: Workspace, user: User, *, locale: bool = False) -> dict[str, Any]:
    """A user object."""
    offset = space.now().astimezone(ZoneInfo(user.tz)).utcoffset()
    about = {
        "id": user.id,
        "team_id": space.identity.team_id,
        "name": user.name,
        "deleted": False,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "email": user.email,
            "team": space.identity.team_id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    return about | ({"locale": user.locale} if locale else {})


def info(space: Workspace, params: Params) -> dict[str, Any]:
    user = space.users.get(params.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": describe(space, user, locale=params.flag("include_locale"))}


def list_users(space: Workspace, params: Params) -> dict[str, Any]:
    part, cursor = page(list(space.users.values()), params, default=1000, longest=1000)
    locale = params.flag("include_locale")
    return {
        "members": [describe(space, each, locale=locale) for each in part],
        "cache_ts": int(space.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(space: Workspace, params: Params) -> dict[str, Any]:
    email = params.required("email").lower()
    for user in space.users.values():
        if user.email.lower() == email and not user.is_bot:
            return {"user": describe(space, user)}
    raise SlackError("users_not_found")


def list_groups(space: Workspace, params: Params) -> dict[str, Any]:
    people = params.flag("include_users")
    groups = []
    for each in space.groups.values():
        about = {
            "id": each.id,
            "team_id": space.identity.team_id,
            "is_usergroup": True,
            "name": each.handle,
            "handle": each.handle,
            "date_delete": 0,
        }
        groups.append(about | ({"users": list(each.members)} if people else {}))
    return {"usergroups": groups}


def dnd_info(space: Workspace, params: Params) -> dict[str, Any]:
    user = space.users.get(params.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    until = user.snoozed_until
    quiet = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    if user.dnd_hours is not None:
        starts, ends = (int(at.timestamp()) for at in user.dnd_hours)
        quiet = {"dnd_enabled": True, "next_dnd_start_ts": starts, "next_dnd_end_ts": ends}
    if until is None or until <= space.now():
        return quiet | {"snooze_enabled": False}
    left = int((until - space.now()).total_seconds())
    end = {"snooze_endtime": int(until.timestamp()), "snooze_remaining": left}
    return quiet | {"snooze_enabled": True} | end


def get_presence(space: Workspace, params: Params) -> dict[str, Any]:
    """Of somebody else only the word; online, auto_away and the like are told about oneself alone."""
    user = space.users.get(params.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"presence": "away" if user.is_away else "active"}


METHODS = {
    "users.info": Method(info, "user include_locale", scope="users:read"),
    "users.list": Method(list_users, "cursor include_locale limit team_id presence", scope="users:read"),
    "users.lookupByEmail": Method(lookup_by_email, "email", scope="users:read.email"),
    "usergroups.list": Method(
        list_groups, "include_count include_disabled include_users team_id", scope="usergroups:read"
    ),
    "users.getPresence": Method(get_presence, "user", scope="users:read"),
    "dnd.info": Method(dnd_info, "user team_id", scope="dnd:read"),
}
