"""Texts made to hurt: shown harmlessly in Slack, stored whole, answered like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.store.tables import messages
from tests.scenarios.world import BEN, LIN, UNDO, World, received, words

HOSTILE = {
    "mentions": f"<!channel> <!here|here> <@{LIN}> <@{BEN}|ben> <!subteam^S1> @channel @here <#C0DESK>",
    "links": "<https://evil.example|your bank> https://evil.example <mailto:a@b.example> [a](//evil)",
    "dates": "<!date^1^{date}|now> <!date^99999999999999^{ago}|x>",
    "html": "<b>bold</b> <script>alert(1)</script> &lt; &amp;amp; </pre><tg-spoiler>",
    "formatting": "*bold* _it_ ~no~ `code` ```block``` > quote\n>>> more\n:tada: {order} {{x}} **strong** %s \\n",
    "right to left": "\u202egnp.exe \u2067שלום\u2069 مرحبا \u200f\u200e \u061c",
    "zero": "before\0after \ufeff \u200b \x1b[31m \x07",
    "emoji": "😀" * 4096,
    "combining": "Z" + "\u0301" * 500 + "👩‍👩‍👧‍👦" * 50,
    "lines": "\n" * 500 + "at the end",
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_text_is_shown_harmlessly_and_stored_whole(shop: World, kind: str) -> None:
    """Nobody is mentioned, nothing is linked, and the file keeps what was really said."""
    text = HOSTILE[kind]
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel?")
    sofia.say(text)
    await shop.settle()
    for post in [*shop.posts(), *shop.thread()]:
        for markup in _markups(post):
            assert "<!channel" not in markup
            assert "<!here" not in markup
            assert "<!subteam" not in markup
            assert f"<@{LIN}" not in markup
            assert "<https://evil" not in markup
            assert "<script" not in markup
    assert await _stored(shop) == ["Where is my parcel?", text.replace("\0", "\u2400")]
    assert text.strip()[:20].replace("\0", "\u2400") in words(shop.card())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


def _markups(post: dict[str, Any]) -> Iterator[str]:
    """Everything that Slack would read as mrkdwn."""
    yield str(post.get("text") or "")
    waiting: list[Any] = [post.get("blocks") or []]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("type") == "mrkdwn":
                yield str(value["text"])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


async def _stored(shop: World) -> list[str]:
    query = select(messages.c.body).where(messages.c.direction == "in").order_by(messages.c.external_id)

    def bodies(connection: Connection) -> list[str]:
        return [str(body) for body in connection.execute(query).scalars()]

    return await shop.service.database.read(bodies)


async def test_what_staff_write_reaches_the_buyer_as_written(shop: World) -> None:
    """Signs that mean something in Slack or in HTML are only signs to the buyer."""
    text = "Dear Sofia <3,\n\nyour parcel & the <b>vase</b> leave <!channel> at 5 > 4 o'clock; *not* _before_."
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel?")
    await shop.settle()
    await shop.open(LIN, "edit")
    assert (await shop.submit(LIN, text=text)).errors == {}
    await shop.advance(UNDO)
    assert received(sofia)[1:] == [text]
    assert not any("<!channel" in markup for post in shop.thread() for markup in _markups(post))


async def test_a_buyers_name_is_only_a_name(shop: World) -> None:
    """Names are free text too, and stand in a field that reads markup."""
    shop.buyer(601, f"<!channel> *{LIN}* <@{BEN}> \u202e", "en").say("Where is my parcel?")
    await shop.settle()
    assert not any("<!channel" in markup or f"<@{BEN}" in markup for markup in _markups(shop.card()))
    listed = await shop.slack.person(LIN).command("/amends", "", channel_id="C0DESK")
    assert listed.acked
    for said in shop.slack.ephemerals(LIN):
        assert not any("<!channel" in markup for markup in _markups(said))
