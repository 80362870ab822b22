"""The dialogs in which a person approves in advance: a question's outcomes, the fallback. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.slack.claim import instant
from adapters.slack.markup import Block, clean, lines_object, pieces, plain_text, quoted
from adapters.slack.modals import checkboxes, instant_input, metadata, modal, text_input
from adapters.slack.words import Say
from flows.events import Approved, FallbackApproved
from flows.orderbook.amounts import NoAmount, read_money
from flows.rich import Rich, Strong
from flows.values import Money
from flows.view import FallbackView, OutcomesView

ROOM = 2800
AT_MOST = 10  # of one group of tick boxes

Values = Mapping[str, Any]


def outcomes_form(view: OutcomesView, say: Say) -> Block:
    """Every text whole: nobody approves what they have not seen."""
    blocks = [_line(view.note), *_said((Strong(say("outcomes.text")),), view.text)]
    for row in view.rows:
        blocks += [{"type": "divider"}, *_said(row.does, row.text)]
        if row.gloss:
            blocks += _said((say("outcomes.gloss"),), row.gloss, kind="rich_text_quote")
        if row.against:
            blocks.append(_line((say("outcomes.blocked", why=row.against),)))
    free = [(row.wish, row.label) for row in view.rows if not row.against][:AT_MOST]
    if free:
        blocks += [{"type": "divider"}, checkboxes("outcomes", say("outcomes.pick"), free)]
    about = metadata(case=view.case, version=view.version)
    return modal("outcomes", say("outcomes.title"), blocks, about, say, say("outcomes.submit"))


def fallback_form(view: FallbackView, say: Say, ceiling: str | None = None, *, moved: bool = False) -> Block:
    """`ceiling` is what was typed before; `moved`: the text is another one than the person has seen."""
    told = [_line((say("fallback.moved"),))] if moved else []
    does = [_line(view.does)] if view.does else []
    gloss = _said((say("outcomes.gloss"),), view.gloss, kind="rich_text_quote") if view.gloss else []
    blocks = [*told, _line(view.note), *_said((Strong(say("fallback.text")),), view.text), *gloss, *does]
    blocks.append(instant_input("at", say("fallback.at"), int(view.at.timestamp())))
    blocks.append(instant_input("until", say("fallback.until"), int(view.until.timestamp())))
    if view.ceiling is not None:
        suggested = ceiling or view.ceiling
        typed: Block = {"initial_value": clean(suggested)} if suggested else {}
        block = text_input("ceiling", say("fallback.ceiling"), max_length=40, **typed)
        blocks.append(block | {"hint": plain_text(say("fallback.ceiling_hint"), 2000)})
    about = metadata(case=view.case, version=view.version, stamp=view.stamp)
    return modal("fallback", say("fallback.title"), blocks, about, say, say("fallback.submit"))


def _line(line: Rich) -> Block:
    return {"type": "section", "text": lines_object((line,), {}, ROOM)}


def _said(label: Rich, text: str, kind: str = "rich_text_preformatted") -> list[Block]:
    parts = [{"type": "rich_text", "elements": [quoted(kind, part)]} for part in pieces(clean(text), ROOM)]
    return [_line(label), *parts]


# --- read back -------------------------------------------------------------------------------------------------


def outcomes_said(case: str, by: str, version: int, values: Values) -> Approved:
    ticked = values.get("outcomes") or []
    return Approved(case, by, version, tuple(str(wish) for wish in ticked))


def fallback_said(case: str, by: str, version: int, stamp: str, values: Values) -> FallbackApproved:
    """Raises ValueError for what the dialog has refused before."""
    at, until = window(values)
    return FallbackApproved(case, by, version, at, until, stamp, ceiling_of(values))


def window(values: Values) -> tuple[datetime, datetime]:
    """From when to when. Raises ValueError when one is not given."""
    at, until = values.get("at"), values.get("until")
    if not isinstance(at, int) or not isinstance(until, int):
        raise ValueError("no window")  # noqa: TRY004 - what a dialog said, not a wrong type of ours
    return instant(at), instant(until)


def ceiling_of(values: Values) -> Money | None:
    """None when nothing was typed. Raises ValueError for what is no amount."""
    typed = str(values.get("ceiling") or "").strip()
    try:
        return read_money(typed) if typed else None
    except NoAmount as error:
        raise ValueError("no amount") from error
