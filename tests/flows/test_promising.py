"""What a reply promised: a task with a date, told when it is done, followed up, alarmed when it is late."""

from __future__ import annotations

from dataclasses import replace as with_policy
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.guarding import findings
from flows import acting, deadlines, events, promising
from flows.action import PROMISED, ActionState
from flows.case import AlarmState, Came, DeadlineState, ProposalState, Situation, Status, Telling
from flows.deadlines import FOLLOW_UP, PROMISED_ACT
from flows.effects import SendAutomatic
from flows.policy import Policy
from flows.promising import text_of
from flows.replies.catalogue import Value
from flows.solved import settled_or_not
from flows.values import Money
from flows.view.card import card
from tests.flows.drawing import card as drawn
from tests.flows.histories import CHECKED, HISTORIES, Happening, unfold
from tests.flows.moves import (
    approve,
    asked,
    blocked,
    choose,
    delivered,
    edit,
    know,
    no_reply,
    opened,
    read,
    submit,
    tap,
    wrote,
)
from tests.flows.play import BEN, BOOK, LIN, Move, Story, play

DAY = 24 * 60.0
INVOICE_TOO = (
    (60, wrote("And the invoice, please")), (61, choose(LIN, Situation.INVOICE)),
    (62, approve(LIN)), (63, delivered()),
)  # fmt: skip
REFUND = {"tracking": "stuck", "wish": "refund", "order_value": "24.90 EUR"}


def promised(*more: tuple[float, Move], policy: Policy | None = None, **facts: str) -> Story:
    """A refund of 24.90 EUR was approved and promised to the buyer."""
    story = Story(policy=policy or Policy())
    known = know(LIN, **(facts or REFUND))
    return play(*asked((0.1, known), (1, approve(LIN)), (2, delivered()), *more), story=story)


def kept(*more: tuple[float, Move], policy: Policy | None = None) -> Story:
    """... and done an hour later, and told."""
    return promised((60, submit(BEN, "Refund 55")), (61, approve(LIN)), (62, delivered()), *more, policy=policy)


def asked_after(*more: tuple[float, Move]) -> Story:
    """... and five days later asked whether it is solved."""
    story = kept()
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 5 * DAY + 70
    return play((at, approve(LIN)), (at + 1, delivered()), *((at + m, move) for m, move in more), story=story)


# --- the task ----------------------------------------------------------------------------------------------------


def test_a_promise_is_a_task_with_its_date_and_amount() -> None:
    story = promised()
    [action] = story.case.actions
    shown = drawn(card(story.shown()))

    assert (action.state, action.due_at) == (ActionState.BY_HAND, story.clock(PROMISED_ACT).due_at)
    assert "refund the order, 24.90 EUR" in shown
    assert "by 2026-11-26 09:00 UTC" in shown
    assert "[Done]" in shown


def test_an_overdue_promise_alarms_and_says_so_until_it_is_done() -> None:
    """Its ladder is that of every clock: acknowledged or it climbs; done late is done all the same."""
    story = promised()
    story.wait(story.clock(PROMISED_ACT).due_at + timedelta(hours=1))
    late = story.clock(PROMISED_ACT)
    shown = drawn(card(story.shown()))

    assert (late.state, late.alarms[-1].state) == (DeadlineState.MISSED, AlarmState.SOUNDED)
    assert ("missed", late.alarms[-1].rung) == (story.sounded[-1][0], "missed")
    assert "Overdue" in shown
    play((4 * DAY, submit(BEN, "Refund 55")), story=story)
    assert story.case.actions[0].state is ActionState.SUBMITTED
    assert story.proposal.key == "done.refund"


