"""The dead letter as staff see it: what came, when, from where, and why it could not be handled. No content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flows.rich import At, Part, Quote, Rich, fill
from flows.view import AlarmView, Button, DeadRow

REASON = 300

Template = Callable[[str], str]  # a phrase of the catalogue by its key; raises KeyError


def dead_row(
    template: Template,
    row: str,
    channel: str,
    kind: str,
    stored_at: datetime,
    died_at: datetime,
    reason: str,
    version: str,
) -> DeadRow:
    """`version` is the code's that gave up: after an update, trying again is worth it."""
    what: dict[str, Part] = {"what": _kind(template, kind), "channel": channel, "at": At(stored_at)}
    why: dict[str, Part] = {"reason": Quote(reason[:REASON]), "at": At(died_at), "version": version}
    return DeadRow(row, (fill(template("dead.came"), what), fill(template("dead.why"), why)))


def filled(template: Template, key: str, **params: Part) -> Rich:
    """One phrase of the catalogue with its parameters."""
    return fill(template(key), params)


def _kind(template: Template, kind: str) -> str:
    try:
        return template(f"dead.kind.{kind}")
    except KeyError:
        return kind


def notice(template: Template, key: str, count: int) -> AlarmView:
    """The one message that says that something waits there, with a way to it."""
    how_many = "one" if count == 1 else "many"
    text: Rich = fill(template(f"dead.notice.{how_many}"), {"count": str(count)})
    push = template(f"dead.push.{how_many}").format(count=count)
    button = Button("dead", template("dead.open"), "dead:0")
    return AlarmView(
        key=key, push=push, text=(text, fill(template("dead.todo"), {})), buttons=(button,), loud=True
    )
