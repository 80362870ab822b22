"""A case or an alert as one Slack message. Pure.

Limits: docs.slack.dev, reference/block-kit/blocks (section 3000, field 2000, 10 elements in a context); the
ceiling over a whole message near 13,200 characters is undocumented (slackapi/bolt-js#2509).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from adapters.slack.markup import (
    Block,
    Names,
    clean,
    cut,
    escape,
    lines_object,
    mrkdwn,
    pieces,
    plain_text,
    quoted,
    rich_elements,
    size,
)
from flows.rich import Rich, Strong
from flows.view import AlarmView, Button, CardView, Choice, Option, Words

MESSAGE_ROOM = 12_000
SECTION = 2800
CONTEXT = 2000
FIELD = 2000
FIELDS = 10
OVERFLOW_OPTIONS = 5
SHORTEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the notification and what screen readers use; `key` is found again in the metadata."""

    text: str
    blocks: list[Block]
    key: str

    def metadata(self) -> Block:
        return {"event_type": "amends", "event_payload": {"k": self.key}}


def card_key(case: str) -> str:
    return f"card:{case}"


def card(view: CardView) -> Message:
    """The card, top to bottom; the draft is shown whole before anything else gets room."""
    below = _context([view.below] if view.below else [])
    around = [_head(view), *_fields(view), *_after(view), *below]
    buyer, draft, copy, gloss = _fitted(view, MESSAGE_ROOM - _length(around))
    said = [
        *_words(buyer, "rich_text_quote"),
        *_words(draft, "rich_text_preformatted"),
        *below,
        *_words(gloss, "rich_text_quote"),
        *_words(copy, "rich_text_preformatted"),
    ]
    head = 1 + len(_fields(view))
    return Message(escape(view.push), [*around[:head], *said, *_after(view)], card_key(view.case))


def alarm(view: AlarmView, names: Names | None = None) -> Message:
    """An alert with its buttons; people to page are mentioned, so that it rings, others shown by name."""
    blocks = _sections(view.text or ((view.push,),), names)
    if view.buttons:
        blocks.append({"type": "actions", "elements": buttons(view.buttons)})
    return Message(escape(view.push), blocks, view.key)


def _sections(lines: Sequence[Rich], names: Names | None = None) -> list[Block]:
    """As many sections as it takes to show every line whole."""
    pages: list[list[Rich]] = [[]]
    room = SECTION
    for line in lines:
        length = size(mrkdwn(line, names)) + 1
        if length > room and pages[-1]:
            pages.append([])
            room = SECTION
        pages[-1].append(line)
        room -= length
    return [{"type": "section", "text": lines_object(page, names, SECTION)} for page in pages]


def _head(view: CardView) -> Block:
    """The clocks come first, because they are why a card is looked at."""
    head: Block = {"type": "section", "text": lines_object((*view.clocks, view.title), None, SECTION)}
    if view.menu:
        head["block_id"] = block_id("menu", view)
        head["accessory"] = _menu(view.menu, view.menu_label)
    return head


def block_id(kind: str, view: CardView) -> str:
    """Names the case for elements that carry no value of their own; new on each revision, as Slack asks."""
    return f"{kind}:{view.case}:{view.version}:{view.revision}"


def _menu(options: Sequence[Option], label: str) -> Block:
    if len(options) <= OVERFLOW_OPTIONS:
        return {"type": "overflow", "action_id": "menu", "options": [_option(o) for o in options]}
    listed = [_option(Option(o.value, o.label)) for o in options]
    shown = plain_text(label or "…", 150)
    return {"type": "static_select", "action_id": "menu", "placeholder": shown, "options": listed}


def _option(option: Option) -> Block:
    made: Block = {"text": plain_text(option.label, 75), "value": option.value}
    return made | ({"url": option.url} if option.url else {})


def _fields(view: CardView) -> list[Block]:
    shown = [_field(name, value) for name, value in view.fields]
    rows = [shown[at : at + FIELDS] for at in range(0, len(shown), FIELDS)]
    return [{"type": "section", "fields": row} for row in rows]


def _field(name: str, value: Rich) -> Block:
    """Name and value on one line: a card is read in a channel, where height is scarce."""
    return lines_object(((Strong(name), " ", *value),), None, FIELD)


