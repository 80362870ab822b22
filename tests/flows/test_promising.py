"""What a reply promised: a task with a date, told when it is done, withdrawn by an answer, alarmed when late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from msgspec.structs import replace

from bot.guarding import findings
from flows import acting, deadlines, events, promising
from flows.action import PROMISED, ActionState
from flows.case import AlarmState, DeadlineState, ProposalState, Situation, Status
from flows.deadlines import FIRST_ANSWER, FOLLOW_UP, PROMISED_ACT, PROMISED_UPDATE
from flows.effects import SendAutomatic
from flows.playbooks import ASKS
from flows.policy import Policy
from flows.promising import text_of
from flows.replies.catalogue import Value
from flows.values import Money
from flows.view.card import card
from tests.flows.drawing import card as drawn
from tests.flows.histories import CHECKED, HISTORIES, Happening, unfold
from tests.flows.moves import (
    approve,
    asked,
    delivered,
    know,
    no_reply,
    opened,
    read,
    submit,
    tap,
    wrote,
)
from tests.flows.play import BEN, BOOK, LIN, Move, Story, play
from tests.flows.promises import DAY, INVOICE_TOO, REFUND, damaged, kept, promised

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


def changed_mind(*more: tuple[float, Move]) -> Story:
    """A refund was promised; the buyer would rather have another one."""
    instead = wrote("Send me another one instead")
    return promised((60, instead), (60.1, read(Situation.UNSURE)), (61, know(LIN, wish="reship")), *more)


def test_what_the_buyer_wants_instead_takes_the_place_of_what_was_promised() -> None:
    """A person sees both before the yes; what was promised is withdrawn when the buyer knows of the other."""
    story = changed_mind()
    shown = drawn(card(story.shown()))
    assert "It takes the place of what was promised: refund the order, 24.90 EUR" in shown
    play((62, approve(LIN)), story=story)
    assert story.told == []
    assert story.case.actions[0].state is ActionState.BY_HAND, "until the buyer has it in writing"
    play((63, delivered()), story=story)

    assert {a.kind: a.state for a in story.case.actions} == {
        "refund": ActionState.CANCELLED, "reship": ActionState.BY_HAND,
    }  # fmt: skip
    assert "promise_replaced" in story.lines
    assert [d.act for d in story.case.running()] == [story.case.actions[1].id]


def test_what_was_done_already_is_no_promise_to_take_back() -> None:
    """Done, it stands in the ledger: a second way out needs a reason, as it always did."""
    story = changed_mind((62, submit(BEN, "Refund 55")), (63, approve(LIN)), (64, delivered()))
    play((70, wrote("Where is the new one?")), (70.1, read(Situation.UNSURE)), (71, know(LIN, wish="reship")),
         (72, approve(LIN)), story=story)  # fmt: skip

    assert (LIN, "money.both") in story.told
    assert story.case.actions[0].state is ActionState.SUBMITTED


def test_a_wish_from_before_the_promise_takes_no_place() -> None:
    """Both were approved for one wish, and the invoice is no way out: nothing is withdrawn."""
    story = promised(*INVOICE_TOO)

    assert {a.state for a in story.case.actions} == {ActionState.BY_HAND}


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


def test_a_text_that_only_speaks_of_what_was_done_sets_nothing_off() -> None:
    """The label was made and told. The buyer writes on, and nobody is asked to approve another one."""
    story = damaged(wish="return", value_class="expensive")
    play((2, approve(LIN)), (3, delivered()), (60, submit(BEN, "Label 7")), (61, approve(LIN)), (62, delivered()),
         (100, wrote("I have sent it back")), (100.1, read(Situation.UNSURE)), story=story)  # fmt: skip

    assert story.proposal.key == "done.already"
    assert (story.proposal.action, story.proposal.act) == (None, "")
    assert "This approves" not in drawn(card(story.shown()))


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
    reasons = {
        "promised anew", "the buyer answered", promising.INSTEAD, deadlines.COUNTED_ANEW,
        "moved into another case",
    }  # fmt: skip
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


# --- an answer that is owed ------------------------------------------------------------------------------------


def test_who_is_told_by_when_they_will_know_is_promised_it() -> None:
    """The target was met by this very reply: without a clock of its own the promise would be kept by nobody."""
    asks = (0, wrote("Can you ship it to another address please?"))
    story = play(asks, (0.1, read(Situation.ADDRESS_CHANGE)))
    said_by = story.clock(FIRST_ANSWER).due_at
    play((1, approve(LIN)), (2, delivered()), story=story)

    assert story.proposal.key == "adr.check_state"
    owed = story.clock(PROMISED_UPDATE)
    assert (owed.state, owed.due_at) == (DeadlineState.RUNNING, said_by)
    story.wait(owed.due_at)
    assert story.clock(PROMISED_UPDATE).state is DeadlineState.MISSED


def test_an_answer_that_waits_for_the_buyer_binds_nobody_before() -> None:
    """ "Is anything still open? Just reply; you will have our answer by ...": that reply starts its own clock."""
    keys = BOOK.replies.keys()
    waits = {key for key in keys if "answer_by" in BOOK.replies.placeholders(key)}
    owes = {key for key in keys if "promised_by" in BOOK.replies.placeholders(key)}

    assert not waits & owes
    for key in waits - {"receipt", "receipt.order"}:
        template = BOOK.replies.template(key, "en").lower()
        assert ASKS.get(key) or any(word in template for word in ("just reply", "please", "if you")), key


def test_promising_the_same_again_makes_it_no_later() -> None:
    """ "Any news?" a day before: the label is due when it was, in both languages of the card."""
    story = promised(policy=Policy(language="zh"))
    due = story.clock(PROMISED_ACT).due_at
    at = 24 * 60.0
    play((at, wrote("Any news?")), (at + 0.1, read()), story=story)
    assert story.proposal.promise == "act"
    assert story.proposal.promise_at == due
    day = f"{due:%B} {due.day}, {due.year}"
    assert day in story.draft
    gloss = story.proposal.gloss
    assert gloss is not None
    assert f"{due.year}年{due.month}月{due.day}日" in story.texts[gloss.id]
    play((at + 1, approve(LIN)), (at + 2, delivered()), story=story)

    running = [d for d in story.case.deadlines if d.name == PROMISED_ACT and d.state is DeadlineState.RUNNING]
    assert [d.due_at for d in running] == [due]


def test_saying_it_again_moves_no_promise() -> None:
    """Four hours after a danger a manager writes: the same text, sent once more, does not make it a day."""
    story = play(
        (0, wrote("It burned my hand")), (0.1, read(Situation.SAFETY)), (1, approve(LIN)), (2, delivered())
    )
    owed = story.clock(PROMISED_UPDATE).due_at
    play((60, wrote("Hello?")), (60.1, read(Situation.SAFETY)), (61, approve(LIN)), (62, delivered()), story=story)

    assert story.clock(PROMISED_UPDATE).due_at == owed
    assert story.clock(PROMISED_UPDATE).state is DeadlineState.RUNNING


# --- withdrawn, and what stands beside it ----------------------------------------------------------------------


def _for_silence() -> Story:
    """We asked what the buyer wants, and promised what we do without an answer."""
    return play(*asked((0.1, know(LIN, tracking="stuck")), (1, approve(LIN)), (2, delivered())))


def test_an_answer_takes_the_task_of_a_promise_for_silence_away() -> None:
    story = _for_silence()
    assert (story.handoff.key, story.handoff.state) == (PROMISED, ProposalState.TEXT_APPROVED)
    play((60, wrote("Send it again, please")), story=story)

    assert story.case.handoff is None
    assert [action.state for action in story.case.actions if action.due_at] == [ActionState.CANCELLED]


def test_an_answer_leaves_the_claims_own_text_alone() -> None:
    """Approved for the marketplace, to be submitted by hand: a promise beside it is withdrawn, and no more."""
    story = play((60, opened(LIN)), (61, approve(BEN)), story=_for_silence())
    text = story.handoff
    assert (text.key, text.state) == ("claim.holding", ProposalState.TEXT_APPROVED)
    play((62, wrote("Send it again, please")), story=story)

    assert story.case.handoff is not None
    assert (story.handoff.id, story.handoff.state) == (text.id, ProposalState.TEXT_APPROVED)
    assert ActionState.CANCELLED in [action.state for action in story.case.actions if action.due_at]
