"""Calls that the real Slack refuses, with the error string it answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.sandbox.slack_bench import DESK, Bench, call, modal, section, slack_bench

POST = "chat.postMessage"
HISTORY = "conversations.history"
HOME = {"type": "home", "blocks": [section()]}
METADATA = {"event_type": "case", "event_payload": {"k": "y" * 20_000}}
LARGE = modal(*(section("y" * 3000) for _ in range(90)))
NOWHERE = {"channel": DESK, "ts": "1.2"}


def said(**more: Any) -> dict[str, Any]:
    return {"channel": DESK, "text": "hello"} | more


def reaction(name: str) -> dict[str, Any]:
    return {"channel": DESK, "name": name, "timestamp": "1.2"}


# case, method, arguments, error, source: the method's page on docs.slack.dev unless an issue is named
REFUSED: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("no such channel", POST, said(channel="C0NONE"), "channel_not_found", POST),
    ("private channel", POST, said(channel="C0SECRET"), "channel_not_found", POST),
    ("not a member", POST, said(channel="C0ELSE"), "not_in_channel", POST),
    ("archived", POST, said(channel="C0OLD"), "is_archived", POST),
    ("nothing said", POST, {"channel": DESK}, "no_text", POST),
    ("only blanks", POST, said(text="  "), "no_text", POST),
    ("40,001 characters", POST, said(text="y" * 40_001), "msg_too_long", POST),
    ("no JSON", POST, said(blocks="[{"), "invalid_blocks_format", "node-slack-sdk#1027"),
    ("wrapped", POST, said(blocks={"blocks": []}), "invalid_blocks_format", "slack-php-api#114"),
    ("13,200 over all", POST, said(blocks=[section("y" * 2800)] * 5), "msg_blocks_too_long", "bolt-js#2509"),
    ("metadata text", POST, said(metadata="{"), "invalid_metadata_format", POST),
    ("metadata shape", POST, said(metadata={"event_type": "case"}), "invalid_metadata_schema", POST),
    ("metadata size", POST, said(metadata=METADATA), "metadata_too_large", POST),
    ("no channel", POST, {"text": "x"}, "invalid_arguments", POST),
    ("nothing to update", "chat.update", said(ts="1700000000.000100"), "message_not_found", "chat.update"),
    ("nothing to delete", "chat.delete", NOWHERE, "message_not_found", "chat.delete"),
    ("ephemeral outside", "chat.postEphemeral", said(user="U0NONE"), "user_not_in_channel", "chat.postEphemeral"),
    ("no thread", "conversations.replies", NOWHERE, "thread_not_found", "conversations.replies"),
    ("history outside", HISTORY, {"channel": "C0ELSE"}, "not_in_channel", HISTORY),
    ("history by name", HISTORY, {"channel": "after-sales"}, "channel_not_found", HISTORY),
    ("page size", HISTORY, {"channel": DESK, "limit": 1000}, "invalid_limit", HISTORY),
    ("cursor", HISTORY, {"channel": DESK, "cursor": "x"}, "invalid_cursor", HISTORY),
    ("oldest", HISTORY, {"channel": DESK, "oldest": "x"}, "invalid_ts_oldest", HISTORY),
    ("types", "conversations.list", {"types": "secret"}, "invalid_types", "conversations.list"),
    ("join archived", "conversations.join", {"channel": "C0OLD"}, "is_archived", "conversations.join"),
    ("open nobody", "conversations.open", {"users": "U0NONE"}, "user_not_found", "conversations.open"),
    ("nobody", "users.info", {"user": "U0NONE"}, "user_not_found", "users.info"),
    ("no address", "users.lookupByEmail", {"email": "no@x.example"}, "users_not_found", "users.lookupByEmail"),
    ("react to nothing", "reactions.add", reaction("eyes"), "message_not_found", "reactions.add"),
    ("emoji name", "reactions.add", reaction(":eyes:"), "invalid_name", "reactions.add"),
    ("trigger", "views.open", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id", "views.open"),
    ("no trigger", "views.open", {"view": modal()}, "invalid_arguments", "slack-go#805"),
    ("view size", "views.open", {"trigger_id": "1.2.3", "view": LARGE}, "view_too_large", "views.open"),
    ("closed view", "views.update", {"view_id": "V1", "view": modal()}, "not_found", "views.update"),
    (
        "two ids",
        "views.update",
        {"view_id": "V1", "external_id": "e", "view": modal()},
        "invalid_arguments",
        "slack-go#667",
    ),
    ("no reader", "views.publish", {"user_id": "U0NONE", "view": HOME}, "invalid_arguments", "views.publish"),
    ("file", "files.info", {"file": "F0"}, "file_not_found", "files.info"),
    ("method", "chat.whisper", {}, "unknown_method", "docs: web-api"),
    ("app's own", "apps.connections.open", {}, "not_allowed_token_type", "apps.connections.open"),
]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        found.slack.add_channel("C0ELSE", "elsewhere", bot_in=False)
        found.slack.add_channel("C0OLD", "old", archived=True, members=("U0ANA",))
        found.slack.add_channel("C0SECRET", "secret", bot_in=False, private=True)
        yield found


@pytest.mark.parametrize(
    ("case", "method", "arguments", "error", "source"), REFUSED, ids=[row[0] for row in REFUSED]
)
async def test_slack_refuses_this_call(
    bench: Bench, case: str, method: str, arguments: dict[str, Any], error: str, source: str
) -> None:
    """What the adapter maps to a notice for the operator is only as good as this table."""
    answer = await call(bench, method, arguments)
    assert (answer["ok"], answer["error"]) == (False, error), f"{case}, see {source}"
    assert bench.slack.messages(DESK) == []


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-wrong", "invalid_auth"), ("xapp-sandbox", "not_allowed_token_type")]
)
async def test_a_token_that_does_not_fit_is_refused(bench: Bench, token: str, error: str) -> None:
    """Start-up has to fail at once and say which token is wrong."""
    assert (await call(bench, "auth.test", {}, token))["error"] == error


async def test_a_missing_scope_is_named(bench: Bench) -> None:
    """The doctor tells the operator which scope to add; Slack says it in the answer."""
    bench.slack.scopes.discard("reactions:write")
    answer = await call(bench, "reactions.add", {})
    assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")


async def test_somebody_elses_message_cannot_be_changed(bench: Bench) -> None:
    """A mixed-up ts must not silently rewrite what a person said."""
    theirs = (await bench.ana.say(DESK, "mine")).ts
    changed = await call(bench, "chat.update", said(ts=theirs))
    deleted = await call(bench, "chat.delete", {"channel": DESK, "ts": theirs})
    assert (changed["error"], deleted["error"]) == ("cant_update_message", "cant_delete_message")


async def test_form_bodies_are_understood_like_json(bench: Bench) -> None:
    """Older clients and curl send forms, with structures as JSON strings and the token as a field."""
    form = {"token": bench.slack.bot_token, "channel": "#after-sales", "text": "x"}
    form["blocks"] = json.dumps([section()])
    async with aiohttp.ClientSession() as session, session.post(bench.url + POST, data=form) as answer:
        assert (await answer.json())["ok"]
        assert "chat:write" in answer.headers["X-OAuth-Scopes"]
    assert bench.slack.messages(DESK)[0]["blocks"][0]["type"] == "section"
    assert "token" not in bench.slack.calls[0].params
