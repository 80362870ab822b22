"""The methods that put a message into a chat."""

from __future__ import annotations

import json
from typing import Any

from .chats import Chat, Entry, quoted
from .errors import NotInSandbox, bad_request
from .files import StoredFile
from .html_text import utf16_len
from .keyboards import read_markup
from .params import Arguments
from .texts import CAPTION_LIMIT, TEXT_LIMIT, Formatted, formatted
from .world import World

_NEED_MORE = ("direct_messages_topic_id", "suggested_post_parameters")
_ALBUM_MOST = 10


def send_message(world: World, method: str, args: Arguments) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#sendmessage"""
    words = message_text(world, method, args, "message is too long")
    content: dict[str, Any] = {"text": words.text}
    if words.entities:
        content["entities"] = words.entities
    if args.get("link_preview_options"):
        content["link_preview_options"] = args.get("link_preview_options")
    return _put(world, method, args, [content])[0]


def send_photo(world: World, method: str, args: Arguments) -> dict[str, Any]:
    return _send_media(world, method, args, "photo")


def send_document(world: World, method: str, args: Arguments) -> dict[str, Any]:
    return _send_media(world, method, args, "document")


def send_voice(world: World, method: str, args: Arguments) -> dict[str, Any]:
    return _send_media(world, method, args, "voice")


def send_video(world: World, method: str, args: Arguments) -> dict[str, Any]:
    return _send_media(world, method, args, "video")


def send_media_group(world: World, method: str, args: Arguments) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#sendmediagroup"""
    items = args.get("media")
    if items is None:
        raise bad_request('Parameter "media" is required')
    if not isinstance(items, list):
        raise bad_request("Expected an Array of InputMedia")
    contents = [_album_item(world, method, args, item) for item in items]
    _check_album([item["type"] for item in items])
    if len(contents) > 1:
        group = str(13_000_000_000_000_000 + len(world.accepted))
        contents = [content | {"media_group_id": group} for content in contents]
    return _put(world, method, args, contents)


def message_text(world: World, method: str, args: Arguments, too_long: str) -> Formatted:
    """The text of a message or of its edit. Raises Refused."""
    if not args.text("text"):
        raise bad_request("Message text is empty")
    words = formatted(args.text("text"), args.get("parse_mode"), args.get("entities"))
    if not words.text:
        raise bad_request("Text must be non-empty")
    if utf16_len(words.text) > TEXT_LIMIT:
        raise bad_request(too_long)
    report(world, method, words.mistakes)
    return words


def report(world: World, method: str, mistakes: list[tuple[str, str]]) -> None:
    for what, detail in mistakes:
        world.violation(method, what, detail)


def _send_media(world: World, method: str, args: Arguments, kind: str) -> dict[str, Any]:
    given = args.text(kind)
    if not given:
        raise bad_request(f"There is no {kind} in the request")
    caption = _caption(world, method, args.values)
    content = _media(world, args, kind, given, args.values) | caption
    return _put(world, method, args, [content])[0]


