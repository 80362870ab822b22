"""Why a deadline is what it is, asked in Slack: read and answered at once, nothing is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.why import SHOWN, why_answer, why_list
from adapters.slack.words import english
from flows.view import Option, WhyView
from tests.adapters.slack_bench import ROOM, Bench, started
from tests.adapters.slack_views import CARDS, CASE, WHY

LENA = "U0LENA"


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with started() as made, made.listening():
        yield made


@pytest.mark.parametrize("named", ["A-0007", "a-7", "7"])
async def test_the_command_answers_the_one_who_asks(desk: Bench, named: str) -> None:
    """By the number as on the card, however it is typed; what a source says mentions and formats nothing."""
    assert (await desk.lena.command("/amends", f"why {named}", channel_id=ROOM)).acked
    [shown] = desk.slack.ephemerals(LENA)
    assert "A-0007: deadlines" in shown["text"]
    assert [block["type"] for block in shown["blocks"]] == ["section", "section", "context", "section", "context"]
    assert "*Answer to the claim* (running): due <!date^" in shown["blocks"][1]["text"]["text"]
    assert shown["blocks"][2]["elements"][0] == {
        "type": "plain_text", "text": "Start: <!here> claim\nRule x & y", "emoji": False
    }  # fmt: skip
    assert desk.shelf.items == []


@pytest.mark.parametrize("named", ["A-0008", "seven", "-7", "9999999999999999999", "٧"])
async def test_a_case_that_is_not_there_is_said_so(desk: Bench, named: str) -> None:
    """With the way to write it right."""
    assert (await desk.lena.command("/amends", f"why {named}", channel_id=ROOM)).acked
    told = await desk.told(desk.lena)
    assert f"There is no case {named}" in told
    assert "/amends why A-0007" in told


async def test_the_cards_menu_opens_it_as_a_dialog(desk: Bench) -> None:
    """Within the trigger's three seconds, and without a button that would decide anything."""
    shown = CARDS["open"]
    asks = replace(shown, menu=(*shown.menu, Option("why", "Why this deadline?")))
    card = await desk.desk.show_card(asks, None)
    assert (await desk.lena.click(ROOM, card.message, "menu", option="why")).acked
    view = await desk.view_of(desk.lena)
    assert (view["callback_id"], view["title"]["text"]) == ("why", "A-0007: deadlines")
    assert not view.get("submit")
    assert desk.shelf.items == []


def test_a_case_with_many_clocks_still_fits_a_message() -> None:
    """Slack takes 50 blocks."""
    many = replace(WHY, clocks=WHY.clocks * 40)
    assert len(why_answer(many, english)["blocks"]) == 1 + 2 * SHOWN


def test_without_a_clock_it_says_so() -> None:
    """An empty dialog would be refused."""
    assert why_list(WhyView(CASE, "A-0001", ()), english)["blocks"][0]["text"]["text"].startswith(
        "This case has no"
    )
