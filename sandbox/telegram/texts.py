"""From `text`, `parse_mode` and `entities` to what stands in the message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import NotInSandbox, bad_request
from .found_entities import with_found
from .html_text import HtmlError, parse_html, utf16_len

TEXT_LIMIT = 4096  # UTF-16 code units after parsing
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100  # the service drops the rest
_RAW_LIMIT = 1 << 15  # bytes before parsing (tdlib/telegram-bot-api, get_formatted_text)
_ESCAPED = re.compile(r"&(?:lt|gt|amp|quot);")


@dataclass(frozen=True, slots=True)
class Formatted:
    """The visible text, its entities, and mistakes that nobody would have reported: (what, detail)."""

    text: str
    entities: list[dict[str, Any]]
    mistakes: list[tuple[str, str]] = field(default_factory=list)


def formatted(text: str, parse_mode: str | None, entities: list[dict[str, Any]] | None) -> Formatted:
    """Parse as the service does. Raises Refused; the result may be empty."""
    if len(text.encode("utf-8", "surrogatepass")) > _RAW_LIMIT:
        raise bad_request("Text is too long")
    mode = (parse_mode or "none").lower()
    if mode in ("markdown", "markdownv2"):
        raise NotInSandbox(f"parse_mode {parse_mode}")
    if mode not in ("html", "none"):
        raise bad_request("Unsupported parse_mode")
    return _from_html(text, entities) if mode == "html" else _from_plain(text, entities or [])


def _from_html(text: str, entities: list[dict[str, Any]] | None) -> Formatted:
    try:
        parsed = parse_html(text)
    except HtmlError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    mistakes = [("text not escaped for HTML", place) for place in parsed.unescaped]
    if entities:
        mistakes.append(("entities are ignored beside parse_mode", ""))
    if escaped := _ESCAPED.search(parsed.text):
        mistakes.append(("text escaped twice", escaped[0]))
    return _finished(parsed.text, parsed.entities, mistakes)


def _from_plain(text: str, entities: list[dict[str, Any]]) -> Formatted:
    mistakes = []
    if escaped := _ESCAPED.search(text):
        mistakes.append(("text escaped for HTML but sent without parse_mode", escaped[0]))
    size = utf16_len(text)
    for entity in entities:
        _check_entity(entity)
        if entity["offset"] + entity["length"] > size:
            mistakes.append(("entity outside the text", str(entity)))
    return _finished(text, [dict(entity) for entity in entities], mistakes)


def _check_entity(entity: Any) -> None:
    if not isinstance(entity, dict):
        raise bad_request("Can't parse MessageEntity: expected an Object")
    for name in ("offset", "length", "type"):
        if name not in entity:
            raise bad_request(f"Can't parse MessageEntity: Can't find field \"{name}\"")
    for name in ("offset", "length"):
        if not isinstance(entity[name], int):
            raise bad_request(f'Can\'t parse MessageEntity: Field "{name}" must be of type Number')


def _finished(text: str, entities: list[dict[str, Any]], mistakes: list[tuple[str, str]]) -> Formatted:
    text, entities = _trimmed(text, entities)
    entities = with_found(text, entities)
    if len(entities) > ENTITY_LIMIT:
        mistakes.append(("more than 100 entities, the rest is dropped", str(len(entities))))
    return Formatted(text, entities[:ENTITY_LIMIT], mistakes)


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """White space around the text goes, and entities move along."""
    lead = utf16_len(text) - utf16_len(text.lstrip())
    text = text.strip()
    size = utf16_len(text)
    kept = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        end = min(size, entity["offset"] - lead + entity["length"])
        if end > begin:
            kept.append(entity | {"offset": begin, "length": end - begin})
    return text, kept
