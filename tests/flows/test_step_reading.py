"""What the recogniser reads fills in what nobody decided; receipts; facts and who said them."""

from __future__ import annotations

import pytest

from flows.case import Situation, Source
from flows.effects import SendAutomatic
from flows.events import Assigned, Buyer, BuyerEdited, BuyerPressed, Claimed, NoteAdded, Released, Unsupported
from flows.policy import Policy
from tests.flows.moves import (
    ORDER,
    PHOTO,
    SOFIA,
    answered,
    approve,
    asked,
    blocked,
    choose,
    delivered,
    know,
    no_reply,
    read,
    unblocked,
    wrote,
)
from tests.flows.play import BEN, CHANNEL, LIN, T0, Story, minutes, play


def test_an_open_question_is_settled_by_the_reading() -> None:
    """Situation, order, marketplace and language come from the message; the draft follows."""
    story = play((0, wrote()), (0.1, read(Situation.DAMAGED, language="es", label="damaged")))

    case = story.case
    assert (case.situation, case.situation_by) == (Situation.DAMAGED, Source.BUYER)
    assert (case.order, case.platform, case.language) == (ORDER, "amazon", "es")
    assert story.draft.startswith("Hola")
    assert story.proposal.gloss is not None
    assert story.texts[story.proposal.gloss.id].startswith("Hello")


def test_no_gloss_is_made_in_the_language_that_staff_read_anyway() -> None:
    """The same text twice on one card would only be longer."""
    story = play(*asked())

    assert story.proposal.gloss is None


def test_a_reading_that_is_not_sure_offers_what_is_likeliest() -> None:
    """Staff choose with one click; nothing is assumed."""
    guesses = (Situation.DAMAGED, Situation.ITEM_NOT_RECEIVED)
    story = play((0, wrote("Help")), (0.1, read(Situation.UNSURE, order=None, guesses=guesses)))

    assert (story.case.situation, story.case.guesses) == (Situation.UNSURE, guesses)
    assert story.case.branch == "unsure.ask_both"


def test_a_later_reading_does_not_change_what_the_case_is_about() -> None:
    """A thank-you in between must not turn a lost parcel into something else; a claim does."""
    story = play(*asked((1, wrote()), (1.1, read(Situation.DAMAGED))))
    first = story.case
    assert first.situation is Situation.ITEM_NOT_RECEIVED
    play((2, wrote()), (2.1, read(Situation.CLAIM)), story=story)

    assert story.case.situation is Situation.CLAIM


def test_what_a_person_chose_always_wins_over_later_readings() -> None:
    """Even over a claim that a recogniser believes to see."""
    story = play((0, wrote()), (0.1, choose(LIN, Situation.OTHER)), (0.2, read(Situation.CLAIM)))

    assert (story.case.situation, story.case.situation_by) == (Situation.OTHER, Source.STAFF)
    assert {d.name for d in story.case.running()} == {"house.first_answer"}


def test_a_first_order_number_stands() -> None:
    """Another number later names another matter; it must not move this one."""
    story = play(*asked((1, wrote()), (1.1, read(order="204-0000000-0000000"))))

    assert story.case.order == ORDER


def test_a_reading_that_says_the_same_leaves_the_draft_and_its_version_alone() -> None:
    """Nothing changed, so no approval is void."""
    story = play(*asked())
    before = story.case
    play((1, read()), story=story)

    assert (story.case.version, story.case.proposal) == (before.version, before.proposal)


def test_a_repeated_reading_leaves_a_held_reply_alone() -> None:
    """Only a reading that changes something voids the yes."""
    story = play(*asked((1, approve(LIN)), (1.1, read())))

    assert list(story.outbox.values()) == ["held"]


@pytest.mark.parametrize(("first", "language"), [("es-ES", "es"), ("fr", "en"), (None, "en")])
def test_the_buyers_own_language_stands_until_the_message_is_read(first: str | None, language: str) -> None:
    """A language we have no texts in falls back to the shop's."""
    story = play((0, wrote(buyer=Buyer("42", "Sofía", first))))

    assert story.case.language == language


def test_an_unknown_language_in_a_reading_keeps_the_one_known() -> None:
    """The texts exist in some languages only."""
    story = play((0, wrote()), (0.1, read(language="fi")))

    assert story.case.language == "es"


def test_a_receipt_goes_out_once_a_burst() -> None:
    """One for each message would be spam; the next one comes only after a pause."""
    story = play(*asked((1, wrote()), (1.1, read()), (9, wrote()), (9.1, read())))
    assert len(story.effects(SendAutomatic)) == 1
    play((11, wrote()), (11.1, read()), story=story)

    assert len(story.effects(SendAutomatic)) == 2


def test_a_receipt_names_the_order_and_the_time_of_the_running_clock() -> None:
    """What it promises is what the clock says."""
    story = play(*asked())

    [receipt] = story.effects(SendAutomatic)
    text = story.texts[receipt.text.id]
    assert receipt.kind == "receipt"
    assert ORDER in text
    assert "November 24, 2026, 9:00 AM" in text


@pytest.mark.parametrize("reason", ["thanks", "policy", "blocked", "answered"])
def test_there_is_no_receipt_where_none_belongs(reason: str) -> None:
    """Not for a thank-you, not where the shop wants none, not into a blocked chat, not for what is settled."""
    story = Story(policy=Policy(receipts=reason != "policy"))
    play((0, wrote("Gracias")), *(((0.05, blocked()),) if reason == "blocked" else ()), story=story)
    if reason == "answered":
        play((0.06, no_reply(LIN)), story=story)
    play((1, read(label="thanks" if reason == "thanks" else "where_is_it")), story=story)

    assert not story.effects(SendAutomatic)


