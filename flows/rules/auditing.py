"""What is wrong with the packs as a whole, though each rule by itself can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from flows.rules.pack import RulePack
from flows.rules.rule import ANYWHERE, BY_SITE, NONE, Rule
from flows.rules.states import States, matches

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """`fatal`: wrong as it stands; else only something to look at again. `rule` is the id it is about."""

    rule: str
    what: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What rules may name: staff's words by language, calendars, IANA zones, ladders, and the guard's checks."""

    words: Mapping[str, Collection[str]]
    calendars: Collection[str]
    zones: Collection[str]
    ladders: Collection[str]


def audit(pack: RulePack, states: States, known: Known, today: date) -> tuple[Finding, ...]:
    """Everything at once, what is wrong first: overlaps, gaps, bounds, unknown names, stale sources."""
    found = (
        *_overlaps(pack), *_gaps(pack), *_bounds(pack), *_names(pack, known), *_words(pack, known),
        *_advice(pack), *_states(pack, states, known), *_stale(pack, today),
    )  # fmt: skip
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (not finding.fatal, finding.rule, finding.what)))


def _overlaps(pack: RulePack) -> Iterator[Finding]:
    """Two versions of one rule, or two limits of one clock that both drive, at one place and time."""
    for one, other in combinations(pack.rules, 2):
        if not (_sites_meet(one, other) and _dates_meet(one, other)):
            continue
        if one.id == other.id:
            yield Finding(
                one.id, "two versions hold at the same site and time: give them dates or sites that differ"
            )
        elif one.clock == other.clock and one.bound == other.bound and not (one.history or other.history):
            yield Finding(one.id, f"{other.id} is a limit of the same clock and place: make the longer one outer")


def _gaps(pack: RulePack) -> Iterator[Finding]:
    """Days between two dated versions on which no rule would hold."""
    versions: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Rule]] = {}
    for rule in pack.rules:
        versions.setdefault((rule.id, rule.sites, rule.not_sites), []).append(rule)
    for rules in versions.values():
        for before, after in pairwise(sorted(rules, key=lambda rule: rule.valid_from or date.min)):
            if before.valid_until and after.valid_from and after.valid_from - before.valid_until > ONE_DAY:
                days = f"{before.valid_until + ONE_DAY} to {after.valid_from - ONE_DAY}"
                yield Finding(before.id, f"no version holds from {days}")


def _bounds(pack: RulePack) -> Iterator[Finding]:
    """An outer bound lies after a limit that drives."""
    for rule in pack.rules:
        if rule.bound != "outer" or rule.history:
            continue
        drives = [other for other in pack.named(rule.clock) if other.bound == "due" and _sites_meet(rule, other)]
        if not drives:
            yield Finding(rule.id, f"an outer bound of {rule.clock}, which has no limit that drives there")
        elif any(other.shortest_hours > rule.shortest_hours for other in drives):
            yield Finding(rule.id, f"an outer bound that is shorter than the limit of {rule.clock} that drives")


def _names(pack: RulePack, known: Known) -> Iterator[Finding]:
    for rule in pack.rules:
        for calendar in (rule.calendar, rule.second_calendar):
            if calendar not in ("", BY_SITE, NONE) and calendar not in known.calendars:
                yield Finding(rule.id, f"unknown calendar {calendar!r}")
        if rule.zone not in (BY_SITE, NONE) and rule.zone not in known.zones:
            yield Finding(rule.id, f"unknown zone {rule.zone!r}")
        if BY_SITE in (rule.calendar, rule.zone):
            for site in (*rule.sites, *rule.not_sites):
                if site != ANYWHERE and not {site, f"{rule.platform}.{site}"} & set(known.calendars):
                    yield Finding(rule.id, f"site {site!r} has no calendar")
        if rule.ladder and rule.ladder not in known.ladders:
            yield Finding(rule.id, f"unknown ladder {rule.ladder!r}")


def _words(pack: RulePack, known: Known) -> Iterator[Finding]:
    needed = [(rule.id, key) for rule in pack.rules for key in word_keys(rule)]
    needed += [(advice.id, key) for advice in pack.advice for key in advice.keys]
    for language, words in known.words.items():
        yield from (Finding(id, f"no {language} words for {key}") for id, key in needed if key not in words)


def word_keys(rule: Rule) -> tuple[str, ...]:
    """The keys of staff's words that this rule needs."""
    events = {rule.start_event, *rule.stop_events} | ({rule.opens.event} if rule.opens else set())
    keys = (rule.name, *(f"event.{event}" for event in sorted(events)), *(f"note.{note}" for note in rule.notes))
    return (*keys, rule.on_lapse) if rule.on_lapse else keys


def _advice(pack: RulePack) -> Iterator[Finding]:
    for advice in pack.advice:
        if advice.rule not in pack.ids and not advice.rule.startswith("guard."):
            yield Finding(advice.id, f"names rule {advice.rule}, which no pack has")


def _states(pack: RulePack, states: States, known: Known) -> Iterator[Finding]:
    """A state rule that names a clock nobody has does nothing, silently."""
    clocks = pack.ids | {rule.clock for rule in pack.rules}
    for state in (state for each in states.states.values() for state in each):
        capped_by = (state.capped_by,) if state.capped_by else ()
        for name in (*state.closes, *state.ends, *state.restarts, *state.capped, *capped_by):
            if not any(matches(clock, (name,)) for clock in clocks):
                yield Finding(state.on, f"names clock {name}, which no pack has")
        for language, words in known.words.items():
            if f"event.{state.on}" not in words:
                yield Finding(state.on, f"no {language} words for event.{state.on}")


def _stale(pack: RulePack, today: date) -> Iterator[Finding]:
    for rule in pack.stale(today):
        yield Finding(rule.id, f"should have been checked again by {rule.check_again_by}", fatal=False)


def _sites_meet(one: Rule, other: Rule) -> bool:
    if one.platform != other.platform:
        return False
    named = {*one.sites, *other.sites} - {ANYWHERE}
    somewhere_else = ANYWHERE in one.sites and ANYWHERE in other.sites
    return somewhere_else or any(one.applies_at(site) and other.applies_at(site) for site in named)


def _dates_meet(one: Rule, other: Rule) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_until or date.max, other.valid_until or date.max)
