"""The last rungs of a marketplace's clock bring the guaranteed minimum, ready to approve."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from flows.action import PROMISED
from flows.case import ProposalKind, ProposalState, Situation
from flows.events import PlatformNotice
from flows.fallback import is_last_resort, way_out
from flows.playbooks import ASKS
from flows.view.alarm import alarm
from flows.view.card import card
from tests.flows.moves import approve, delivered, read, submit, wrote
from tests.flows.play import BOOK, LIN, T0, Story, play

EBAY = "12-34567-89012"


def _asked() -> Story:
    """A buyer asks, is answered, and then opens a request on eBay: nothing is unanswered, and the clock runs."""
    story = play((0, wrote("¿Dónde está?")), (1, read(order=EBAY)), (2, approve(LIN)), (3, delivered()))
    notice = PlatformNotice("inr_opened", "ebay", EBAY, T0 + timedelta(hours=1), site="us")
    return play((60, notice), story=story)


def test_the_fallback_is_offered_with_the_last_rungs_and_not_before() -> None:
    """Whatever the state of the talks: nobody has written, and it stands there all the same."""
    story = _asked()
    due = story.clock("ebay.inr.respond").due_at
    story.wait(due - timedelta(hours=5))
    assert not is_last_resort(story.case)
    assert story.proposal.key == "inr.dispute_hold", "what we promised to write about, and no fallback"
    story.wait(due - timedelta(hours=1))

    assert is_last_resort(story.case)
    branch = story.shown().choice.branch
    assert branch.fallback_reply is not None
    assert (story.proposal.kind, story.proposal.state) == (ProposalKind.REPLY, ProposalState.OFFERED)
    assert story.proposal.key == branch.fallback_reply
    shown = card(story.shown())
    assert shown.draft is not None
    assert "fallback" in "".join(str(part) for part in shown.draft.label).lower()
    clock = story.clock("ebay.inr.respond")
    (rung,) = [each for each in clock.alarms if each.rung == "last_call"]
    told = alarm(story.shown(), clock, rung, (LIN,), loud=True)
    assert any("ready to approve" in "".join(map(str, line)) for line in told.text)


def test_approved_it_becomes_a_task_and_is_not_offered_again() -> None:
    """The text promises an act: a person does it, and one fallback is enough."""
    story = _asked()
    story.wait(story.clock("ebay.inr.respond").due_at - timedelta(minutes=50))
    action = story.shown().choice.branch.fallback_action
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, approve(LIN)), (minute + 2, delivered("502")), story=story)

    assert story.proposal.state is ProposalState.DELIVERED
    if story.proposal.promise == "act":
        assert (story.handoff.key, story.handoff.action) == (PROMISED, action)
    story.wait(story.now + timedelta(hours=3))
    assert story.proposal.state is ProposalState.DELIVERED


def test_done_it_is_told_and_not_promised_a_second_time() -> None:
    """The limit was missed, the refund is made: a second "we refund you" would read as a second refund."""
    story = _asked()
    story.wait(story.clock("ebay.inr.respond").due_at + timedelta(hours=1))
    fallback = story.proposal.key
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, approve(LIN)), (minute + 2, delivered("502")), (minute + 3, submit(LIN)), story=story)
    assert is_last_resort(story.case)
    assert story.proposal.key.startswith("done.")
    play((minute + 4, approve(LIN)), (minute + 5, delivered("503")), story=story)

    assert story.queued[-1] != story.queued[-2]
    assert story.case.said is not None
    assert story.case.said.startswith("done.")
    assert story.proposal.key != fallback


def test_a_question_that_was_put_is_not_the_fallback_once_more() -> None:
    """It is decided for the buyer instead: the guard would let nobody send the question again."""
    asking = [
        branch
        for book in BOOK.playbooks.values()
        for branch in book.branches
        if not {*ASKS.get(branch.fallback_reply or "", ())}.isdisjoint({"wish", "evidence"})
    ]
    assert asking
    for branch in asking:
        fresh = play((0, wrote("Hello")), (1, read())).case
        put = replace(fresh, asked=ASKS[branch.fallback_reply or ""])

        assert way_out(fresh, branch) == (branch.fallback_reply, branch.fallback_action)
        assert way_out(put, branch)[0] != branch.fallback_reply


def test_once_the_clock_has_ended_there_is_nothing_to_fall_back_on() -> None:
    """Tracking shows the delivery: the offer is withdrawn."""
    story = _asked()
    story.wait(story.clock("ebay.inr.respond").due_at - timedelta(hours=1))
    fallback = story.proposal.key
    shows = PlatformNotice("tracking_shows_delivered", "ebay", EBAY, story.now, site="us")
    story.happens(shows)

    assert not is_last_resort(story.case)
    assert story.case.proposal is None or story.proposal.key != fallback


def test_an_answer_clock_alone_brings_no_fallback() -> None:
    """A reply is what it asks for."""
    story = play((0, wrote()), (1, read()))
    story.wait(T0 + timedelta(hours=23, minutes=30))

    assert not is_last_resort(story.case)


def test_every_fallback_can_be_rendered_and_done() -> None:
    """A key without a text would fail at the worst moment."""
    for situation in Situation:
        for branch in BOOK.playbooks[situation].branches:
            assert branch.fallback_reply is None or branch.fallback_reply in BOOK.replies.keys()  # noqa: SIM118
