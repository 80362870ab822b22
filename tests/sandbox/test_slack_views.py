"""Trigger ids, the stack of modals, hashes and App Home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.slack_bench import (
    DESK,
    Bench,
    actions,
    button,
    call,
    modal,
    section,
    slack_bench,
    text_input,
)

HOME = {"type": "home", "blocks": [section("nothing due"), actions(button("refresh"))]}


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        app = found.app()

        @app.action("approve")
        @app.action("refresh")
        @app.action("more")
        async def approve(ack: Any, body: dict[str, Any]) -> None:
            found.hear(body)
            await ack()

        @app.view("edit")
        async def save(ack: Any, view: dict[str, Any]) -> None:
            if view["state"]["values"]["reply-block"]["reply"]["value"] == "wrong":
                await ack(response_action="errors", errors={"reply-block": "not this"})
            else:
                await ack()

        async with found.connected(app):
            yield found


async def trigger(bench: Bench) -> str:
    blocks = [section(), actions(button())]
    posted = await bench.web.chat_postMessage(channel=DESK, text="card", blocks=blocks)
    await bench.ana.click(DESK, posted["ts"], "approve")
    return str(bench.heard[-1]["trigger_id"])


async def trigger_inside(bench: Bench) -> str:
    view_id = bench.slack.views("U0ANA")[-1]["id"]
    await bench.ana.click_in_view(view_id, "more")
    return str(bench.heard[-1]["trigger_id"])


async def opened(bench: Bench, **more: Any) -> Any:
    view = modal(text_input(), actions(button("more")), **more)
    body = {"trigger_id": await trigger(bench), "view": view}
    return await call(bench, "views.open", body)


async def test_a_trigger_opens_one_modal(bench: Bench) -> None:
    """The second use is refused, also when the first one worked."""
    body = {"trigger_id": await trigger(bench), "view": modal()}
    assert (await call(bench, "views.open", body))["ok"]
    assert (await call(bench, "views.open", body))["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds_of_the_machine(bench: Bench) -> None:
    """The stepped business clock does not matter to Slack; the machine's does."""
    early, late = await trigger(bench), await trigger(bench)
    bench.machine.step(3)
    assert (await call(bench, "views.open", {"trigger_id": early, "view": modal()}))["ok"]
    bench.machine.step(0.1)
    body = {"trigger_id": late, "view": modal()}
    assert (await call(bench, "views.open", body))["error"] == "expired_trigger_id"


async def test_a_view_that_is_wrong_does_not_use_the_trigger_up(bench: Bench) -> None:
    """Arguments are checked first."""
    trigger_id = await trigger(bench)
    wrong = {"trigger_id": trigger_id, "view": {"type": "modal"}}
    assert (await call(bench, "views.open", wrong))["error"] == "invalid_arguments"
    assert (await call(bench, "views.open", {"trigger_id": trigger_id, "view": modal()}))["ok"]


async def test_three_views_may_stand_on_each_other(bench: Bench) -> None:
    """The fourth is refused; submitting the top one shows the one below."""
    await opened(bench)
    for refusal in (None, None, "push_limit_reached"):
        more = modal(text_input(), actions(button("more")))
        body = {"trigger_id": await trigger_inside(bench), "view": more}
        assert (await call(bench, "views.push", body)).get("error") == refusal
    stack = bench.slack.views("U0ANA")
    assert [each["root_view_id"] for each in stack] == [stack[0]["id"]] * 3
    with pytest.raises(LookupError):
        await bench.ana.submit(stack[0]["id"], {"reply": "below"})
    await bench.ana.submit(stack[2]["id"], {"reply": "top"})
    assert [each["id"] for each in bench.slack.views("U0ANA")] == [stack[0]["id"], stack[1]["id"]]


async def test_an_update_with_an_old_hash_conflicts(bench: Bench) -> None:
    """Two writers of one modal: the newer one has won, and the older one is told."""
    view = (await opened(bench))["view"]
    body = {"view_id": view["id"], "hash": view["hash"], "view": modal(section("new"), text_input())}
    updated = await call(bench, "views.update", body)
    assert updated["ok"]
    assert updated["view"]["hash"] != view["hash"]
    assert (await call(bench, "views.update", body))["error"] == "hash_conflict"
    without_hash = {"view_id": view["id"], "view": modal()}
    assert (await call(bench, "views.update", without_hash))["ok"]


async def test_typed_words_survive_an_update_with_the_same_ids(bench: Bench) -> None:
    """Same block_id and action_id keep what was typed; other ids lose it."""
    view = (await opened(bench))["view"]
    refused = await bench.ana.submit(view["id"], {"reply": "wrong"})
    assert refused.errors == {"reply-block": "not this"}
    same = modal(text_input(initial_value="fresh"))
    await call(bench, "views.update", {"view_id": view["id"], "view": same})
    state = bench.slack.views("U0ANA")[-1]["state"]["values"]
    assert state["reply-block"]["reply"]["value"] == "wrong"
    other = modal(text_input("other", initial_value="fresh"))
    await call(bench, "views.update", {"view_id": view["id"], "view": other})
    state = bench.slack.views("U0ANA")[-1]["state"]["values"]
    assert state["other-block"]["other"]["value"] == "fresh"


async def test_a_view_is_found_by_its_external_id_and_only_once(bench: Bench) -> None:
    """external_id is unique in the workspace."""
    assert (await opened(bench, external_id="case-1"))["ok"]
    assert (await call(bench, "views.update", {"external_id": "case-1", "view": modal()}))["ok"]
    assert (await opened(bench, external_id="case-1"))["error"] == "duplicate_external_id"


async def test_opening_from_inside_a_modal_is_written_down(bench: Bench) -> None:
    """It throws away the modal the person was in."""
    await opened(bench)
    await call(bench, "views.open", {"trigger_id": await trigger_inside(bench), "view": modal()})
    assert bench.violations() == ["a modal is open; push onto it or update it"]


async def test_the_home_of_each_person_is_their_own(bench: Bench) -> None:
    """Published again it keeps its id, and its buttons work."""
    first = await call(bench, "views.publish", {"user_id": "U0ANA", "view": HOME})
    second = await call(bench, "views.publish", {"user_id": "U0ANA", "view": HOME})
    assert first["view"]["id"] == second["view"]["id"]
    stale = {"user_id": "U0ANA", "view": HOME, "hash": first["view"]["hash"]}
    assert (await call(bench, "views.publish", stale))["error"] == "hash_conflict"
    assert (await bench.ana.click_in_view(first["view"]["id"], "refresh")).acked
    assert bench.heard[-1]["container"] == {"type": "view", "view_id": first["view"]["id"]}
    assert bench.slack.home("U0BEN") is None
