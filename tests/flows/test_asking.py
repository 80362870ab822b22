"""Asked once: the ledger of questions, what counts as an answer, and what follows silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guarding import findings
from flows import deadlines, events
from flows.case import Came, DeadlineState, ProposalState, Situation, Source, Status, Telling
from flows.effects import SendReply
from flows.events import Media
from flows.guard.asking import worded_questions
from flows.guard.reading import readable
from flows.having_none import REQUESTS, lacking
from flows.playbooks import ASKS, TABLES
from flows.policy import Policy
from flows.view.card import card
from tests.flows.drawing import card as drawn
from tests.flows.histories import CHECKED, HISTORIES, Happening, unfold
from tests.flows.moves import (
    PHOTO,
    approve,
    delivered,
    edit,
    know,
    read,
    tap,
    wrote,
)
from tests.flows.play import BOOK, LIN, Move, Story, play

DAY = timedelta(hours=24)
VIDEO = Media("video", "file-2", "unique-2")


def silent_phone(*more: tuple[float, Move], policy: Policy | None = None) -> Story:
    """A phone without sound: a film was asked for, and is with the buyer since the second minute."""
    story = Story(policy=policy or Policy())
    return play(
        (0, wrote("My phone has no sound")), (0.01, read(Situation.DEFECTIVE)),
        (0.02, know(LIN, symptom="no_function", value_class="expensive")),
        (1, approve(LIN)), (2, delivered()), *more, story=story,
    )  # fmt: skip


def came(story: Story) -> dict[str, Came | None]:
    return {question.name: question.came for question in story.case.questions}


# --- the ledger ------------------------------------------------------------------------------------------------


def test_a_question_is_in_the_ledger_once_it_is_with_the_buyer() -> None:
    """Not at the approval: what was taken back was never asked."""
    held = play(
        (0, wrote()), (0.01, read(Situation.DEFECTIVE)), (0.02, know(LIN, symptom="no_function")),
        (1, approve(LIN)),
    )  # fmt: skip
    assert held.case.questions == ()

    story = silent_phone()
    [question] = story.case.questions
    assert (question.name, question.proposal, question.at) == ("evidence", story.proposal.id, story.now)
    assert question.conversation == story.proposal.conversation
    assert question.came is None
    assert story.case.asked == ("evidence",)
    assert story.clock(deadlines.NO_ANSWER).due_at == story.now + DAY


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (wrote("here", PHOTO), Came.SENT),
        (wrote("", VIDEO), Came.SENT),
        (wrote("no camera", Media("document", "f", "u")), Came.SENT),
        (wrote("I don't have a camera, sorry"), Came.NONE),
        (wrote("No puedo hacer un vídeo"), Came.NONE),
        (wrote("我没有照片"), Came.NONE),
        (wrote("Habe ich leider nicht"), Came.NONE),
        (wrote("It makes a click and then nothing"), Came.WROTE),
        (know(LIN, evidence="clear"), Came.GIVEN),
    ],
)
def test_what_counts_as_an_answer(move: Move, expected: Came) -> None:
    """A photo, a film, a file, "I don't have it", words, and what staff learn by telephone."""
    story = silent_phone((60, move))

    assert came(story) == {"evidence": expected}
    assert story.clock(deadlines.NO_ANSWER).state is DeadlineState.STOPPED


def test_who_has_none_is_believed_and_offered_a_way_without_it() -> None:
    """The fact is the buyer's word, and the branch goes on."""
    story = silent_phone((60, wrote("I don't have a camera, sorry")))
    play((60.1, read(Situation.UNSURE)), story=story)

    fact = next(fact for fact in story.case.facts if fact.name == "evidence")
    assert (fact.value, fact.source) == ("unavailable", Source.BUYER)
    assert "has_none" in story.lines
    assert story.case.branch == "fix.choice"