def test_two_promises_have_two_clocks() -> None:
    """The first is not forgotten because a second was made; done with it, the other stands on the card."""
    story = promised(*INVOICE_TOO)
    first, second = (d for d in story.case.deadlines if d.name == PROMISED_ACT)
    shown = drawn(card(story.shown()))

    assert (first.state, second.state) == (DeadlineState.RUNNING, DeadlineState.RUNNING)
    assert "What was promised: refund the order · nearest" in shown
    assert "What was promised: send the invoice" in shown
    assert "Promised to the buyer: refund the order, 24.90 EUR" in shown
    play((70, submit(BEN, "Refund 55")), story=story)
    assert (story.clock(PROMISED_ACT).id, story.clock(PROMISED_ACT).state) == (second.id, DeadlineState.RUNNING)
    assert story.handoff.action == "send_invoice"
    assert story.proposal.key == "done.refund"
    play((71, approve(LIN)), (72, delivered()), (73, submit(BEN, "in Your Orders")), story=story)
    assert story.clock(PROMISED_ACT).state is DeadlineState.MET
    assert story.proposal.key == "done.send_invoice"


def test_only_the_promise_that_is_late_is_missed() -> None:
    story = promised(*INVOICE_TOO)
    first, second = (d for d in story.case.deadlines if d.name == PROMISED_ACT)
    story.wait(first.due_at + timedelta(minutes=1))

    states = {d.id: d.state for d in story.case.deadlines}
    assert (states[first.id], states[second.id]) == (DeadlineState.MISSED, DeadlineState.RUNNING)


def test_silence_is_promised_something_and_an_answer_withdraws_it() -> None:
    """ "If we do not hear from you, we refund": the buyer chose another one instead, and gets that alone."""
    story = promised(tracking="stuck", order_value="24.90 EUR")
    assert "If the buyer does not answer" in drawn(card(story.shown()))
    play((60, tap("reship")), (61, approve(LIN)), (62, delivered()), story=story)

    states = {action.kind: action.state for action in story.case.actions}
    assert states == {"refund": ActionState.CANCELLED, "reship": ActionState.BY_HAND}
    assert story.told == []
    assert (story.handoff.action, story.handoff.key) == ("reship", PROMISED)
    first, second = (d for d in story.case.deadlines if d.name == PROMISED_ACT)
    assert (first.state, first.ended_why) == (DeadlineState.STOPPED, "the buyer answered")
    assert second.state is DeadlineState.RUNNING


def test_a_promise_made_while_a_claim_came_in_is_not_forgotten() -> None:
    """The claim's text comes first; then the refund that the buyer was promised."""
    story = play(*asked((1, know(LIN, **REFUND)), (2, approve(LIN))))
    story.wait(story.now + timedelta(minutes=1))
    story.platform_takes()
    play((4, opened(BEN)), (5, delivered()), story=story)

    refund = next(action for action in story.case.actions if action.kind == "refund")
    assert (refund.state, refund.due_at) == (ActionState.BY_HAND, story.clock(PROMISED_ACT).due_at)


# --- told --------------------------------------------------------------------------------------------------------


def test_what_is_done_is_told_by_a_draft_that_a_person_approves() -> None:
    story = promised((60, submit(BEN, "Refund 55")))

    assert story.clock(PROMISED_ACT).state is DeadlineState.MET
    assert (story.proposal.state, story.proposal.key) == (ProposalState.OFFERED, "done.refund")
    assert "€24.90" in story.draft
    assert "Refund 55" not in story.draft, "a reference of ours is nothing to the buyer"
    assert story.case.status is Status.OPEN
    assert "the buyer does not know yet" in drawn(card(story.shown()))
    assert findings(story.draft, story.case) == ()


def test_a_tracking_number_given_as_proof_reaches_the_buyer() -> None:
    """The promise was "with the tracking number here"; the draft stands through whatever redraws it."""
    story = promised(
        (60, submit(BEN, "DHL 003404341")), (61, know(LIN, carrier="DHL")), tracking="stuck", wish="reship"
    )  # fmt: skip

    assert "Tracking: DHL 003404341." in story.draft
    assert story.proposal.key == "done.reship"


@pytest.mark.parametrize("proof", ["a story\nof two lines", "x" * 80])
def test_what_is_no_number_stays_with_us(proof: str) -> None:
    story = promised((60, submit(BEN, proof)), tracking="stuck", wish="reship")

    assert story.proposal.key == "done.reship_plain"


