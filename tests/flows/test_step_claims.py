"""A claim on a marketplace: two limits, a text that only a person can submit, and money lost by silence."""

from __future__ import annotations

from datetime import timedelta

from flows.action import ActionState
from flows.case import DeadlineState, ProposalKind, ProposalState, Situation, Status
from flows.deadlines import FIRST_ANSWER, PROMISED_ACT, REVIEW
from flows.effects import CancelReply, SendReply
from tests.flows.moves import (
    CLAIM_CLOCK,
    ORDER,
    OUTER_CLOCK,
    approve,
    asked,
    choose,
    decline,
    delivered,
    edit,
    know,
    lost,
    opened,
    read,
    refused,
    submit,
    undo,
    wrote,
)
from tests.flows.play import BEN, LIN, T0, Move, Story, minutes, play

HOUR = 60
CLAIMED: tuple[tuple[float, Move], ...] = (
    (10, wrote("I opened an A-to-z claim", sent=T0)),
    (10.01, read(Situation.CLAIM, label="claim_threat")),
)


def test_a_buyers_word_of_a_claim_starts_both_limits_from_the_messages_own_instant() -> None:
    """The sources disagree: the shorter limit drives, the longer is the outer bound; our lag is no excuse."""
    story = play(*CLAIMED)

    driving, outer = story.clock(CLAIM_CLOCK), story.clock(OUTER_CLOCK)
    assert (driving.due_at, driving.bound) == (T0 + timedelta(hours=48), "due")
    assert (outer.due_at, outer.bound) == (T0 + timedelta(hours=72), "outer")
    assert driving.explanation is not None
    assert driving.explanation.start_event == "buyer_says"
    assert driving.explanation.lag_s > 600


def test_a_notice_entered_by_staff_starts_both_limits_from_the_notices_instant() -> None:
    """Not from the moment somebody typed it in."""
    story = play((300, opened(LIN, started=T0, note="INR, 25.90")))

    assert [story.clock(name).due_at for name in (CLAIM_CLOCK, OUTER_CLOCK)] == [
        T0 + timedelta(hours=48),
        T0 + timedelta(hours=72),
    ]
    assert (story.case.owner, story.case.situation, story.case.order) == (LIN, Situation.CLAIM, ORDER)
    assert story.lines == ["opened_by", "note"]


def test_the_notices_instant_beats_what_a_buyer_said() -> None:
    """The buyer told us hours after the marketplace did: counting from his words would be too late."""
    notice = T0 - timedelta(hours=5)
    story = play(*CLAIMED, (30, opened(LIN, started=notice)))

    running = {d.name: d.due_at for d in story.case.running() if d.name in (CLAIM_CLOCK, OUTER_CLOCK)}
    assert running == {
        CLAIM_CLOCK: notice + timedelta(hours=48),
        OUTER_CLOCK: notice + timedelta(hours=72),
    }
    stopped = [d for d in story.case.deadlines if d.state is DeadlineState.STOPPED and d.name == CLAIM_CLOCK]
    assert [d.ended_why for d in stopped] == ["the notice says when it began"]


def test_the_same_notice_entered_twice_moves_no_clock() -> None:
    """Two people read the same mail."""
    story = play((10, opened(LIN)), (20, opened(BEN)))

    assert [d.name for d in story.case.running()] == [CLAIM_CLOCK, OUTER_CLOCK]
    assert len([d for d in story.case.deadlines if d.name == CLAIM_CLOCK]) == 1


def test_approving_a_claims_text_sends_nothing() -> None:
    """Amends cannot submit it: the text is approved for a person to copy, and the case says so."""
    story = play((10, opened(LIN)))
    shown = story.case.version
    play((20, approve(BEN)), story=story)

    assert not story.outbox
    assert story.case.version > shown
    assert (story.handoff.state, story.handoff.kind) == (ProposalState.TEXT_APPROVED, ProposalKind.HANDOFF)
    assert story.handoff.approved_by == BEN
    assert story.case.proposal is None
    assert [story.clock(name).state for name in (CLAIM_CLOCK, OUTER_CLOCK)] == [DeadlineState.RUNNING] * 2
    assert story.case.status is Status.OPEN


