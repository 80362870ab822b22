"""Parse mode HTML: which text and which entities the service makes of it, or why it refuses.

Works on UTF-8 bytes because the error texts count byte offsets, and gives entity offsets in UTF-16 code units
because messages count those. Rules and error texts follow tdlib/td (`parse_html`, test/message_entities.cpp);
`tg-time` (Bot API 9.5) follows core.telegram.org/bots/api#html-style.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .links import checked_link, linked_user_id

_ENTITY_OF_TAG = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*));?")
_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_SPACE = (b" ", b"\t", b"\r", b"\n", b"\0", b"\x0b")
_TAG_STOPS = (*_SPACE, b">")
_NAME_STOPS = (*_TAG_STOPS, b"=")
_INVALID_UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)


class HtmlError(ValueError):
    """Why the text cannot be parsed, in the service's words."""


@dataclass(slots=True)
class Parsed:
    """The visible text, its entities (Bot API dicts), and what a careful writer would have escaped."""

    text: str
    entities: list[dict[str, Any]]
    unescaped: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int  # UTF-16
    begin: int  # characters


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(text: str) -> Parsed:
    """Raises HtmlError."""
    return _Parser(text.encode("utf-8", "surrogatepass")).run()


def decode_reference(source: bytes, at: int) -> tuple[str, int] | None:
    """The character a reference at `at` stands for and where it ends; None if it stands for itself."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return None
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return (_NAMED[name], found.end()) if name in _NAMED else None
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    code = int(digits, base) if digits else 0
    length = len(found[0].removesuffix(b";"))
    if not 0 < code < 0x10FFFF or length >= 10:
        return None
    return chr(code), found.end()


class _Parser:
    """One pass over the bytes; `at` is where it stands."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.written = 0  # characters
        self.offset = 0  # the same in UTF-16 code units
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []
        self.unescaped: list[str] = []

    def run(self) -> Parsed:
        while self.at < len(self.source):
            byte = self.source[self.at : self.at + 1]
            if byte == b"<":
                self._tag()
            elif byte == b"&" and (reference := decode_reference(self.source, self.at)):
                character, self.at = reference
                self._write(character)
            else:
                self._plain(byte)
        if self.open:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self._parsed()

    def _parsed(self) -> Parsed:
        text = "".join(self.out)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise HtmlError(_INVALID_UNICODE)
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Parsed(text, self.entities, self.unescaped)

    def _plain(self, byte: bytes) -> None:
        if byte in (b"&", b">"):
            near = self.source[max(0, self.at - 10) : self.at + 10].decode("utf-8", "replace")
            self.unescaped.append(f"{byte.decode()} in {near!r}")
        end = self.at + 1
        while end < len(self.source) and self.source[end : end + 1] not in (b"<", b"&", b">"):
            end += 1
        self._write(self.source[self.at : end].decode("utf-8", "surrogatepass"))
        self.at = end

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.written += len(text)
        self.offset += utf16_len(text)

    def _peek(self) -> bytes:
        """The byte under the cursor; b"" past the end."""
        return self.source[self.at : self.at + 1]

    def _until(self, stops: tuple[bytes, ...]) -> bytes:
        begin = self.at
        while self._peek() and self._peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self._peek() == b"/":
            self.at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        tag = self._until(_TAG_STOPS).decode().lower()
        if not self._peek():
            raise HtmlError(f"Unclosed start tag at byte offset {begin}")
        if tag not in _ENTITY_OF_TAG:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes: dict[str, str] = {}
        self._skip_space()
        while self._peek() != b">":
            name, value = self._attribute(tag, begin)
            attributes[name] = value
            self._skip_space()
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, attributes, self.offset, self.written))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        """Name and value; an attribute without a value has the value ""."""
        name = self._until(_NAME_STOPS).decode()
        if not name and self._peek():
            raise HtmlError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_space()
        if not self._peek():
            raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if self._peek() != b"=":
            return name, ""
        self.at += 1
        self._skip_space()
        if not self._peek():
            raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted() if self._peek() in (b"'", b'"') else self._name_token()
        if not self._peek():
            raise HtmlError(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _name_token(self) -> str:
        begin = self.at
        found = _TOKEN.match(self.source, begin)
        self.at = found.end() if found else begin
        if self._peek() not in _TAG_STOPS:
            raise HtmlError(f"Unexpected end of name token at byte offset {begin}")
        return self.source[begin : self.at].decode().lower()

    def _quoted(self) -> str:
        quote = self._peek()
        self.at += 1
        value: list[bytes] = []
        while self._peek() and self._peek() != quote:
            if self._peek() == b"&" and (reference := decode_reference(self.source, self.at)):
                value.append(reference[0].encode("utf-8", "surrogatepass"))
                self.at = reference[1]
            else:
                value.append(self._peek())
                self.at += 1
        self.at += 1 if self._peek() else 0
        return b"".join(value).decode("utf-8", "replace")

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise HtmlError(f"Unexpected end tag at byte offset {begin}")
        name = self._until(_TAG_STOPS).decode("utf-8", "replace").lower()
        self._skip_space()
        if self._peek() != b">":
            raise HtmlError(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        closed = self.open.pop()
        if name and name != closed.tag:
            raise HtmlError(
                f'Unmatched end tag at byte offset {begin}, expected "</{closed.tag}>", found "</{name}>"'
            )
        if self.offset > closed.offset:
            self._close(closed)

    def _close(self, closed: _Open) -> None:
        kind = _ENTITY_OF_TAG[closed.tag]
        place = {"type": kind, "offset": closed.offset, "length": self.offset - closed.offset}
        if kind == "text_link":
            self._link(closed, place)
        elif kind in ("code", "pre"):
            self._code(closed, place)
        else:
            self.entities.append(place | _details(kind, closed.attributes))

    def _link(self, closed: _Open, place: dict[str, Any]) -> None:
        target = closed.attributes.get("href") or "".join(self.out)[closed.begin :]
        if (user_id := linked_user_id(target)) is not None:
            self.entities.append(place | {"type": "text_mention", "user": {"id": user_id}})
        elif url := checked_link(target):
            self.entities.append(place | {"url": url})
        else:
            self.unescaped.append(f"the service drops the link to {target!r}")

    def _code(self, closed: _Open, place: dict[str, Any]) -> None:
        """`pre` and `code` around the same text become one `pre` with a language."""
        language = closed.attributes.get("class", "") if closed.tag == "code" else ""
        language = language.removeprefix("language-") if language.startswith("language-") else ""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (place["offset"], place["length"])
        if same and {last["type"], closed.tag} == {"code", "pre"} and (language or "language" in last):
            last["type"] = "pre"
            last["language"] = language or last["language"]
            return
        self.entities.append(place | ({"language": language} if language else {}))


def _details(kind: str, attributes: dict[str, str]) -> dict[str, Any]:
    if kind == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if kind == "custom_emoji":
        identifier = attributes.get("emoji-id", "")
        if not identifier.isdecimal() or int(identifier) == 0:
            raise HtmlError("Invalid custom emoji identifier specified")
        return {"custom_emoji_id": identifier}
    if kind == "date_time":
        return _date_time(attributes)
    return {}


def _date_time(attributes: dict[str, str]) -> dict[str, Any]:
    """The service's exact words for a bad `tg-time` are not published; these are the sandbox's."""
    moment, shape = attributes.get("unix", ""), attributes.get("format", "")
    if not moment.lstrip("-").isdecimal():
        raise HtmlError('Invalid Unix time specified in the tag "tg-time"')
    if not _TIME_FORMAT.fullmatch(shape):
        raise HtmlError('Invalid format specified in the tag "tg-time"')
    return {"unix_time": int(moment)} | ({"date_time_format": shape} if shape else {})
