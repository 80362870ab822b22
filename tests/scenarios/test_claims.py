"""A claim: money is lost by silence, so its clock is heard until somebody has answered on the marketplace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.scenarios.claim_story import CLOCK, claim_from_buyer_to_proof
from tests.scenarios.world import BEN, CHANNEL, LIN, START, UNDO, World, actions, received, words

ORDER = "114-1234567-7654321"
HOUR = timedelta(hours=1)


async def test_a_claim_of_a_buyer_is_heard_until_it_is_answered_by_hand(shop: World) -> None:
    """Both limits on the card, rung by rung the right person, and nothing more once the proof is in."""
    await claim_from_buyer_to_proof(shop)


async def test_a_claim_entered_by_staff_never_writes_to_anybody(shop: World) -> None:
    """A notice read on the marketplace: same clocks, and no buyer we could write to by mistake."""
    other = shop.buyer(777, "Ada")
    other.say("Where is my parcel?")
    await shop.settle()
    so_far = len(received(other))
    lin = shop.slack.person(LIN)
    assert (await lin.command("/amends", "new", channel_id=CHANNEL)).acked
    await shop.until(lambda: len(shop.slack.views(LIN)) == 1)
    wrong = await shop.submit(LIN, order="114-12", note="Item not received, 25.90")
    assert "3, 7 and 7 digits" in wrong.errors["order"]
    assert len(shop.slack.views(LIN)) == 1
    late = await shop.submit(LIN, order=ORDER, started_at=int((START + HOUR).timestamp()))
    assert "in the future" in late.errors["started_at"]
    entered = await shop.submit(LIN, order=ORDER, started_at=int((START - 2 * HOUR).timestamp()), amount="25.90")
    assert entered.acked
    assert entered.errors == {}
    await shop.settle()
    assert shop.slack.views(LIN) == []
    card = next(card for card in shop.cards() if ORDER in words(card))
    assert "A-to-z" in words(card)
    assert "2026-11-25 06:00 UTC" in words(card)  # 48 hours after the notice, not after the dialog
    assert "2026-11-26 06:00 UTC" in words(card)
    await shop.click(LIN, "approve", ts=card["ts"])
    await shop.advance(UNDO)
    await shop.open(LIN, "submitted", ts=card["ts"])
    await shop.submit(LIN, proof="Case 7788")
    await shop.advance(timedelta(days=4))
    assert len(received(other)) == so_far
    assert all(message["chat"]["id"] == 777 for message in shop.telegram.sent())
    claim = next(case for case in (await shop.picture())["cases"] if case["order"] == ORDER)
    platform = [deadline for deadline in claim["deadlines"] if deadline["kind"] == "platform"]
    assert {deadline["state"] for deadline in platform} == {"met"}


async def test_a_notice_for_a_known_order_joins_its_case(shop: World) -> None:
    """The buyer's chat and the marketplace's notice are one matter: one card, and the claim's clocks on it."""
    sofia = shop.buyer()
    sofia.say(f"My order {ORDER} has not arrived.")
    await shop.settle()
    await shop.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)
    await shop.until(lambda: len(shop.slack.views(LIN)) == 1)
    await shop.submit(LIN, order=ORDER)
    await shop.settle()
    assert "A-to-z" in words(shop.card())
    assert actions(shop.card())[1] == "approve"
    assert "Approve text" in words(shop.card())


async def test_a_missed_deadline_is_said_plainly(shop: World) -> None:
    """Nobody reacted: the desk says so on the card, to everybody, and in the file."""
    sofia = shop.buyer()
    sofia.say("Where is my parcel? Order 114-1234567-7654321.")
    await shop.settle()
    await shop.advance(timedelta(hours=25))
    assert "*Missed" in words(shop.card())
    last = shop.alerts()[-1]
    assert "has passed" in words(last)
    assert f"<@{LIN}>" in words(last)
    assert f"<@{BEN}>" in words(last)
    assert any(line.startswith("Missed: ") for line in await shop.journal())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    assert "*Missed" in words(shop.card())


async def test_after_downtime_only_the_latest_rung_sounds(shop: World) -> None:
    """Coming back must not shout three times about one case; what was skipped says why."""
    shop.buyer().say(f"I opened an A-to-z guarantee claim with Amazon for order {ORDER}.")
    await shop.settle()
    await shop.stop()
    shop.clock.move_to(START + timedelta(hours=37))
    await shop.start()
    await shop.settle()
    alerts = [alert for alert in shop.alerts() if CLOCK in words(alert)]
    assert len(alerts) == 1
    assert "needs a decision" in words(alerts[0])
    due = next(d for d in (await shop.case())["deadlines"] if d["kind"] == "platform" and d["bound"] == "due")
    rungs = {rung["name"]: (rung["state"], rung["reason"]) for rung in due["rungs"]}
    why = "the service was away 2026-11-23 08:00 to 2026-11-24 21:00 UTC; overtaken by: Call to the lead"
    assert rungs["Reminder"] == ("skipped", why)
    assert rungs["Warning to the owner"] == ("skipped", why)
    assert rungs["Call to the lead"][0] == "sounded"


async def test_an_acknowledged_alarm_still_climbs_when_nothing_happens(shop: World) -> None:
    """ "I have seen it" is not "it is done": the next rung comes all the same."""
    shop.buyer().say(f"I opened an A-to-z guarantee claim with Amazon for order {ORDER}.")
    await shop.advance(timedelta(hours=25))
    warned = shop.alerts()[-1]
    await shop.click(LIN, "acknowledge", ts=warned["ts"])
    await shop.settle()
    now = next(post for post in shop.posts() if post["ts"] == warned["ts"])
    assert "Acknowledged by" in words(now)
    assert actions(now) == []
    again = await shop.click(BEN, "acknowledge", ts=warned["ts"], value=_value(warned, "acknowledge"))
    assert again.acked
    await shop.settle()
    assert any("Lin Na acknowledged this already" in said for said in shop.told(BEN))
    before = len(shop.alerts())
    await shop.advance(timedelta(hours=12))
    assert len(shop.alerts()) > before
    assert f"<@{LIN}>" in words(shop.alerts()[-1])


def _value(post: dict[str, Any], action: str) -> str:
    blocks = post["blocks"]
    found = [
        e["value"] for b in blocks if b["type"] == "actions" for e in b["elements"] if e["action_id"] == action
    ]
    return str(found[0])
