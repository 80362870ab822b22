"""Everything a view is made from, loaded beforehand: the case and the texts, names and words it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.action import Entry
from flows.book import Book
from flows.case import Case
from flows.papers import Found
from flows.playbooks import Choice
from flows.policy import Policy
from flows.rich import At, Line, Part, Person, Quote, Rich, fill

ERASED = "…"


@dataclass(frozen=True, slots=True)
class MessageText:
    """A buyer's message as stored: its text (None when erased), the kinds of its media, when it was sent, and the
    conversation it stands in.
    """

    body: str | None
    media: tuple[str, ...]
    sent_at: datetime
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who a conversation is held with, as the channel names them, and the channel's name."""

    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with all it refers to. `texts` and `messages` are by id; one that was erased is not there.

    `people` is who each conversation is held with. `moved_to` is the number of the case that this one went into.
    `ledger` is what other cases did on the order, or are to do. `papers` are those that the situation needs.
    """

    case: Case
    now: datetime
    policy: Policy
    book: Book
    choice: Choice
    texts: Mapping[str, str]
    messages: Mapping[str, MessageText]
    people: Mapping[str, Correspondent]
    moved_to: int = 0
    ledger: Sequence[Entry] = ()
    papers: Sequence[Found] = ()

    @property
    def buyer(self) -> str:
        """The name of whom the case began with; "" where nobody wrote."""
        known = self.people.get(self.case.parties[0].conversation) if self.case.parties else None
        return "" if known is None else known.name

    @property
    def today(self) -> date:
        """The shop's."""
        return self.now.astimezone(ZoneInfo(self.policy.zone)).date()

    def word(self, key: str, **params: Part) -> Rich:
        """One phrase in the staff's language. Raises KeyError for an unknown key or a missing parameter."""
        return fill(self.book.words.template(key, self.policy.language), params)

    def template(self, key: str) -> str:
        """One phrase with its places still open."""
        return self.book.words.template(key, self.policy.language)

    def label(self, key: str, **params: str) -> str:
        """One phrase as plain text, for buttons and notifications."""
        return "".join(str(part) for part in self.word(key, **params))

    def text(self, id: str) -> str:
        return self.texts.get(id, ERASED)

    def line(self, line: Line) -> Rich:
        """A stored line, worded. An unknown key (an older code's line) shows as the key itself."""
        params = {name: self._part(value) for name, value in line.params}
        try:
            return self.word(f"line.{line.key}", **params)
        except KeyError:
            return (line.key,)

    def _part(self, value: str) -> Part:
        """A stored parameter as a part: instants, people, texts and words are marked by their prefix."""
        mark, _, rest = value.partition(":")
        match mark:
            case "at":
                return At(datetime.fromisoformat(rest))
            case "person":
                return Person(rest)
            case "text":
                return Quote(self.text(rest))
            case "message":
                return Quote(self._message(rest))
            case "word":
                return self.label(rest) if self._knows(rest) else rest.rpartition(".")[2]
            case _:
                return value

    def _knows(self, key: str) -> bool:
        return key in self.book.words.languages["en"]

    def _message(self, id: str) -> str:
        message = self.messages.get(id)
        if message is None:
            return ERASED
        media = self.media(message)
        return "\n".join(part for part in (message.body or "", media) if part)

    def media(self, message: MessageText) -> str:
        """Media as words: "Photos: 2, Documents: 1"."""
        kinds = {kind: message.media.count(kind) for kind in message.media}
        return self.label("list.comma").join(
            self.label(f"media.{kind}", count=str(count)) for kind, count in kinds.items()
        )