def test_the_fixed_text_goes_out_by_itself_where_the_shop_lets_it() -> None:
    story = promised((60, submit(BEN, "Refund 55")), policy=Policy(tells_done=True))
    sent = [effect for effect in story.effects(SendAutomatic) if effect.kind == "done"]

    assert ["€24.90" in story.texts[effect.text.id] for effect in sent] == [True]
    assert story.case.status is Status.WAITING
    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=5)


def test_a_text_that_names_a_number_is_read_by_a_person_first() -> None:
    story = promised(
        (60, submit(BEN, "DHL 1")), policy=Policy(tells_done=True), tracking="stuck", wish="reship"
    )  # fmt: skip

    assert not [effect for effect in story.effects(SendAutomatic) if effect.kind == "done"]
    assert story.proposal.key == "done.reship"


def test_a_fixed_text_that_did_not_arrive_is_a_draft_again() -> None:
    """Nobody believes that the buyer knows; people see why it was refused."""
    story = promised((60, submit(BEN, "Refund 55")), policy=Policy(tells_done=True))
    effect = next(effect for effect in story.effects(SendAutomatic) if effect.kind == "done")
    play((61, events.ReplyRefused(story.case.id, effect.id, "chat not found")), story=story)

    assert (story.proposal.state, story.proposal.key) == (ProposalState.OFFERED, "done.refund")
    assert story.clock(FOLLOW_UP).state is DeadlineState.STOPPED
    assert story.case.status is Status.OPEN


def test_the_fixed_text_waits_for_no_answer_that_is_owed() -> None:
    """A buyer whose question waits does not get a fixed text instead: the draft stands, and a person answers."""
    story = promised(
        (59, wrote("Where is my money?")), (60, submit(BEN, "Refund 55")), policy=Policy(tells_done=True)
    )  # fmt: skip

    assert not [effect for effect in story.effects(SendAutomatic) if effect.kind == "done"]
    assert (story.proposal.key, len(story.proposal.answers)) == ("done.refund", 1)


def test_staff_may_have_told_the_buyer_elsewhere() -> None:
    story = promised((60, submit(BEN, "Refund 55")), (61, no_reply(LIN)))

    assert promising.untold(story.case) is None
    assert story.case.proposal is None


def test_thanks_for_a_refund_promises_no_second_one() -> None:
    """The row would promise it again; it was done."""
    story = kept((100, wrote("Thank you!")), (100.1, read(Situation.THANKS)))

    assert story.case.branch == "inr.refund"
    assert (story.proposal.key, story.proposal.promise) == ("rst.paid", "update")


def damaged(**facts: str) -> Story:
    """A scratched lamp, read and looked at."""
    known = know(LIN, evidence="clear", **facts)
    return play((0, wrote("The lamp is scratched")), (0.1, read(Situation.DAMAGED)), (1, known))


def test_a_text_that_only_speaks_of_what_was_done_sets_nothing_off() -> None:
    """The label was made and told. The buyer writes on, and nobody is asked to approve another one."""
    story = damaged(wish="return", value_class="expensive")
    play((2, approve(LIN)), (3, delivered()), (60, submit(BEN, "Label 7")), (61, approve(LIN)), (62, delivered()),
         (100, wrote("I have sent it back")), (100.1, read(Situation.UNSURE)), story=story)  # fmt: skip

    assert story.proposal.key == "done.already"
    assert (story.proposal.action, story.proposal.act) == (None, "")
    assert "This approves" not in drawn(card(story.shown()))


# --- what comes back ---------------------------------------------------------------------------------------------


def labelled() -> Story:
    """A label was promised, made and told."""
    story = damaged(wish="return", value_class="expensive", order_value="90 EUR")
    return play((2, approve(LIN)), (3, delivered()), (60, submit(BEN, "Label 7")), (61, approve(LIN)),
                (62, delivered()), story=story)  # fmt: skip


