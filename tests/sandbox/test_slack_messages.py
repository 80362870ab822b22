"""Messages, threads and history, where Slack does something one would not expect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.sandbox.slack_bench import DESK, START, Bench, HandClock, call, section, slack_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench(now=HandClock().now) as found:
        yield found


async def post(bench: Bench, text: str = "card", **more: Any) -> Any:
    answer = await call(bench, "chat.postMessage", {"channel": DESK, "text": text} | more)
    assert answer["ok"], answer
    return answer


async def test_timestamps_grow_while_the_clock_stands_still(bench: Bench) -> None:
    """ts is the message's id; a stepped clock must not make two alike."""
    found = [(await post(bench))["ts"] for _ in range(3)]
    second = int(START.timestamp())
    assert found == [f"{second}.000100", f"{second}.000200", f"{second}.000300"]


async def test_a_reply_below_a_deleted_parent_lands_in_the_channel(bench: Bench) -> None:
    """Nothing fails; only the missing thread_ts in the answer tells."""
    card = await post(bench)
    note = await post(bench, "note", thread_ts=card["ts"])
    assert note["message"]["thread_ts"] == card["ts"]
    bench.slack.delete_message(DESK, card["ts"])
    lost = await post(bench, "lost", thread_ts=card["ts"])
    assert "thread_ts" not in lost["message"]
    assert [each["text"] for each in bench.slack.messages(DESK)] == ["lost"]
    assert [each["text"] for each in bench.slack.thread(DESK, card["ts"])] == ["note"]


async def test_an_update_with_text_alone_removes_the_blocks(bench: Bench) -> None:
    """Metadata stays unless it is emptied."""
    metadata = {"event_type": "case", "event_payload": {"k": "1"}}
    ts = (await post(bench, blocks=[section()], metadata=metadata))["ts"]
    await call(bench, "chat.update", {"channel": DESK, "ts": ts, "text": "bare"})
    card = bench.slack.messages(DESK)[0]
    assert (card["blocks"], card["metadata"]) == ([], metadata)
    body = {"channel": DESK, "ts": ts, "text": "bare", "metadata": {}}
    await call(bench, "chat.update", body)
    assert bench.slack.messages(DESK)[0]["metadata"] is None


async def test_blocks_without_text_are_told_by_a_placeholder(bench: Bench) -> None:
    """What a push notice would say."""
    answer = await call(bench, "chat.postMessage", {"channel": DESK, "blocks": [section()]})
    assert answer["message"]["text"] == "This content can't be displayed."


