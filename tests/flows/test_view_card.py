"""What holds for every card and alert, whatever led to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import given

from bot.explaining import why
from flows.case import DeadlineKind, ProposalState, Situation
from flows.events import Buyer
from flows.playbooks import choose
from flows.rich import Line, Quote, Strong, line, plain
from flows.view import Words
from flows.view.alarm import alarm, is_settled
from flows.view.card import QUOTED, card
from flows.view.endings import worded
from flows.view.shown import ERASED, Correspondent, MessageText, Shown
from tests.flows import drawing
from tests.flows.histories import CHECKED, HISTORIES, Happening, unfold
from tests.flows.moves import PHOTO, approve, asked, delivered, edit, know, opened, read, submit, wrote
from tests.flows.play import BOOK, LIN, T0, Story, play

HOSTILE = "<!channel> *free* @U0LIN http://evil.example {number} **x** `y`"
FACES = ("offered", "held", "sending", "unknown", "refused", "delivered")


@CHECKED
@given(HISTORIES)
def test_every_reachable_card_has_few_buttons_and_one_that_leads(history: list[Happening]) -> None:
    """At most four, one primary; the push fits a locked phone; the draft is the stored text, byte for byte."""
    for taken in unfold(history):
        view = card(taken.story.shown())
        proposal = taken.decision.case.proposal
        assert len(view.buttons) <= 4
        assert sum(button.primary for button in view.buttons) <= 1
        assert len({button.action for button in view.buttons}) == len(view.buttons)
        assert {button.value for button in view.buttons} <= {f"{view.case}:{view.version}"}
        assert 0 < len(view.push) <= 80
        assert (view.draft is None) == (proposal is None)
        if proposal is not None and view.draft is not None:
            assert view.draft.text == taken.story.texts[proposal.text.id]


@CHECKED
@given(HISTORIES)
def test_every_reachable_card_offers_what_can_be_done_and_nothing_else(history: list[Happening]) -> None:
    """Approve where something is offered, undo while it is held, settle what is unknown: never a dead button."""
    for taken in unfold(history):
        shown, case = taken.story.shown(), taken.decision.case
        actions = {button.action for button in card(shown).buttons}
        state = case.proposal.state if case.proposal is not None else None
        assert ("approve" in actions) == (state in (ProposalState.OFFERED, ProposalState.REFUSED))
        assert ("undo" in actions) == (state is ProposalState.HELD)
        assert ("settle_sent" in actions) == (state is ProposalState.UNKNOWN)
        to_submit = case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED
        assert ("submitted" in actions) == to_submit


@CHECKED
@given(HISTORIES)
def test_every_reachable_alert_can_be_acknowledged_until_it_is_settled(history: list[Happening]) -> None:
    """One button that leads, none where there is nothing left to notice."""
    *_, taken = unfold(history)
    shown = taken.story.shown()
    for deadline in taken.decision.case.deadlines:
        for rung in deadline.alarms if deadline.kind is not DeadlineKind.REMINDER else ():
            view = alarm(shown, deadline, rung, (LIN,), loud=True)
            assert 0 < len(view.push) <= 80
            assert [button.primary for button in view.buttons] in ([], [True], [True, False])
            assert bool(view.buttons) != is_settled(deadline, rung)


def hostile() -> Story:
    """A buyer whose name and words would ring, link and format, and staff who quote them."""
    story = play((0, wrote(HOSTILE, buyer=Buyer("42", HOSTILE))), (0.1, read()))
    play((1, edit(LIN, HOSTILE, send=False)), (2, opened(LIN)), story=story)
    return play((3, edit(LIN, HOSTILE)), (4, submit(LIN, HOSTILE)), story=story)


def test_a_buyers_words_and_name_stay_quoted() -> None:
    """Outside of Words and Quote an adapter may format: there they must never stand (invariant 12)."""
    story = hostile()
    for plain_ in (story.shown(), play(*asked()).shown()):
        shown = replace(plain_, people={id: Correspondent(HOSTILE, "Telegram") for id in plain_.people})
        spoken = [text for text in _spoken(card(shown)) if "evil" in text or "channel>" in text]
        assert spoken == []
        for decision in story.decisions:
            for each in decision.lines:
                assert not [
                    part for part in shown.line(each) if not isinstance(part, Quote) and "evil" in str(part)
                ]


def _spoken(value: object) -> Iterator[str]:
    """Every string of a view that an adapter takes for our own words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Strong):
        yield value.text
    elif isinstance(value, Words):
        yield from _spoken(value.label)
    elif isinstance(value, tuple):
        for each in value:
            yield from _spoken(each)
    elif is_dataclass(value) and not isinstance(value, Quote):
        for each in fields(value):
            yield from _spoken(getattr(value, each.name))


def test_a_long_message_is_cut_on_the_card_and_says_where_the_rest_is() -> None:
    """The thread has it whole."""
    view = card(play((0, wrote("x" * 5000))).shown())

    assert view.buyer is not None
    assert view.buyer.text == "x" * QUOTED + " … the full text is in the thread"


