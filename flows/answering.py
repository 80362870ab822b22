"""The clocks of answering: our own target, and the marketplace's for what was written through the marketplace.

The oldest unanswered message drives both, by its own instant. What ends them is a person's answer that arrived,
or a person's word that none is needed; a receipt that goes out by itself ends nothing. An answer to one message
leaves the clock of a later one running from that message's own instant, and so does a limit that was missed.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from flows import deadlines, first_word
from flows.case import AlarmState, Deadline, DeadlineKind, DeadlineState, Explanation, Heard
from flows.deadlines import FIRST_ANSWER, FIRST_WORD, NEXT_ANSWER, RESOLUTION
from flows.explaining import explain
from flows.marketplace import is_answering
from flows.policy import Policy
from flows.rules.rule import Rule
from flows.work import Work

OWN_TARGETS = (FIRST_ANSWER, NEXT_ANSWER, FIRST_WORD, RESOLUTION)
_UNSAID = (AlarmState.WAITING, AlarmState.SKIPPED)
WORKING_DAY = timedelta(hours=8)  # the default target of a shop that has hours: an answer within a working day


def hear(work: Work, message: str, sent_at: datetime) -> None:
    """A message waits for an answer from its own instant."""
    first_word.heard(work)
    work.change(heard=(*work.case.heard, Heard(message, sent_at)))
    sync(work)


def answered(work: Work, why: str, at: datetime) -> None:
    """The clocks are met; what is left unanswered runs from its own instant."""
    for kind in (DeadlineKind.SHOP, DeadlineKind.PLATFORM):
        for deadline in _running(work, kind):
            deadlines.stop(work, deadline, DeadlineState.MET, why, at=max(at, work.case.opened_at))
    left = tuple(heard for heard in work.case.heard if heard.message in work.case.unanswered)
    oldest = min((heard.at for heard in left), default=work.case.waiting_since)
    work.change(heard=left, waiting_since=oldest if work.case.unanswered else None)
    sync(work)


def sync(work: Work) -> None:
    """Let each clock run from the oldest message that no clock of its kind has run out for."""
    for kind, rule in ((DeadlineKind.SHOP, _ours(work)), (DeadlineKind.PLATFORM, _theirs(work))):
        since = _since(work, kind) if rule is not None else None
        kept = False
        for deadline in _running(work, kind):
            if rule is not None and (deadline.name, deadline.started_at) == (rule.id, since):
                kept = True
            else:
                deadlines.stop(work, deadline, DeadlineState.STOPPED, "another message drives")
        if rule is not None and since is not None and not kept:
            found = _explained(work, rule, since)
            ladder = rule.ladder or "first_answer"
            deadlines.begin(work, kind, rule.id, since, found.due_at, ladder, rule.bound, found)


def answer_due(work: Work, since: datetime) -> datetime:
    """When our own target for an answer to a message of this instant falls due."""
    return _explained(work, _ours(work), since).due_at


def driver(work: Work, deadline: Deadline) -> Deadline | None:
    """The nearer clock of the same message, whose alarms speak for this one too; in a tie the marketplace's.

    Once the nearer was missed, the other speaks for itself; but not of an instant that was told as missed before
    the marketplace was known.
    """
    if not is_answering(deadline):
        return None
    same = [d for d in work.case.deadlines if is_answering(d) and d.started_at == deadline.started_at]
    alive = [
        d
        for d in same
        if d.state is DeadlineState.RUNNING or (d.state is DeadlineState.MISSED and d.due_at == deadline.due_at)
    ]
    nearest = min(alive, key=lambda d: (d.due_at, not _was_told(d), d.kind is not DeadlineKind.PLATFORM))
    return None if nearest.id == deadline.id else nearest


def _was_told(deadline: Deadline) -> bool:
    """It was missed, and that sounded."""
    return deadline.state is DeadlineState.MISSED and deadline.alarms[-1].state not in _UNSAID


def _running(work: Work, kind: DeadlineKind) -> list[Deadline]:
    running = (d for d in work.case.deadlines if d.state is DeadlineState.RUNNING and d.kind is kind)
    return [deadline for deadline in running if is_answering(deadline)]


def _since(work: Work, kind: DeadlineKind) -> datetime | None:
    """The instant of the oldest unanswered message that came after those whose limit was missed.

    A marketplace counts what was written through itself: a message on Telegram about its order starts no clock of
    its own, however soon we answer it.
    """
    case = work.case
    heard = {each.message: each.at for each in case.heard}
    theirs = {party.conversation for party in case.parties if party.is_on(case.platform)}
    counted = case.unanswered
    if kind is DeadlineKind.PLATFORM:
        counted = tuple(message for message in counted if case.conversation_of(message) in theirs)
    instants = [heard.get(message, case.waiting_since) for message in counted]
    missed = [
        d.started_at
        for d in case.deadlines
        if d.kind is kind and d.state is DeadlineState.MISSED and is_answering(d)
    ]
    last = max(missed, default=None)
    return min((at for at in instants if at is not None and (last is None or at > last)), default=None)


def _theirs(work: Work) -> Rule | None:
    """The marketplace's own limit for answers, where the case belongs to one that has any."""
    if not work.case.platform:
        return None
    starting = work.book.rules.starting(work.case.platform, "buyer_message", work.now, work.case.site)
    return next((rule for rule in starting if rule.bound == "due" and rule.whose == "seller"), None)


def _ours(work: Work) -> Rule:
    """Our target for the first answer, or for those after it."""
    name = FIRST_ANSWER if work.case.answered_at is None else NEXT_ANSWER
    return own_target(work.policy, work.book.rules.one(name, work.now))


def own_target(policy: Policy, rule: Rule) -> Rule:
    """A house rule with the shop's own length, in working time when the shop has hours.

    `[replies]` and `[cases]` of the shop's file are the only place that says it (see `bot.shop.rules`).
    """
    if rule.id not in OWN_TARGETS:
        return rule
    if rule.id == RESOLUTION:
        own = policy.resolution
    else:
        own = policy.first_answer if rule.id == FIRST_ANSWER else (policy.next_answer or policy.first_answer)
        own = own or (WORKING_DAY if policy.hours is not None else None)
    if own is not None:
        rule = dataclasses.replace(rule, length=own / timedelta(hours=1), original=rule)
    return rule if policy.hours is None else dataclasses.replace(rule, unit="business_hours")


def _explained(work: Work, rule: Rule, since: datetime) -> Explanation:
    return explain(
        rule, since, site=work.case.site, hours=work.policy.hours, zone=work.policy.zone,
        lag_s=max(0.0, (work.cause.at - since).total_seconds()), start_event=deadlines.BUYER_WROTE,
    )  # fmt: skip