def _caption(world: World, method: str, values: dict[str, Any]) -> dict[str, Any]:
    raw = values.get("caption")
    words = formatted(raw or "", values.get("parse_mode"), values.get("caption_entities"))
    if utf16_len(words.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    report(world, method, words.mistakes)
    shown: dict[str, Any] = {"caption": words.text} if words.text else {}
    return shown | ({"caption_entities": words.entities} if words.entities else {})


def _media(world: World, args: Arguments, kind: str, given: str, values: dict[str, Any]) -> dict[str, Any]:
    """The media part of a message, from an upload or a file id. Raises Refused."""
    stored = _stored(world, args, kind, given)
    if kind == "photo":
        size = stored.reference() | {"width": 1280, "height": 960}
        return {"photo": [size]}
    about: dict[str, Any] = dict(stored.reference())
    if stored.mime:
        about["mime_type"] = stored.mime
    if kind in ("document", "video") and stored.name:
        about["file_name"] = stored.name
    if kind in ("voice", "video"):
        about["duration"] = values.get("duration", 0)
    if kind == "video":
        about |= {"width": values.get("width", 0), "height": values.get("height", 0)}
    return {kind: about}


def _stored(world: World, args: Arguments, kind: str, given: str) -> StoredFile:
    if given.startswith("attach://"):
        upload = args.upload(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"There is no {kind} in the request")
        if not upload.content:
            raise bad_request("file must be non-empty")
        return world.files.add(kind, upload.content, name=upload.name, mime=upload.mime)
    if given.startswith(("http://", "https://")):
        raise NotInSandbox("sending a file by URL")
    return world.files.of_kind(given, kind)


def _album_item(world: World, method: str, args: Arguments, item: Any) -> dict[str, Any]:
    complaint = ""
    kind = item.get("type") if isinstance(item, dict) else None
    given = item.get("media") if isinstance(item, dict) else None
    if not isinstance(item, dict):
        complaint = "expected an Object"
    elif not given or (given.startswith("attach://") and given[9:] not in args.uploads):
        complaint = "media not found"
    elif kind is None:
        complaint = 'Can\'t find field "type"'
    elif kind == "animation":
        complaint = 'type "animation" can\'t be used in sendMediaGroup'
    elif kind in ("audio", "live_photo"):
        raise NotInSandbox(f"an album item of type {kind}")
    elif kind not in ("photo", "video", "document"):
        complaint = f'type "{kind}" is unsupported'
    if complaint:
        raise bad_request(f"Can't parse InputMedia: {complaint}")
    return _media(world, args, str(kind), str(given), item) | _caption(world, method, item)


def _check_album(kinds: list[str]) -> None:
    if not kinds:
        raise bad_request("There are no messages to send")
    if len(kinds) > _ALBUM_MOST:
        raise bad_request("Too many messages to send as an album")
    if "document" in kinds and set(kinds) != {"document"}:
        raise bad_request("document can't be mixed with other media types")


def _put(world: World, method: str, args: Arguments, contents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check what all sends share, then store. Raises Refused before anything is stored."""
    reply = _read_reply(args.get("reply_parameters"))
    markup = read_markup(args.get("reply_markup"))
    chat = _target(world, args)
    head = _reply_head(chat, reply) | ({"reply_markup": markup.inline} if markup.inline else {})
    if args.flag("protect_content"):
        head["has_protected_content"] = True
    report(world, method, markup.mistakes)
    entries = []
    for content in contents:
        message = world.chats.new_message(chat, world.bot, world.now()) | content | head
        silent = args.flag("disable_notification")
        entries.append(Entry("bot", message, world.now(), silent=silent, keyboard=markup.other))
    return [world.accept(method, entry) for entry in entries]


def _target(world: World, args: Arguments) -> Chat:
    for name in _NEED_MORE:
        if args.get(name) is not None:
            raise NotInSandbox(f"parameter {name}")
    if args.text("business_connection_id"):
        raise bad_request("business connection not found")
    chat = world.chats.writable(args.get("chat_id"))
    if args.number("message_thread_id"):
        raise bad_request("message thread not found")
    return chat


def _read_reply(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply parameters")
    if "message_id" not in value:
        raise bad_request('Can\'t find field "message_id"')
    if not str(value["message_id"]).isdecimal():
        raise bad_request('Field "message_id" must be of type Number')
    if value.get("chat_id") is not None:
        raise NotInSandbox("replying in another chat")
    return value


def _reply_head(chat: Chat, reply: dict[str, Any]) -> dict[str, Any]:
    if not reply:
        return {}
    original = chat.find(int(reply["message_id"]))
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    head: dict[str, Any] = {"reply_to_message": quoted(original.message)}
    if quote := reply.get("quote"):
        head["quote"] = _quote(original.message, quote, reply)
    return head


def _quote(original: dict[str, Any], quote: str, reply: dict[str, Any]) -> dict[str, Any]:
    words = formatted(quote, reply.get("quote_parse_mode"), reply.get("quote_entities"))
    whole = original.get("text", original.get("caption", ""))
    place = whole.find(words.text)
    if place < 0 or not words.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"text": words.text, "position": utf16_len(whole[:place]), "is_manual": True}


def same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equality as JSON, so that field order does not count."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
