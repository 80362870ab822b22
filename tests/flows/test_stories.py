"""The seeds' own cases, played through `step` from the buyer's first words to what comes after the solution."""

from __future__ import annotations

from bot.guarding import findings
from flows import events
from flows.action import PROMISED
from flows.case import ProposalKind, ProposalState, Situation, Status
from flows.effects import SoundAlarm
from flows.offers import Terms, offers
from flows.playbooks import Offer
from flows.view.card import card
from tests.flows.moves import CLAIM_CLOCK, ORDER, approve, choose, delivered, edit, know, opened, submit, wrote
from tests.flows.play import ADA, BEN, LIN, Move, Story, play

DAY = 24 * 60
EBAY_ORDER = "12-12345-12345"


def read_as(situation: Situation, *, platform: str = "ebay", order: str = EBAY_ORDER) -> Move:
    """The reader's word on the newest message."""
    return lambda s: events.Recognised(
        s.case.id, list(s.ids.values())[-1], situation, situation, 0.9, (), "en", order, platform, "test-1",
    )  # fmt: skip


def sent(story: Story, at: float) -> None:
    """Approved, held, released, received: the draft as it stands goes to the buyer."""
    play((at, approve(LIN)), (at + 1, delivered()), story=story)


def test_case_a_a_phone_without_sound_asks_for_a_film_once_and_goes_on_without_it() -> None:
    """17A. A photo cannot show silence; the film is a wish; "I have none" is an answer; then the offers come."""
    story = play((0, wrote("My phone has no sound at all")), (0.01, read_as(Situation.DEFECTIVE)))
    assert story.case.branch == "evidence.any"

    play((5, know(LIN, symptom="no_function", value_class="expensive")), story=story)
    assert story.case.branch == "evidence.no_function"
    assert "short video" in story.draft
    assert "voluntary" in story.draft
    assert findings(story.draft, story.case) == ()
    sent(story, 10)

    play((60, wrote("I don't have a camera, sorry")), (60.1, read_as(Situation.UNSURE)), story=story)
    assert story.case.branch == "fix.choice", "it is not parked, and not asked again"
    assert "video" not in story.draft
    again = findings("Please send us a video, if you like.", story.case)
    assert "guard.asked_before" in {finding.rule for finding in again}
    sent(story, 70)

    play((DAY, wrote("then refund me please")), (DAY + 0.1, read_as(Situation.UNSURE)), story=story)
    play((DAY + 5, know(LIN, wish="refund")), story=story)
    assert story.case.branch == "fix.return_refund", "expensive: it comes back, at our cost"
    sent(story, DAY + 10)
    assert story.handoff.key == PROMISED
    assert story.handoff.action == "return_label"

    play((DAY + 300, submit(BEN, "Label 4711")), (2 * DAY, wrote("Label is here, thank you")),
         (2 * DAY + 0.1, read_as(Situation.THANKS)), story=story)  # fmt: skip
    assert story.case.situation is Situation.DEFECTIVE, "a kind word changes nothing"
    assert len({text for text in story.queued if "video" in text}) == 1, "asked once in the whole story"


def test_case_b_a_mark_on_a_chair_leg_offers_the_part_once_and_gives_way_to_the_wish() -> None:
    """17B. Speak now, one offer, no persuading: the buyer's wish is carried out."""
    story = play((0, wrote("There is a mark on a leg of the chair")), (0.01, read_as(Situation.DAMAGED)))
    play(
        (1, choose(LIN, Situation.EXPENSIVE_ITEM)),
        (2, know(LIN, symptom="surface", evidence="clear", part_stock="yes", value_class="expensive")),
        story=story,
    )
    assert story.case.branch == "exp.offer_part"
    shown = card(story.shown())
    assert any("a part" in "".join(map(str, line)) for line in shown.reasons), "the offers stand on the card"
    sent(story, 10)

    play((DAY, wrote("No, I want to send it back")), (DAY + 0.1, read_as(Situation.UNSURE)), story=story)
    play((DAY + 5, know(LIN, buyer_refuses="yes")), story=story)
    assert story.case.branch == "exp.refused_offer", "all options, no more persuading"
    play((DAY + 6, know(LIN, wish="return")), story=story)
    assert story.case.branch == "fix.return_refund"
    ranked = offers(story.shown().choice.branch, {"wish": "return"}, Terms(), None, story.now)
    assert ranked[0].offer is Offer.RETURN
    sent(story, DAY + 10)
    play((DAY + 300, submit(BEN, "Label 4712")), story=story)
    assert "Label 4712" in story.draft
    sent(story, DAY + 310)
    assert story.case.status is Status.WAITING


