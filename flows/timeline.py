"""Which clocks a marketplace's notices start, end, close and restart, by the packs and the state rules.

The notices of a case are told again from the first whenever one comes, in the order of their own instants. So a
notice that comes late, twice or out of order leads to the same clocks as one that came when it should.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from flows.case import Notice
from flows.rules.pack import RulePack
from flows.rules.rule import Rule
from flows.rules.states import States, matches

MESSAGES = ("buyer_message",)  # started by the conversation itself, see flows.answering
RECKONED = ("buyer_says", "chosen_by_staff")  # not the platform's own instant


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a rule's clock. `ended_by` is the event that ended it, "" while it runs; `is_met` when that event
    is what the rule asks for, rather than one that took its ground away. `caps` are clocks it may not outlast.
    """

    rule: Rule
    started: Notice
    caps: tuple[tuple[Rule, datetime], ...] = ()
    ended_at: datetime | None = None
    ended_by: str = ""
    is_met: bool = False


def runs(pack: RulePack, states: States, site: str | None, notices: Sequence[Notice]) -> tuple[Run, ...]:
    """Every run that these notices lead to, in the order they began."""
    running: dict[str, Run] = {}
    over: list[Run] = []
    closed: set[str] = set()
    for notice in sorted(notices, key=lambda each: each.at):
        ending = _ended(states, running.values(), notice)
        over += ending
        for run in ending:
            del running[run.rule.id]
        closed |= {name for state in states.on(notice.platform, notice.event) for name in state.closes}
        for rule in _begun(pack, states, site, notice):
            if rule.id not in running and not matches(rule.id, closed):
                running[rule.id] = Run(rule, notice, _caps(pack, states, site, rule, notices))
    return tuple(sorted((*over, *running.values()), key=lambda run: (run.started.at, run.rule.id)))


def _ended(states: States, running: Iterable[Run], notice: Notice) -> list[Run]:
    """The runs that this notice ends: met, taken away by a state rule, or about to start anew."""
    found = states.on(notice.platform, notice.event)
    gone = tuple(name for state in found for name in (*state.closes, *state.ends, *state.restarts))
    ended = []
    for run in running:
        is_met = notice.event in run.rule.stop_events
        if is_met or matches(run.rule.id, gone) or matches(run.rule.clock, gone):
            ended.append(replace(run, ended_at=notice.at, ended_by=notice.event, is_met=is_met))
    return ended


def _begun(pack: RulePack, states: States, site: str | None, notice: Notice) -> Iterable[Rule]:
    """The seller's clocks that it starts; those of others need no alarm of ours."""
    yield from (
        rule
        for rule in pack.starting(notice.platform, notice.event, notice.at, site)
        if rule.whose == "seller" and notice.event not in MESSAGES
    )
    for state in states.on(notice.platform, notice.event):
        for clock in state.restarts:
            yield from pack.find(clock, notice.at, platform=notice.platform, site=site)[:1]


def _caps(
    pack: RulePack, states: States, site: str | None, rule: Rule, notices: Sequence[Notice]
) -> tuple[tuple[Rule, datetime], ...]:
    """The clocks that this one may not outlast, each with the first notice that started it."""
    found = []
    for clock in states.caps(rule.platform, rule.id):
        for cap in pack.find(clock, notices[0].at, platform=rule.platform, site=site)[:1]:
            starts = [each.at for each in notices if each.event == cap.start_event]
            found += [(cap, min(starts))] if starts else []
    return tuple(found)


def told(
    pack: RulePack, states: States, site: str | None, notices: Sequence[Notice], new: Notice
) -> tuple[Notice, ...]:
    """The notices with this one. The same again changes nothing.

    A matter (platform, event, reference) whose clock still runs began once: told with another instant or due time
    it is corrected by the marketplace, or whoever read it there. A buyer's word or a guess corrects nothing.
    """
    if new in notices:
        return tuple(notices)
    known = _running_matter(pack, states, site, notices, new)
    if known is None:
        return (*notices, new)
    if new.source in RECKONED:
        return tuple(notices)
    return tuple(_corrected(new, known) if each is known else each for each in notices)


def _running_matter(
    pack: RulePack, states: States, site: str | None, notices: Sequence[Notice], new: Notice
) -> Notice | None:
    """The notice that began the same matter, if what it began has not ended before the new one's instant."""
    if any(state.restarts for state in states.on(new.platform, new.event)):
        return None  # each of its kind is an event of its own
    for run in reversed(runs(pack, states, site, notices)):
        began = run.started
        is_same = (began.platform, began.event, began.reference) == (new.platform, new.event, new.reference)
        if is_same and (run.ended_at is None or run.ended_at >= new.at):
            return began
    return None


def _corrected(new: Notice, known: Notice) -> Notice:
    """A correction without a due time of the platform keeps the one already given."""
    same_start = new.at == known.at
    return structs.replace(new, due_at=known.due_at) if same_start and new.due_at is None else new
