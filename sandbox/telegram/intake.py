"""The methods by which the bot receives: updates, callback answers, files, the webhook setting."""

from __future__ import annotations

import json
from typing import Any

from .errors import OLD_QUERY, WEBHOOK_CONFLICT, Refused, bad_request
from .params import Arguments
from .updates import Waiting
from .world import World

_LONGEST_POLL_S = 50  # tdlib/telegram-bot-api, LONG_POLL_MAX_TIMEOUT
_MOST_UPDATES = 100
_ANSWER_LENGTH = 200


async def get_updates(world: World, args: Arguments) -> list[Waiting]:
    """https://core.telegram.org/bots/api#getupdates"""
    if world.webhook_url:
        raise Refused(409, WEBHOOK_CONFLICT)
    remember_kinds(world, args)
    limit = min(max(args.number("limit") or _MOST_UPDATES, 1), _MOST_UPDATES)
    asked = min(max(args.number("timeout"), 0), _LONGEST_POLL_S)
    return await world.queue.get(args.number("offset"), limit, min(asked, world.poll_cap_s))


def updates_body(updates: list[Waiting]) -> bytes:
    """The answer, with every update byte for byte as it was queued."""
    return b'{"ok":true,"result":[' + b",".join(each.raw for each in updates) + b"]}"


def remember_kinds(world: World, args: Arguments) -> None:
    """An absent list keeps the previous setting, an empty one returns to the default."""
    kinds = args.get("allowed_updates")
    if isinstance(kinds, list):
        world.queue.allowed = tuple(str(kind) for kind in kinds)


def answer_callback_query(world: World, method: str, args: Arguments) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    press = world.presses.get(args.text("callback_query_id"))
    if press is None or press.expired:
        raise bad_request(OLD_QUERY)
    if len(args.text("text")) > _ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    if press.answer is not None:
        world.violation(method, "callback query answered twice", args.text("callback_query_id"))
    told = {name: value for name, value in args.values.items() if name != "callback_query_id"}
    press.answer = json.loads(json.dumps(told))
    world.changed.set()
    return True


def get_file(world: World, _method: str, args: Arguments) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#getfile"""
    if not args.text("file_id"):
        raise bad_request("file_id not specified")
    stored = world.files.open(args.text("file_id"))
    return stored.reference() | {"file_path": stored.path}


def set_webhook(world: World, _method: str, args: Arguments) -> bool:
    """Only the setting: the sandbox delivers nothing to it, but getUpdates now conflicts."""
    url = args.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    remember_kinds(world, args)
    if url:
        world.queue.webhook_was_set()
    world.webhook_url = url
    _maybe_drop(world, args)
    return True


def delete_webhook(world: World, _method: str, args: Arguments) -> bool:
    world.webhook_url = ""
    _maybe_drop(world, args)
    return True


def get_webhook_info(world: World, _method: str, _args: Arguments) -> dict[str, Any]:
    known = {"allowed_updates": list(world.queue.allowed)} if world.queue.allowed else {}
    return {
        "url": world.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": world.queue.count,
    } | known


def _maybe_drop(world: World, args: Arguments) -> None:
    if args.flag("drop_pending_updates"):
        world.queue.drop_all()
