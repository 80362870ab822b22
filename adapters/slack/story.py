"""Lines of the case file as one message in the card's thread. Pure.

They stand in rich_text, where nothing anybody wrote can be read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.slack.card import MESSAGE_ROOM, SECTION, Message
from adapters.slack.markup import Block, Names, clean, cut, escape, pieces, quoted, rich_elements, size
from flows.rich import Part, Person, Quote, Rich, plain

NOTICE = 300
INLINE = 120
MESSAGE_BLOCKS = 48


def history(key: str, lines: Sequence[Rich], names: Names) -> Message:
    """`names` are people's names by id: only a Person to page is mentioned, so that the file does not ring."""
    shown = _fitted(lines)
    parts = [part for line in shown for part in _parts(line, names)]
    blocks = list(_blocks(parts))[:MESSAGE_BLOCKS]
    notice = cut(" ".join(_named(line, names) for line in lines), NOTICE)
    return Message(escape(notice) or "…", blocks, key)


def people(lines: Sequence[Rich]) -> frozenset[str]:
    """Whose names are needed to show these lines."""
    return frozenset(part.id for line in lines for part in line if isinstance(part, Person))


def _named(line: Rich, names: Names) -> str:
    spoken = (f"@{names.get(p.id, p.id)}" if isinstance(p, Person) else p for p in line)
    return plain(tuple(spoken))


def _parts(line: Rich, names: Names) -> Iterator[Block]:
    """Sections of running words, and a quotation wherever somebody's words are long or have lines of their own."""
    running: list[Part] = []
    for part in line:
        if not isinstance(part, Quote) or (len(part.text) <= INLINE and "\n" not in part.text):
            running.append(part)
            continue
        yield from _section(tuple(running), names)
        running = []
        yield from (quoted("rich_text_quote", piece) for piece in pieces(clean(part.text), SECTION))
    yield from _section(tuple(running), names)


def _section(running: Rich, names: Names) -> Iterator[Block]:
    elements = rich_elements(running, names)
    if elements:
        yield {"type": "rich_text_section", "elements": elements}


def _blocks(parts: Sequence[Block]) -> Iterator[Block]:
    """One rich_text block for parts of up to a section's length: Slack states no limit, so none is leant on."""
    row: list[Block] = []
    room = SECTION
    for part in parts:
        needed = sum(size(element.get("text", "")) for element in part["elements"])
        if row and needed > room:
            yield {"type": "rich_text", "elements": row}
            row, room = [], SECTION
        row.append(part)
        room -= needed
    if row:
        yield {"type": "rich_text", "elements": row}


def _fitted(lines: Sequence[Rich]) -> list[Rich]:
    """The same lines, their parts shortened evenly when they are too much for one message."""
    texts = [part for line in lines for part in line if _length(part)]
    if sum(_length(part) for part in texts) <= MESSAGE_ROOM:
        return list(lines)
    most = MESSAGE_ROOM // len(texts)
    return [tuple(_shortened(part, most) for part in line) for line in lines]


def _length(part: Part) -> int:
    return size(part if isinstance(part, str) else getattr(part, "text", ""))


def _shortened(part: Part, most: int) -> Part:
    match part:
        case str():
            return cut(part, most)
        case Quote(text):
            return replace(part, text=cut(text, most))
        case _:
            return part