def test_only_submitted_stops_the_claims_clocks() -> None:
    """An approved text, an answer to the buyer, even a delivered one: the marketplace waits all the same."""
    story = play(*CLAIMED, (20, approve(LIN)), (21, approve(LIN)), (22, delivered()))
    assert len(story.effects(SendReply)) == 1
    assert story.clock(FIRST_ANSWER).state is DeadlineState.MET
    assert [story.clock(name).state for name in (CLAIM_CLOCK, OUTER_CLOCK)] == [DeadlineState.RUNNING] * 2
    play((23, submit(BEN, "Case 7788")), story=story)

    ended = [story.clock(name) for name in (CLAIM_CLOCK, OUTER_CLOCK)]
    assert [(d.state, d.ended_why) for d in ended] == [(DeadlineState.MET, "claim_answered")] * 2
    assert {alarm.state for d in ended for alarm in d.alarms} == {"skipped"}
    assert story.texts[story.handoff.outcome or ""] == "Case 7788"
    assert story.case.last_decided_by == BEN


def test_nothing_can_be_submitted_before_its_text_is_approved() -> None:
    """A click on a card that is not there yet stops no clock, and the proof typed is not lost."""
    story = play((10, opened(LIN)), (11, submit(LIN, "Case 7788")))

    assert story.told == [(LIN, "nothing_to_submit")]
    assert story.clock(CLAIM_CLOCK).state is DeadlineState.RUNNING
    assert (story.lines[-1], "Case 7788" in story.texts.values()) == ("edit_too_late", True)


def test_a_second_proof_is_kept_and_its_author_told() -> None:
    """Two people submitted: the first counts, the second one's reference stands in the thread."""
    story = play((10, opened(LIN)), (11, approve(LIN)), (12, submit(LIN, "7788")), (13, submit(BEN, "7799")))

    assert story.told == [(BEN, "already_submitted")]
    assert story.texts[story.handoff.outcome or ""] == "7788"
    assert "7799" in story.texts.values()


def test_a_second_yes_to_the_claims_text_is_told_who_gave_the_first() -> None:
    """The text moved from the draft to the hand-over: the click still gets its answer."""
    story = play((10, opened(LIN)))
    shown = story.case.version
    play((11, approve(LIN)), (12, approve(BEN, shown)), story=story)

    assert story.told == [(BEN, "already_approved")]


def test_the_marketplace_comes_first_and_then_the_buyer() -> None:
    """The limit is the marketplace's; once its text is approved, the buyer's answer is offered."""
    story = play(*CLAIMED)
    assert story.proposal.kind is ProposalKind.HANDOFF
    play((20, approve(LIN)), story=story)

    assert (story.proposal.kind, story.proposal.state) == (ProposalKind.REPLY, ProposalState.OFFERED)


def test_undo_takes_back_a_text_that_nobody_submitted_yet() -> None:
    """The same text is a draft again, and the old card can neither submit nor approve it."""
    story = play((10, opened(LIN)), (11, approve(LIN)))
    text = story.handoff.text
    play((12, undo(LIN)), story=story)

    assert (story.proposal.text, story.proposal.state, story.case.handoff) == (text, ProposalState.OFFERED, None)
    play((13, submit(LIN)), story=story)
    assert story.told == [(LIN, "nothing_to_submit")]


def test_a_late_undo_of_a_reply_leaves_the_marketplaces_text_alone() -> None:
    """The click was for the answer that has just left, not for the claim."""
    story = play(*CLAIMED, (20, approve(LIN)), (21, approve(LIN)))
    shown = story.case.version
    play((22, delivered()), (22.1, undo(LIN, shown)), story=story)

    assert story.told == [(LIN, "too_late_to_undo")]
    assert story.handoff.state is ProposalState.TEXT_APPROVED
    assert story.proposal.state is ProposalState.DELIVERED


def test_undo_never_settles_an_unknown_outcome() -> None:
    """The buyer may have it: only a person who looked can say, and no click may hide the question."""
    story = play(*CLAIMED, (20, approve(LIN)), (21, approve(LIN)), (22, lost()), (23, undo(LIN)))

    assert story.proposal.state is ProposalState.UNKNOWN
    assert story.told == [(LIN, "too_late_to_undo")]


