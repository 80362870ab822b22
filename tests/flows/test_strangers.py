"""Somebody else names the same order: read, answered and shown, but never taken for the buyer's own word."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from bot.guarding import findings
from flows.action import ActionState
from flows.case import Case, DeadlineState, Party, ProposalKind, ProposalState, Situation, Status
from flows.deadlines import FOLLOW_UP, SAFETY
from flows.effects import SendAutomatic
from flows.events import Buyer, BuyerWrote, Media, PlatformNotice, Recognised, Vouched
from flows.fallback import is_last_resort
from flows.view.card import card
from flows.wording import NOT_PROVEN
from tests.flows.drawing import card as drawn
from tests.flows.histories import CHECKED, HISTORIES, TOMAS, Happening, unfold
from tests.flows.moves import PHOTO, approve, asked, delivered, know, read, submit, wrote
from tests.flows.play import BEN, LIN, OTHER, PARTY, T0, Move, Story, play
from tests.flows.promises import asked_after, promised

ANA = Buyer("78", "Ana", "es-ES")
ON_AMAZON = Party("conversation-3", "amazon:A1", "amazon:A1:77")


def _writes(story: Story, text: str, *media: Media, reading: Move | None = None, buyer: Buyer = TOMAS) -> Story:
    """A message of somebody else, read."""
    return play((0, wrote(text, *media, buyer=buyer)), (0, reading or read()), story=story)


def _sofia() -> Story:
    """Sofia's question was answered."""
    return play(*asked((1, approve(LIN)), (2, delivered())))


def test_a_strangers_wish_is_not_the_buyers() -> None:
    story = _writes(_sofia(), "I want my money back", reading=read(wish="refund"))

    assert story.case.fact("wish") is None
    assert story.proposal.conversation == OTHER.conversation
    assert not story.proposal.choices


def test_what_it_is_about_and_its_language_stay() -> None:
    story = _writes(_sofia(), "Ich storniere", reading=read(Situation.CANCELLATION, language="de"))

    assert (story.case.situation, story.case.language) == (Situation.ITEM_NOT_RECEIVED, "en")


def test_the_receipt_is_in_the_language_of_who_wrote() -> None:
    story = _sofia()
    story.wait(story.now + timedelta(hours=2))
    at = (story.now - T0).total_seconds() / 60
    play((at, wrote("Wo ist es?", buyer=TOMAS)), (at, read(language="de")), story=story)
    [*_, receipt] = story.effects(SendAutomatic)

    assert receipt.conversation == OTHER.conversation
    assert story.texts[receipt.text.id].startswith("Guten Tag")


def test_a_strangers_yes_closes_nothing() -> None:
    """Asked was Sofia."""
    story = _writes(asked_after(), "Yes, all good, thanks!", reading=read(Situation.THANKS, label="thanks"))

    assert story.case.status is Status.OPEN
    assert len(story.case.unanswered) == 1
    assert [question.came for question in story.case.questions] == [None]


def test_a_strangers_photo_answers_no_question() -> None:
    story = play((0, wrote("The lamp is scratched")), (0.1, read(Situation.DAMAGED)), (1, approve(LIN)),
                 (2, delivered()))  # fmt: skip
    assert [question.name for question in story.case.questions] == ["evidence"]
    _writes(story, "here", PHOTO)

    assert story.case.fact("photos") is None
    assert [question.came for question in story.case.questions] == [None]


def test_a_stranger_hears_nothing_of_the_order() -> None:
    """What stands for approval says to whom we speak about an order; the buyer's own news waits for its turn."""
    story = _writes(promised(), "And where is my refund?", reading=read(Situation.REFUND, wish="refund"))

    assert story.proposal.key == NOT_PROVEN
    assert story.proposal.action is None
    assert "114-1234567-7654321" not in story.draft
    assert "24.90" not in story.draft
    assert findings(story.draft, story.case) == ()


def test_the_fallback_goes_to_the_buyer_whoever_wrote_last() -> None:
    opens = PlatformNotice("inr_opened", "ebay", "12-34567-89012", T0, site="us")
    story = play((0, wrote("Where is it?")), (0.1, read(order="12-34567-89012")), (1, opens), (2, approve(LIN)),
                 (3, delivered()))  # fmt: skip
    _writes(story, "And for me?")
    story.wait(story.clock("ebay.inr.respond").due_at - timedelta(minutes=50))

    assert is_last_resort(story.case)
    assert story.proposal.key != NOT_PROVEN
    assert story.proposal.conversation == PARTY.conversation


