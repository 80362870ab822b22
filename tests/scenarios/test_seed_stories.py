"""The seeds' own cases as a shop lives them: from the buyer's first message to "yes, all is well".

Cases A, B and C are seed 002's three ways with an expensive item (playbooks, section 17); the claim is seed 001's
six steps (section 12). Each tells what stands on the card, which clock runs, which offers come in which order, and
that the buyer hears nothing that no person has approved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from sandbox.telegram.buyer import Buyer
from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words

EBAY, AMAZON = "12-12345-12345", "114-1234567-7654321"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONEY = ("order_value", "refund_amount")
CLAIM = "Answer to the claim"


@dataclass(slots=True)
class Desk:
    """Staff and one buyer, and everything the buyer was told with a yes to it. A receipt needs none."""

    shop: World
    buyer: Buyer
    approved: list[str] = field(default_factory=list)

    # --- the buyer -----------------------------------------------------------------------------------------

    async def writes(self, text: str) -> None:
        self.buyer.say(text)
        await self.shop.settle()

    async def taps(self, label: str) -> None:
        """A button below our newest message."""
        newest = self.buyer.received()[-1]
        rows = newest.get("reply_markup", {}).get("inline_keyboard", [])
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
        self.buyer.press(newest["message_id"], data)
        await self.shop.settle()

    def heard(self) -> list[str]:
        """What the buyer has read, the receipts apart."""
        return [text for text in received(self.buyer) if "It has arrived and is stored" not in text]

    # --- staff ---------------------------------------------------------------------------------------------

    def card(self) -> str:
        return words(self.shop.card())

    async def knows(self, **facts: str) -> None:
        """What staff find out, in the dialog."""
        await self.shop.open(LIN, "menu", option="facts")
        money = {f"typed:money:{name}": value for name, value in facts.items() if name in MONEY}
        chosen = {f"fact:{name}": f"={value}" for name, value in facts.items() if name not in MONEY}
        assert (await self.shop.submit(LIN, **money, **chosen)).errors == {}
        await self.shop.settle()

    async def is_about(self, situation: str) -> None:
        await self.shop.click(LIN, "situation", option=situation)
        await self.shop.settle()

    async def says(self, expected: str) -> None:
        """The draft that stands there has these words; a person approves it, and only then the buyer reads it."""
        assert expected in self.card()
        assert expected not in (self.heard() or [""])[-1]
        assert len(self.heard()) == len(self.approved), "nothing was said without a yes"
        await self.shop.click(LIN, "approve")
        await self.shop.advance(UNDO)
        assert expected in self.heard()[-1]
        self.approved.append(self.heard()[-1])
        assert self.heard() == self.approved

    async def does(self, proof: str) -> None:
        """What was promised, or is to be handed in: done by hand."""
        await self.shop.open(BEN, "submitted")
        assert (await self.shop.submit(BEN, proof=proof)).errors == {}
        await self.shop.settle()

    async def is_stopped(self, text: str, words: str) -> None:
        """The dialog refuses this text."""
        await self.shop.open(LIN, "edit")
        assert words in str((await self.shop.submit(LIN, text=text)).errors)
        await self.shop.slack.person(LIN).close_view(self.shop.modal(LIN)["id"])
        await self.shop.settle()

    def offers(self) -> list[str]:
        """The offers on the card, in their order."""
        [line] = [line for line in self.card().splitlines() if line.startswith("Offers")]
        return [each.split(" (")[0] for each in line.partition(": ")[2].split("; ")]

    async def clocks(self) -> list[str]:
        """The clocks that run, nearest first; reminders to ourselves apart."""
        running = [d for d in (await self.shop.case())["deadlines"] if d["state"] == "running"]
        return [d["name"] for d in sorted(running, key=lambda d: d["due"]) if d["kind"] != "reminder"]

    async def is_solved(self, after: timedelta) -> None:
        """So long after it was told the question stands on the card, is put once, and the buyer's yes ends it."""
        assert await self.clocks() == []
        await self.shop.advance(after)
        assert "Is it solved?" in self.card()
        await self.says("is everything in order now?")
        await self.taps("Yes, all is well")
        assert "The buyer says that it is solved" in await self.shop.journal()
        case = await self.shop.case()
        assert (case["status"], await self.clocks()) == ("closed", [])
        await self.shop.advance(30 * DAY)
        assert self.heard() == self.approved, "and nothing more is said"


@pytest.fixture
def desk(shop: World) -> Desk:
    # The sandbox watches for bursts on the machine's clock; weeks pass here in a second.
    shop.telegram.pace_by(lambda: shop.clock.now().timestamp())
    return Desk(shop, shop.buyer(language="en"))


