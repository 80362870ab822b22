"""The dead letter as a dialog: what could not be handled, with a way to have it handled again or dropped. Pure."""

from __future__ import annotations

from adapters.slack.markup import Block, lines_object, plain_text
from adapters.slack.modals import metadata, modal, text_input
from adapters.slack.words import Say
from flows.view import DeadRow, DeadView

ROW = 900


def dead_list(view: DeadView, say: Say, asked: str = "") -> Block:
    """One section and two buttons for each row. `asked` was decided on a moment ago: it shows no buttons."""
    blocks = [block for row in view.rows for block in _row(row, say, is_asked=row.row == asked)]
    left = view.total - len(view.rows)
    if left > 0:
        more = plain_text(say("dead.more", count=str(left)), 2000)
        blocks.append({"type": "context", "elements": [more]})
    intro = say("dead.intro" if blocks else "dead.empty")
    return modal("dead", say("dead.title"), [_words(intro), *blocks], metadata(), say)


def _words(text: str) -> Block:
    return {"type": "section", "text": plain_text(text)}


def _row(row: DeadRow, say: Say, *, is_asked: bool) -> list[Block]:
    shown: Block = {"type": "section", "text": lines_object(row.words, {}, ROW)}
    if is_asked:
        return [shown, {"type": "context", "elements": [plain_text(say("dead.asked"), 2000)]}]
    pressed = [_button("dead_retry", say("dead.retry"), row.row), _button("dead_drop", say("dead.drop"), row.row)]
    return [shown, {"type": "actions", "block_id": f"dead:{row.row}", "elements": pressed}]


def _button(action: str, label: str, row: str) -> Block:
    return {"type": "button", "action_id": action, "text": plain_text(label, 75), "value": row}


def drop_form(row: str, say: Say) -> Block:
    """The reason is asked for, and its button is the second yes."""
    why = text_input("why", say("dead.drop.why"), multiline=True, max_length=1000)
    blocks = [_words(say("dead.drop.note")), why]
    return modal("dead_drop", say("dead.drop.title"), blocks, metadata(row=row), say, say("dead.drop.submit"))
