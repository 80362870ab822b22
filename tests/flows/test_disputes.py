"""A claim by another name: eBay's requests, AliExpress's disputes, their clocks, and what a lapse leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.case import DeadlineKind, DeadlineState, ProposalState, Situation, Source
from flows.events import Recognised
from flows.marketplace import is_answering
from flows.rich import plain
from flows.view.card import card
from tests.flows.moves import ORDER as AMAZON
from tests.flows.moves import approve, choose, delivered, know, opened, submit, wrote
from tests.flows.play import LIN, T0, Move, Story, minutes, play
from tests.flows.test_timeline import ALI, EBAY, said

DAY = timedelta(days=1)
SAYS = {"amazon": AMAZON, "ebay": EBAY, "aliexpress": ALI}


def reads(situation: Situation, platform: str | None) -> Move:
    """The recogniser's reading of the newest message."""
    return lambda s: Recognised(
        s.case.id, list(s.ids.values())[-1], situation, "x", 0.9, (), "en", SAYS.get(platform or ""), platform, "1"
    )


def claims(platform: str | None) -> Story:
    """A buyer's first message says that a claim was opened; it names an order of this marketplace, or none."""
    return play((0, wrote("I opened a case")), (0.1, reads(Situation.CLAIM, platform)))


def running(story: Story) -> dict[str, datetime]:
    """The marketplace's clocks that run, answers apart: when they fall due."""
    clocks = (d for d in story.case.running() if d.kind is DeadlineKind.PLATFORM and not is_answering(d))
    return {deadline.name: deadline.due_at for deadline in clocks}


CLAIM = {"amz.atoz.info_request", "amz.atoz.info_request.outer"}


@pytest.mark.parametrize(
    ("platform", "situation", "clocks"),
    [
        ("amazon", Situation.CLAIM, CLAIM),
        ("ebay", Situation.DISPUTE, {"ebay.request.respond"}),
        ("aliexpress", Situation.DISPUTE, {"ali.dispute.respond"}),
        (None, Situation.CLAIM, CLAIM),  # of the limits it may have, the shortest
    ],
)
def test_a_claim_means_what_the_marketplace_has(
    platform: str | None, situation: Situation, clocks: set[str]
) -> None:
    """Nobody is told to answer an A-to-z claim on eBay."""
    story = claims(platform)

    assert (story.case.situation, set(running(story))) == (situation, clocks)
    assert "a-to-z" not in story.draft.lower() or platform == "amazon"


def test_an_ebay_request_has_three_business_days_whatever_its_kind() -> None:
    """Monday to Friday: Thursday is Thanksgiving."""
    assert running(claims("ebay")) == {"ebay.request.respond": T0 + 4 * DAY}


@pytest.mark.parametrize("platform", ["ebay", "aliexpress"])
def test_a_known_complaint_stays_what_the_case_is_about(platform: str) -> None:
    """The parcel is missing, and now there is a case about it: its own table knows what to do then."""
    story = play(
        (0, wrote("Where is it?")), (0.1, reads(Situation.ITEM_NOT_RECEIVED, platform)),
        (60, wrote("I opened a case")), (60.1, reads(Situation.CLAIM, platform)),
    )  # fmt: skip

    assert story.case.situation is Situation.ITEM_NOT_RECEIVED
    assert story.case.fact("dispute") == "open"
    assert story.case.branch == "inr.dispute_open"
    (clock,) = [d for d in story.case.running() if d.name in ("ebay.request.respond", "ali.dispute.respond")]
    assert clock.started_at == T0 + minutes(60)


def test_the_notice_names_the_kind_and_its_clock_takes_over() -> None:
    """What eBay says beats what the buyer said; the situation follows, and its dispute is open."""
    story = claims("ebay")
    play((5, said("inr_opened", at=T0 - DAY, by=LIN)), story=story)

    assert story.case.situation is Situation.ITEM_NOT_RECEIVED
    assert set(running(story)) == {"ebay.inr.respond"}
    assert story.clock("ebay.request.respond").ended_why == "inr_opened"
    assert story.case.branch == "inr.dispute_open"


