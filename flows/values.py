"""Small values that everything else is made of: money, texts by reference, derived ids, digests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NewType

from msgspec import Struct

Shop = NewType("Shop", str)
DEFAULT_SHOP = Shop("default")


class Money(Struct, frozen=True, gc=False):
    """An amount in integer minor units (cents) of an ISO 4217 currency. Never a float."""

    minor: int
    currency: str


class TextRef(Struct, frozen=True, gc=False):
    """A text kept in an erasable row, named by its id and pinned by its salted digest (hex SHA-256).

    Erasing the row (and its salt) leaves the reference, so a journal that holds it stays whole.
    """

    id: str
    digest: str


class NewText(Struct, frozen=True, gc=False):
    """A text that a step wrote: `ref` is what the case keeps, `body` goes into an erasable row."""

    ref: TextRef
    body: str


class Cause(Struct, frozen=True, gc=False):
    """What a step derives ids and digests from: the event's id (UUIDv7), and a salt kept only beside it.

    `at` is the instant the event was stored on the business clock, aware UTC.
    """

    id: str
    at: datetime
    salt: str


def digest(salt: str, *parts: str) -> str:
    """Hex SHA-256 over the salt and the parts, each closed by a NUL so that borders count."""
    sha = hashlib.sha256(salt.encode())
    for part in parts:
        sha.update(b"\0")
        sha.update(part.encode())
    return sha.hexdigest()


def storable(text: str) -> str:
    """The text as every database can keep it: NUL shown as U+2400, lone surrogates as U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    shown = text.replace("\x00", "\u2400")
    try:
        shown.encode()
    except UnicodeEncodeError:
        return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return shown


def derived_id(event_id: str, ordinal: int | str) -> str:
    """A UUIDv7-shaped id that depends on nothing but (event id, ordinal), and sorts with its event.

    All but the last group (milliseconds and the counter within one) is the event's own, so that what two events
    of one instant cause sorts as they do; the last is a digest.
    """
    tail = hashlib.sha256(f"{event_id}|{ordinal}".encode()).hexdigest()
    return f"{event_id[:24]}{tail[:12]}"


def new_text(cause: Cause, ordinal: int | str, body: str) -> NewText:
    """A text with an id and a digest that derive from its cause; what is digested is what can be stored."""
    body = storable(body)
    return NewText(TextRef(derived_id(cause.id, ordinal), digest(cause.salt, body)), body)


def aware(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one: it would be a guess."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)