def test_a_photo_that_comes_after_all_is_worth_more_than_the_word_before() -> None:
    """The first answer stands until one says more; never the other way round."""
    story = silent_phone(
        (60, wrote("I have none")), (70, wrote("found one", PHOTO)), (80, wrote("sorry, I have none"))
    )

    assert came(story) == {"evidence": Came.SENT}
    assert story.case.fact("evidence") is None
    assert story.case.fact("photos") == "some"


def test_i_have_none_answers_every_open_request() -> None:
    """Order number and photos were asked for in one message."""
    story = play((0, wrote("it came broken")), (0.01, read(Situation.DAMAGED, order=None)), (1, approve(LIN)),
                 (2, delivered()), (60, wrote("I don't have it")))  # fmt: skip

    assert came(story) == {"order": Came.NONE, "evidence": Came.NONE}


def test_one_that_names_what_is_missing_speaks_of_that_alone() -> None:
    story = play((0, wrote("it came broken")), (0.01, read(Situation.DAMAGED, order=None)), (1, approve(LIN)),
                 (2, delivered()), (60, wrote("I do not have the order number", PHOTO)))  # fmt: skip

    assert came(story) == {"order": Came.NONE, "evidence": Came.SENT}


def test_an_order_number_that_is_read_is_given() -> None:
    story = play((0, wrote("where is it")), (0.01, read(order=None)), (1, approve(LIN)), (2, delivered()))
    play((60, wrote("114-1234567-7654321")), (60.1, read()), story=story)

    assert came(story) == {"order": Came.GIVEN}


def test_a_tap_is_the_answer_to_the_choice() -> None:
    story = play((0, wrote()), (0.01, read()), (0.02, know(LIN, tracking="stuck")), (1, approve(LIN)),
                 (2, delivered()), (60, tap("refund")))  # fmt: skip

    assert came(story) == {"wish": Came.CHOSEN}


# --- silence ---------------------------------------------------------------------------------------------------


def test_silence_brings_the_next_offer_before_staff() -> None:
    """17A: an offer unasked instead of a case that is parked; it names no second question for the film."""
    story = silent_phone()
    waiting = story.case.status
    story.wait(story.now + DAY)

    assert came(story) == {"evidence": Came.SILENCE}
    assert story.case.to_tell == (Telling.NEXT_OFFER,)
    assert (waiting, story.case.status) == (Status.WAITING, Status.OPEN)
    assert (story.proposal.state, story.proposal.key) == (ProposalState.OFFERED, "fix.choice")
    assert story.proposal.asks == ("wish",)
    assert "no_answer" in story.lines
    shown = drawn(card(story.shown()))
    assert "The buyer did not answer" in shown
    assert "photos or a video" in shown


def test_the_next_offer_is_made_once() -> None:
    """Approved and delivered it is no longer due; its own question has a promise for silence, and no timer."""
    story = silent_phone()
    story.wait(story.now + DAY)
    at = (story.now - story.case.opened_at).total_seconds() / 60
    play((at + 1, approve(LIN)), (at + 2, delivered()), story=story)

    assert story.case.to_tell == ()
    assert came(story) == {"evidence": Came.SILENCE, "wish": None}
    assert story.proposal.state is ProposalState.DELIVERED
    assert story.clock(deadlines.NO_ANSWER).ended_at is not None
    assert story.clock(deadlines.PROMISED_ACT).state is DeadlineState.RUNNING


def test_a_shop_sets_how_long_it_waits() -> None:
    policy = Policy(no_answer_after=timedelta(hours=6))
    story = silent_phone(policy=policy)

    assert story.clock(deadlines.NO_ANSWER).due_at == story.now + timedelta(hours=6)


def test_staff_may_leave_it_at_that() -> None:
    """ "No reply needed" takes the offer away, and the case goes on waiting."""
    story = silent_phone()
    story.wait(story.now + DAY)
    story.happens(events.NoReplyNeeded(story.case.id, LIN, story.case.version, "spam"))

    assert story.case.to_tell == ()
    assert story.case.proposal is None
    assert story.case.status is Status.WAITING


