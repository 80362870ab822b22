"""Clocks sound rung by rung to the right people; what did not sound has a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from flows.case import Alarm, AlarmState, Deadline, DeadlineState, ProposalState, Status
from flows.deadlines import FIRST_ANSWER, NEXT_ANSWER, PROMISED_ACT, PROMISED_UPDATE, QUIET
from flows.effects import RefreshAlarm, SoundAlarm
from flows.events import AlarmDue, AlarmFailed, Assigned
from flows.policy import Policy
from tests.flows.moves import (
    CLAIM_CLOCK,
    acknowledge,
    answered,
    approve,
    asked,
    delivered,
    edit,
    know,
    no_reply,
    opened,
    posted,
    read,
    rung_due,
    submit,
    wrote,
)
from tests.flows.play import ADA, BEN, LIN, T0, Story, minutes, play

HERE = ((0, wrote()), (0.01, read(order=None)))  # a matter of no marketplace: our own target alone
REFUND = {"tracking": "stuck", "wish": "refund"}


def rung(story: Story, clock: str, name: str) -> Alarm:
    return next(alarm for alarm in story.clock(clock).alarms if alarm.rung == name)


def due(deadline: Deadline, name: str, case: str) -> AlarmDue:
    return AlarmDue(case, deadline.id, deadline.due_at, name, 0.0)


def test_an_unanswered_message_is_heard_rung_by_rung_by_more_and_more_people() -> None:
    """Without an owner: a quiet reminder, then the leads; and since they say nothing, everybody from then on."""
    story = play(*asked())
    story.wait(T0 + timedelta(hours=24))

    assert story.sounded == [
        ("remind", ()),
        ("warn_owner", (ADA,)),
        ("page_lead", (ADA, LIN, BEN)),
        ("missed", (ADA, LIN, BEN)),
    ]
    assert [effect.loud for effect in story.effects(SoundAlarm)][:2] == [False, True]


def test_the_owner_is_woken_first_and_nobody_is_mentioned_twice() -> None:
    """Whoever took the case is asked before the lead is; an alarm that was acknowledged climbs no further."""
    story = play(*asked((1, lambda s: Assigned(s.case.id, LIN, BEN))))
    story.wait(T0 + timedelta(hours=20))
    play((20 * 60, acknowledge(BEN, "house.first_answer", "warn_owner")), story=story)
    story.wait(T0 + timedelta(hours=24))

    assert story.sounded == [
        ("remind", (BEN,)),
        ("warn_owner", (BEN,)),
        ("page_lead", (ADA, BEN)),
        ("missed", (BEN, ADA, LIN)),
    ]


def test_without_leads_everybody_is_paged() -> None:
    """A small shop that named nobody must not page into the void."""
    story = Story(leads=())
    play(*asked(), story=story)
    story.wait(T0 + timedelta(hours=23))

    assert story.sounded[1:] == [("warn_owner", (LIN, BEN, ADA)), ("page_lead", (LIN, BEN, ADA))]


def test_a_claims_ladder_sounds_six_times_before_it_lapses() -> None:
    """The design's ladder: 12, 24, 36, 44, 47 and 48 hours after the notice, then the outer bound's two."""
    story = play((0, opened(LIN)))
    story.wait(T0 + timedelta(hours=72))

    assert [name for name, _ in story.sounded] == [
        "remind", "warn_owner", "page_lead", "page_all", "last_call", "missed", "last_call", "lapsed",
    ]  # fmt: skip


def test_a_rung_that_was_overtaken_says_so_instead_of_sounding() -> None:
    """After a night's outage one alert speaks, not four."""
    story = play(*HERE)
    clock = story.clock(FIRST_ANSWER)
    story.now = T0 + timedelta(hours=23, minutes=30)
    for name in ("remind", "warn_owner", "page_lead"):
        story.happens(due(clock, name, story.case.id))

    assert [name for name, _ in story.sounded] == ["page_lead"]
    assert [
        (rung(story, FIRST_ANSWER, n).state, rung(story, FIRST_ANSWER, n).reason) for n in ("remind", "warn_owner")
    ] == [(AlarmState.SKIPPED, "overtaken by page_lead")] * 2


def test_a_missed_limit_is_said_and_the_case_goes_on() -> None:
    """The clock is not met and not forgotten: missed, in the thread and on the card."""
    story = play(*asked())
    story.wait(T0 + timedelta(hours=24))

    clock = story.clock(FIRST_ANSWER)
    assert (clock.state, clock.ended_at) == (DeadlineState.MISSED, T0 + timedelta(hours=24))
    assert story.lines[-1] == "missed"
    assert story.case.status is Status.OPEN
    assert not [effect for effect in story.last.effects if isinstance(effect, RefreshAlarm)]