async def test_case_a_a_phone_without_sound(desk: Desk) -> None:
    """17A: one request that can show the fault, voluntary; no answer brings the next offer, and what is promised
    for silence gives way to the buyer's choice.
    """
    await desk.writes(f"The phone I bought has no sound at all. Order {EBAY}")
    assert "Defective" in desk.card()
    assert await desk.clocks() == ["Answer by a person"]
    await desk.knows(symptom="no_function", value_class="expensive", order_value="320 USD")
    assert "A photo cannot show that something does not work" in desk.card()
    assert desk.offers() == ["another one", "partial refund", "return and refund"]
    assert "After 24 hours offer a solution unasked" in desk.card()
    assert "This is voluntary" in desk.card()
    await desk.says("send us a short video")
    assert await desk.clocks() == ["Update to the buyer"], "a solution was promised in any case"

    await desk.shop.advance(24 * HOUR)
    assert "no answer until" in desk.card()
    await desk.says("What would you prefer: a replacement, a partial refund")
    assert "If the buyer does not answer: *send the return label*" in desk.card()
    assert await desk.clocks() == ["What was promised: send the return label"]
    await desk.taps("I send it back")
    assert "promised for silence, and is not to be done any more" in " ".join(await desk.shop.journal())
    assert await desk.clocks() == ["Next answer by a person"]
    assert desk.offers() == ["return and refund", "full refund, no return"], "the buyer's wish comes first"
    await desk.says("you will have a prepaid return label by")

    await desk.does("Label 4711")
    await desk.says("is made: Label 4711. When the parcel is with us, you get your money back.")
    assert len([text for text in desk.heard() if "video" in text]) == 1, "asked once in the whole story"
    await desk.shop.advance(9 * DAY)
    await desk.knows(return_state="arrived_whole")
    await desk.says("your return for order 12-12345-12345 is with us")
    assert "Promised to the buyer: *refund the order, 320.00 USD*" in desk.card()
    await desk.does("Refund 4712")
    await desk.says("we have refunded $320.00")
    await desk.is_solved(after=5 * DAY)


async def test_case_b_a_mark_on_a_chair_leg(desk: Desk) -> None:
    """17B: the part is offered once, at once; the buyer wants to return it, and nobody persuades."""
    await desk.writes(f"There is a deep mark on one leg of the chair I got, order {EBAY}")
    await desk.is_about("expensive_item")
    await desk.knows(
        symptom="surface", evidence="clear", part_stock="yes", value_class="expensive", order_value="320 USD"
    )
    assert "Offer the part, once" in desk.card()
    assert desk.offers() == ["a part", "partial refund", "return and refund"]
    await desk.says("We have the part here")
    assert "If the buyer does not answer: *send the part*" in desk.card()
    assert await desk.clocks() == ["What was promised: send the part"]

    await desk.shop.advance(3 * HOUR)
    await desk.writes("No, I do not want a part. I want to send it back.")
    await desk.knows(buyer_refuses="yes", wish="return")
    assert "no more persuading" in desk.card()
    assert desk.offers()[0] == "return and refund"
    assert "We have the part" not in desk.card()
    assert await desk.clocks() == ["Next answer by a person"], "no part is on its way any more"
    await desk.says("We take the goods back at our cost")
    assert await desk.clocks() == ["What was promised: send the return label"]

    await desk.shop.advance(74 * HOUR)
    assert any("What was promised: send the return label" in words(alert) for alert in desk.shop.alerts())
    assert "Overdue" in desk.card()
    await desk.does("Label 4712")
    await desk.says("is made: Label 4712")

    await desk.shop.advance(20 * DAY)
    assert "Is it solved?" not in desk.card(), "the buyer has neither the chair nor the money"
    await desk.says("the parcel has not reached us yet. Could you tell us its tracking number")
    await desk.writes("I handed it in yesterday, DHL 00340434161094015902")
    await desk.knows(return_state="on_its_way")
    await desk.says("we are watching for the parcel every day")
    assert await desk.clocks() == ["Update to the buyer"]
    await desk.shop.advance(DAY)
    await desk.knows(return_state="arrived_damaged")
    assert "It is back damaged: photos, graded refund" in desk.card()
    await desk.knows(refund_amount="250 USD")
    await desk.says("We refund the price less the loss of value")
    await desk.does("Refund 4713")
    await desk.says("we have refunded $250.00")
    await desk.is_solved(after=5 * DAY)