def test_goods_that_are_back_are_paid_for_without_being_asked() -> None:
    """ "When the parcel is with us, you get your money back." """
    story = labelled()
    assert story.case.status is Status.WAITING
    assert "without the parcel by 2026-12-13 10:02 UTC we ask where it is" in drawn(card(story.shown()))
    play((9 * DAY, know(LIN, return_state="arrived_whole")), story=story)

    assert (story.case.to_tell, story.case.status) == ((Telling.RETURNED,), Status.OPEN)
    assert (story.proposal.key, story.proposal.action) == ("ret.refund_now", "refund")
    play((9 * DAY + 1, approve(LIN)), (9 * DAY + 2, delivered()), story=story)
    assert "refund the order, 90.00 EUR" in drawn(card(story.shown()))
    play((9 * DAY + 60, submit(BEN, "Refund 8")), story=story)
    assert story.proposal.key == "done.refund"


def test_goods_that_do_not_come_back_are_asked_after() -> None:
    """Nobody is asked whether all is well who has neither goods nor money."""
    story = labelled()
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert (story.case.fact("return_state"), story.proposal.key) == ("never_came", "ret.ask_tracking")
    assert story.proposal.asks == ("tracking",)


def test_what_staff_know_of_the_return_stands() -> None:
    story = labelled()
    play((9 * DAY, know(LIN, return_state="on_its_way")), story=story)
    assert story.case.status is Status.WAITING
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert (story.case.fact("return_state"), story.proposal.key) == ("on_its_way", "ret.wait_for_parcel")


def test_a_return_that_was_paid_for_is_followed_up_like_any_refund() -> None:
    story = labelled()
    at = 9 * DAY
    play((at, know(LIN, return_state="arrived_whole")), (at + 1, approve(LIN)), (at + 2, delivered()),
         (at + 60, submit(BEN, "Refund 8")), (at + 61, approve(LIN)), (at + 62, delivered()),
         story=story)  # fmt: skip
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.proposal.key == "follow.solved"


def test_an_arrival_without_a_label_of_ours_is_a_fact_and_no_more() -> None:
    story = damaged(wish="reship")
    play((2, approve(LIN)), (3, delivered()), (4, know(LIN, return_state="arrived_whole")), story=story)

    assert story.case.to_tell == ()


# --- an update, which is words -----------------------------------------------------------------------------------


def test_what_is_promised_for_silence_is_what_the_text_says() -> None:
    """ "We make you our proposal by ..." is words by a date, and no refund."""
    story = damaged(return_cost="too_high", order_value="24.90 EUR")
    play((2, approve(LIN)), (3, delivered()), story=story)

    assert "we make you our proposal by" in story.draft
    assert [d.name for d in story.case.running()] == [deadlines.PROMISED_UPDATE]
    assert story.case.actions == ()


def test_the_offered_part_is_sent_where_nothing_is_said() -> None:
    story = damaged(part_stock="yes", value_class="expensive")
    play((1.5, choose(LIN, Situation.MISSING_PART)), (2, approve(LIN)), (3, delivered()), story=story)

    assert "If we do not hear from you, we send you the part by" in story.draft
    assert [(a.kind, a.unless) for a in story.case.actions] == [("send_part", True)]


def test_the_promised_words_come_up_when_there_is_something_to_say() -> None:
    """We wrote that we would write again: what changes the advice is put before staff, with nobody asking."""
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), story=story)
    assert (story.case.branch, story.case.status) == ("fix.partial_unknown", Status.WAITING)

    play((60, know(LIN, refund_amount="30 EUR")), story=story)
    assert (story.proposal.key, story.case.status) == ("fix.partial_amount", Status.OPEN)
    assert "€30.00 of the price" in story.draft
    play((61, approve(LIN)), (62, delivered()), story=story)
    assert [d.name for d in story.case.running()] == [PROMISED_ACT]


@pytest.mark.parametrize("minute", [61, 500, 3000])
def test_a_draft_that_answers_nobody_can_be_approved_later(minute: float) -> None:
    """Its dates do not move with every look at it."""
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, refund_amount="30 EUR")), story=story)
    play((minute, approve(LIN)), story=story)

    assert story.proposal.state is ProposalState.HELD


def test_facts_that_change_no_advice_bring_no_draft() -> None:
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, order_value="90 EUR")), story=story)

    assert story.proposal.state is ProposalState.DELIVERED


