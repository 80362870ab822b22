"""All rules as one value: which of them holds where and when, and which version of all this is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType

from flows.rules.advice import Advice
from flows.rules.rule import Rule
from flows.values import aware


class NoSuchRule(LookupError):
    """No rule of this name holds there and then."""


@dataclass(frozen=True)
class RulePack:
    """The rules of every platform, dated versions side by side. `find` and `one` are the way to the right one."""

    rules: tuple[Rule, ...]
    advice: tuple[Advice, ...] = ()

    @cached_property
    def version(self) -> str:
        """The day the newest source was read, and a digest of everything: "2026-11-01.3fa9c1d20b7e"."""
        newest = max((rule.read for rule in self.rules), default=date.min)
        return f"{newest}.{digest((*(rule.version for rule in self.rules), *map(repr, self.advice)))}"

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules)

    @cached_property
    def _named(self) -> Mapping[str, tuple[Rule, ...]]:
        """Id or clock name to its rules: the shortest limit first, outer bounds after those that drive."""
        named: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=_by_drive):
            named.setdefault(rule.id, []).append(rule)
            if rule.clock != rule.id and not rule.history:
                named.setdefault(rule.clock, []).append(rule)
        return MappingProxyType({name: tuple(rules) for name, rules in named.items()})

    @cached_property
    def _started(self) -> Mapping[tuple[str, str], tuple[Rule, ...]]:
        """(platform, start event) to the rules it starts, those that drive first."""
        started: dict[tuple[str, str], list[Rule]] = {}
        for rule in sorted(self.rules, key=_by_drive):
            if not rule.history:
                started.setdefault((rule.platform, rule.start_event), []).append(rule)
        return MappingProxyType({key: tuple(rules) for key, rules in started.items()})

    def starting(self, platform: str, event: str, at: datetime, site: str | None = None) -> tuple[Rule, ...]:
        """What this event starts at that instant: of each clock the limit that drives, and the outer one."""
        day = aware(at).date()
        chosen: dict[tuple[str, str], Rule] = {}
        for rule in self._started.get((platform, event), ()):
            if rule.applies_at(site) and rule.holds_on(day):
                chosen.setdefault((rule.clock, rule.bound), rule)
        return tuple(chosen.values())

    def find(
        self, name: str, at: datetime, *, platform: str | None = None, site: str | None = None
    ) -> tuple[Rule, ...]:
        """The rules of this id or clock that hold at the start instant `at`, the one that drives first.

        Without a site every site's version is answered: the shortest drives until the site is known. A dated
        rule's days are UTC days. Empty when there is none; raises ValueError for a naive instant.
        """
        day = aware(at).date()
        return tuple(
            rule
            for rule in self._named.get(name, ())
            if (platform is None or rule.platform == platform) and rule.applies_at(site) and rule.holds_on(day)
        )

    def one(self, name: str, at: datetime, *, platform: str | None = None, site: str | None = None) -> Rule:
        """The one that drives. Raises NoSuchRule when none holds."""
        found = self.find(name, at, platform=platform, site=site)
        if not found:
            where = "".join(f", {part}" for part in (platform, site) if part)
            raise NoSuchRule(f"no rule {name!r} holds on {at:%Y-%m-%d}{where}")
        return found[0]

    def named(self, name: str) -> tuple[Rule, ...]:
        """Every version of this id, or every rule of this clock, whenever it holds; empty when there is none."""
        return self._named.get(name, ())

    def advice_named(self, id: str) -> Advice | None:
        return next((advice for advice in self.advice if advice.id == id), None)

    def advice_for(self, situation: str | None, platform: str | None) -> tuple[Advice, ...]:
        """What the seeds advise there and a rule forbids; None stands for any situation or platform."""
        return tuple(advice for advice in self.advice if advice.is_for(situation, platform))

    def stale(self, today: date) -> tuple[Rule, ...]:
        """Rules whose sources should have been looked at again by `today`, the longest overdue first."""
        overdue = (rule for rule in self.rules if rule.check_again_by < today and not rule.history)
        return tuple(sorted(overdue, key=lambda rule: (rule.check_again_by, rule.id)))


def stamped(rule: Rule) -> Rule:
    """With its version: when its sources were read, and a digest of all it says."""
    bare = replace(rule, version="")
    return replace(bare, version=f"{rule.read}.{digest([repr(bare)], 6)}")


def digest(parts: Iterable[str], length: int = 12) -> str:
    """So many hex digits that change when any part does."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part.encode())
        sha.update(b"\0")
    return sha.hexdigest()[:length]


def _by_drive(rule: Rule) -> tuple[bool, float, str, date]:
    return rule.bound == "outer", rule.shortest_hours, rule.id, rule.valid_from or date.min