def test_a_buyer_who_tells_of_what_the_marketplace_said_starts_no_second_clock() -> None:
    """The notice came first; "I opened a case" is about the same one."""
    story = play((0, said("inr_opened")), (60, wrote("I opened a case")), (60.1, reads(Situation.CLAIM, "ebay")))

    assert set(running(story)) == {"ebay.inr.respond"}
    assert story.case.situation is Situation.ITEM_NOT_RECEIVED


def test_the_marketplace_may_become_known_later() -> None:
    """A claim of nobody knows where is an A-to-z claim at first; the order number says eBay."""
    story = claims(None)
    play((60, know(LIN, order=EBAY)), story=story)

    assert story.case.situation is Situation.DISPUTE
    assert running(story) == {"ebay.request.respond": T0 + 4 * DAY}
    assert {story.clock(name).ended_why for name in CLAIM} == {"not a claim after all"}
    play((61, know(LIN, order=AMAZON)), story=story)
    assert (story.case.situation, set(running(story))) == (Situation.CLAIM, CLAIM)


@pytest.mark.parametrize(("chosen", "runs"), [(Situation.DAMAGED, True), (Situation.PRESALE, False)])
def test_naming_its_reason_keeps_the_clock(chosen: Situation, runs: bool) -> None:
    """A complaint is what the dispute is about; a question before buying says that there is none."""
    story = claims("ebay")
    play((5, choose(LIN, chosen)), story=story)

    assert story.case.situation is chosen
    assert bool(running(story)) is runs


def test_no_dispute_after_all_stops_what_was_only_said() -> None:
    """What the marketplace itself said stands, whatever anybody sets."""
    story = claims("aliexpress")
    play((5, know(LIN, dispute="none")), story=story)
    assert running(story) == {}
    play((6, said("dispute_opened", "aliexpress", at=T0)), (7, know(LIN, dispute="none")), story=story)
    assert set(running(story)) == {"ali.dispute.respond"}
    play((8, said("dispute_closed", "aliexpress", at=T0 + minutes(8))), story=story)
    play(
        (9, know(LIN, dispute="")), (10, wrote("again")), (10.1, reads(Situation.CLAIM, "aliexpress")), story=story
    )
    play((11, know(LIN, dispute="none")), story=story)
    assert [notice.event for notice in story.case.notices] == ["dispute_opened", "dispute_closed"]


@pytest.mark.parametrize(
    ("event", "platform", "situation"),
    [
        ("dispute_opened", "aliexpress", Situation.DISPUTE),
        ("inr_opened", "ebay", Situation.ITEM_NOT_RECEIVED),
        ("return_request", "ebay", Situation.RETURN_EXCHANGE),
        ("payment_dispute_notice", "ebay", Situation.CHARGEBACK),
        ("claim_notice", "amazon", Situation.CLAIM),
    ],
)
def test_a_notice_alone_opens_the_right_table(event: str, platform: str, situation: Situation) -> None:
    """Each marketplace's own word for it."""
    assert play((0, said(event, platform))).case.situation is situation


def test_a_payment_dispute_is_an_opened_chargeback_and_no_other_dispute_is_left() -> None:
    """eBay closes the request; the bank decides."""
    story = play((0, said("inr_opened")), (60, said("payment_dispute_notice", at=T0 + minutes(60))))

    assert (story.case.fact("chargeback"), story.case.fact("dispute")) == ("opened", "none")
    assert story.case.branch.startswith("cb.")
    assert set(running(story)) == {"ebay.payment_dispute"}


def test_a_refund_that_was_done_stops_an_aliexpress_dispute() -> None:
    """Refunding in full is accepting: nobody enters it a second time."""
    story = claims("aliexpress")
    play((1, know(LIN, fault="seller")), (2, approve(LIN)), (3, delivered()), (4, submit(LIN)), story=story)

    assert story.clock("ali.dispute.respond").state is DeadlineState.MET


# --- after a limit was missed -------------------------------------------------------------------------------


def lapsed(story: Story) -> Story:
    """Nobody does anything until the last limit is over."""
    story.wait(max(running(story).values()) + minutes(1))
    assert running(story) == {}
    return story