def test_words_that_staff_leave_unsaid_do_not_come_back() -> None:
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, refund_amount="30 EUR")), (61, no_reply(LIN)),
         (62, know(LIN, order_value="90 EUR")), story=story)  # fmt: skip

    assert story.case.proposal is None
    assert [d.name for d in story.case.running()] == [deadlines.PROMISED_UPDATE], "the buyer waits for it still"


@pytest.mark.parametrize("hours", [12, 24, 48, 240])
def test_silence_leaves_time_to_keep_the_date(hours: int) -> None:
    """ "In any case you have our solution by ...": the next offer comes up before that, whatever the shop says."""
    story = Story(policy=Policy(update_within=timedelta(hours=hours)))
    play((0, wrote("No sound")), (0.1, read(Situation.DEFECTIVE)), (1, know(LIN, symptom="no_function")),
         (2, approve(LIN)), (3, delivered()), story=story)  # fmt: skip

    update, wait = story.clock(deadlines.PROMISED_UPDATE), story.clock(deadlines.NO_ANSWER)
    assert update.state is DeadlineState.RUNNING
    assert wait.due_at <= min(story.now + timedelta(hours=24), update.due_at - timedelta(hours=hours) / 5)


# --- followed up -------------------------------------------------------------------------------------------------


def test_some_days_later_the_buyer_is_asked_once_whether_it_is_solved() -> None:
    story = kept()
    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=5)
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.to_tell == (Telling.FOLLOW_UP,)
    assert (story.proposal.key, story.proposal.asks) == ("follow.solved", ("solved",))
    assert [words for _, words in story.proposal.choices] == ["Yes, all is well", "No, not yet"]
    assert "Is it solved?" in drawn(card(story.shown()))
    assert findings(story.draft, story.case) == ()


def test_no_case_is_closed_for_quiet_before_it_was_asked() -> None:
    """A shop may ask after two months."""
    story = kept(policy=Policy(follow_up_after=timedelta(days=60)))
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.status is Status.OPEN
    assert story.proposal.key == "follow.solved"


def test_silence_to_it_closes_the_case_as_any_quiet() -> None:
    """It is asked once; no next offer is made to who does not answer."""
    story = asked_after()
    story.wait(story.now + timedelta(days=15))

    assert (story.case.status, story.case.closed_why) == (Status.CLOSED, "quiet")
    assert "no_answer" not in story.lines
    assert len([text for text in story.queued if "we would like to know" in text]) == 1


def test_a_claim_that_was_decided_for_us_is_followed_up() -> None:
    """Seed 001, step 6: until the buyer agrees. Nothing was promised, and it may be open all the same."""
    assert BOOK.replies.keys() >= promising.DECIDED
    story = play(
        (0, wrote("I opened a claim")), (0.1, read(Situation.CLAIM)), (1, know(LIN, proof_of_delivery="yes")),
        (2, approve(BEN)), (3, submit(BEN)), (4, approve(BEN)), (5, delivered()),
        (DAY, know(LIN, decision="for_us")), (DAY + 1, approve(LIN)), (DAY + 2, delivered()),
    )  # fmt: skip

    assert story.proposal.key == "claim.won"
    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=5)


def test_who_cannot_be_reached_is_not_asked() -> None:
    story = kept((100, blocked()))
    story.wait(story.now + timedelta(days=60))

    assert story.case.to_tell == ()
    assert story.case.status is Status.CLOSED


def test_a_parcel_gets_the_time_that_a_parcel_takes() -> None:
    story = promised(
        (60, submit(BEN, "DHL 1")), (61, approve(LIN)), (62, delivered()), tracking="stuck", wish="reship"
    )  # fmt: skip

    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=12)


def test_a_shop_that_wants_no_question_has_none() -> None:
    story = kept(policy=with_policy(Policy(), follow_up_after=timedelta()))

    assert not [d for d in story.case.deadlines if d.name == FOLLOW_UP]


def test_nobody_asks_while_we_talk_anyway() -> None:
    """A message waits for its answer first; the question comes as many days later."""
    story = kept((5 * DAY, wrote("by the way")))
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.to_tell == ()
    assert story.clock(FOLLOW_UP).state is DeadlineState.RUNNING