async def test_case_b_where_the_part_is_wanted(desk: Desk) -> None:
    """... and the buyer who takes the part gets it, with its number, and time to fit it."""
    await desk.writes(f"There is a deep mark on one leg of the chair I got, order {EBAY}")
    await desk.is_about("expensive_item")
    await desk.knows(symptom="surface", evidence="clear", part_stock="yes", value_class="expensive")
    await desk.says("We have the part here")
    await desk.taps("A spare part")
    await desk.says("we send you the part, free of charge and with tracking")
    assert await desk.clocks() == ["What was promised: send the part"]

    await desk.does("DHL 00340434161094015902")
    await desk.says("Tracking: DHL 00340434161094015902.")
    await desk.is_solved(after=10 * DAY)


async def test_case_c_no_solution_for_a_rating(desk: Desk) -> None:
    """17D and 17C: neither order of rating and help gets past the dialog; one fair offer does, with its amount."""
    await desk.writes(f"The lamp is scratched, I will leave you a bad rating. Order {EBAY}")
    await desk.knows(
        symptom="surface", evidence="clear", return_cost="too_high", value_class="expensive", order_value="90 USD"
    )
    refused = "A rating must never be traded for help, in either order"
    await desk.is_stopped("If you leave us a positive rating, we refund you by 3 March.", refused)
    await desk.is_stopped("We refund you by 3 March. After that, please change your feedback.", refused)
    assert desk.heard() == []
    assert desk.offers() == ["a part", "partial refund", "another one"]
    await desk.says("You choose freely")
    assert await desk.clocks() == ["Update to the buyer"]

    await desk.taps("Keep it, part of the money back")
    assert "Partial refund: which amount?" in desk.card()
    await desk.knows(refund_amount="30 USD")
    assert "This approves: refund a part, 30.00 USD" in desk.card()
    assert "You are free to decline" in desk.card()
    await desk.says("we refund you $30.00 of the price by")
    assert "Promised to the buyer: *refund a part, 30.00 USD*" in desk.card()
    assert await desk.clocks() == ["What was promised: refund a part"]

    await desk.does("Refund 99")
    await desk.says("we have refunded $30.00 of the price")
    assert not any("rating" in text or "feedback" in text for text in desk.heard())
    await desk.is_solved(after=5 * DAY)


async def test_the_amazon_claim_in_six_steps(desk: Desk) -> None:
    """Notice, contact, investigate, solve, submit, follow up: the claim's clock stops by what was handed in."""
    await desk.writes(f"Where is my parcel? Order {AMAZON}")
    await desk.says("We are looking up with the carrier")
    await desk.shop.advance(3 * HOUR)
    await desk.writes(f"I opened an A-to-z guarantee claim with Amazon for order {AMAZON}.")
    assert "Amazon A-to-z claim" in desk.card()
    assert CLAIM in await desk.clocks()
    assert "write in the message thread" in desk.card(), "not by mail or phone, as the seed has it"
    assert desk.offers() == ["full refund, no return", "another one"]
    assert "Proof of delivery (ask the carrier for signature and place)" in desk.card()

    await desk.knows(proof_of_delivery="yes", earlier_contact="answered")
    assert "we ask you to decide this claim on the following facts" in desk.card()
    await desk.shop.click(LIN, "approve")
    await desk.shop.advance(UNDO)
    assert len(desk.heard()) == 1, "what is for Amazon is not for the buyer"
    assert CLAIM in await desk.clocks(), "an approved text is not yet handed in"
    await desk.does("Case 7788")
    assert CLAIM not in await desk.clocks()
    await desk.says("we go on helping you in the meantime")
    assert await desk.clocks() == ["Update to the buyer"]

    await desk.shop.advance(24 * HOUR)
    await desk.knows(decision="for_us")
    assert "Decided for us: go on helping" in desk.card()
    await desk.says("That does not end our help")
    await desk.is_solved(after=5 * DAY)


async def test_the_amazon_claim_that_is_ours_to_pay(desk: Desk) -> None:
    """... and without a proof it is accepted and refunded inside Amazon, once, and the buyer hears of both."""
    await desk.writes(f"I opened an A-to-z guarantee claim with Amazon for order {AMAZON}.")
    await desk.knows(proof_of_delivery="no", order_value="24.90 USD")
    assert "we accept this claim and refund the buyer in full" in desk.card()
    assert "carry it out there, in no other way" in desk.card()
    await desk.shop.click(LIN, "approve")
    await desk.shop.advance(UNDO)
    await desk.says("We accept your claim and refund you in full by")
    assert "This approves" not in desk.card(), "the one refund is approved already"
    assert "submitted" in actions(desk.shop.card())

    await desk.does("Refund 4711")
    assert CLAIM not in await desk.clocks()
    await desk.says("we have refunded $24.90")
    await desk.is_solved(after=5 * DAY)
