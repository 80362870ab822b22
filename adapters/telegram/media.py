"""What a message carries besides words, as `Media` values. Telegram puts at most one thing into one message."""

from __future__ import annotations

from telegram import Contact, Location, Message, PhotoSize, Venue
from telegram.constants import MessageType

from adapters.telegram.sound import optional_whole, text
from flows.events import Media

# animation before document: Telegram repeats every animation as a document ("Message.animation", Bot API).
_FILES = ("animation", "document", "voice", "audio", "video", "video_note", "sticker")
_NO_CONTENT = (MessageType.TEXT, MessageType.EFFECT_ID, MessageType.BUSINESS_CONNECTION_ID)


def media_of(message: Message) -> tuple[Media, ...]:
    """The one attachment, or nothing for plain words. Unknown ones are "other", named by Telegram's field."""
    if message.photo:
        return (_photo(message.photo),)
    for kind in _FILES:
        if getattr(message, kind):
            return (_file(kind, getattr(message, kind)),)
    if message.location:
        return (_location(message.location, message.venue),)
    if message.contact:
        return (_contact(message.contact),)
    return () if message.text is not None else (Media("other", name=text(_other_kind(message))),)


def _photo(sizes: tuple[PhotoSize, ...]) -> Media:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return _file("photo", largest)


def _file(kind: str, file: object) -> Media:
    """Any of Telegram's file types: they share the id, the unique id and the size; some have a name."""
    return Media(
        kind,
        file_id=text(getattr(file, "file_id", None)),
        unique_id=text(getattr(file, "file_unique_id", None)),
        name=text(getattr(file, "file_name", None)),
        size=optional_whole(getattr(file, "file_size", None)),
    )


def _location(place: Location, venue: Venue | None) -> Media:
    """`name` is "latitude,longitude" in degrees, after the venue's title if there is one."""
    title = f"{text(venue.title)} " if venue else ""
    return Media("location", name=f"{title}{place.latitude:.6f},{place.longitude:.6f}")


def _contact(person: Contact) -> Media:
    """`name` is the contact's name and telephone number: staff have no file to open."""
    parts = (text(person.first_name), text(person.last_name), text(person.phone_number))
    return Media("contact", name=" ".join(part for part in parts if part))


def _other_kind(message: Message) -> str:
    """Telegram's own name of the content: a poll, a dice, a service message, or a field younger than PTB."""
    known = (kind.value for kind in MessageType if kind not in _NO_CONTENT and message[kind.value])
    return next(known, None) or next(iter(message.api_kwargs), "message")
