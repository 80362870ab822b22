"""What a message carries besides words, as `Media` values. Telegram puts at most one thing into one message."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.telegram.keys import kind_of
from adapters.telegram.update import Contact, File, Location, Message, PhotoSize, Venue
from flows.events import Media

# animation before document: Telegram repeats every animation as a document ("Message.animation", Bot API).
_FILES = ("animation", "document", "voice", "audio", "video", "video_note", "sticker")

# Fields of "Message" (Bot API 10.1) that say who, when, where, in reply to what or how it is shown, never what.
_AROUND = """
message_id message_thread_id direct_messages_topic is_topic_message chat date edit_date media_group_id
from sender_chat sender_boost_count sender_business_bot sender_tag author_signature via_bot guest_query_id
guest_bot_caller_user guest_bot_caller_chat business_connection_id is_from_offline
forward_origin is_automatic_forward reply_to_message external_reply quote reply_to_story
reply_to_checklist_task_id reply_to_poll_option_id
has_protected_content is_paid_post paid_star_count suggested_post_info effect_id reply_markup
text entities link_preview_options caption caption_entities show_caption_above_media has_media_spoiler
"""
_NOT_CONTENT = frozenset(_AROUND.split())


def media_of(message: Message) -> tuple[Media, ...]:
    """The one attachment; nothing for plain words, nor for a kind that this version does not know."""
    if message.photo:
        return (_photo(message.photo),)
    for kind in _FILES:
        if file := getattr(message, kind):
            return (_file(kind, file),)
    if message.location:
        return (_location(message.location, message.venue),)
    return (_contact(message.contact),) if message.contact else ()


def other_media(fields: Mapping[str, object]) -> Media:
    """A poll, a dice, a service message or something younger than this code: Telegram's own name of the field."""
    content = {name: value for name, value in fields.items() if name not in _NOT_CONTENT and value is not None}
    return Media("other", name=kind_of(content) or "message")


def _photo(sizes: tuple[PhotoSize, ...]) -> Media:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return _file("photo", largest)


def _file(kind: str, file: File) -> Media:
    return Media(kind, file.file_id, file.file_unique_id, file.file_name or "", file.file_size)


def _location(place: Location, venue: Venue | None) -> Media:
    """`name` is "latitude,longitude" in degrees, after the venue's title if there is one."""
    title = f"{venue.title} " if venue else ""
    return Media("location", name=f"{title}{place.latitude:.6f},{place.longitude:.6f}")


def _contact(person: Contact) -> Media:
    """`name` is the contact's name and telephone number: staff have no file to open."""
    parts = (person.first_name, person.last_name, person.phone_number)
    return Media("contact", name=" ".join(part for part in parts if part))
