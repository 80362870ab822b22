"""What changed from one state of the packs to the next: pure, for a look before open cases are counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from flows.rules.pack import RulePack
from flows.rules.rule import Rule

Key = tuple[str, tuple[str, ...], tuple[str, ...], date | None]
_COUNTED = frozenset(
    {"valid_until", "length", "unit", "opens", "counting", "choices", "calendar", "second_calendar", "zone",
     "clock", "bound", "whose", "history", "start_event", "stop_events"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One dated rule: `before` is None when it is new, `after` when it went. `what` are (field, old, new)."""

    before: Rule | None
    after: Rule | None
    what: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        rule = self.after or self.before
        return rule.id if rule is not None else ""

    @property
    def moves(self) -> bool:
        """Whether a deadline may fall elsewhere: a new source or a later check moves none."""
        return self.before is None or self.after is None or any(name in _COUNTED for name, _, _ in self.what)


def diff(old: RulePack, new: RulePack) -> tuple[Change, ...]:
    """Every rule that is new, gone or says something else, by id and first day; empty when none is."""
    before, after = ({_key(rule): rule for rule in pack.rules} for pack in (old, new))
    keys = sorted(before.keys() | after.keys(), key=lambda key: (*key[:3], key[3] or date.min))
    changes = (_change(before.get(key), after.get(key)) for key in keys)
    return tuple(change for change in changes if change is not None)


def _change(before: Rule | None, after: Rule | None) -> Change | None:
    if before is None or after is None:
        return Change(before, after)
    what = tuple(_differences(before, after))
    return Change(before, after, what) if what else None


def _differences(before: Rule, after: Rule) -> Iterator[tuple[str, str, str]]:
    for field in fields(Rule):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in ("version", "original"):
            yield field.name, str(old), str(new)


def _key(rule: Rule) -> Key:
    return rule.id, rule.sites, rule.not_sites, rule.valid_from
