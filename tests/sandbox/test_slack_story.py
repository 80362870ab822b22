"""A real Bolt app over Socket Mode, from the first card to the slash command."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.slack import Outcome
from tests.sandbox.slack_bench import (
    DESK,
    Bench,
    actions,
    button,
    menu,
    modal,
    section,
    slack_bench,
    text_input,
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        yield found


async def post_card(bench: Bench, *buttons: dict[str, Any]) -> str:
    blocks = [section("*Case 1*"), actions(*buttons)]
    return str((await bench.web.chat_postMessage(channel=DESK, text="Case 1", blocks=blocks))["ts"])


async def test_a_card_is_edited_in_a_modal_and_answered_everywhere(bench: Bench) -> None:
    """The one path every part of the product takes; if it breaks, nothing else is worth reading."""
    app = bench.app()

    @app.action("edit")
    async def edit(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        meta = body["message"]["ts"]
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input(), private_metadata=meta))

    @app.view("edit")
    async def save(ack: Any, body: dict[str, Any], client: Any) -> None:
        view = body["view"]
        typed = view["state"]["values"]["reply-block"]["reply"]["value"]
        if "@" in typed:
            await ack(response_action="errors", errors={"reply-block": "No addresses, please"})
            return
        await ack()
        ts, user = view["private_metadata"], body["user"]["id"]
        await client.chat_update(channel=DESK, ts=ts, text=f"Saved: {typed}", blocks=[section()])
        await client.chat_postMessage(channel=DESK, thread_ts=ts, text="Draft 2 saved")
        await client.chat_postEphemeral(channel=DESK, user=user, text="Only you see this")

    async with bench.connected(app):
        ts = await post_card(bench, button("edit"))
        clicked = await bench.ana.click(DESK, ts, "edit")
        assert clicked.acked
        await bench.until(lambda: bench.slack.views("U0ANA"))
        view = bench.slack.views("U0ANA")[-1]

        refused = await bench.ana.submit(view["id"], {"reply": "mail me @home"})
        assert refused.errors == {"reply-block": "No addresses, please"}
        still_open = bench.slack.views("U0ANA")[-1]
        typed = still_open["state"]["values"]["reply-block"]["reply"]
        assert typed == {"type": "plain_text_input", "value": "mail me @home"}

        saved = await bench.ana.submit(view["id"], {"reply": "We refund you"})
        assert saved.acked
        assert not saved.errors
        assert bench.slack.views("U0ANA") == []
        await bench.until(lambda: bench.slack.ephemerals("U0ANA"))

    card = bench.slack.messages(DESK)[0]
    assert card["text"] == "Saved: We refund you"
    assert card["edited"]["user"] == bench.slack.bot_user_id
    assert [each["text"] for each in bench.slack.thread(DESK, ts)] == ["Draft 2 saved"]
    assert card["reply_count"] == 1
    assert bench.slack.ephemerals("U0ANA")[0]["text"] == "Only you see this"
    assert bench.slack.ephemerals("U0BEN") == []
    assert bench.violations() == []


async def test_commands_messages_home_and_shortcuts_reach_the_app(bench: Bench) -> None:
    """Each arrives in the envelope of its kind, with the fields the desk relies on."""
    app = bench.app()

    @app.command("/amends")
    async def command(ack: Any, body: dict[str, Any]) -> None:
        bench.hear(body)
        await ack(f"You asked: {body['text']}")

    @app.event("message")
    async def said(body: dict[str, Any]) -> None:
        bench.hear(body)

    @app.event("app_home_opened")
    async def home(body: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [section("Nothing due")]}
        await client.views_publish(user_id=body["event"]["user"], view=view)

    @app.shortcut("case_find")
    async def shortcut(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.event("reaction_added")
    async def reacted(body: dict[str, Any]) -> None:
        bench.hear(body)

    async with bench.connected(app):
        assert (await bench.ana.command("/amends", "ask @ben", channel_id=DESK)).acked
        assert bench.heard[0]["text"] == "ask <@U0BEN|ben>"
        assert bench.slack.ephemerals("U0ANA")[0]["text"] == "You asked: ask <@U0BEN|ben>"

        told = await bench.ben.say(DESK, "fish & <chips> <@U0ANA>")
        await bench.until(lambda: len(bench.heard) == 2)
        event = bench.heard[1]["event"]
        assert event["text"] == "fish &amp; &lt;chips&gt; <@U0ANA>"
        assert (event["ts"], event["channel_type"]) == (told.ts, "channel")

        assert (await bench.ben.react(DESK, told.ts, "eyes")).acked
        assert bench.slack.messages(DESK)[0]["reactions"][0]["users"] == ["U0BEN"]

        assert (await bench.ana.open_home()).acked
        await bench.until(lambda: bench.slack.home("U0ANA"))
        assert (await bench.ben.shortcut("case_find")).acked
        await bench.until(lambda: bench.slack.views("U0BEN"))
    assert bench.violations() == []


async def test_every_kind_of_element_sends_what_was_chosen(bench: Bench) -> None:
    """Menus differ from buttons in shape; a desk that reads `value` of an overflow would see nothing."""
    app = bench.app()

    @app.action("overflow")
    @app.action("static_select")
    @app.action("users_select")
    @app.action("approve")
    async def any_action(ack: Any, action: dict[str, Any]) -> None:
        bench.hear(action)
        await ack()

    blocks = [
        section(accessory=menu("overflow", "snooze", "reassign")),
        actions(
            button(),
            menu("static_select", "en", "de"),
            {"type": "users_select", "action_id": "users_select"},
        ),
    ]
    async with bench.connected(app):
        posted = await bench.web.chat_postMessage(channel=DESK, text="card", blocks=blocks)
        ts = posted["ts"]
        await bench.ana.click(DESK, ts, "overflow", option="reassign")
        await bench.ana.click(DESK, ts, "static_select", option="de")
        await bench.ana.click(DESK, ts, "users_select", option="U0BEN")
        await bench.ana.click(DESK, ts, "approve")
        with pytest.raises(LookupError):
            await bench.ana.click(DESK, ts, "overflow", option="sell")
    overflow, select, users, pressed = bench.heard
    assert overflow["selected_option"]["value"] == "reassign"
    assert select["selected_option"]["value"] == "de"
    assert users["selected_user"] == "U0BEN"
    assert pressed["value"] == "case-1:1"
    assert len({each["action_ts"] for each in bench.heard}) == 4


async def test_a_person_cannot_click_what_is_not_there(bench: Bench) -> None:
    """Tests that press a removed button must say so: it is a stale client, with the old value."""
    app = bench.app()

    @app.action("approve")
    async def approve(ack: Any, action: dict[str, Any]) -> None:
        bench.hear(action)
        await ack()

    async with bench.connected(app):
        ts = await post_card(bench, button())
        await bench.web.chat_update(channel=DESK, ts=ts, text="done", blocks=[section("done")])
        with pytest.raises(LookupError):
            await bench.ana.click(DESK, ts, "approve")
        stale = await bench.ana.click(DESK, ts, "approve", value="case-1:1")
    assert stale.acked
    assert bench.heard[0]["value"] == "case-1:1"


async def test_every_response_action_changes_the_modal_stack(bench: Bench) -> None:
    """update, push and clear are how the desk answers a submit; a view that is wrong is shown as trouble."""
    app = bench.app()
    answers: list[dict[str, Any]] = []

    @app.shortcut("open")
    async def start(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("edit")
    async def submitted(ack: Any) -> None:
        await ack(**answers.pop(0))

    async def submit() -> Outcome:
        top = bench.slack.views("U0ANA")[-1]
        return await bench.ana.submit(top["id"], {"reply": "typed"})

    async with bench.connected(app):
        await bench.ana.shortcut("open")
        await bench.until(lambda: bench.slack.views("U0ANA"))
        answers.append({"response_action": "update", "view": modal(section("v2"), text_input())})
        await submit()
        kept = bench.slack.views("U0ANA")[-1]
        assert kept["blocks"][0]["text"]["text"] == "v2"
        assert kept["state"]["values"]["reply-block"]["reply"]["value"] == "typed"

        answers.append({"response_action": "push", "view": modal()})
        await submit()
        stack = bench.slack.views("U0ANA")
        assert [each["previous_view_id"] for each in stack] == [None, stack[0]["id"]]

        answers.append({"response_action": "errors", "errors": {"nowhere": "?"}})
        assert "trouble" in (await submit()).note
        answers.append({"response_action": "update", "view": modal(title={"type": "x"})})
        assert "trouble" in (await submit()).note
        assert len(bench.slack.views("U0ANA")) == 2

        answers.append({"response_action": "clear"})
        await submit()
        assert bench.slack.views("U0ANA") == []
    assert bench.violations() == [
        "errors for blocks that are no inputs",
        "unusable acknowledgement",
    ]


async def test_the_form_itself_refuses_what_is_incomplete(bench: Bench) -> None:
    """Slack's client never sends an empty required field, so the app is not asked."""
    app = bench.app()

    @app.shortcut("open")
    async def start(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        optional = text_input("note") | {"optional": True}
        blocks = [text_input(max_length=5), optional, section("s", accessory=menu("overflow", "x"))]
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, notify_on_close=True))

    @app.view_closed("edit")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        bench.hear(body)
        await ack()

    @app.action("overflow")
    async def used(ack: Any, body: dict[str, Any]) -> None:
        bench.hear(body)
        await ack()

    async with bench.connected(app):
        await bench.ana.shortcut("open")
        await bench.until(lambda: bench.slack.views("U0ANA"))
        view_id = bench.slack.views("U0ANA")[-1]["id"]
        assert "reply-block" in (await bench.ana.submit(view_id, {})).errors
        assert "reply-block" in (await bench.ana.submit(view_id, {"reply": "too long"})).errors
        with pytest.raises(LookupError):
            await bench.ana.submit(view_id, {"unknown": "x"})
        assert (await bench.ana.click_in_view(view_id, "overflow")).acked
        assert (await bench.ana.close_view(view_id)).acked
        with pytest.raises(LookupError):
            await bench.ana.close_view(view_id)
    assert [each["type"] for each in bench.heard] == ["block_actions", "view_closed"]