def test_a_rung_that_comes_after_the_last_one_leaves_nothing_waiting() -> None:
    """Events may be reordered: a clock that is over has no rung that still waits without a reason."""
    story = play(*HERE)
    clock = story.clock(FIRST_ANSWER)
    story.now = clock.due_at
    story.happens(due(clock, "missed", story.case.id))
    story.happens(due(clock, "remind", story.case.id))

    assert [name for name, _ in story.sounded] == ["missed"]
    assert all(alarm.reason for alarm in story.clock(FIRST_ANSWER).alarms[:-1])


def test_a_missed_limit_promises_the_next_date_that_is_still_to_come() -> None:
    """The draft's own date has passed with the limit: it is renewed with the alarm."""
    story = play((0, wrote()), (0.1, read(order=None)))
    old = story.draft
    story.wait(T0 + timedelta(hours=24))

    assert story.draft != old
    assert "November 25, 2026, 9:00 AM" in story.draft


def test_the_alarm_of_a_moved_clock_is_ignored() -> None:
    """A stale event is known by the due instant it was set for."""
    story = play(*asked())
    clock = story.clock(FIRST_ANSWER)
    stale = AlarmDue(story.case.id, clock.id, clock.due_at - timedelta(hours=1), "remind", 0.0)
    decision = story.happens(stale)

    assert decision.effects == ()
    assert rung(story, FIRST_ANSWER, "remind").state is AlarmState.WAITING


def test_the_alarm_of_a_clock_that_has_stopped_is_ignored() -> None:
    """Answered a second before: nothing sounds, nothing breaks."""
    story = play(*answered(LIN))
    story.now = T0 + timedelta(hours=24)

    assert story.happens(rung_due(FIRST_ANSWER, "missed")(story)).effects == ()  # type: ignore[operator]
    assert story.happens(AlarmDue(story.case.id, "nobody", T0, "remind", 0.0)).effects == ()
    assert not story.sounded


def test_a_rung_sounds_once() -> None:
    """At least once is the delivery's business; the decision is taken once."""
    story = play(*asked((12 * 60, rung_due(FIRST_ANSWER, "remind"))))

    assert [name for name, _ in story.sounded] == ["remind"]


def test_an_alert_is_acknowledged_once_and_the_clock_runs_on() -> None:
    """Posted is not noticed; noticed is not done."""
    story = play((0, opened(LIN)), (24 * 60, posted(CLAIM_CLOCK, "warn_owner")))
    play((24 * 60 + 1, acknowledge(BEN, CLAIM_CLOCK, "warn_owner")), story=story)
    assert (rung(story, CLAIM_CLOCK, "warn_owner").state, rung(story, CLAIM_CLOCK, "warn_owner").by) == (
        AlarmState.ACKNOWLEDGED,
        BEN,
    )
    assert isinstance(story.last.effects[0], RefreshAlarm)
    play((24 * 60 + 2, acknowledge(ADA, CLAIM_CLOCK, "warn_owner")), story=story)

    assert story.told == [(ADA, "already_acknowledged")]
    assert rung(story, CLAIM_CLOCK, "warn_owner").by == BEN
    assert story.clock(CLAIM_CLOCK).state is DeadlineState.RUNNING


@pytest.mark.parametrize("name", ["last_call", "no_such_rung"])
def test_a_rung_that_has_not_sounded_cannot_be_acknowledged_away(name: str) -> None:
    """It would never sound: silence by one click."""
    story = play((0, opened(LIN)), (60, acknowledge(BEN, CLAIM_CLOCK, name)))

    assert story.told == [(BEN, "changed_meanwhile")]
    assert rung(story, CLAIM_CLOCK, "last_call").state is AlarmState.WAITING


def test_acknowledging_before_the_post_is_confirmed_counts() -> None:
    """The confirmation comes late: it adds the message, takes the acknowledgement from nobody, and has the alert
    brought up to date, which could not be done while nobody knew where it stands.
    """
    story = play((0, opened(LIN)), (12 * 60, acknowledge(BEN, CLAIM_CLOCK, "remind")))
    play((12 * 60 + 1, posted(CLAIM_CLOCK, "remind")), story=story)

    alarm = rung(story, CLAIM_CLOCK, "remind")
    assert (alarm.state, alarm.message, alarm.by) == (AlarmState.ACKNOWLEDGED, "C0DESK:17.5", BEN)
    assert [effect.rung for effect in story.last.effects if isinstance(effect, RefreshAlarm)] == ["remind"]