def test_a_buyer_who_writes_before_the_offer_left_is_answered_instead() -> None:
    story = silent_phone()
    story.wait(story.now + DAY)
    offered = story.proposal
    story.happens(wrote("Here is the film", VIDEO)(story))  # type: ignore[operator]

    assert story.case.to_tell == ()
    assert came(story) == {"evidence": Came.SENT}
    assert story.proposal.version > offered.version


def test_where_nothing_can_be_offered_the_case_goes_on_waiting() -> None:
    """Nobody knows which order it is: a draft would only press."""
    story = play((0, wrote("where is it")), (0.01, read(order=None)), (1, approve(LIN)), (2, delivered()))
    story.wait(story.now + DAY)

    assert came(story) == {"order": Came.SILENCE}
    assert (story.case.to_tell, story.case.status) == ((), Status.WAITING)


def test_a_marketplaces_limit_shortens_the_wait() -> None:
    """With less than a quarter left the advice is another: nobody waits past that."""
    story = play(
        (0, wrote("I moved house")), (0.01, read(Situation.ADDRESS_CHANGE)),
        (0.02, lambda s: events.PlatformNotice("return_request", "ebay", "12-12345-12345", s.now, "uk")),
        (0.03, know(LIN, order_state="unshipped", platform="own")), (1, approve(LIN)), (2, delivered()),
        story=Story(policy=Policy(no_answer_after=10 * DAY)),
    )  # fmt: skip
    [limit] = [d for d in story.case.running() if d.explanation and d.kind == "platform" and d.bound == "due"]

    assert story.clock(deadlines.NO_ANSWER).due_at == deadlines.quarter_at(limit)


# --- what a person types ---------------------------------------------------------------------------------------


def test_a_question_that_a_person_typed_is_in_the_ledger_as_well() -> None:
    story = play((0, wrote()), (0.01, read()), (1, edit(LIN, "Please send us a photo of the box, if you like.")),
                 (2, delivered()))  # fmt: skip

    assert came(story) == {"evidence": None}


def test_a_question_that_a_person_struck_out_was_not_asked() -> None:
    story = play((0, wrote()), (0.01, read(Situation.DEFECTIVE)),
                 (1, edit(LIN, "We send you a new one by 3 March.")), (2, delivered()))  # fmt: skip

    assert story.case.questions == ()
    assert story.case.asked == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We are sorry. Could you send us photos, if you like? Thanks.", "could you send us photos, if you like?"),
        ("Bitte senden Sie uns ein Video, wenn Sie möchten.", "bitte senden sie uns ein video, wenn sie möchten."),
        ("请您自愿发一张照片给我们。", "请您自愿发一张照片给我们。"),
        ("Envíenos una foto, si lo desea.", "envíenos una foto, si lo desea."),
    ],
)
def test_the_guard_finds_it_in_typed_words_and_says_what_to_write_instead(text: str, words: str) -> None:
    """With the very sentence, so that staff see what to strike out."""
    found = next(f for f in findings(text, silent_phone().case) if f.rule == "guard.asked_before")

    assert (found.level, found.words) == ("block", words)
    assert "without it" in found.suggestion


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the photos you sent us.",
        "We will send you photos of the new one by 3 March.",
        "Please keep the box until 3 March.",
    ],
)
def test_the_guard_leaves_alone_what_asks_nothing(text: str) -> None:
    assert "guard.asked_before" not in {f.rule for f in findings(text, silent_phone().case)}


def test_a_question_that_may_be_a_new_one_is_a_warning() -> None:
    """ "What happened?" may ask for what came after; a person decides, and says why."""
    story = play((0, wrote("hm")), (0.01, read(Situation.UNSURE)), (1, approve(LIN)), (2, delivered()))
    levels = {f.level for f in findings("What happened when you pressed it?", story.case) if "asked" in f.rule}

    assert "problem" in story.case.asked
    assert levels == {"warn"}


# --- tables ----------------------------------------------------------------------------------------------------

TOLD_BY_WORDS = {"order", "evidence", "tracking", "address", "invoice_data", "wish", "problem", "reason"}