@pytest.mark.parametrize(
    "yes", [tap("solved"), wrote("Yes, thank you!"), wrote("Sí, todo bien"), wrote("解决了，谢谢")]
)
def test_yes_closes_the_case(yes: Move) -> None:
    """By a tap or by a short word; nobody has to answer it."""
    story = asked_after((10, yes))

    assert (story.case.status, story.case.closed_why) == (Status.CLOSED, "solved")
    assert story.case.unanswered == ()
    assert "solved" in story.lines
    assert story.case.questions[-1].came in (Came.CHOSEN, Came.WROTE)
    assert story.case.cause is not None


@pytest.mark.parametrize("yes", [tap("solved"), wrote("Yes, thank you!")])
def test_yes_closes_nothing_while_something_is_left_to_do(yes: Move) -> None:
    """The refund is done; the invoice is not. People see the yes and go on."""
    story = promised(*INVOICE_TOO, (70, submit(BEN, "Refund 55")), (71, approve(LIN)), (72, delivered()))
    play((80, submit(BEN, "sent")), (81, approve(LIN)), (82, delivered()), story=story)
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 5 * DAY + 90
    play((at, approve(LIN)), (at + 1, delivered()), (at + 2, wrote("One more thing:")), story=story)
    play((at + 3, yes), story=story)

    assert story.case.status is Status.OPEN
    assert len(story.case.unanswered) == 2
    assert story.lines.count("buyer_wrote") + story.lines.count("buyer_chose") == 4


@pytest.mark.parametrize(
    "no",
    [
        [tap("unsolved")],
        [wrote("not yet"), read(Situation.UNSURE)],
        [wrote("Nein, leider nicht"), read(Situation.UNSURE)],
    ],
)
def test_no_brings_the_next_step(no: list[Move]) -> None:
    """The wish that was carried out did not help, and guides no more; nothing that was done is promised again."""
    story = asked_after(*((10, move) for move in no))

    assert "unsolved" in story.lines
    assert len(story.case.unanswered) == 1
    assert story.case.fact("wish") is None
    assert (story.proposal.state, story.proposal.key) == (ProposalState.OFFERED, "rst.paid")


def test_after_a_replacement_no_brings_another_offer() -> None:
    story = promised(
        (60, submit(BEN, "DHL 1")), (61, approve(LIN)), (62, delivered()), tracking="stuck", wish="reship"
    )  # fmt: skip
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 13 * DAY
    play((at, approve(LIN)), (at + 1, delivered()), (at + 10, tap("unsolved")), story=story)

    assert (story.case.branch, story.proposal.asks) == ("inr.stuck", ("wish",))


def test_a_longer_answer_is_for_people() -> None:
    story = asked_after((10, wrote("Yes, but now the second lamp is broken as well")))

    assert story.case.status is Status.OPEN
    assert len(story.case.unanswered) == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", True),
        ("Yes, all good, thanks!", True),
        ("All good, thank you", True),
        ("Solved.", True),
        ("Yes, it arrived, thank you!", True),
        ("It works now", True),
        ("Sí, ya llegó", True),
        ("是的，收到了，谢谢", True),
        ("ja, alles gut, danke", True),
        ("todo bien, gracias", True),
        ("oui, merci", True),
        ("好了，谢谢", True),
        ("No", False),
        ("not yet", False),
        ("still waiting for it", False),
        ("noch nicht", False),
        ("todavía no", False),
        ("pas encore", False),
        ("还没有", False),
        ("Yes but it is broken", None),
        ("Yes and no", None),
        ("no problem", None),
        ("no, thank you", None),
        ("it arrived", None),
        ("ok", None),
        ("thank you", None),
        ("", None),
        ("Yes. " * 40, None),
    ],
)
def test_a_short_yes_or_no_is_read(text: str, answer: bool | None) -> None:
    assert settled_or_not(text) is answer


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert settled_or_not(text) in (True, False, None)


def test_an_edited_question_is_still_the_same_question() -> None:
    """The buttons below it ask it, whatever a person makes of the words."""
    story = kept()
    story.wait(story.clock(FOLLOW_UP).due_at)
    play((5 * DAY + 70, edit(LIN, "Did it all work out?")), story=story)

    assert story.proposal.asks == ("solved",)


