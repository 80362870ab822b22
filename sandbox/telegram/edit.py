"""The methods that change, remove or mark a message that is already there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .chats import Entry
from .errors import NOT_MODIFIED, NotInSandbox, bad_request
from .keyboards import read_markup
from .params import Arguments
from .send import message_text, report, same_content
from .spec import load_spec
from .world import World

_DELETE_WITHIN = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage


def edit_message_text(world: World, method: str, args: Arguments) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#editmessagetext; without reply_markup the keyboard goes."""
    if args.get("rich_message") is not None:
        raise NotInSandbox("parameter rich_message")
    words = message_text(world, method, args, "MESSAGE_TOO_LONG")
    markup = read_markup(args.get("reply_markup"))
    entry = _own_message(world, args)
    if "text" not in entry.message:
        raise bad_request("there is no text in the message to edit")
    changes: dict[str, Any] = {"text": words.text, "entities": words.entities or None}
    if args.get("link_preview_options"):
        changes["link_preview_options"] = args.get("link_preview_options")
    report(world, method, markup.mistakes)
    return _change(world, entry, changes | {"reply_markup": markup.inline})


def edit_message_reply_markup(world: World, _method: str, args: Arguments) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    markup = read_markup(args.get("reply_markup"))
    entry = _own_message(world, args)
    report(world, "editMessageReplyMarkup", markup.mistakes)
    return _change(world, entry, {"reply_markup": markup.inline})


def delete_message(world: World, _method: str, args: Arguments) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    if args.get("chat_id") is None:
        raise bad_request("Chat identifier is not specified")
    if not args.number("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = world.chats.require(args.get("chat_id"))
    entry = chat.find(args.number("message_id"))
    if entry is None:
        raise bad_request("message to delete not found")
    if world.now() - entry.at > _DELETE_WITHIN:
        raise bad_request("message can't be deleted")
    entry.deleted = True
    world.changed.set()
    return True


def set_message_reaction(world: World, _method: str, args: Arguments) -> bool:
    """https://core.telegram.org/bots/api#setmessagereaction"""
    reactions = args.get("reaction") or []
    if not isinstance(reactions, list):
        raise bad_request("Expected an Array of ReactionType")
    for reaction in reactions:
        _check_reaction(reaction)
    entry = world.chats.require(args.get("chat_id")).find(args.number("message_id"))
    if entry is None:
        raise bad_request("message to react not found")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    entry.reaction = reactions
    world.changed.set()
    return True


def _check_reaction(reaction: Any) -> None:
    if not isinstance(reaction, dict):
        raise bad_request("Can't parse ReactionType: expected an Object")
    if reaction.get("type") != "emoji":
        raise bad_request("Can't parse ReactionType: invalid reaction type specified")
    if "emoji" not in reaction:
        raise bad_request("Can't parse ReactionType: Can't find field \"emoji\"")
    if reaction["emoji"] not in load_spec().types["ReactionTypeEmoji"]["emoji"].one_of:
        raise bad_request("REACTION_INVALID")


def _own_message(world: World, args: Arguments) -> Entry:
    """The bot's message that the call names. Raises Refused."""
    if args.get("chat_id") is None and not args.number("message_id"):
        if not args.text("inline_message_id"):
            raise bad_request("Message identifier is not specified")
        raise bad_request("MESSAGE_ID_INVALID")
    entry = world.chats.require(args.get("chat_id")).find(args.number("message_id"))
    if entry is None:
        raise bad_request("message to edit not found")
    if entry.side != "bot":
        raise bad_request("message can't be edited")
    return entry


def _change(world: World, entry: Entry, changes: dict[str, Any]) -> dict[str, Any]:
    """Apply `changes` (None removes) or refuse if they change nothing."""
    new = {name: value for name, value in (entry.message | changes).items() if value is not None}
    if same_content(new, entry.message):
        raise bad_request(NOT_MODIFIED)
    entry.message = new | {"edit_date": int(world.now().timestamp())}
    entry.edits += 1
    world.changed.set()
    return entry.message