@pytest.mark.parametrize("language", BOOK.replies.languages)
def test_the_guard_reads_the_catalogue_as_the_playbooks_mean_it(language: str) -> None:
    """Every text of every language puts the questions its rows say, and no other."""
    texts = BOOK.replies.languages[language]
    for key in (key for key in texts if not key.startswith(("issue.", "choice."))):
        assert worded_questions(readable(texts[key])) == TOLD_BY_WORDS & {*ASKS.get(key, ())}, key


def test_a_text_puts_the_same_questions_wherever_it_is_used() -> None:
    rows = [row for table in TABLES for row in table.branches if row.reply is not None]

    assert all(row.asks == ASKS.get(row.reply, ()) for row in rows if row.reply)


def test_every_question_has_its_words() -> None:
    names = {name for asks in ASKS.values() for name in asks}
    for words in BOOK.words.languages.values():
        assert all(f"question.{name}" in words for name in names)
        assert all(f"came.{answer}" in words for answer in Came)


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("I don't have it", REQUESTS),
        ("I don't have one any more", REQUESTS),
        ("sorry, I have none", REQUESTS),
        ("None.", REQUESTS),
        ("I lost it", REQUESTS),
        ("I can't take a photo", {"evidence"}),
        ("no photos, sorry", {"evidence"}),
        ("I threw the box away", {"evidence"}),
        ("I do not have the order number", {"order"}),
        ("I never got a tracking number", {"tracking"}),
        ("没有", REQUESTS),
        ("这个我没有", REQUESTS),
        ("拍不了视频", {"evidence"}),
        ("订单号找不到了", {"order"}),
        ("No lo tengo", REQUESTS),
        ("No tengo fotos", {"evidence"}),
        ("No encuentro el número de pedido", {"order"}),
        ("Habe ich leider nicht", REQUESTS),
        ("Ich habe keine Fotos", {"evidence"}),
        ("Die Bestellnummer habe ich nicht mehr", {"order"}),
        ("je ne l'ai plus", REQUESTS),
        ("Je n'ai pas de photo", {"evidence"}),
        ("I don't have my parcel yet", set()),
        ("I have not received it", set()),
        ("I don't have time for this", set()),
        ("I can send photos tomorrow", set()),
        ("No, I want my money back", set()),
        ("我没有收到货", set()),
        ("没有声音", set()),
        ("No tengo el paquete", set()),
        ("Ich habe das Paket nicht bekommen", set()),
        ("Je n'ai pas reçu le colis", set()),
        ("", set()),
    ],
)
def test_i_do_not_have_it_is_read_in_the_buyers_words(text: str, subjects: set[str]) -> None:
    assert lacking(text) == subjects


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert lacking(text) <= REQUESTS


# --- always ----------------------------------------------------------------------------------------------------


@CHECKED
@given(HISTORIES)
def test_no_question_is_put_twice(history: list[Happening]) -> None:
    """Whatever happens in whatever order: a reply that leaves asks for nothing that a delivered one asked for."""
    for taken in unfold(history):
        proposal = taken.decision.case.proposal
        if proposal is not None and any(isinstance(each, SendReply) for each in taken.decision.effects):
            assert not set(proposal.asks) & set(taken.before.asked)
        if proposal is not None and proposal.state is ProposalState.OFFERED and proposal.edited_by is None:
            assert not set(proposal.asks) & set(taken.decision.case.asked), proposal.key
        names = [question.name for question in taken.decision.case.questions]
        assert len(names) == len(set(names))
        assert set(names) <= set(taken.decision.case.asked)


@CHECKED
@given(HISTORIES)
def test_an_answer_is_never_lost(history: list[Happening]) -> None:
    """What came back stays, or says more."""
    ranks = tuple(Came)
    for taken in unfold(history):
        before = {question.name: question for question in taken.before.questions}
        for question in taken.decision.case.questions:
            was = before.get(question.name)
            if was is not None and was.came is not None:
                assert question.came is not None
                assert ranks.index(question.came) <= ranks.index(was.came)
            assert (question.came is None) == (question.came_at is None)
