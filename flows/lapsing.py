"""The end of a paper as a deadline: when somebody is told, who, and who next while nobody says a word. Pure.

A paper ends with the last day that stands on it, in the shop's zone. Its ladder (`papers` in ladders.toml) is
counted from there and fitted to staffed time, as that of every deadline; only the rung at the end itself moves as
well, to the next morning: at midnight nobody can do anything about a paper. The first call goes to whoever is
responsible; each that nobody acknowledges goes on, as alarms do (`flows.noticing`), but in days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flows.case import AlarmState
from flows.clocks.zones import reached
from flows.ladder import climb
from flows.noticing import FIRST, PART, Level
from flows.papers import A_DAY, Paper, end_of
from flows.policy import Policy
from flows.rules.ladders import Rung

LADDER = "papers"
AGAIN = "again"  # beside the rungs: when to look whether somebody has acknowledged
MORNING = time(9)
A_WEEK = timedelta(days=7)
CALLS = 7  # of one rung: whoever let seven pass reads no eighth


def plan(paper: Paper, since: datetime, rungs: Sequence[Rung], policy: Policy) -> dict[str, datetime]:
    """Rung → when it sounds, of a paper that is on file since then. None for one that had ended by then."""
    end = end_of(paper, policy.zone)
    if end is None or paper.valid_until is None or end <= since:
        return {}
    alarms, _ = climb(since, end, rungs, policy.staffed, mark_last=False)
    morning = reached(datetime.combine(paper.valid_until + A_DAY, MORNING), policy.zone)
    opening = morning if policy.staffed is None else policy.staffed.next_staffed(morning) or morning
    waiting = [alarm for alarm in alarms if alarm.state is AlarmState.WAITING]
    return {alarm.rung: opening if alarm.at == end else alarm.at for alarm in waiting}


def is_overtaken(planned: Mapping[str, datetime], rung: str, now: datetime) -> bool:
    """A later rung is due as well, or this one is not planned any more."""
    at = planned.get(rung)
    return at is None or any(at < other <= now for other in planned.values())


@dataclass(frozen=True, slots=True)
class Desk:
    """Who can be told: leads, who is on call now, everybody at the desk."""

    leads: tuple[str, ...]
    on_call: tuple[str, ...]
    staff: tuple[str, ...]

    def at(self, level: Level, responsible: str) -> tuple[str, ...]:
        """Most concerned first, nobody twice."""
        own = (responsible,) if responsible else ()
        leads = self.leads or self.staff
        people = {
            Level.OWNER: own or leads,
            Level.LEAD: (*leads, *own),
            Level.ON_CALL: (*self.on_call, *leads, *own),
            Level.EVERYBODY: (*own, *leads, *self.on_call, *self.staff),
        }
        return tuple(dict.fromkeys(people[level]))


def called(desk: Desk, responsible: str, rung: str, nth: int) -> tuple[str, ...]:
    """Whom the nth call of this rung mentions: each goes on to somebody who was not called yet, until all were."""
    return _calls(desk, responsible, rung)[:nth][-1]


def is_everybody(desk: Desk, responsible: str, rung: str, nth: int) -> bool:
    return nth >= len(_calls(desk, responsible, rung))


def _calls(desk: Desk, responsible: str, rung: str) -> list[tuple[str, ...]]:
    begins = FIRST.get(rung, Level.EVERYBODY)
    found = [desk.at(begins, responsible)]
    for level in Level:
        known = {person for people in found for person in people}
        if level > begins and set(people := desk.at(level, responsible)) - known:
            found.append(people)
    return found


def again_at(policy: Policy, desk: Desk, paper: Paper, rung: str, nth: int, now: datetime) -> datetime | None:
    """When to call again if nobody has acknowledged the nth call: sooner when little is left, and while somebody
    is staffed. Once everybody was called, only in the last week and after the end.
    """
    end = end_of(paper, policy.zone)
    if end is None or nth >= CALLS:
        return None
    left = end - now
    if left > A_WEEK and is_everybody(desk, paper.responsible, rung, nth):
        return None
    patience = max(policy.acknowledge, min(A_DAY, left / PART)) if left > timedelta() else A_DAY
    at = now + patience
    return at if policy.staffed is None else policy.staffed.next_staffed(at) or at


def by_second_path(planned: Mapping[str, datetime], rung: str, nth: int) -> bool:
    """From the second call on, and with the last rung before the end and the one at it."""
    return nth > 1 or rung in sorted(planned, key=lambda name: planned[name])[-2:]
