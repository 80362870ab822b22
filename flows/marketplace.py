"""The marketplace's clocks of a case: kept equal to what its notices lead to (`flows.timeline`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec.structs import replace

from flows import deadlines, timeline
from flows.case import Deadline, DeadlineKind, DeadlineState, Explanation, Notice
from flows.explaining import explain
from flows.rules.rule import Rule
from flows.timeline import Run
from flows.work import Work

NAMES = {"amazon": "Amazon", "ebay": "eBay", "aliexpress": "AliExpress"}
CLAIM_NOTICE = "claim_notice"
CLAIMS_PLATFORM = "amazon"  # a claim without a marketplace's name is an A-to-z claim: nobody else calls it so
ANOTHER_TIME = "the notice says when it began"
Key = tuple[str, datetime, datetime | None]


def tell(work: Work, notice: Notice) -> None:
    """Take in what the marketplace said; its clocks follow. The same again changes nothing."""
    before = _recalled(work)
    notices = timeline.told(work.book.rules, work.book.states, work.case.site, before, notice)
    work.change(notices=notices)
    if notices != before:
        _follow(work, ANOTHER_TIME)


def withdraw(work: Work, event: str, why: str, sources: Collection[str] = ()) -> None:
    """That never happened: what it started stops. With `sources`, only what these said."""
    left = (n for n in _recalled(work) if n.event != event or (sources and n.source not in sources))
    work.change(notices=tuple(left))
    _follow(work, why)


def done_here(work: Work, happened: Iterable[str], at: datetime) -> None:
    """Our own doing, as the marketplace's clocks see it. Only what a running clock waits for is kept."""
    running = _running(work)
    awaited = {stop for d in running for rule in work.book.rules.named(d.name)[:1] for stop in rule.stop_events}
    for event in happened:
        if event in awaited:
            tell(work, Notice(work.case.platform or CLAIMS_PLATFORM, event, at, "done_here"))


def is_answering(deadline: Deadline) -> bool:
    """A clock of the conversation itself: the buyer's message started it, an answer ends it."""
    return deadline.explanation is not None and deadline.explanation.start_event == deadlines.BUYER_WROTE


def _running(work: Work) -> list[Deadline]:
    return [
        deadline
        for deadline in work.case.deadlines
        if deadline.kind is DeadlineKind.PLATFORM
        and deadline.state is DeadlineState.RUNNING
        and not is_answering(deadline)
    ]


def _recalled(work: Work) -> tuple[Notice, ...]:
    """The notices, with those that clocks of the first releases were started by without keeping them."""
    known = {(notice.event, notice.at) for notice in work.case.notices}
    found = list(work.case.notices)
    for deadline in _running(work):
        for rule in work.book.rules.named(deadline.name)[:1]:
            if deadline.explanation is not None and (rule.start_event, deadline.started_at) not in known:
                known.add((rule.start_event, deadline.started_at))
                source = deadline.explanation.start_event
                found.append(Notice(rule.platform, rule.start_event, deadline.started_at, source))
    return tuple(found)


def _follow(work: Work, why: str) -> None:
    """End, correct and start clocks until they are those that the notices lead to."""
    wanted = timeline.runs(work.book.rules, work.book.states, work.case.site, work.case.notices)
    by_key = {_key_of(run): run for run in wanted}
    for deadline in work.case.deadlines:
        if deadline.kind is DeadlineKind.PLATFORM and not is_answering(deadline):
            _settle(work, deadline, by_key.get(_key(deadline)), why)
    # One that was stopped and runs all the same was stopped for what was not so: it begins anew.
    known = {_key(each) for each in work.case.deadlines if each.state is not DeadlineState.STOPPED}
    for run in wanted:
        if not run.ended_by and _key_of(run) not in known:
            _start(work, run)


def _key(deadline: Deadline) -> Key:
    reckoning = deadline.explanation.reckoning if deadline.explanation is not None else None
    return deadline.name, deadline.started_at, reckoning.platform_at if reckoning is not None else None


def _key_of(run: Run) -> Key:
    return run.rule.id, run.started.at, run.started.due_at


def _settle(work: Work, deadline: Deadline, run: Run | None, why: str) -> None:
    """A clock that no notice leads to stops; one that ended, ends at its own instant, late as we may hear it."""
    if deadline.state is DeadlineState.RUNNING and run is None:
        deadlines.stop(work, deadline, DeadlineState.STOPPED, why)
    elif run is None or run.ended_at is None:
        return
    elif deadline.state is DeadlineState.RUNNING:
        state = DeadlineState.MET if run.is_met else DeadlineState.STOPPED
        deadlines.stop(work, deadline, state, run.ended_by, at=run.ended_at)
    elif deadline.state is DeadlineState.MISSED and run.is_met and run.ended_at <= deadline.due_at:
        put = replace(deadline, state=DeadlineState.MET, ended_at=run.ended_at, ended_why=run.ended_by)
        deadlines.put(work, put)


def _start(work: Work, run: Run) -> None:
    found = _explained(work, run.rule, run.started.at, run.started)
    if found is None:
        work.note("clock_unknown", clock=f"word:rule.{run.rule.id}")
        return
    for cap, since in run.caps:
        limit = _explained(work, cap, since, None)
        if limit is not None and limit.due_at < found.due_at and run.started.due_at is None:
            due_at = max(limit.due_at, run.started.at)
            found = replace(found, due_at=due_at, notes=(*found.notes, "note.capped"))
    ladder = run.rule.ladder or ("outer" if run.rule.bound == "outer" else "platform")
    deadlines.begin(work, DeadlineKind.PLATFORM, run.rule.id, run.started.at, found.due_at, ladder,
                    run.rule.bound, found)  # fmt: skip


def _explained(work: Work, rule: Rule, at: datetime, notice: Notice | None) -> Explanation | None:
    """None when no source states a length and the platform gave no due time."""
    platform_at = notice.due_at if notice is not None else None
    if rule.length is None and platform_at is None:
        return None
    return explain(
        rule, at, site=work.case.site, hours=work.policy.hours, zone=work.policy.zone,
        lag_s=max(0.0, (work.cause.at - at).total_seconds()),
        start_event=notice.source if notice is not None else "", platform_at=platform_at,
    )  # fmt: skip