def test_case_c_no_solution_is_traded_for_a_rating_in_either_order() -> None:
    """17D. The guard blocks both orders and nobody can override; the flexible offer goes out."""
    story = play((0, wrote("The lamp is scratched, I will rate you badly")), (0.01, read_as(Situation.DAMAGED)))
    for text in (
        "If you leave us a positive rating, we refund you by 3 March.",
        "We refund you by 3 March. After that, please change your feedback.",
    ):
        blocked = {finding.rule for finding in findings(text, story.case) if finding.level == "block"}
        assert "guard.rating_trade" in blocked
        story.blocked = ("guard.rating_trade",)
        play((5, edit(BEN, text, send=False)), (5, approve(BEN)), story=story)
        assert story.told[-1] == (BEN, "guard_blocks")
        assert story.queued == []
    story.blocked = ()

    play((6, know(LIN, evidence="clear", return_cost="too_high")), story=story)
    fresh = play((0, wrote("The lamp is scratched")), (0.01, read_as(Situation.DAMAGED)),
                 (1, know(LIN, evidence="clear", return_cost="too_high")))  # fmt: skip
    assert fresh.case.branch == "fix.choice_bulky"
    assert "rating" not in fresh.draft.lower()
    sent(fresh, 10)
    play((DAY, wrote("I keep it, give me something back")), (DAY + 0.1, read_as(Situation.UNSURE)),
         (DAY + 1, know(LIN, wish="partial_refund")), story=fresh)  # fmt: skip
    assert fresh.case.branch == "fix.partial_unknown"
    play((DAY + 2, know(LIN, refund_amount="30.00 USD")), story=fresh)
    assert fresh.case.branch == "fix.partial_refund"
    assert "refund you $30.00 of the price" in fresh.draft
    assert "free to decline" in fresh.draft


def test_the_amazon_claim_in_six_steps_is_answered_won_and_followed_up() -> None:
    """Section 12: notice, contact, investigate, solve, submit, follow up."""
    story = play(
        (0, wrote("Where is it?")), (0.01, read_as(Situation.LOGISTICS_ENQUIRY, platform="amazon", order=ORDER))
    )
    play((60, opened(LIN)), story=story)
    assert story.case.branch == "claim.collect"
    assert story.clock(CLAIM_CLOCK).ended_at is None
    steps = [step.words for step in story.shown().choice.branch.steps]
    assert steps[:3] == ["step.read_notice", "step.contact_buyer_in_thread", "step.collect_claim_pack"]

    play((120, know(LIN, proof_of_delivery="yes", earlier_contact="answered")), story=story)
    assert (story.case.branch, story.proposal.kind) == ("claim.represent", ProposalKind.HANDOFF)
    play((130, approve(BEN)), (140, submit(BEN, "Case 7788")), story=story)
    assert story.proposal.key == "claim.keep_helping"
    sent(story, 150)

    play((DAY, know(LIN, decision="for_us")), (DAY + 1, wrote("And now?")), story=story)
    play((DAY + 1.1, read_as(Situation.UNSURE, platform="amazon", order=ORDER)), story=story)
    assert (story.case.branch, story.proposal.key) == ("claim.won", "claim.won")
    sent(story, DAY + 5)
    assert story.proposal.state is ProposalState.DELIVERED
    assert story.case.status is Status.WAITING


def test_a_claim_that_was_granted_is_appealed_once_and_only_with_new_evidence() -> None:
    """F4 and F5: an appeal needs something Amazon has not seen; else the loss is accepted."""
    story = play((0, opened(LIN)), (5, know(LIN, proof_of_delivery="yes")), (10, approve(BEN)), (11, submit(BEN)))
    play((DAY, know(LIN, decision="against_us")), story=story)
    assert story.case.branch == "claim.lost"
    assert story.case.proposal is None, "nobody writes to the buyer about it"

    play((DAY + 5, know(LIN, new_evidence="yes")), story=story)
    assert (story.proposal.kind, story.proposal.key) == (ProposalKind.HANDOFF, "claim.appeal")
    play((DAY + 6, approve(BEN)), (DAY + 7, submit(BEN, "Appeal 1")), story=story)
    assert story.case.proposal is None, "once"


def test_a_danger_calls_the_person_in_charge_at_once_and_no_offer_is_made() -> None:
    """Whatever the case was about, and at any hour."""
    story = play((0, wrote("Where is it?")), (0.01, read_as(Situation.ITEM_NOT_RECEIVED)))
    play((60, wrote("It came, and the charger caught fire")), (60.1, read_as(Situation.SAFETY)), story=story)
    story.wait(story.now)

    assert story.case.situation is Situation.SAFETY
    assert ("page_lead", (ADA,)) in story.sounded
    assert story.effects(SoundAlarm)[-1].loud
    assert "stop using the item at once" in story.draft
    assert story.shown().choice.branch.offers == ()
    sent(story, 70)
    assert story.clock("house.safety").ended_at is not None


def test_a_danger_is_told_even_where_a_person_chose_the_situation() -> None:
    """Whoever chose had not read this message: the choice stands, and the person in charge is called."""
    story = play(
        (0, wrote("It is broken")), (0.01, read_as(Situation.DAMAGED)), (1, choose(LIN, Situation.DEFECTIVE))
    )
    play((60, wrote("It burned my hand")), (60.1, read_as(Situation.SAFETY)), story=story)
    story.wait(story.now)

    assert story.case.situation is Situation.DEFECTIVE
    assert ("page_lead", (ADA,)) in story.sounded
    assert "danger_read" in story.lines


def test_a_danger_takes_no_claims_place() -> None:
    """The claim's clocks run on while the person in charge is called: money is lost by silence as well."""
    story = play((0, wrote("I opened an A-to-z claim")),
                 (0.01, read_as(Situation.CLAIM, platform="amazon", order=ORDER)))  # fmt: skip
    play((60, wrote("And it burned my hand")),
         (60.1, read_as(Situation.SAFETY, platform="amazon", order=ORDER)), story=story)  # fmt: skip
    story.wait(story.now)

    assert story.case.situation is Situation.CLAIM
    assert story.clock(CLAIM_CLOCK).ended_at is None
    assert ("page_lead", (ADA,)) in story.sounded
