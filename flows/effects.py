"""Consequences: things to do, in the imperative. Stored in the transaction that decided them."""

from __future__ import annotations

from msgspec import Struct

from flows.case import Case
from flows.events import ConversationMoved
from flows.rich import Line
from flows.values import NewText, TextRef


class SendReply(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Hold this text for the buyer until the step releases it; sent at most once, ever.

    `id` is the outbox row and derives from the approving event. `version` is the case's, for the
    compare-and-set that lets it go. `buttons` stand below the text: (what a tap sends back, words).
    """

    id: str
    conversation: str
    text: TextRef
    version: int
    buttons: tuple[tuple[str, str], ...] = ()


class ReleaseReply(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """The undo window has passed: let the held row go, if nothing voided it."""

    id: str


class CancelReply(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Take a held row back."""

    id: str
    why: str


class SendAutomatic(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """A fixed text of a kind the shop lets go out by itself (`kind`: receipt)."""

    id: str
    kind: str
    conversation: str
    text: TextRef


class ShowCase(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Bring the card and the thread up to the newest state. `patience_s`: wait so long for more news."""

    patience_s: float = 0.0


class SoundAlarm(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Post one rung of a ladder as a new message, mentioning `people`; `loud` goes to the channel itself.

    `again` counts the posts of this rung that went before: nobody has acknowledged it yet.
    """

    id: str
    deadline: str
    rung: str
    people: tuple[str, ...]
    loud: bool
    again: int = 0


class PageStaff(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Tell of a rung by the second path `path`, where the desk is not: at least once."""

    id: str
    deadline: str
    rung: str
    path: str


class RefreshAlarm(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Edit a rung's posted alerts: somebody acknowledged it, or the clock has stopped. When it climbed, only
    `message` is edited, the post before: one edit a climb, however many posts there are.
    """

    id: str
    deadline: str
    rung: str
    message: str | None = None


class TellPerson(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Answer the person who clicked, seen by nobody else. Best effort: never the only copy of anything."""

    id: str
    person: str
    line: Line


class RecogniseMessage(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """Have the recogniser read this message; its answer comes back as an event. `language` is what the case was
    held in so far, "" for its first message: there the writer's own client says more.
    """

    id: str
    message: str
    language: str = ""


class TellCase(Struct, frozen=True, gc=False, tag_field="effect", tag=True, omit_defaults=True):
    """What concerns another case: an event for it, stored in the same transaction."""

    id: str
    event: ConversationMoved


Effect = (
    SendReply
    | ReleaseReply
    | CancelReply
    | SendAutomatic
    | ShowCase
    | SoundAlarm
    | PageStaff
    | RefreshAlarm
    | TellPerson
    | RecogniseMessage
    | TellCase
)


class Decision(Struct, frozen=True, gc=False):
    """The new case and what follows. `lines` are the thread's history, oldest first.

    The instant at which a time predicate would change the branch is one of the case's reminders ("review").
    """

    case: Case
    effects: tuple[Effect, ...] = ()
    texts: tuple[NewText, ...] = ()
    lines: tuple[Line, ...] = ()
