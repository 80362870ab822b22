"""A bug in what staff are shown: it is said, in the place where they look, and nothing else is held up by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot.showing import alerts, cards
from sandbox.wire import Fault
from tests.scenarios.claim_story import CLOCK
from tests.scenarios.world import CHANNEL, LIN, World, actions, received, words, world

ASKS = "Hola, mi pedido 408-1234567-1234567 no ha llegado todavía."
CLAIMS = "I opened an A-to-z guarantee claim with Amazon for order 114-1234567-7654321."
BROKEN = "This card cannot be shown: an internal error (ZeroDivisionError), see the log"


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A desk that gives up quickly."""
    monkeypatch.setattr("bot.outcomes.FAULT_S", (0.0,))
    async with world(tmp_path) as running:
        yield running


def _breaks(*_args: object, **_kw: object) -> NoReturn:
    raise ZeroDivisionError("a bug in a view")


async def _given_up(shop: World) -> list[str]:
    _, health = await shop.service.health()
    return [each["kind"] for each in health["delivery"]["given_up"]]


async def test_a_card_that_cannot_be_made_is_replaced_by_one_that_says_so(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff see which case it is, the operator sees why; after a fix the same message becomes a card again."""
    with monkeypatch.context() as broken:
        broken.setattr(cards, "card", _breaks)
        sofia = shop.buyer()
        sofia.say(ASKS)
        await shop.settle()
        posted = shop.card()
        assert BROKEN in words(posted)
        assert "A-0001 · 408-1234567-1234567" in words(posted)
        assert len(received(sofia)) == 1
        assert "card" in await _given_up(shop)
    sofia.say("¿Hola?")
    await shop.settle()
    assert shop.card()["ts"] == posted["ts"]
    assert "approve" in actions(shop.card())


async def test_a_layout_that_slack_refuses_is_replaced_as_well(shop: World) -> None:
    """It would refuse it again: the case must not vanish from the desk for that."""
    shop.slack.faults.add(Fault("error", "chat.postMessage", code="invalid_blocks"))
    shop.buyer().say(ASKS)
    await shop.settle()
    assert "Slack does not accept the layout of this message" in words(shop.card())
    assert "card" in await _given_up(shop)


async def test_an_alert_that_cannot_be_made_is_told_on_its_case(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was warned: the file says so, and the later rungs sound."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await shop.click(LIN, "menu", option="take")
    await shop.settle()
    with monkeypatch.context() as broken:
        broken.setattr(alerts, "alarm", _breaks)
        await shop.advance(timedelta(hours=24))
        assert shop.alerts() == []
        file = " ".join(" ".join(words(post) for post in shop.thread()).split())
        assert "could not be posted: an internal error (ZeroDivisionError), see the log" in file
        assert "alarm" in await _given_up(shop)
    await shop.advance(timedelta(hours=12))
    assert [alert for alert in shop.alerts() if CLOCK in words(alert)]


async def test_an_alert_below_a_card_that_was_deleted_stands_in_the_channel(shop: World) -> None:
    """The thread is gone and the card comes back only with the next change: the alert must not wait for that."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await shop.click(LIN, "menu", option="take")
    await shop.settle()
    shop.slack.delete_message(CHANNEL, shop.card()["ts"])
    await shop.advance(timedelta(hours=12))
    assert any(CLOCK in words(alert) for alert in shop.alerts())


async def test_an_alert_whose_answer_was_lost_is_found_wherever_it_stands(shop: World) -> None:
    """Posted below the card, its answer cut off: looked for by its key, and not posted a second time."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await shop.click(LIN, "menu", option="take")
    await shop.advance(timedelta(hours=11))
    shop.slack.faults.add(Fault("timeout_after", "chat.postMessage", seconds=0.2))
    await shop.advance(timedelta(hours=1))
    below = [post for post in shop.thread() if CLOCK in words(post) and "acknowledge" in actions(post)]
    assert len(below) == 1
    assert shop.alerts() == []


async def test_while_slack_is_away_health_says_so_and_buyers_are_served(shop: World) -> None:
    """An outage at the desk: shown with its reason, asked about every few seconds, over as soon as it is over."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    shop.slack.down()
    for number in range(4):
        shop.buyer(601 + number, f"Ada {number}").say("Where is my parcel?")
    service = shop.service
    await shop.until(lambda: not service.delivery.is_well)
    well, health = await service.health()
    desk = health["delivery"]["destinations"]["desk"]
    assert (well, desk["ok"]) == (False, False)
    assert "Slack" in desk["detail"]
    await shop.until(lambda: all(len(received(shop.buyer(601 + n, f"Ada {n}"))) == 1 for n in range(4)))
    shop.slack.up()
    await shop.settle()
    assert service.delivery.is_well
    assert len(shop.cards()) == 5