def test_facts_that_staff_set_are_never_overridden_by_the_buyer() -> None:
    """A photo comes in after a person said there is none worth looking at."""
    story = play(*asked((1, know(LIN, photos="none")), (2, wrote("Mire", PHOTO))))
    assert story.case.fact("photos") == "none"
    play((3, know(LIN, photos="")), story=story)
    assert story.case.fact("photos") is None
    play((4, wrote("Mire", PHOTO)), story=story)

    assert story.case.fact("photos") == "some"


def test_a_fact_that_changes_the_branch_changes_the_draft_and_voids_the_old_one() -> None:
    """The card shows what follows from what is known, and an old yes is no yes to it."""
    story = play(*asked())
    old = story.case.version
    play((1, know(LIN, tracking="moving")), (2, approve(BEN, old)), story=story)

    assert story.case.branch == "inr.on_the_way"
    assert (story.told, story.outbox) == ([(BEN, "changed_meanwhile")], {})


def test_a_fact_set_in_the_undo_window_stops_the_reply() -> None:
    """The text may be wrong now."""
    story = play(*asked((1, approve(LIN)), (1.1, know(BEN, tracking="delivered"))))

    assert list(story.outbox.values()) == ["cancelled"]
    assert story.proposal.key == "inr.delivered"


def test_a_question_is_never_asked_twice() -> None:
    """Once delivered it counts as asked: the next branch looks for the order itself."""
    story = play((0, wrote()), (0.1, read(order=None)), (1, approve(LIN)))
    before = story.case
    assert before.asked == ()
    play((2, delivered()), (3, wrote("No lo sé")), (3.1, read(order=None)), story=story)

    assert story.case.asked == ("order",)
    assert story.case.branch == "inr.order_awaited"


def test_somebody_at_the_editor_is_shown_until_it_is_closed() -> None:
    """A soft claim: shown, no lock, and only the person's own closing ends it."""
    story = play(*asked((1, lambda s: Claimed(s.case.id, LIN, s.case.version))))
    opened = story.case
    assert (opened.editing, opened.editing_since) == (LIN, T0 + minutes(1))
    play((2, lambda s: Released(s.case.id, BEN)), story=story)
    assert story.case.editing == LIN
    play((3, lambda s: Released(s.case.id, LIN)), story=story)

    closed = story.case
    assert (closed.editing, closed.editing_since) == (None, None)


def test_a_case_can_be_given_to_somebody() -> None:
    """The owner is who the clocks wake first."""
    story = play(*asked((1, lambda s: Assigned(s.case.id, LIN, BEN))))

    assert (story.case.owner, story.lines[-1]) == (BEN, "assigned")


def test_a_note_goes_to_the_file_and_nowhere_else() -> None:
    """The most feared mistake: an internal remark that reaches the buyer."""
    story = play(*asked((1, lambda s: NoteAdded(s.case.id, LIN, "He complains monthly", T0))))

    assert (story.last.effects, story.lines[-1]) == ((), "note")
    assert story.last.texts[0].body == "He complains monthly"


def test_what_cannot_be_read_is_told_to_staff() -> None:
    """Nothing is dropped: the thread says that something came."""
    story = play(
        (0, Unsupported(CHANNEL, SOFIA, "9", "a poll", T0)), (1, BuyerPressed(CHANNEL, SOFIA, "10", "x:1"))
    )

    assert story.lines == ["unsupported", "buyer_pressed"]
    assert story.case.parties


def test_an_edit_of_a_message_that_we_never_saw_is_something_said_now() -> None:
    """The first thing we hear of a message may be its correction."""
    story = play((0, BuyerEdited(CHANNEL, SOFIA, "77", "Llegó roto", T0, T0, (PHOTO,))))

    assert len(story.case.unanswered) == 1
    assert story.case.fact("photos") == "some"
    assert story.case.waiting_since == T0


def test_a_buyer_who_is_back_is_told_in_the_thread() -> None:
    """Blocked and unblocked: the card follows."""
    story = play(*answered(LIN), (60, blocked()), (61, unblocked()))

    assert story.lines[-2:] == ["buyer_blocked", "buyer_back"]
    assert story.case.unreachable is False


def test_after_one_question_was_answered_the_next_is_about_what_it_asks() -> None:
    """About shipping, then for an invoice: the second is not answered with the first one's text once more."""
    asks = ((0, wrote("Do you ship to Norway?")), (0.1, read(Situation.PRESALE, order=None)), (1, approve(LIN)))
    story = play(*asks, (2, delivered()), (3, wrote("Thanks. And the invoice, please")))
    play((3.1, read(Situation.INVOICE, label="invoice")), story=story)

    assert story.case.situation is Situation.INVOICE
    assert story.proposal.key.startswith("inv.")


def test_two_questions_at_once_stay_with_the_first() -> None:
    story = play((0, wrote("Do you ship to Norway?")), (0.1, read(Situation.PRESALE, order=None)))
    play((0.2, wrote("And the invoice")), (0.3, read(Situation.INVOICE, label="invoice")), story=story)

    assert story.case.situation is Situation.PRESALE
