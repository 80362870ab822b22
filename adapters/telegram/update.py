"""A stored update as typed values: the few fields that our events need, each of the type that Telegram promises.

Shapes are the Bot API's ("Available types", version 10.1, 2026-06-11, https://core.telegram.org/bots/api#available-types)
with only the fields that we read; all others are skipped unread, whatever they hold. A field that is null is a
field that is absent. No text that leaves here holds half a surrogate pair, no number more than 64 bits.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from msgspec import DecodeError, Meta, Struct, ValidationError, field
from msgspec.json import Decoder

# Telegram's ids have 52 significant bits; more than 64 no database column can hold.
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class User(Struct, frozen=True, gc=False):
    """ "User": a person or a bot. `language_code` is an IETF tag."""

    id: Whole
    is_bot: bool
    first_name: str
    last_name: str | None = None
    language_code: str | None = None


class Chat(Struct, frozen=True, gc=False):
    """ "Chat": `type` is private, group, supergroup or channel; only a private one has a first name."""

    id: Whole
    type: str
    first_name: str | None = None
    last_name: str | None = None


class File(Struct, frozen=True, gc=False):
    """What "Animation", "Document", "Voice", "Audio", "Video", "VideoNote" and "Sticker" share; some have a name.

    `file_unique_id` is the same over time and for every bot; `file_size` is in bytes.
    """

    file_id: str
    file_unique_id: str
    file_name: str | None = None
    file_size: Whole | None = None


class PhotoSize(File, frozen=True, gc=False, kw_only=True):
    """ "PhotoSize": one of the sizes of a photo, in pixels."""

    width: Whole
    height: Whole


class Location(Struct, frozen=True, gc=False):
    """ "Location", in degrees."""

    latitude: float
    longitude: float


class Venue(Struct, frozen=True, gc=False):
    title: str


class Contact(Struct, frozen=True, gc=False):
    phone_number: str
    first_name: str
    last_name: str | None = None


class Message(Struct, frozen=True, gc=False):
    """ "Message": `date` and `edit_date` are Unix seconds; `sender` is absent in channels.

    An animation comes as a document too, a venue as a location too (for programs that do not know the new field).
    """

    message_id: Whole
    date: Whole
    chat: Chat
    sender: User | None = field(name="from", default=None)
    edit_date: Whole | None = None
    media_group_id: str | None = None
    text: str | None = None
    caption: str | None = None
    photo: tuple[PhotoSize, ...] | None = None
    animation: File | None = None
    document: File | None = None
    voice: File | None = None
    audio: File | None = None
    video: File | None = None
    video_note: File | None = None
    sticker: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None


class AskedIn(Struct, frozen=True, gc=False):
    """ "MaybeInaccessibleMessage": of an old message only the chat is left."""

    chat: Chat


class CallbackQuery(Struct, frozen=True, gc=False):
    """ "CallbackQuery": `data` is absent when the button started a game."""

    id: str
    sender: User = field(name="from")
    message: AskedIn | None = None
    data: str | None = None


class ChatMember(Struct, frozen=True, gc=False):
    """ "ChatMember": `status` is creator, administrator, member, restricted, left or kicked."""

    status: str


class ChatMemberUpdated(Struct, frozen=True, gc=False):
    """ "ChatMemberUpdated": `date` in Unix seconds; in a private chat `sender` blocked or unblocked us."""

    chat: Chat
    date: Whole
    new_chat_member: ChatMember
    sender: User = field(name="from")


class Update(Struct, frozen=True, gc=False):
    """ "Update": carries at most one of the optional fields."""

    update_id: Whole
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


_T = TypeVar("_T")
_UPDATE = Decoder(Update)
_FIELDS = Decoder(dict[str, Any])


def update_in(raw: bytes) -> Update:
    """Raises ValueError (not JSON, or a field of another type) or RecursionError (nested without end)."""
    return _decoded(_UPDATE, raw)


def fields_in(raw: bytes) -> dict[str, Any]:
    """The whole update, for the names of what this version does not know. Slower; raises as `update_in`."""
    return _decoded(_FIELDS, raw)


def _decoded(decoder: Decoder[_T], raw: bytes) -> _T:
    try:
        return decoder.decode(raw)
    except ValidationError:
        raise
    except (DecodeError, UnicodeDecodeError):
        return decoder.decode(_mended(raw))


def _mended(raw: bytes) -> str:
    """What msgspec refuses although `item_of` stores it: half a surrogate pair (legal JSON, but no database and no
    Slack takes it) becomes U+FFFD, an infinite number nothing."""
    spelled = json.dumps(json.loads(raw, parse_constant=lambda _: None), ensure_ascii=False)
    return spelled.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