async def test_history_shows_roots_and_broadcasts_newest_first_by_pages(bench: Bench) -> None:
    """Reconciling a lost answer reads this; thread replies are not in it."""
    cards = [(await post(bench, f"card {n}"))["ts"] for n in range(4)]
    await post(bench, "hidden", thread_ts=cards[0])
    await post(bench, "shown", thread_ts=cards[0], reply_broadcast=True)
    first = await bench.web.conversations_history(channel=DESK, limit=3)
    assert [each["text"] for each in first["messages"]] == ["shown", "card 3", "card 2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await bench.web.conversations_history(channel=DESK, limit=3, cursor=cursor)
    assert [each["text"] for each in rest["messages"]] == ["card 1", "card 0"]
    assert not rest["has_more"]
    later = await bench.web.conversations_history(channel=DESK, oldest=cards[2])
    assert [each["text"] for each in later["messages"]] == ["shown", "card 3"]
    upto = await bench.web.conversations_history(channel=DESK, latest=cards[1], inclusive=True)
    assert [each["text"] for each in upto["messages"]] == ["card 1", "card 0"]


async def test_metadata_is_read_only_when_asked_for(bench: Bench) -> None:
    """The key of the outbox row is there, but not by default."""
    metadata = {"event_type": "case", "event_payload": {"k": "row-7"}}
    card = await post(bench, metadata=metadata)
    await post(bench, "note", thread_ts=card["ts"], metadata=metadata)
    plain = await bench.web.conversations_history(channel=DESK)
    assert "metadata" not in plain["messages"][0]
    full = await bench.web.conversations_history(channel=DESK, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata
    thread = await bench.web.conversations_replies(channel=DESK, ts=card["ts"], include_all_metadata=True)
    assert [each["text"] for each in thread["messages"]] == ["card", "note"]
    assert thread["messages"][1]["metadata"] == metadata
    assert thread["messages"][0]["reply_count"] == 1


async def test_channels_people_and_groups_are_listed(bench: Bench) -> None:
    """Start-up resolves the channel by name and people by address."""
    bench.slack.add_channel("C0ELSE", "elsewhere", bot_in=False)
    bench.slack.add_usergroup("S0ONCALL", "oncall", ["U0BEN"])
    web = bench.web
    listed = await web.conversations_list(types="public_channel,private_channel")
    assert {each["name"]: each["is_member"] for each in listed["channels"]} == {
        "after-sales": True,
        "elsewhere": False,
    }
    assert (await web.conversations_join(channel="C0ELSE"))["channel"]["is_member"]
    again = await web.conversations_join(channel="C0ELSE")
    assert again["response_metadata"]["warnings"] == ["already_in_channel"]
    members = await web.conversations_members(channel=DESK)
    assert set(members["members"]) == {"U0ANA", "U0BEN", bench.slack.bot_user_id}
    ben = (await web.users_info(user="U0BEN", include_locale=True))["user"]
    assert (ben["tz_offset"], ben["locale"]) == (8 * 3600, "en-US")
    found = await web.users_lookupByEmail(email="ana@example.com")
    assert found["user"]["id"] == "U0ANA"
    assert len((await web.users_list())["members"]) == 3
    groups = await web.usergroups_list(include_users=True)
    assert groups["usergroups"][0]["users"] == ["U0BEN"]
    assert not (await web.dnd_info(user="U0ANA"))["snooze_enabled"]
    assert (await web.conversations_info(channel=DESK))["channel"]["id"] == DESK
    assert bench.violations() == []


async def test_direct_messages_open_once(bench: Bench) -> None:
    """By conversations.open, or by posting to the person's id."""
    opened = (await bench.web.conversations_open(users="U0ANA"))["channel"]["id"]
    posted = await bench.web.chat_postMessage(channel="U0ANA", text="psst")
    assert posted["channel"] == opened == bench.slack.direct_channel("U0ANA")
    assert bench.slack.messages(opened)[0]["text"] == "psst"


async def test_links_reactions_and_deletion(bench: Bench) -> None:
    """The small calls: each with the answer that is fine to get twice."""
    ts = (await post(bench))["ts"]
    link = await bench.web.chat_getPermalink(channel=DESK, message_ts=ts)
    assert link["permalink"].endswith(f"/archives/{DESK}/p{ts.replace('.', '')}")
    react = {"channel": DESK, "name": "eyes", "timestamp": ts}
    assert (await call(bench, "reactions.add", react))["ok"]
    assert (await call(bench, "reactions.add", react))["error"] == "already_reacted"
    assert (await call(bench, "reactions.remove", react))["ok"]
    assert (await call(bench, "reactions.remove", react))["error"] == "no_reaction"
    await bench.web.chat_delete(channel=DESK, ts=ts)
    assert bench.slack.messages(DESK) == []


async def test_a_file_is_uploaded_in_three_steps(bench: Bench) -> None:
    """The SDK's own upload works; with alt_txt the file never appears, as at Slack."""
    await bench.web.files_upload_v2(channel=DESK, filename="a.jpg", content="x", initial_comment="photo")
    shown = bench.slack.messages(DESK)
    assert [each["files"][0]["name"] for each in shown] == ["a.jpg"]
    await bench.web.files_upload_v2(channel=DESK, filename="b.jpg", content="x", alt_txt="a leg")
    assert len(bench.slack.messages(DESK)) == 1


async def test_a_json_body_without_a_charset_is_warned_about(bench: Bench) -> None:
    """Slack's answer carries `warning` for it, and works."""
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-sandbox"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{bench.url}auth.test", data=b"{}") as answer,
    ):
        said = await answer.json()
    assert (said["ok"], said["warning"]) == (True, "missing_charset")
