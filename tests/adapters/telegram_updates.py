"""One update of each kind, in the shape that Telegram's Bot API 10 delivers them."""

from __future__ import annotations

from typing import Any

CHANNEL = "telegram:1000001"
BOT_ID = 1000001
USER = {
    "id": 4500001,
    "is_bot": False,
    "first_name": "Sofía",
    "last_name": "Ruiz",
    "username": "sofia",
    "language_code": "es",
}
CHAT = {"id": 4500001, "type": "private", "first_name": "Sofía", "last_name": "Ruiz", "username": "sofia"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Family"}
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Cedar Home", "username": "cedarhome_bot"}
DATE = 1770000000  # 2026-02-02 02:40:00 UTC


def file(name: str, **more: Any) -> dict[str, Any]:
    return {"file_id": f"id-{name}", "file_unique_id": f"u-{name}", "file_size": 1000, **more}


def message(**content: Any) -> dict[str, Any]:
    """An update with a private message of this content."""
    told = {"message_id": 17, "from": USER, "chat": CHAT, "date": DATE, **content}
    return {"update_id": 731640001, "message": told}


def edited(**content: Any) -> dict[str, Any]:
    body = {**message(**content)["message"], "edit_date": DATE + 60}
    return {"update_id": 731640002, "edited_message": body}


def pressed(**content: Any) -> dict[str, Any]:
    asked = {"message_id": 18, "from": BOT, "chat": CHAT, "date": DATE, "text": "Which order?"}
    query = {"id": "4382000000000001", "from": USER, "message": asked, "chat_instance": "-7", "data": "order:3"}
    return {"update_id": 731640003, "callback_query": {**query, **content}}


def member(status: str, **content: Any) -> dict[str, Any]:
    change = {
        "chat": CHAT,
        "from": USER,
        "date": DATE,
        "old_chat_member": {"user": BOT, "status": "member"},
        "new_chat_member": {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {}),
    }
    return {"update_id": 731640004, "my_chat_member": {**change, **content}}


PHOTO = [file("small", width=90, height=68), file("large", width=1280, height=960)]
VIDEO_SHAPE = {"width": 1280, "height": 720, "duration": 12}

EVERY_KIND: dict[str, dict[str, Any]] = {
    "text": message(text="¿Dónde está mi pedido?"),
    "photo": message(photo=PHOTO, caption="Roto", media_group_id="13000000000000001"),
    "document": message(document=file("doc", file_name="receipt.pdf", mime_type="application/pdf")),
    "voice": message(voice=file("voice", duration=7, mime_type="audio/ogg")),
    "audio": message(audio=file("audio", duration=7, file_name="noise.mp3")),
    "video": message(video=file("video", **VIDEO_SHAPE), caption="Mira"),
    "video_note": message(video_note=file("note", length=240, duration=5)),
    "animation": message(animation=file("gif", **VIDEO_SHAPE), document=file("gif")),
    "sticker": message(
        sticker=file("sticker", width=512, height=512, type="regular", is_animated=False, is_video=False)
    ),
    "location": message(location={"latitude": 52.52, "longitude": 13.405}),
    "venue": message(
        location={"latitude": 1.0, "longitude": 2.0},
        venue={"location": {"latitude": 1.0, "longitude": 2.0}, "title": "Post office", "address": "Main St 1"},
    ),
    "contact": message(contact={"phone_number": "+34600", "first_name": "Ana", "user_id": 5}),
    "dice": message(dice={"emoji": "🎲", "value": 3}),
    "rich_message": message(rich_message={"blocks": []}),
    "edited": edited(text="¿Dónde está mi pedido 12-345?"),
    "edited_caption": edited(photo=PHOTO, caption="Muy roto"),
    "pressed": pressed(),
    "pressed_old": pressed(message={"message_id": 18, "chat": CHAT, "date": 0}),
    "blocked": member("kicked"),
    "unblocked": member("member"),
    "group": message(chat=GROUP, text="hello"),
    "from_bot": message(**{"from": BOT, "text": "beep"}),
    "channel_post": {
        "update_id": 731640005,
        "channel_post": {
            "message_id": 3,
            "chat": {"id": -100777, "type": "channel", "title": "News"},
            "date": DATE,
            "text": "Sale",
        },
    },
    "business": {
        "update_id": 731640006,
        "business_message": {**message(text="hi")["message"], "business_connection_id": "b1"},
    },
    "future": {"update_id": 731640007, "subscription": {"user": USER, "state": "active"}},
    "group_button": pressed(
        message={"message_id": 18, "from": BOT, "chat": GROUP, "date": DATE, "text": "Which order?"}
    ),
    "game": {
        "update_id": 731640008,
        "callback_query": {"id": "9", "from": USER, "chat_instance": "-7", "game_short_name": "tetris"},
    },
    "added_to_group": member("member", chat=GROUP),
}