def test_an_alert_that_is_posted_after_the_clock_stopped_is_corrected() -> None:
    """It must not go on asking for something that is done."""
    story = play((0, opened(LIN)), (12 * 60, approve(LIN)), (12 * 60, submit(LIN)))
    play((12 * 60 + 1, posted(CLAIM_CLOCK, "remind")), story=story)

    assert [effect.rung for effect in story.last.effects if isinstance(effect, RefreshAlarm)] == ["remind"]


def test_posted_alerts_are_corrected_when_their_clock_stops() -> None:
    """Whoever reads the channel later sees that it was handled."""
    story = play((0, opened(LIN)), (12 * 60, posted(CLAIM_CLOCK, "remind")), (13 * 60, approve(LIN)))
    play((14 * 60, submit(LIN)), story=story)

    assert [effect.rung for effect in story.last.effects if isinstance(effect, RefreshAlarm)] == ["remind"]


def test_an_alert_that_the_desk_refused_keeps_the_reason() -> None:
    """Every rung was delivered or has a recorded reason why not."""
    story = play((0, opened(LIN)), (12 * 60, lambda s: _failed(s, "channel_not_found")))

    alarm = rung(story, CLAIM_CLOCK, "remind")
    assert (alarm.state, alarm.reason) == (AlarmState.FAILED, "channel_not_found")


def test_a_failure_told_for_a_rung_to_come_does_not_silence_it() -> None:
    """Events may be reordered or wrong; a rung that waits, waits on."""
    story = play((0, opened(LIN)), (1, lambda s: _failed(s, "x")))

    assert rung(story, CLAIM_CLOCK, "remind").state is AlarmState.WAITING


def _failed(story: Story, reason: str) -> AlarmFailed:
    return AlarmFailed(story.case.id, story.clock(CLAIM_CLOCK).id, "remind", reason)


def test_a_promised_update_has_a_clock_and_the_next_answer_meets_it() -> None:
    """A reply that says "by then" is a debt; the next thing we write pays it, and may promise anew."""
    story = play(*answered(LIN))
    promised = story.clock(PROMISED_UPDATE)
    assert (promised.state, promised.due_at) == (DeadlineState.RUNNING, T0 + timedelta(hours=48))
    assert story.case.status is Status.WAITING
    play((600, edit(LIN, "The parcel is in Madrid.")), (602, delivered()), story=story)

    assert (story.clock(PROMISED_UPDATE).state, story.clock(PROMISED_UPDATE).ended_why) == ("met", "answered")


def test_a_promise_that_nobody_keeps_is_heard_and_missed() -> None:
    """With its own ladder, like any other limit."""
    story = play(*answered(LIN))
    story.wait(T0 + timedelta(hours=48))

    assert [name for name, _ in story.sounded] == ["remind", "warn_owner", "page_lead", "missed"]
    assert story.clock(PROMISED_UPDATE).state is DeadlineState.MISSED


def test_a_promise_that_arrives_after_its_own_date_is_missed_at_once() -> None:
    """Telegram was away for days with the approved text: the buyer now reads a date that is over. Nobody must
    be left to find that out by himself.
    """
    story = play(*answered(LIN)[:-1])
    late = T0 + timedelta(hours=49)
    play((49 * 60, delivered()), story=story)
    assert story.clock(PROMISED_UPDATE).due_at == T0 + timedelta(hours=48)
    story.wait(late + timedelta(minutes=1))

    assert story.clock(PROMISED_UPDATE).state is DeadlineState.MISSED
    assert story.sounded[-1][0] == "missed"


def test_a_promise_to_act_is_a_task_until_somebody_submits_it() -> None:
    """A refund that was only promised is not a refund: the case stays open, the clock runs."""
    story = play(*asked((1, know(LIN, **REFUND)), (2, approve(LIN)), (3, delivered())))
    assert (story.handoff.state, story.handoff.key) == (ProposalState.TEXT_APPROVED, "promised")
    assert (story.handoff.action, story.case.status) == ("refund", Status.OPEN)
    assert story.clock(PROMISED_ACT).due_at == T0 + timedelta(hours=72)
    play((600, edit(LIN, "It is under way.")), (602, delivered()), story=story)
    assert story.clock(PROMISED_ACT).state is DeadlineState.RUNNING
    play((700, submit(BEN, "refund 55")), story=story)

    assert story.clock(PROMISED_ACT).ended_why == "submitted"
    assert story.proposal.key == "done.refund_all", "the buyer is to hear of it"
    play((701, approve(LIN)), (702, delivered()), story=story)
    assert story.case.status is Status.WAITING


