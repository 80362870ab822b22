"""The queue as the answer to a slash command: seen by the one who asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.markup import Block, escape, lines_object, plain_text
from adapters.slack.words import Say
from flows.rich import Strong, plain
from flows.view import QueueRow

SHOWN = 20
ROW = 400


def queue(rows: Sequence[QueueRow], say: Say) -> Block:
    """An ephemeral message: one line for each of the first SHOWN cases, with a link to its card."""
    if not rows:
        return ephemeral(say("queue.empty"))
    blocks = [_title(say), *(_row(row, number, say) for number, row in enumerate(rows[:SHOWN], start=1))]
    if len(rows) > SHOWN:
        more = plain_text(say("queue.more", count=str(len(rows) - SHOWN)))
        blocks.append({"type": "context", "elements": [more]})
    listed = "\n".join(plain(row.words) for row in rows[:SHOWN])
    return ephemeral(f"{say('queue.title')}\n{listed}"[:2000]) | {"blocks": blocks}


def ephemeral(text: str) -> Block:
    return {"response_type": "ephemeral", "text": escape(text)}


def _title(say: Say) -> Block:
    return {"type": "section", "text": lines_object(((Strong(say("queue.title")),),), {})}


def _row(row: QueueRow, number: int, say: Say) -> Block:
    block: Block = {"type": "section", "text": lines_object((row.words or (row.case,),), {}, ROW)}
    if row.card and row.card.startswith(("https://", "http://")):
        opener: Block = {"type": "button", "action_id": "open_link", "text": plain_text(say("queue.open"), 75)}
        opener |= {"url": row.card, "value": f"queue:{number}"}
        block["accessory"] = opener
    return block