def test_erased_words_leave_a_mark_and_break_no_card() -> None:
    """After a buyer was erased the case still shows, without the texts."""
    story = play(*asked((1, approve(LIN)), (2, delivered())))
    shown = replace(story.shown(), texts={}, messages={})
    view = card(shown)

    assert view.buyer is None
    assert view.draft is not None
    assert view.draft.text == ERASED
    approved = next(each for each in story.decisions[2].lines if each.key == "approved")
    assert Quote(ERASED) in shown.line(approved)
    assert Quote(ERASED) in shown.line(story.decisions[0].lines[0])


def test_media_without_words_are_named() -> None:
    """Two photos and nothing said: the card says so."""
    story = play(*asked())
    message = story.case.unanswered[0]
    shown = replace(story.shown(), messages={message: MessageText(None, ("photo", "photo", "voice"), T0)})

    view = card(shown)
    assert view.buyer is not None
    assert view.buyer.text == "[Photos: 2, Voice messages: 1]"


def test_a_line_of_older_code_is_shown_as_it_can_be() -> None:
    """The journal outlives the words: no entry may break a thread."""
    shown = play(*asked()).shown()

    assert shown.line(Line("no_such_line")) == ("no_such_line",)
    assert shown.line(Line("approved")) == ("approved",)
    known = plain(shown.line(line("situation_chosen", by="person:U1", situation="word:situation.never_heard")))
    assert known == "@U1 says it is about: never_heard"


@pytest.mark.parametrize("phase", FACES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_phase_has_its_word_for_the_push(phase: str, language: str) -> None:
    """A missing word would stop the card of exactly the case that needs it."""
    assert BOOK.words.template(f"push.{phase}", language)


def test_the_longest_push_is_cut_with_a_mark() -> None:
    """Eighty characters are what a locked phone shows."""
    words = {tag: dict(BOOK.words.languages[tag]) for tag in BOOK.words.languages}
    words["en"]["situation.item_not_received"] = (
        "A very long name of a situation, longer than anybody would ever write"
    )
    story = play(*asked())
    long = replace(BOOK, words=replace(BOOK.words, languages=words))
    view = card(replace(story.shown(), book=long))

    assert len(view.push) == 80
    assert view.push.endswith("…")


def test_the_card_names_what_is_not_known_as_the_playbook_says() -> None:
    """The staff's next question is the one that would change the decision, with the step that answers it."""
    story = play(*asked())
    shown: Shown = story.shown()
    expected = choose(BOOK.playbooks[story.case.situation], {"order": "known"}).missing

    assert shown.choice.missing == expected
    steps = "Dispute (see the order's page), Tracking (look the number up at the carrier)"
    assert plain(card(shown).reasons[1]) == f"Not known yet: {steps}"


def test_what_is_often_advised_and_wrong_is_named_with_its_rule() -> None:
    """Section 19 where it matters: on the card the one that the row departs from, behind "why" all others."""
    story = play((0, opened(LIN)))
    reasons = [plain(line) for line in card(story.shown()).reasons]
    heading, lines = why(story.shown()).clocks[-1]
    told = [plain(line) for line in lines]

    assert [line for line in reasons if line.startswith("📌 Old advice: contact the claimant by mail or phone.")]
    assert "not so any more" in plain(heading)
    assert any("(amz.injury.insurance, checked 2026-11-01)" in line for line in told)
    assert len(told) == len(story.shown().book.rules.advice_for("claim", "amazon")) > 1


@CHECKED
@given(HISTORIES)
def test_why_a_clock_ended_is_said_in_both_languages(history: list[Happening]) -> None:
    """Reasons are stored in English; what a platform itself said stays as it is."""
    for taken in unfold(history):
        for language in ("en", "zh"):
            shown = replace(taken.story.shown(), policy=replace(taken.story.policy, language=language))
            for deadline in taken.decision.case.deadlines:
                for reason in (deadline.ended_why, *(rung.reason or "" for rung in deadline.alarms)):
                    said = worded(shown, reason)
                    assert bool(said) == bool(reason)
                    is_theirs = reason == "channel_not_found"
                    assert is_theirs or language == "en" or not re.search("[a-z]{3} [a-z]", said), reason


def test_the_card_says_what_the_buyer_wishes_and_what_they_have_read_already() -> None:
    """The same words a second time answer nothing; who writes again usually asks something else."""
    story = play((0, wrote("The lamp is broken", PHOTO)), (0.1, read(Situation.DAMAGED, wish="refund")))
    fresh = drawing.card(card(story.shown()))
    play(
        (1, approve(LIN)),
        (2, delivered()),
        (3, wrote("And the invoice?")),
        (3.1, read(Situation.DAMAGED)),
        story=story,
    )
    again = drawing.card(card(story.shown()))

    assert "The buyer wishes: refund" in fresh.replace("**", "")
    assert "has this text already" not in fresh
    assert story.proposal.key == story.case.said
    assert "has this text already" in again
    play((4, know(LIN, evidence="clear")), story=story)
    assert "has this text already" not in drawing.card(card(story.shown()))