async def test_a_response_url_answers_five_times(bench: Bench) -> None:
    """Ephemerals can only be changed through it, and the sixth use is refused."""
    app = bench.app()
    answers: list[int] = []

    @app.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        await ack()
        answers.append((await respond("a note")).status_code)
        answers.append((await respond("rewritten", replace_original=True)).status_code)
        public = {"text": "in public", "response_type": "in_channel"}
        answers.extend([(await respond(**public)).status_code for _ in range(4)])
        bench.slack.changed.set()

    async with bench.connected(app):
        ts = await post_card(bench, button())
        await bench.ana.click(DESK, ts, "approve")
        await bench.until(lambda: len(answers) == 6)
    assert answers == [200, 200, 200, 200, 200, 404]
    assert bench.slack.ephemerals("U0ANA")[0]["text"] == "a note"
    assert [each["text"] for each in bench.slack.messages(DESK)][:2] == ["rewritten", "in public"]


async def test_an_ephemeral_can_be_clicked_and_replaced_by_its_reader(bench: Bench) -> None:
    """Refusals carry buttons too; nobody else can press them."""
    app = bench.app()

    @app.action("look_again")
    async def look(ack: Any, body: dict[str, Any], respond: Any) -> None:
        bench.hear(body)
        await ack()
        await respond(text="Looked", replace_original=True)

    async with bench.connected(app):
        blocks = [section(), actions(button("look_again"))]
        posted = await bench.web.chat_postEphemeral(channel=DESK, user="U0ANA", text="Changed", blocks=blocks)
        with pytest.raises(LookupError):
            await bench.ben.click(DESK, posted["message_ts"], "look_again")
        assert (await bench.ana.click(DESK, posted["message_ts"], "look_again")).acked
        await bench.until(lambda: bench.slack.ephemerals("U0ANA")[0]["text"] == "Looked")
    assert bench.heard[0]["container"]["is_ephemeral"]
    assert "message" not in bench.heard[0]


async def test_two_connections_share_the_envelopes(bench: Bench) -> None:
    """Each payload goes to one open connection; a second handler must not double the work."""
    app = bench.app()

    @app.action("approve")
    async def approve(ack: Any, action: dict[str, Any]) -> None:
        bench.hear(action)
        await ack()

    async with bench.connected(app, count=2):
        assert bench.slack.connections == 2
        ts = await post_card(bench, button())
        for _ in range(4):
            assert (await bench.ana.click(DESK, ts, "approve")).acked
        assert all(share >= 2 for share in bench.slack.deliveries)
    assert len(bench.heard) == 4


async def test_a_snapshot_shows_the_whole_workspace_as_json(bench: Bench) -> None:
    """The demo page renders nothing but this."""
    ts = await post_card(bench, button())
    await bench.web.chat_postMessage(channel=DESK, thread_ts=ts, text="in thread")
    shot = json.loads(json.dumps(bench.slack.snapshot()))
    channel = shot["channels"][0]
    assert channel["messages"][0]["thread"][0]["text"] == "in thread"
    assert [each["id"] for each in shot["people"]] == ["U0ANA", "U0BEN"]
    assert shot["connections"] == 0
