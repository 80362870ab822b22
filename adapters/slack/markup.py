"""Our words as Slack's: escaped, unable to mention, link or format, instants in the reader's own zone. Pure.

`mrkdwn` reads `*bold*` and `<@U1>`, so whatever may hold somebody else's words becomes plain_text or rich_text
where Slack takes those, and loses its formatting marks where it does not. Slack's rules: docs.slack.dev,
messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flows.rich import At, Link, Part, Person, Quote, Rich, Strong, plain

Block = dict[str, Any]
Names = Mapping[str, str]

DATE_FORMATS = {
    "full": "{date_short_pretty} {time}",
    "time": "{time}",
    "seconds": "{time_secs}",
    "date": "{date_short_pretty}",
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI = re.compile("[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_LINE_QUOTE = re.compile(r"^(\s*)>", re.MULTILINE)
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]+:)")
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_ZERO_WIDTH_SPACE = "\u200b"


def clean(text: str) -> str:
    """The same text as JSON and databases can carry it: NUL is shown, half a surrogate pair replaced."""
    return _LONE_SURROGATE.sub("\ufffd", text.replace("\0", "\u2400"))


def escape(text: str) -> str:
    """For `text` and mrkdwn: the three characters that Slack reads as control sequences."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(text: str) -> int:
    """Length in UTF-16 code units: Slack does not say what it counts, and this is never the smaller number."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def cut(text: str, longest: int) -> str:
    """At most `longest` UTF-16 units, ending in "…" when something is missing."""
    return text if size(text) <= longest else text[: _fitting(text, longest - 1)] + "…"


def _fitting(text: str, longest: int) -> int:
    """How many of the first characters stay within `longest` UTF-16 units."""
    for count, char in enumerate(text):
        longest -= 1 + (ord(char) > 0xFFFF)
        if longest < 0:
            return count
    return len(text)


def pieces(text: str, longest: int) -> tuple[str, ...]:
    """The text in parts of at most `longest` (two or more) UTF-16 units, cut at line or word ends."""
    found: list[str] = []
    while text:
        fitting = _fitting(text, longest)
        border = max(text.rfind("\n", 0, fitting), text.rfind(" ", 0, fitting)) + 1
        at = border if fitting < len(text) and border > fitting // 2 else fitting
        found.append(text[:at])
        text = text[at:]
    return tuple(found)


def plain_text(text: str, longest: int = 3000) -> Block:
    """A text that Slack shows as it is. Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(clean(text), longest) or " ", "emoji": False}


def lines_object(lines: Sequence[Rich], names: Names | None, longest: int = 2800) -> Block:
    """One text object for lines of our own words: plain_text unless something in them needs mrkdwn.

    `names` None mentions people as `<@U…>`; with names they are shown by name and only those to page ring.
    """
    if all(isinstance(part, str | Quote) for line in lines for part in line):
        return plain_text("\n".join(_as_is(line) for line in lines), longest)
    shown = _whole_lines([mrkdwn(line, names) for line in lines], longest)
    if not shown:
        return plain_text("\n".join(plain(line) for line in lines), longest)
    return {"type": "mrkdwn", "text": "\n".join(shown), "verbatim": True}


def _whole_lines(lines: Sequence[str], longest: int) -> list[str]:
    """As many lines as fit: half of one could end inside a control sequence. None when the first is too long."""
    shown: list[str] = []
    room = longest - 2
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            return [*shown, "…"] if shown else []
        shown.append(line)
    return shown


def _as_is(line: Rich) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in line if isinstance(part, str | Quote))


def mrkdwn(line: Rich, names: Names | None = None) -> str:
    """One line in mrkdwn, in which only our own Strong, At and Person parts mean anything."""
    shown = [_marked(part, names) for part in line]
    return "".join(_spaced(shown, line, index) for index in range(len(line)))


