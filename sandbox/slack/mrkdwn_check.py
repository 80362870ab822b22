"""What Slack would show wrongly, or shout to everybody, without telling the sender.

Escaping and control sequences: docs.slack.dev, messaging/formatting-message-text, read November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.walk import objects, texts

_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_SEQUENCE = re.compile(r"<([^<>\n]*)>")
_QUOTE = re.compile(r"^[ \t]*>+", re.MULTILINE)
_USER = re.compile(r"@([UW]\w+)(?:\|.*)?")
_CHANNEL = re.compile(r"#([CG]\w+)(?:\|.*)?")
_GROUP = re.compile(r"!subteam\^(S\w+)(?:\|.*)?")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|slack://)\S+?(?:\|.*)?")
_DATE = re.compile(r"!date\^(\d{1,12})\^([^|^]+)(?:\^https?://[^|]+)?\|(.+)")
_TOKEN = re.compile(r"\{(\w+)\}")
_BROADCAST = re.compile(r"!(?:channel|here|everyone|group)\b.*")
_DATE_TOKEN = re.compile(
    r"date(?:_(?:num|slash|short|long|pretty|short_pretty|long_pretty|long_full))?"
    r"|time(?:_secs)?|day_divider_pretty|ago"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Who and what can be mentioned in this workspace."""

    people: Collection[str]
    channels: Collection[str]
    groups: Collection[str]


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake in a text, and the piece of text that shows it."""

    what: str
    detail: str


def check_mrkdwn(text: str, names: Names) -> Iterator[Slip]:
    """Slips in one mrkdwn text or in the top-level `text` of a message."""
    for found in _SEQUENCE.finditer(text):
        yield from _check_sequence(found.group(1), names)
    rest = _QUOTE.sub("", _SEQUENCE.sub("", text))
    if _AMPERSAND.search(rest):
        yield Slip("raw & in mrkdwn", _around(rest, "&"))
    if "<" in rest or ">" in rest:
        yield Slip("raw < or > in mrkdwn", _around(rest, "<" if "<" in rest else ">"))


def _check_sequence(inside: str, names: Names) -> Iterator[Slip]:
    if _BROADCAST.fullmatch(inside):
        yield Slip("broadcast mention", f"<{inside}>")
    elif user := _USER.fullmatch(inside):
        if user.group(1) not in names.people:
            yield Slip("mention of an unknown person", f"<{inside}>")
    elif channel := _CHANNEL.fullmatch(inside):
        if channel.group(1) not in names.channels:
            yield Slip("mention of an unknown channel", f"<{inside}>")
    elif group := _GROUP.fullmatch(inside):
        if group.group(1) not in names.groups:
            yield Slip("mention of an unknown user group", f"<{inside}>")
    elif inside.startswith("!date"):
        yield from _check_date(inside)
    elif not _LINK.fullmatch(inside):
        yield Slip("raw < or > in mrkdwn", f"<{inside}>")


def _check_date(inside: str) -> Iterator[Slip]:
    """A date that is not well-formed is shown as its fallback, or as it stands."""
    date = _DATE.fullmatch(inside)
    tokens = _TOKEN.findall(date.group(2)) if date else []
    if not tokens or not all(_DATE_TOKEN.fullmatch(each) for each in tokens):
        yield Slip("malformed date", f"<{inside}>")


def check_blocks(blocks: Any, names: Names) -> Iterator[Slip]:
    """Slips in every text of these blocks."""
    for text in texts(blocks, "mrkdwn"):
        yield from check_mrkdwn(text, names)
    for text in texts(blocks, "plain_text"):
        if "<!date" in text:
            yield Slip("date token in plain_text", text[:60])
    for part in objects(blocks):
        yield from _check_object(part, names)


def _check_object(part: dict[str, Any], names: Names) -> Iterator[Slip]:
    match part:
        case {"type": "broadcast"}:
            yield Slip("broadcast mention", str(part.get("range")))
        case {"type": "user", "user_id": user} if user not in names.people:
            yield Slip("mention of an unknown person", str(user))
        case {"type": "usergroup", "usergroup_id": group} if group not in names.groups:
            yield Slip("mention of an unknown user group", str(group))
        case {"type": "image", "alt_text": str(words)} if not words.strip():
            yield Slip("empty alt_text", str(part.get("image_url", "")))


def _around(text: str, sign: str) -> str:
    at = text.index(sign)
    return text[max(0, at - 20) : at + 20]
