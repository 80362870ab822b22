"""The methods about the bot itself and about a chat as a whole."""

from __future__ import annotations

import json
from typing import Any

from .errors import bad_request
from .params import Arguments
from .world import World

_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # fmt: skip
_COMMAND_LENGTH = 32
_COMMAND_TEXT_LENGTH = 256


def get_me(world: World, _method: str, _args: Arguments) -> dict[str, Any]:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot | abilities


def log_out(world: World, _method: str, _args: Arguments) -> bool:
    """From now on every call is refused, as after the real one (which lasts ten minutes)."""
    world.logged_out = True
    return True


def close(_world: World, _method: str, _args: Arguments) -> bool:
    return True


def get_chat(world: World, _method: str, args: Arguments) -> dict[str, Any]:
    chat = world.chats.require(args.get("chat_id"))
    return chat.info | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }


def send_chat_action(world: World, _method: str, args: Arguments) -> bool:
    if args.text("action").lower() not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = world.chats.writable(args.get("chat_id"))
    world.actions.append((chat.info["id"], args.text("action")))
    world.changed.set()
    return True


def set_my_commands(world: World, _method: str, args: Arguments) -> bool:
    """Refusals as in tdlib/td, `set_commands`; the character rule is the server's."""
    commands = args.get("commands") or []
    if not isinstance(commands, list):
        raise bad_request("Expected an Array of BotCommand")
    world.profile.commands[_place(world, args)] = [_command(each) for each in commands]
    world.changed.set()
    return True


def get_my_commands(world: World, _method: str, args: Arguments) -> list[dict[str, Any]]:
    return world.profile.commands.get(_place(world, args), [])


def delete_my_commands(world: World, _method: str, args: Arguments) -> bool:
    world.profile.commands.pop(_place(world, args), None)
    world.changed.set()
    return True


def set_my_description(world: World, _method: str, args: Arguments) -> bool:
    world.profile.descriptions[args.text("language_code")] = args.text("description")
    return True


def get_my_description(world: World, _method: str, args: Arguments) -> dict[str, str]:
    told = world.profile.descriptions
    return {"description": told.get(args.text("language_code")) or told.get("", "")}


def set_my_short_description(world: World, _method: str, args: Arguments) -> bool:
    world.profile.short_descriptions[args.text("language_code")] = args.text("short_description")
    return True


def get_my_short_description(world: World, _method: str, args: Arguments) -> dict[str, str]:
    told = world.profile.short_descriptions
    return {"short_description": told.get(args.text("language_code")) or told.get("", "")}


def _place(world: World, args: Arguments) -> tuple[str, str]:
    scope = args.get("scope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    if "type" not in scope:
        raise bad_request("Can't parse BotCommandScope: Can't find field \"type\"")
    if scope["type"] == "chat":
        world.chats.require(scope.get("chat_id"))
    return json.dumps(scope, sort_keys=True), args.text("language_code")


def _command(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if name not in raw:
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = str(raw["command"]).strip().removeprefix("/")
    description = str(raw["description"]).strip()
    _check_length("Command", command, _COMMAND_LENGTH)
    _check_length("Command description", description, _COMMAND_TEXT_LENGTH)
    if not all(letter.isdigit() or letter == "_" or "a" <= letter <= "z" for letter in command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _check_length(noun: str, text: str, most: int) -> None:
    if not text:
        raise bad_request(f"{noun} must be non-empty")
    if len(text) > most:
        raise bad_request(f"{noun} length must not exceed {most}")