def _marked(part: Part, names: Names | None) -> str:
    match part:
        case At(instant, style):
            unix = int(instant.timestamp())
            return f"<!date^{unix}^{DATE_FORMATS.get(style, DATE_FORMATS['full'])}|{_utc(part)}>"
        case Person(id, page):
            return f"<@{id}>" if _mentions(names, page) else _unformatted(f"@{(names or {}).get(id, id)}")
        case Strong(text):
            return _bold(text)
        case Quote(text):
            return _unformatted(isolated(text))
        case Link(text, url):
            return _linked(text, url)
        case _:
            return _unformatted(part)


def _bold(text: str) -> str:
    """Spaces at the ends stay outside the marks: inside them Slack shows the marks instead of bold."""
    words = _unformatted(" ".join(text.split()))
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}*{words}*{' ' if text[-1].isspace() else ''}"


def _linked(text: str, url: str) -> str:
    """A bar or a bracket in the address would end it."""
    if _ADDRESS.fullmatch(url) is None:
        return _unformatted(text)
    return f"<{escape(url)}|{_unformatted(text)}>"


def _spaced(shown: Sequence[str], line: Rich, index: int) -> str:
    """Bold only works at word borders, and Chinese has no spaces: a zero-width one makes the border."""
    if not isinstance(line[index], Strong):
        return shown[index]
    bold = shown[index]
    left = _border("".join(shown[:index])[-1:], bold[:1])
    right = _border(bold[-1:], "".join(shown[index + 1 :])[:1])
    return f"{left}{bold}{right}"


def _border(one: str, other: str) -> str:
    """What has to stand between two characters so that bold may begin or end there."""
    alone = not one or not other
    return "" if alone or one.isspace() or other.isspace() else _ZERO_WIDTH_SPACE


def _unformatted(text: str) -> str:
    """Escaped, with the characters that format in mrkdwn swapped for ones that look like them."""
    text = _EDGE_UNDERSCORE.sub("ˍ", text.translate(_LOOKALIKES))
    text = _EMOJI_CODE.sub("∶", _LINE_QUOTE.sub(r"\1›", text))
    return escape(text)


def _mentions(names: Names | None, page: bool) -> bool:
    return names is None or page


def _utc(part: At) -> str:
    """What old clients and screen readers get instead of a date in their own zone."""
    shown = {
        "full": "%Y-%m-%d %H:%M UTC",
        "time": "%H:%M UTC",
        "seconds": "%H:%M:%S UTC",
        "date": "%Y-%m-%d UTC",
    }
    return part.instant.strftime(shown.get(part.style, shown["full"]))


def isolated(text: str) -> str:
    """Somebody's words inside our line, so that right-to-left text cannot turn the rest around."""
    return f"\u2068{text}\u2069" if _BIDI.search(text) else text


def rich_elements(line: Rich, names: Names | None = None) -> list[Block]:
    """One line as rich_text elements, in which text is never read as markup."""
    elements = (_element(part, names) for part in line)
    return [element for element in elements if element.get("text") != ""]


def _element(part: Part, names: Names | None) -> Block:
    match part:
        case At(instant, style):
            shown = DATE_FORMATS.get(style, DATE_FORMATS["full"])
            unix = int(instant.timestamp())
            return {"type": "date", "timestamp": unix, "format": shown, "fallback": _utc(part)}
        case Person(id, page) if _mentions(names, page):
            return {"type": "user", "user_id": id}
        case Person(id):
            return {"type": "text", "text": f"@{clean((names or {}).get(id, id))}"}
        case Strong(text):
            return {"type": "text", "text": clean(text), "style": {"bold": True}}
        case Quote(text):
            return {"type": "text", "text": isolated(clean(text))}
        case Link(text, url) if _ADDRESS.fullmatch(url):
            return {"type": "link", "url": url, "text": clean(text)}
        case Link(text):
            return {"type": "text", "text": clean(text)}
        case _:
            return {"type": "text", "text": clean(part)}


def quoted(kind: str, text: str) -> Block:
    """Somebody's words as a rich_text part: `kind` is rich_text_quote or rich_text_preformatted."""
    return {"type": kind, "elements": [{"type": "text", "text": text}]}