def test_a_claim_opened_in_the_undo_window_stops_the_reply() -> None:
    """What was right before a claim may cost it."""
    story = play(*asked((10, approve(LIN)), (10.1, opened(BEN))))

    assert [effect.why for effect in story.effects(CancelReply)] == ["claim_opened"]
    assert story.proposal.kind is ProposalKind.HANDOFF


def test_a_reading_that_finds_a_claim_stops_the_reply_that_is_held() -> None:
    """The yes was given before the message was read: a changed situation voids it."""
    story = play((0, wrote()), (0.1, read()), (1, wrote("I filed a claim")), (1.01, approve(LIN)))
    play((1.02, read(Situation.CLAIM)), story=story)

    assert list(story.outbox.values()) == ["cancelled"]
    assert (story.case.situation, story.proposal.kind) == (Situation.CLAIM, ProposalKind.HANDOFF)


def test_a_promise_delivered_after_the_claim_was_opened_does_not_hide_the_claim() -> None:
    """The refund was promised while the claim came in: the marketplace's text is still offered."""
    story = play(*asked((1, know(LIN, tracking="stuck", wish="refund")), (2, approve(LIN))))
    story.wait(T0 + minutes(3))
    story.platform_takes()
    play((4, opened(BEN)), (5, delivered()), story=story)

    assert story.proposal.kind is ProposalKind.HANDOFF
    assert story.clock(PROMISED_ACT).state is DeadlineState.RUNNING
    play((6, approve(BEN)), (7, submit(BEN)), story=story)
    assert story.clock(CLAIM_CLOCK).state is DeadlineState.MET
    assert (story.handoff.key, story.handoff.action) == ("promised", "refund"), (
        "it was promised, and is to be done"
    )
    assert story.clock(PROMISED_ACT).ended_at is None
    play((8, submit(BEN, "refund 55")), story=story)
    assert story.clock(PROMISED_ACT).ended_why == "submitted"


def test_a_task_promised_before_the_claim_gives_way_to_it() -> None:
    """Its own clock goes on; the claim's text takes the place of the task."""
    story = play(*asked((1, know(LIN, tracking="stuck", wish="refund")), (2, approve(LIN)), (3, delivered())))
    assert story.handoff.key == "promised"
    play((4, opened(BEN)), story=story)

    assert (story.case.handoff, story.proposal.kind) == (None, ProposalKind.HANDOFF)
    assert story.clock(PROMISED_ACT).state is DeadlineState.RUNNING


def test_a_refund_that_was_submitted_is_no_task_again_when_the_buyer_is_told() -> None:
    """The claim's text and the letter speak of one refund: a second task for it would have it paid twice."""
    story = play(*CLAIMED, (20, know(LIN, fault="seller")), (21, approve(LIN)))
    play((22, submit(LIN)), (23, approve(LIN)), (24, delivered()), story=story)
    assert (story.handoff.key, story.handoff.state) == ("claim.accept", ProposalState.SUBMITTED)
    assert [action.state for action in story.case.actions] == [ActionState.SUBMITTED]
    play((25, submit(BEN)), story=story)

    assert story.told == [(BEN, "already_submitted")]
    assert not [d for d in story.case.deadlines if d.name == PROMISED_ACT]


def test_when_less_than_a_quarter_is_left_the_advice_changes_by_itself() -> None:
    """No proposal goes stale in silence: the desk looks again at that very instant."""
    story = play((10, opened(LIN)))
    assert (story.case.branch, story.clock(REVIEW).due_at) == ("claim.collect", T0 + timedelta(hours=36))
    version = story.case.version
    story.wait(T0 + timedelta(hours=36) - timedelta(seconds=1))
    assert story.case.branch == "claim.collect"
    story.wait(T0 + timedelta(hours=36))

    assert (story.case.branch, story.proposal.key) == ("claim.short_time", "claim.accept")
    assert story.case.version > version


def test_after_the_first_limit_is_missed_the_advice_does_not_grow_calm_again() -> None:
    """The outer bound has more than a quarter left, but it is a bound, not new time."""
    story = play((10, opened(LIN)))
    story.wait(T0 + timedelta(hours=49))
    assert story.clock(CLAIM_CLOCK).state is DeadlineState.MISSED
    assert (story.case.branch, story.proposal.key) == ("claim.short_time", "claim.accept")
    story.wait(T0 + timedelta(hours=73))

    assert story.clock(OUTER_CLOCK).state is DeadlineState.MISSED
    assert (story.case.branch, story.proposal.key) == ("claim.lapsed", "claim.late")


