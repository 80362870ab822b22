"""How the deadlines of a case came about: the answer to a slash command, and a dialog. Pure."""

from __future__ import annotations

from adapters.slack.markup import Block, lines_object, plain_text
from adapters.slack.modals import metadata, modal
from adapters.slack.queue import ephemeral
from adapters.slack.words import Say
from flows.rich import Rich, Strong, plain
from flows.view import WhyView

SHOWN = 20  # clocks, two blocks each; a message has room for 50
ROOM = 2800


def why_answer(view: WhyView, say: Say) -> Block:
    """An ephemeral message with everything in it."""
    title: Block = {"type": "section", "text": lines_object(((Strong(view.title),),), {})}
    listed = "\n".join(plain(line) for heading, lines in view.clocks[:SHOWN] for line in (heading, *lines))
    return ephemeral(f"{view.title}\n{listed}"[:2000]) | {"blocks": [title, *_clocks(view, say)]}


def why_list(view: WhyView, say: Say) -> Block:
    """The dialog behind the card's menu: nothing in it decides anything."""
    return modal("why", view.title, _clocks(view, say), metadata(case=view.case), say)


def _clocks(view: WhyView, say: Say) -> list[Block]:
    """The heading of each, and its lines in smaller print below."""
    if not view.clocks:
        return [{"type": "section", "text": plain_text(say("why.none"))}]
    return [block for heading, lines in view.clocks[:SHOWN] for block in _clock(heading, lines)]


def _clock(heading: Rich, lines: tuple[Rich, ...]) -> list[Block]:
    shown: Block = {"type": "section", "text": lines_object((heading,), {}, ROOM)}
    return [shown, {"type": "context", "elements": [lines_object(lines, {}, ROOM)]}]