@pytest.mark.parametrize(
    ("platform", "branch", "action"),
    [
        ("ebay", "late.still_open", "refund"),
        ("aliexpress", "late.carried_out", None),
        ("amazon", "claim.lapsed", "answer_claim"),
    ],
)
def test_after_a_lapse_the_damage_control_is_drafted(platform: str, branch: str, action: str | None) -> None:
    """Where the platform pays the buyer by itself, nobody is asked to refund as well."""
    story = lapsed(claims(platform))

    assert (story.case.branch, story.proposal.state, story.proposal.action) == (
        branch,
        ProposalState.OFFERED,
        action,
    )
    shown = [plain(line) for line in card(story.shown()).clocks]
    assert any(line.startswith("⤷ What that brings: ") for line in shown)


def test_a_complaint_whose_dispute_lapsed_has_the_same_way_out() -> None:
    """On AliExpress the demand is carried out; the table of the complaint must not refund again."""
    story = play(
        (0, wrote("It is broken")), (0.1, reads(Situation.DAMAGED, "aliexpress")),
        (1, said("dispute_opened", "aliexpress", at=T0 + minutes(1))),
    )  # fmt: skip
    lapsed(story)

    assert (story.case.situation, story.case.branch) == (Situation.DAMAGED, "late.carried_out")
    assert story.proposal.action != "refund"


def test_within_the_outer_bound_an_answer_still_counts() -> None:
    """48 hours are over, 72 are not: the claim is answered, not mourned."""
    story = claims("amazon")
    story.wait(T0 + timedelta(hours=49))

    assert story.case.branch == "claim.short_time"


def test_what_was_promised_in_time_is_not_offered_again_after_it() -> None:
    """The buyer was told of the refund before the limit: one is enough."""
    story = claims("ebay")
    story.wait(running(story)["ebay.request.respond"] - minutes(50))
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, approve(LIN)), (minute + 2, delivered()), story=story)
    assert story.proposal.action == "refund"
    story.wait(story.now + timedelta(hours=2))

    assert story.clock("ebay.request.respond").state is DeadlineState.MISSED
    assert story.proposal.state is ProposalState.DELIVERED


def test_a_decision_ends_the_mourning() -> None:
    """Granted or not: what follows a decision stands above what follows a lapse."""
    story = lapsed(claims("amazon"))
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, know(LIN, decision="for_us")), story=story)

    assert story.case.branch == "claim.won"


def test_an_answer_in_time_is_no_lapse() -> None:
    """The clock was met: nothing is over."""
    story = play((0, opened(LIN)), (1, approve(LIN)), (2, submit(LIN)))
    story.wait(T0 + 4 * DAY)

    assert story.case.branch != "claim.lapsed"


def test_staff_who_choose_claim_on_an_ebay_case_get_a_dispute() -> None:
    """One choice in the list, by its name there."""
    story = play((0, wrote("Where?")), (0.1, reads(Situation.LOGISTICS_ENQUIRY, "ebay")))
    play((1, choose(LIN, Situation.CLAIM)), story=story)

    assert (story.case.situation, story.case.situation_by) == (Situation.DISPUTE, Source.STAFF)
    offered = card(story.shown()).choice
    assert offered is None or "claim" not in {option.value for option in offered.options}


def test_only_the_marketplaces_own_word_is_offered() -> None:
    """ "A-to-z claim" in the list of an AliExpress case would lead nowhere."""
    values = {}
    for platform in ("amazon", "ebay"):
        story = play((0, wrote("Where?")), (0.1, reads(Situation.DAMAGED, platform)))
        choice = card(story.shown()).choice
        assert choice is not None
        values[platform] = {option.value for option in choice.options} & {"claim", "dispute"}

    assert values == {"amazon": {"claim"}, "ebay": {"dispute"}}


def test_ebays_day_counts_in_ebays_zone() -> None:
    """The generic rule takes the same calendar as the two it stands for."""
    late_friday = datetime(2026, 11, 27, 23, tzinfo=UTC)
    story = Story(now=late_friday)
    story.happens(said("request_opened", at=late_friday))
    other = Story(now=late_friday)
    other.happens(said("inr_opened", at=late_friday))

    assert running(story)["ebay.request.respond"] == running(other)["ebay.inr.respond"]