def test_a_text_without_a_promise_starts_no_clock() -> None:
    """Holding answers and a person's own words that name no date."""
    story = play((0, wrote()), (0.1, read(order=None)), (1, approve(LIN)), (2, delivered()))

    assert story.case.running() == ()


def test_a_case_that_stays_quiet_is_closed_and_a_new_message_opens_it() -> None:
    """Two weeks after the last answer; the file is kept and goes on where it ended."""
    story = play((0, wrote()), (0.1, read(order=None)), (1, approve(LIN)), (2, delivered()))
    answered_at = story.now
    story.wait(answered_at + timedelta(days=14) - timedelta(seconds=1))
    waiting = story.case
    assert waiting.status is Status.WAITING
    story.wait(answered_at + timedelta(days=14))
    closed = story.case
    assert (closed.status, "closed_quiet" in story.lines) == (Status.CLOSED, True)
    play((30 * 24 * 60, wrote("Todavía nada")), story=story)

    assert story.case.status is Status.OPEN
    assert story.clock(NEXT_ANSWER).due_at == T0 + timedelta(days=31)


def test_a_message_in_the_quiet_time_stops_the_closing() -> None:
    """The quiet is counted anew from the next answer."""
    story = play(*answered(LIN), (60, wrote()))

    assert (story.clock(QUIET).state, story.case.status) == (DeadlineState.STOPPED, Status.OPEN)
    play((61, no_reply(LIN)), story=story)
    assert story.clock(QUIET).due_at == T0 + minutes(61) + timedelta(days=14)


def test_a_shop_may_promise_a_shorter_first_answer() -> None:
    """Its own target replaces the house's length, and the explanation says so."""
    story = Story(policy=Policy(first_answer=timedelta(hours=4)))
    play((0, wrote()), story=story)

    clock = story.clock(FIRST_ANSWER)
    assert clock.due_at == T0 + timedelta(hours=4)
    assert clock.explanation is not None
    assert clock.explanation.length == "4 hours"
    assert [alarm.rung for alarm in clock.alarms] == ["remind", "warn_owner", "page_lead", "missed"]


AWAY = (T0 + timedelta(hours=2), T0 + timedelta(hours=22, minutes=45))


def back_from(away: tuple[datetime, datetime], story: Story, *, at: datetime | None = None) -> None:
    """The service is there again: everything that fell due meanwhile fires at once, marked as such."""
    story.now = at or away[1]
    for deadline, alarm in [found for found in story.waiting() if found[1].at <= away[1]]:
        story.happens(replace(due(deadline, alarm.rung, story.case.id), away=away))


def test_after_a_time_away_a_clock_that_can_still_be_met_sounds_once() -> None:
    """Two rungs fell due in the night, the deadline is to come: one alarm for both, and each has its reason."""
    story = play(*asked())
    back_from(AWAY, story)

    assert [name for name, _ in story.sounded] == ["warn_owner"]
    remind = rung(story, FIRST_ANSWER, "remind")
    assert (remind.state, remind.reason) == (
        AlarmState.SKIPPED,
        "service was away 2026-11-23 11:00 to 2026-11-24 07:45 UTC; overtaken by warn_owner",
    )
    story.wait(T0 + timedelta(hours=24))
    assert [name for name, _ in story.sounded] == ["warn_owner", "page_lead", "missed"]


def test_what_passed_while_the_service_was_away_is_told_in_the_summary_and_not_again() -> None:
    """Two hundred clocks that ran out in a weekend must not ring two hundred times on Monday."""
    away = (T0 + timedelta(hours=2), T0 + timedelta(hours=30))
    story = play(*asked())
    back_from(away, story)

    assert story.sounded == []
    assert story.clock(FIRST_ANSWER).state is DeadlineState.MISSED
    assert {alarm.state for alarm in story.clock(FIRST_ANSWER).alarms} == {AlarmState.SKIPPED}
    assert all("told in the summary" in alarm.reason for alarm in story.clock(FIRST_ANSWER).alarms)
    assert story.lines[-2:] == ["alarm_away", "missed"]


def test_a_deadline_that_passes_while_the_summary_is_on_its_way_sounds_all_the_same() -> None:
    """It could still be met when the summary was made: the last rung is nobody else's to tell."""
    story = play(*HERE)
    back_from(AWAY, story, at=T0 + timedelta(hours=25))
    story.happens(due(story.clock(FIRST_ANSWER), "page_lead", story.case.id))
    story.happens(due(story.clock(FIRST_ANSWER), "missed", story.case.id))

    assert [name for name, _ in story.sounded] == ["missed"]
    assert story.clock(FIRST_ANSWER).state is DeadlineState.MISSED
