"""The card of a case that cannot be shown as it should be: which case, that something is wrong, what to do."""

from __future__ import annotations

from collections.abc import Callable

from flows.case import Case
from flows.rich import Strong, fill
from flows.view import CardView

Template = Callable[[str], str]  # a phrase of the desk's catalogue by its key; raises KeyError


def unshown_card(case: Case, template: Template, reason: str) -> CardView:
    """Made of the case's number and order alone: whatever broke the card must not break this one too."""
    number, order = f"A-{case.number:04d}", case.order or ""
    why = fill(template("unshown.why"), {"reason": reason})
    return CardView(
        case=case.id,
        version=case.version,
        revision=case.revision,
        number=number,
        push=template("unshown.push").format(number=number),
        title=(Strong(" · ".join(part for part in (number, order) if part)),),
        clocks=(),
        fields=(),
        buyer=None,
        draft=None,
        gloss=None,
        reasons=(),
        state=(why, fill(template("unshown.todo"), {})),
        buttons=(),
        menu=(),
        menu_label="",
        choice=None,
    )
