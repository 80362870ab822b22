"""The dead letter at the desk: shown at once, decided on by stored events, and never able to format or mention."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.dead import dead_list
from adapters.slack.words import english
from flows.events import DeadDropped, DeadRetried
from flows.view import AlarmView, Button, DeadView
from sandbox.slack import Outcome
from tests.adapters.slack_bench import ROOM, Bench, started
from tests.adapters.slack_views import DEAD

LENA = "U0LENA"


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with started() as made, made.listening():
        yield made


async def listed(desk: Bench) -> dict[str, Any]:
    """The list, opened by the command."""
    assert (await desk.lena.command("/amends", "dead", channel_id=ROOM)).acked
    return await desk.view_of(desk.lena)


async def showing(desk: Bench, callback: str) -> dict[str, Any]:
    """What this dialog was replaced by."""

    def found() -> dict[str, Any] | None:
        view: dict[str, Any] = desk.slack.views(LENA)[-1]
        return view if view["callback_id"] == callback else None

    return await desk.until(found)  # type: ignore[no-any-return] # JSON


def kinds(view: dict[str, Any]) -> list[str]:
    return [block["type"] for block in view["blocks"]]


async def test_the_list_answers_the_command(desk: Bench) -> None:
    """A question: read and shown, nothing is stored. What came may hold anything, and formats nothing."""
    view = await listed(desk)
    assert desk.shelf.items == []
    assert kinds(view) == ["section", "section", "actions", "section", "actions", "context"]
    assert "21 more" in view["blocks"][-1]["elements"][0]["text"]
    shown = view["blocks"][1]["text"]
    assert (shown["type"], shown["verbatim"]) == ("mrkdwn", True)
    assert "not ∗a∗ &lt;!here&gt; message" in shown["text"]


async def test_retry_is_stored_before_it_is_acknowledged_and_shown(desk: Bench) -> None:
    """The decision of a named person, urgent as every click; its row loses its buttons, the others keep theirs."""
    view = await listed(desk)
    assert (await desk.lena.click_in_view(view["id"], "dead_retry", value="019a")).acked
    assert desk.events() == [DeadRetried("019a", LENA)]
    assert desk.shelf.items[0].urgent

    def changed() -> bool:
        return kinds(desk.slack.views(LENA)[-1])[:3] == ["section", "section", "context"]

    await desk.until(changed)
    assert [block["block_id"] for block in desk.slack.views(LENA)[-1]["blocks"] if block["type"] == "actions"] == [
        "dead:019b"
    ]


async def test_a_decision_that_was_not_stored_is_seen_to_fail(desk: Bench) -> None:
    view = await listed(desk)
    desk.shelf.broken = True
    assert not (await desk.lena.click_in_view(view["id"], "dead_retry", value="019a", wait_s=0.5)).acked
    assert desk.events() == []
    assert kinds(desk.slack.views(LENA)[-1])[2] == "actions"


async def test_dropping_asks_for_a_reason_and_comes_back_to_the_list(desk: Bench) -> None:
    """Dropped for good: the reason is required, the form's own button is the second yes."""
    view = await listed(desk)
    assert (await desk.lena.click_in_view(view["id"], "dead_drop", value="019b")).acked
    form = await showing(desk, "dead_drop")
    assert desk.events() == []
    empty: Outcome = await desk.lena.submit(form["id"], {"why": "   "})
    assert empty.errors == {"why": "Please fill this in."}
    assert (await desk.lena.submit(form["id"], {"why": "a test message"})).acked
    assert desk.events() == [DeadDropped("019b", LENA, "a test message")]
    assert "context" in kinds(await showing(desk, "dead"))


async def test_the_notice_leads_to_the_list(desk: Bench) -> None:
    view = AlarmView(
        "notice:dead:1", "2 inputs", (("2 inputs",),), (Button("dead", "Look at it", "dead:0"),), True
    )
    posted = await desk.desk.post_alarm(view, None)
    assert (await desk.lena.click(posted.channel, posted.message, "dead")).acked
    assert (await desk.view_of(desk.lena))["callback_id"] == "dead"
    assert desk.shelf.items == []


async def test_a_store_that_is_away_is_a_visible_failure(desk: Bench) -> None:
    desk.service.broken = True
    assert not (await desk.lena.command("/amends", "dead", channel_id=ROOM)).acked


def test_an_empty_list_says_so() -> None:
    """Asked before anything ever went wrong."""
    view = dead_list(DeadView((), 0), english)
    assert [block["text"]["text"] for block in view["blocks"]] == [english("dead.empty")]


def test_a_full_list_stays_within_slacks_limits() -> None:
    """100 blocks a view; twenty rows of two blocks, an opening and a closing line."""
    rows = tuple(DEAD.rows[0] for _ in range(20))
    assert len(dead_list(DeadView(rows, 5000), english)["blocks"]) == 42