# --- always ------------------------------------------------------------------------------------------------------


def test_everything_that_can_be_promised_has_a_text_for_when_it_is_done() -> None:
    story, texts = promised(), BOOK.replies.keys()
    rows = [row for book in BOOK.playbooks.values() for row in book.branches]
    kinds = {kind for row in rows for kind in (row.action, row.fallback_action) if kind}
    for kind in kinds:
        for reference in ("", "DHL 1"):
            action = replace(story.case.actions[0], kind=kind)
            assert text_of(action, reference) in texts


DONE_KINDS = {
    # kind: whether its text names the money, and the number that was given as proof
    "refund": (True, False), "partial_refund": (True, False), "cancel": (False, False), "reship": (False, True),
    "send_part": (False, True), "return_label": (False, True), "send_invoice": (False, False),
    "other": (False, False),
}  # fmt: skip
MONEY_IN = {"en": "€24.90", "de": "24,90 €", "es": "24,90 €", "zh": "€24.90"}


@pytest.mark.parametrize("language", sorted(MONEY_IN))
@pytest.mark.parametrize("kind", sorted(DONE_KINDS))
@pytest.mark.parametrize("known", [True, False])
def test_each_kind_of_deed_is_told_in_each_language(kind: str, language: str, known: bool) -> None:
    """What is known is named, in the form of the language; what is not leaves no gap."""
    names_money, names_number = DONE_KINDS[kind]
    action = replace(promised().case.actions[0], kind=kind, amount=Money(2490, "EUR") if known else None)
    reference = "DHL 0034043416" if known else ""
    params: dict[str, Value] = {"order": "114-1", "shop": "Cedar Home", "reference": reference}
    params |= {"amount": action.amount} if action.amount is not None else {}
    text = BOOK.replies.render(text_of(action, reference), language, params, "UTC")

    assert ("114-1" in text, text.endswith("Cedar Home")) == (True, True)
    assert (MONEY_IN[language] in text) == (known and names_money)
    assert ("DHL 0034043416" in text) == (known and names_number)
    assert not any(gap in text for gap in (": .", "：。", "  ", "{"))


def test_a_text_that_promises_says_who_is_to_do_what() -> None:
    """A row's fallback that promises an act has one."""
    for book in BOOK.playbooks.values():
        for row in book.branches:
            for key, action in (
                (row.reply, row.action or row.fallback_action),
                (row.fallback_reply, row.fallback_action),
            ):
                assert key is None or "act_by" not in BOOK.replies.placeholders(key) or action, (row.name, key)


@CHECKED
@given(HISTORIES)
def test_every_promise_ends_as_done_withdrawn_or_alarmed(history: list[Happening]) -> None:
    """Whatever happens: what a buyer was promised is done with a proof, withdrawn for a reason, on its clock, or
    was alarmed as missed. Nothing promised is forgotten.
    """
    reasons = {"promised anew", "the buyer answered", deadlines.COUNTED_ANEW, "moved into another case"}
    for taken in unfold(history):
        case = taken.decision.case
        clocks = [d for d in case.deadlines if d.name == PROMISED_ACT]
        for deadline in clocks:
            action = acting.find(case, deadline.act)
            match deadline.state:
                case DeadlineState.MET:
                    assert action is None or action.state is ActionState.SUBMITTED
                case DeadlineState.STOPPED:
                    assert deadline.ended_why in reasons
                case DeadlineState.MISSED:
                    last = deadline.alarms[-1]
                    assert last.state is not AlarmState.WAITING
                    assert last.state is not AlarmState.SKIPPED or last.reason
                case DeadlineState.RUNNING:
                    assert action is None or action.state is not ActionState.CANCELLED
        for action in case.actions:
            if action.due_at is None or action.state in (ActionState.SUBMITTED, ActionState.CANCELLED):
                continue
            watched = (DeadlineState.RUNNING, DeadlineState.MISSED)
            assert any(d.act == action.id and d.state in watched for d in clocks)
