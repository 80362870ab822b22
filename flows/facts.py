"""The facts that staff may set, with their types. Stored as strings; typed at the border, so that no nonsense gets
in.

A choice is stored by its word, money as "24.90 EUR", an instant as ISO 8601 in UTC, a number in digits. Unknown is
a value: "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from flows.case import CauseCode, Situation
from flows.orderbook.amounts import NoAmount, read_money, written
from flows.playbooks import Playbook

LONGEST = 200


class Kind(StrEnum):
    CHOICE = "choice"  # yes and no among them
    MONEY = "money"  # with its currency
    INSTANT = "instant"  # with its zone
    NUMBER = "number"
    TEXT = "text"


class WrongFact(ValueError):
    """Not a value of this type. The message is the key of the staff's word for it, below `facts.wrong`."""


@dataclass(frozen=True, slots=True)
class FactType:
    """`values` are those of a choice."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()

    def read(self, typed: str) -> str:
        """What was typed, as it is stored; "" stays unknown. Raises WrongFact."""
        if self.kind is Kind.CHOICE and typed and typed not in self.values:
            raise WrongFact(Kind.CHOICE)
        return read(self.kind, typed)


# What the order book says, and staff may know better. Choices come from the playbooks.
ORDER = FactType("order", Kind.TEXT)
CAUSE = FactType("cause", Kind.CHOICE, tuple(CauseCode))  # of the case itself: it decides nothing
TYPED = (
    ORDER,
    FactType("order_value", Kind.MONEY),
    FactType("promised_at", Kind.INSTANT),
    FactType("shipped_at", Kind.INSTANT),
    FactType("delivered_at", Kind.INSTANT),
    FactType("carrier", Kind.TEXT),
    FactType("tracking_no", Kind.TEXT),
    FactType("return_freight", Kind.MONEY),
    FactType("refund_amount", Kind.MONEY),
    FactType("both_because", Kind.TEXT),
)


def type_of(name: str, playbooks: Mapping[Situation, Playbook]) -> FactType | None:
    """The type of a fact; None for one that nobody is asked for, or nobody
    knows (an older version's): it is taken as it is."""
    typed = next((each for each in (*TYPED, CAUSE) if each.name == name), None)
    if typed is not None:
        return typed
    specs = (spec for book in playbooks.values() for spec in book.facts if spec.asks and spec.name == name)
    values = dict.fromkeys(value for spec in specs for value in spec.values)
    return FactType(name, Kind.CHOICE, tuple(values)) if values else None


def read(kind: str, typed: str) -> str:
    """What was typed, as a fact of this kind is stored. Raises WrongFact."""
    text = typed.strip()
    if not text:
        return ""
    try:
        match kind:
            case Kind.MONEY:
                return written(read_money(text))
            case Kind.INSTANT:
                return _instant(text)
            case Kind.NUMBER:
                return str(int(text))
    except (NoAmount, ValueError, OverflowError, OSError):
        raise WrongFact(kind) from None
    if len(text) > LONGEST:
        raise WrongFact(Kind.TEXT)
    return text


def _instant(text: str) -> str:
    """Unix seconds, as pickers give them, or ISO 8601 with a zone: one without would be a guess."""
    at = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise WrongFact(Kind.INSTANT)
    return at.astimezone(UTC).isoformat()