def test_what_was_done_for_her_is_told_to_her_alone() -> None:
    """The refund, and whether it helped: neither goes to who wrote last."""
    story = _writes(promised(), "Where is it?")
    play((70, approve(LIN)), (71, delivered()), (72, submit(BEN, "Refund 55")), story=story)
    assert story.proposal.key.startswith("done.")
    assert story.proposal.conversation == PARTY.conversation
    play((73, approve(LIN)), (74, delivered()), story=story)
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.proposal.key == "follow.solved"
    assert story.proposal.conversation == PARTY.conversation


def test_danger_is_told_whoever_reports_it() -> None:
    story = _writes(_sofia(), "It burned my hand", reading=read(Situation.SAFETY))

    assert story.clock(SAFETY).state is DeadlineState.RUNNING
    assert "danger_read" in story.lines


def test_the_card_says_who_writes_to_whom_it_answers_and_what_is_not_proven() -> None:
    story = _writes(_sofia(), "Where is it?")
    shown = drawn(card(story.shown()))

    assert "only named the order's number" in shown
    assert "To Sofía (Telegram)" in shown  # every correspondent of a played story is named so
    assert "Same buyer: Sofía" in shown


def test_a_person_who_knows_makes_it_the_buyers_word() -> None:
    """What was said before is read again, and counts."""
    story = _writes(_sofia(), "I want my money back", reading=read(wish="refund"))
    play((10, Vouched(story.case.id, BEN, OTHER.conversation)), (10.1, read(wish="refund")), story=story)

    assert story.case.fact("wish") == "refund"
    assert story.case.is_buyers(OTHER.conversation)
    assert "vouched" in story.lines
    shown = drawn(card(story.shown()))
    assert "only named" not in shown
    assert "is the same buyer" in shown


def test_the_orders_own_platform_proves_its_buyer() -> None:
    story = _sofia()
    story.party = ON_AMAZON
    _writes(story, "I want my money back", reading=read(wish="refund"), buyer=ANA)

    assert story.case.fact("wish") == "refund"
    assert "only named" not in drawn(card(story.shown()))


def test_who_is_vouched_for_after_he_left_is_told() -> None:
    story = _sofia()
    play((10, Vouched(story.case.id, BEN, "gone")), (11, know(LIN, tracking="stuck")), story=story)

    assert story.told == [(BEN, "cannot_split")]


@CHECKED
@given(HISTORIES)
def test_whatever_happens_a_stranger_changes_nothing_that_is_known(history: list[Happening]) -> None:
    """Neither by writing nor by what is read in it; only a dead case may wake up."""
    for taken in unfold(history):
        before, after = taken.before, taken.decision.case
        match taken.event:
            case BuyerWrote(buyer=who):
                is_strange = bool(before.parties) and who == TOMAS
            case Recognised(message=message):
                is_strange = before.conversation_of(message) == OTHER.conversation
            case _:
                continue
        if is_strange and not after.is_buyers(OTHER.conversation):
            assert _known(after) == _known(before)
            assert after.status is not Status.CLOSED or before.status is Status.CLOSED


def _known(case: Case) -> tuple[object, ...]:
    facts = tuple((fact.name, fact.value) for fact in case.facts)
    tasks = tuple(each for each in case.actions if each.state in (ActionState.BY_HAND, ActionState.SUBMITTED))
    return facts, case.situation, case.language, case.order, case.questions, case.asked, tasks


@CHECKED
@given(HISTORIES)
def test_nothing_is_said_unasked_to_a_stranger(history: list[Happening]) -> None:
    """Whatever stands for approval while no message waits is for the buyer."""
    for taken in unfold(history):
        case = taken.decision.case
        offered = case.proposal
        if offered is None or offered.state is not ProposalState.OFFERED or offered.edited_by is not None:
            continue
        if offered.kind is ProposalKind.REPLY and not case.unanswered:
            assert case.is_buyers(offered.conversation or "")
