"""Mistakes that the real Slack swallows: the sandbox writes them down."""

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
    section,
    slack_bench,
    words,
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        found.slack.add_usergroup("S0ONCALL", "oncall", ["U0BEN"])
        yield found


def rich(*parts: dict[str, Any]) -> dict[str, Any]:
    line = {"type": "rich_text_section", "elements": list(parts)}
    return {"blocks": [{"type": "rich_text", "elements": [line]}]}


SWALLOWED: list[tuple[str, dict[str, Any]]] = [
    ("raw & in mrkdwn", {"text": "fish & chips"}),
    ("raw & in mrkdwn", {"blocks": [section("a &nbsp; b")]}),
    ("raw < or > in mrkdwn", {"text": "1 < 2"}),
    ("raw < or > in mrkdwn", {"text": "2 > 1"}),
    ("raw < or > in mrkdwn", {"blocks": [section("<b>bold")]}),
    ("broadcast mention", {"text": "<!channel> look"}),
    ("broadcast mention", {"blocks": [section("<!here|here>")]}),
    ("broadcast mention", {"blocks": [{"type": "context", "elements": [words("<!everyone>", "mrkdwn")]}]}),
    ("broadcast mention", rich({"type": "broadcast", "range": "channel"})),
    ("mention of an unknown person", {"text": "<@U0GHOST> please"}),
    ("mention of an unknown person", rich({"type": "user", "user_id": "U0GHOST"})),
    ("mention of an unknown user group", {"text": "<!subteam^S0GHOST>"}),
    ("mention of an unknown channel", {"text": "<#C0GHOST|x>"}),
    ("malformed date", {"text": "<!date^1770000000^{clock}|2026>"}),
    ("malformed date", {"text": "<!date^1770000000^{time}>"}),
    ("date token in plain_text", {"blocks": [{"type": "header", "text": words("<!date^1^{time}|x>")}]}),
    ("no text beside blocks", {"text": "", "blocks": [section()]}),
    ("text over 4,000 characters", {"text": "y" * 4001}),
    ("more than one primary button", {"blocks": [actions(button(style="primary"), button("b", style="primary"))]}),
    ("unknown argument", {"chanel": "typo"}),
    ("names in the text become mentions", {"link_names": True}),
    ("empty alt_text", {"blocks": [{"type": "image", "image_url": "https://x.example", "alt_text": " "}]}),
    ("thread_ts is no message ts", {"thread_ts": "yesterday"}),
]


async def post(bench: Bench, body: dict[str, Any]) -> Any:
    return await call(bench, "chat.postMessage", body)


@pytest.mark.parametrize(("what", "body"), SWALLOWED, ids=[str(n) for n in range(len(SWALLOWED))])
async def test_a_swallowed_mistake_is_written_down(bench: Bench, what: str, body: dict[str, Any]) -> None:
    """Slack posts it all the same, so only the ledger can fail the test that did it."""
    answer = await post(bench, {"channel": DESK, "text": "hello"} | body)
    assert answer["ok"], answer
    assert bench.violations() == [what]


GOOD = [
    "fish &amp; chips &lt;b&gt; *bold* _x_ ~y~ `code`",
    "> a quote\n>>> and more",
    "<@U0ANA> <@U0BEN|ben> <!subteam^S0ONCALL> <#C0AFTER|after-sales>",
    "<https://example.com/?a=1&amp;b=2|the order> <mailto:a@example.com|write>",
    "Due <!date^1770000000^{date_short_pretty} {time}|2026-02-02 04:40 UTC>",
    "<!date^1770000000^{ago}^https://example.com|then>",
]


@pytest.mark.parametrize("text", GOOD)
async def test_slacks_own_sequences_are_no_mistakes(bench: Bench, text: str) -> None:
    """A ledger that cries wolf would be switched off."""
    assert (await post(bench, {"channel": DESK, "text": text, "blocks": [section(text)]}))["ok"]
    assert bench.violations() == []


async def test_posting_faster_than_slack_takes_is_written_down_once(bench: Bench) -> None:
    """About one message a second and channel: a burst of five passes, a storm does not."""
    for _ in range(5):
        await post(bench, {"channel": DESK, "text": "burst"})
    assert bench.violations() == []
    await post(bench, {"channel": DESK, "text": "one too many"})
    assert bench.violations() == ["would be rate limited"]
    for _ in range(8):
        bench.machine.step(1)
        await post(bench, {"channel": DESK, "text": "paced"})
    assert bench.violations() == ["would be rate limited"]


async def test_a_reply_to_a_reply_is_written_down(bench: Bench) -> None:
    """Slack opens a second, invisible thread for it."""
    card = await post(bench, {"channel": DESK, "text": "card"})
    note = await post(bench, {"channel": DESK, "text": "note", "thread_ts": card["ts"]})
    await post(bench, {"channel": DESK, "text": "lost", "thread_ts": note["ts"]})
    assert bench.violations() == ["thread_ts is a reply's ts, not its parent's"]


async def test_a_method_that_is_not_here_is_written_down(bench: Bench) -> None:
    """So that a new call is noticed before it meets a workspace that knows it."""
    answer = await bench.web.api_call("api.test")
    assert answer["ok"]
    with pytest.raises(Exception, match="unknown_method"):
        await bench.web.api_call("team.info")
    assert bench.violations() == ["not in this sandbox"]