def test_a_claim_whose_text_was_declined_is_still_something_to_do() -> None:
    """The clock runs whether or not anybody likes the draft."""
    story = play((10, opened(LIN)), (11, decline(LIN)))

    assert (story.case.proposal, story.case.status) == (None, Status.OPEN)


def test_not_a_claim_after_all_stops_its_clocks_with_the_reason() -> None:
    """Only Submitted or a change of what the case is about stops a marketplace's clock."""
    story = play(*CLAIMED, (20, choose(LIN, Situation.ITEM_NOT_RECEIVED)))

    assert [(story.clock(n).state, story.clock(n).ended_why) for n in (CLAIM_CLOCK, OUTER_CLOCK)] == [
        (DeadlineState.STOPPED, "not a claim after all")
    ] * 2
    assert story.clock(REVIEW).state is DeadlineState.STOPPED
    assert story.proposal.kind is ProposalKind.REPLY


def test_staff_who_choose_claim_count_from_the_oldest_open_message() -> None:
    """The earlier reading is the safe one."""
    story = play((0, wrote()), (60, wrote()), (90, choose(LIN, Situation.CLAIM)))

    assert story.clock(CLAIM_CLOCK).due_at == T0 + timedelta(hours=48)


def test_a_text_written_where_nobody_can_be_written_to_is_kept() -> None:
    """A claim without a conversation: the words stand in the thread, nothing is queued."""
    story = play((10, opened(LIN)), (11, decline(LIN)), (12, edit(LIN, "Dear buyer")))

    assert (story.told, story.lines[-1], story.outbox) == ([(LIN, "nobody_to_write_to")], "edit_too_late", {})
    assert "Dear buyer" in story.texts.values()


def test_an_edited_claim_text_is_approved_as_typed_and_still_not_sent() -> None:
    """The editor of a claim's text may save and approve; submitting stays with a person."""
    story = play((10, opened(LIN)), (11, edit(LIN, "Order 114: tracking 1Z9", send=True)))

    assert story.texts[story.handoff.text.id] == "Order 114: tracking 1Z9"
    assert (story.handoff.state, story.outbox) == (ProposalState.TEXT_APPROVED, {})


def test_promised_dates_never_lie_after_the_claims_own_limit() -> None:
    """A refund promised for after the grant would be no refund at all."""
    story = play(*CLAIMED, (20, know(LIN, fault="seller")), (21, approve(LIN)))

    assert story.proposal.promise == "act"
    assert story.proposal.promise_at == story.clock(CLAIM_CLOCK).due_at


def test_a_refused_answer_to_a_claimant_leaves_the_claim_as_it_was() -> None:
    """The buyer's answer and the marketplace's are two things."""
    story = play(*CLAIMED, (20, approve(LIN)), (21, approve(LIN)), (22, refused()))

    assert story.handoff.state is ProposalState.TEXT_APPROVED
    assert story.clock(CLAIM_CLOCK).state is DeadlineState.RUNNING


def test_a_claim_answered_once_can_come_again() -> None:
    """A new notice for the same order: new clocks, a new text to approve."""
    story = play((10, opened(LIN)), (11, approve(LIN)), (12, submit(LIN)))
    assert story.case.status is Status.WAITING
    play((5000, opened(BEN, started=T0 + minutes(4900))), story=story)

    assert story.clock(CLAIM_CLOCK).due_at == T0 + minutes(4900) + timedelta(hours=48)
    assert (story.case.handoff, story.proposal.kind) == (None, ProposalKind.HANDOFF)


def test_a_new_claim_starts_with_its_own_time() -> None:
    """That an earlier claim was missed says nothing about how much of the new one is left."""
    story = Story()
    play((10, opened(LIN)), story=story)
    story.wait(T0 + timedelta(hours=80))
    play((5000, opened(BEN, started=T0 + minutes(4990))), story=story)

    assert story.case.branch == "claim.collect"
