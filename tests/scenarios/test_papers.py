"""Papers that end, and what is on file when a case needs one: the desk, stepped through two months."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bot import papers
from flows.papers import Paper, PaperKind
from tests.flows.orders import DAY, NUMBER, sourced
from tests.scenarios.test_prevention import LAMP, imports
from tests.scenarios.world import BEN, DEFAULT_SHOP, LIN, World, actions, key_of, words, world

BRAND = Paper(
    0, PaperKind.AUTHORISATION, "BA-17", "Cedar Lights", brands=("Reading lamp",), valid_until=date(2027, 1, 31),
    file="papers/BA-17.pdf", responsible=LIN,
)  # fmt: skip
INSURED = Paper(0, PaperKind.INSURANCE, "PL-9", "Allianz", valid_until=date(2027, 1, 31), responsible=LIN)


async def files(shop: World, paper: Paper) -> Paper:
    """As `amends papers add` does, beside the running service."""
    at = shop.clock.now()
    filed = await shop.service.database.write(lambda c: papers.enter(c, shop.service.shop, paper, "test", at))
    shop.service.signals.wake("inbox")
    await shop.settle()
    return filed


def calls(shop: World) -> list[dict[str, Any]]:
    return [post for post in shop.posts() if key_of(post).startswith("warning:")]


async def until(shop: World, day: date, hour: int = 10) -> None:
    """This hour of that day in Shanghai."""
    now = shop.clock.now()
    target = now.replace(year=day.year, month=day.month, day=day.day, hour=hour - 8, minute=0)
    await shop.advance(target - now)


async def test_a_paper_ends_and_each_rung_is_noticed_by_somebody(tmp_path: Path) -> None:
    """60 days: Lin acknowledges. 30 days: nobody does, it goes on to the lead, and by the second path. Then it is
    renewed, and nothing asks any more.
    """
    async with world(tmp_path, paths=("ntfy",)) as shop:
        filed = await files(shop, BRAND)
        await until(shop, date(2026, 12, 1))
        assert calls(shop) == []

        await until(shop, date(2026, 12, 2))
        (first,) = calls(shop)
        said = words(first)
        assert "Brand authorisation BA-17 (Cedar Lights) · P-0001" in said
        assert "in 60 days" in said
        assert "January 31, 2027" in said
        assert "papers/BA-17.pdf" in said
        assert f"amends papers renew {filed.name}" in said
        assert LIN in str(first)
        assert BEN not in str(first)
        await shop.click(LIN, "noticed", first["ts"])
        await until(shop, date(2026, 12, 20))
        (first,) = calls(shop)
        assert actions(first) == []
        assert "has taken note" in words(first)
        assert shop.receivers.received == []

        await until(shop, date(2027, 1, 3))
        _, second, third = calls(shop)
        assert "in 29 days" in words(third)
        assert BEN not in str(second)
        assert BEN in str(third)
        assert len(shop.receivers.received) == 1

        at = shop.clock.now()
        fresh = Paper(0, PaperKind.AUTHORISATION, "BA-18", brands=BRAND.brands, valid_until=date(2028, 1, 31))
        await shop.service.database.write(lambda c: papers.renew(c, "default", 1, fresh, "test", at))
        shop.service.signals.wake("inbox")
        await shop.settle()
        assert [actions(post) for post in calls(shop)] == [[], [], []]
        assert "Renewed" in words(calls(shop)[-1])
        await shop.advance(60 * DAY)
        assert len(calls(shop)) == 3


async def test_after_the_end_it_asks_each_day_across_restarts(shop: World) -> None:
    """On the last day everybody is called; the morning after it says that it has ended, again and again."""
    await files(shop, INSURED)
    await until(shop, date(2027, 1, 31), hour=9)
    last = calls(shop)[-1]
    assert "its last day" in words(last)
    assert LIN in str(last)
    assert BEN in str(last)
    await shop.click(BEN, "noticed", last["ts"])
    await shop.restart()
    await until(shop, date(2027, 2, 1), hour=9)
    (over,) = [post for post in calls(shop) if "noticed" in actions(post)]
    assert "ended on January 31, 2027" in words(over)
    await shop.restart()
    await shop.advance(2 * DAY)
    asking = [post for post in calls(shop) if "noticed" in actions(post)]
    assert len(asking) == 3
    await shop.click(LIN, "noticed", asking[0]["ts"])
    await shop.advance(10 * DAY)

    assert [post for post in calls(shop) if "noticed" in actions(post)] == []


async def test_the_card_of_an_accusation_says_what_is_on_file(shop: World) -> None:
    """None: staff are asked. One is put on file while the case is open, and taken off: the advice follows."""
    bought = shop.clock.now() - 9 * DAY
    await imports(shop, sourced(NUMBER, items=LAMP, bought_at=bought))
    shop.buyer(name="Joe", language="en").say(f"This is a fake, order {NUMBER}")
    await shop.settle()
    assert "Authorisation for LAMP: none on file" in words(shop.card())
    assert (await shop.case())["branch"]["name"] == "Find the papers of this item"

    await files(shop, BRAND)
    said = words(shop.card())
    assert "valid until January 31, 2027" in said
    assert "none on file" not in said
    assert (await shop.case())["branch"]["name"] == "Show the buyer the papers, in the platform's thread"

    await shop.service.database.write(
        lambda c: papers.remove(c, "default", 1, "test", "it was withdrawn", shop.clock.now())
    )
    shop.service.signals.wake("inbox")
    await shop.settle()
    assert "none on file" in words(shop.card())
    assert (await shop.case())["branch"]["name"] == "Find the papers of this item"


async def test_an_insurance_on_file_answers_what_staff_would_be_asked(tmp_path: Path) -> None:
    async with world(tmp_path, shop=DEFAULT_SHOP.replace('"en"', '"zh"')) as shop:
        await files(shop, INSURED)
        shop.buyer(name="Joe", language="en").say("The charger burned me and my table, I want compensation")
        await shop.settle()

        assert "产品责任险 PL-9 (Allianz) · P-0001，有效期至 2027年1月31日" in words(shop.card())
