"""What people at the desk are shown, as values free of any platform's markup.

Builders live beside this page (`card`, `alarm`, `story`); adapters only translate these values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.rich import Rich


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is the stable id (approve, edit, decline, undo, submitted, settle_sent, settle_resend, acknowledge,
    open_link, noticed); `value` is "{case}:{version}" and nothing else, for `noticed` a warning's id. One with
    `url` opens it.
    `accessible` is the full sentence a screen reader says.
    """

    action: str
    label: str
    value: str
    primary: bool = False
    danger: bool = False
    url: str = ""
    accessible: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a menu or a select; `value` is what comes back. One with `url` opens it.

    Neighbours with the same `group` stand under that heading.
    """

    value: str
    label: str
    url: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A select on the card (`action` id `situation`): what it asks, the current value, else what it invites to."""

    action: str
    label: str
    options: tuple[Option, ...]
    current: str | None = None
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words under a label. `text` is shown as it is, never read as markup."""

    label: Rich
    text: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One case on the channel, top to bottom as the fields stand here.

    `push` is the notification: deadline first, plain, at most 80 characters. `clocks` are the deadline lines,
    the one that drives first. `draft` is exactly what will be sent, `below` the buttons under it. `state` says who
    did what, when.
    """

    case: str
    version: int
    revision: int
    number: str
    push: str
    title: Rich
    clocks: tuple[Rich, ...]
    fields: tuple[tuple[str, Rich], ...]
    buyer: Words | None
    draft: Words | None
    gloss: Words | None
    reasons: tuple[Rich, ...]
    state: tuple[Rich, ...]
    buttons: tuple[Button, ...]
    menu: tuple[Option, ...]
    menu_label: str
    choice: Choice | None
    copy: Words | None = None
    below: Rich | None = None
    cause: Choice | None = None


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alert: a new message with its own buttons. `loud` stands in the channel, else in the thread."""

    key: str
    push: str
    text: tuple[Rich, ...]
    buttons: tuple[Button, ...]
    loud: bool


@dataclass(frozen=True, slots=True)
class PageView:
    """An alarm by a second path, in plain words: number, situation, due time, what to do. Nothing a buyer said.

    `title` stands alone where there is room for one line. `link` opens the case at the desk, `acknowledge` is the
    address (with its label) where it can be acknowledged, `token` the same for a path that answers by itself (at
    most 64 characters). `urgent`: worth waking somebody.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    urgent: bool = True
    link: str = ""
    link_label: str = ""
    acknowledge: str = ""
    acknowledge_label: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class EditorView:
    """What the editing dialog opens with."""

    case: str
    version: int
    title: str
    text: str
    limit: int
    note: Rich
    can_send: bool


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One button of a question: what its tap would bring. `against` says why it cannot be approved."""

    wish: str
    label: str
    does: Rich
    text: str
    gloss: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """What may be approved together with a question: the question itself, and each button's outcome."""

    case: str
    version: int
    note: Rich
    text: str
    rows: tuple[OutcomeRow, ...]


@dataclass(frozen=True, slots=True)
class FallbackView:
    """The fallback as it would go out `at` that time. `ceiling` is suggested, None where it costs nothing.

    `stamp` is that of the text: it comes back with the approval.
    """

    case: str
    version: int
    note: Rich
    text: str
    gloss: str
    does: Rich
    at: datetime
    until: datetime
    ceiling: str | None
    stamp: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the guard found: `level` is block, warn or note; `words` the offending words; `rule` its id."""

    level: str
    rule: str
    message: str
    words: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """One fact that staff may set: its name, what it asks, the allowed values of a choice, and the current one as
    it is stored. `kind` is choice, money, instant, number or text.
    """

    name: str
    label: str
    options: tuple[Option, ...]
    current: str | None
    kind: str = "choice"


@dataclass(frozen=True, slots=True)
class FactsView:
    case: str
    version: int
    title: str
    questions: tuple[FactQuestion, ...]


@dataclass(frozen=True, slots=True)
class WhyView:
    """How the deadlines of a case came about: for each its heading, and line by line the arithmetic."""

    case: str
    title: str
    clocks: tuple[tuple[Rich, tuple[Rich, ...]], ...]


@dataclass(frozen=True, slots=True)
class DeadRow:
    """One input that could not be handled, `row` its id: what came, when and from where; what was wrong."""

    row: str
    words: tuple[Rich, ...]


@dataclass(frozen=True, slots=True)
class DeadView:
    """The dead letter: the oldest rows, and how many there are in all."""

    rows: tuple[DeadRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue: number and title, its nearest clock, and a link to the card if there is one."""

    case: str
    words: Rich
    card: str | None