def _after(view: CardView) -> list[Block]:
    """What stands below the texts: why, what may be chosen and pressed, and where it stands."""
    blocks = [*_context(view.reasons)]
    if view.choice and view.choice.options:
        blocks.append(_choice(view.choice, view))
    if view.cause:
        blocks.append(_choice(view.cause, view))
    if view.buttons:
        row = buttons(view.buttons)
        blocks.append({"type": "actions", "block_id": block_id("buttons", view), "elements": row})
    return [*blocks, *_context(view.state)]


def _context(lines: Sequence[Rich]) -> list[Block]:
    return [{"type": "context", "elements": [lines_object(lines, None, CONTEXT)]}] if lines else []


def _choice(choice: Choice, view: CardView) -> Block:
    options = [_option(Option(o.value, o.label)) for o in choice.options[:100]]
    select: Block = {
        "type": "static_select",
        "action_id": choice.action,
        "placeholder": plain_text(choice.placeholder or choice.label, 150),
        **_listed(choice.options[:100]),
    }
    current = [option for option in options if option["value"] == choice.current]
    if current:
        select["initial_option"] = current[0]
    return {
        "type": "section",
        "block_id": block_id(choice.action, view),
        "text": plain_text(choice.label, SECTION),
        "accessory": select,
    }


def _listed(options: Sequence[Option]) -> Block:
    """The entries as they are, or under their headings, neighbours of one heading together."""
    if not any(option.group for option in options):
        return {"options": [_option(Option(o.value, o.label)) for o in options]}
    groups = [
        {"label": plain_text(heading, 75), "options": [_option(Option(o.value, o.label)) for o in under]}
        for heading, under in groupby(options, key=lambda option: option.group)
    ]
    return {"option_groups": groups}


def buttons(row: Sequence[Button]) -> list[Block]:
    """At most one is primary. Slack wants action ids to differ within a block: a second one gets "#2"."""
    made: list[Block] = []
    seen: dict[str, int] = {}
    primary = next((button for button in row if button.primary), None)
    for button in row:
        seen[button.action] = seen.get(button.action, 0) + 1
        nth = f"#{seen[button.action]}" if seen[button.action] > 1 else ""
        made.append(_button(button, f"{button.action}{nth}", primary=button is primary))
    return made


def _button(button: Button, action: str, *, primary: bool) -> Block:
    made: Block = {"type": "button", "action_id": action, "text": plain_text(button.label, 75)}
    if button.value:
        made["value"] = button.value
    if button.url:
        made["url"] = button.url
    if primary or button.danger:
        made["style"] = "primary" if primary else "danger"
    if button.accessible:
        made["accessibility_label"] = cut(clean(button.accessible), 75)
    return made


def _words(words: Words | None, kind: str) -> list[Block]:
    """A label and the text below it, over as many blocks as it takes to show it whole."""
    if words is None:
        return []
    label: list[Block] = []
    if words.label:
        label = [{"type": "rich_text_section", "elements": rich_elements(words.label)}]
    parts = [quoted(kind, part) for part in pieces(clean(words.text), SECTION)]
    if not parts:
        return [{"type": "rich_text", "elements": label}] if label else []
    first: Block = {"type": "rich_text", "elements": [*label, parts[0]]}
    return [first, *({"type": "rich_text", "elements": [part]} for part in parts[1:])]


def _fitted(view: CardView, room: int) -> tuple[Words | None, Words | None, Words | None, Words | None]:
    """Buyer, draft, copy and gloss so that all fit: what will be sent is shown whole, the others give way."""
    draft = _shortened(view.draft, room)
    copy = _shortened(view.copy, room - _size(draft))
    room -= _size(draft) + _size(copy)
    buyer = _shortened(view.buyer, max(SHORTEST_WORDS, room - _size(view.gloss)))
    return buyer, draft, copy, _shortened(view.gloss, max(SHORTEST_WORDS, room - _size(buyer)))


def _shortened(words: Words | None, room: int) -> Words | None:
    return words and Words(words.label, cut(clean(words.text), max(room, SHORTEST_WORDS)))


def _size(words: Words | None) -> int:
    return size(clean(words.text)) if words else 0


def _length(blocks: Sequence[Block]) -> int:
    """Characters over all texts of these blocks."""
    return sum(_texts(block) for block in blocks)


def _texts(part: object) -> int:
    match part:
        case {"text": str(text), **rest}:
            return size(text) + _texts(list(rest.values()))
        case dict():
            return sum(_texts(value) for value in part.values())
        case list():
            return sum(_texts(value) for value in part)
        case _:
            return 0
