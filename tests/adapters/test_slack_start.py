"""Starting at Slack: what is checked, and what a person is told to do when it cannot work."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from flows.ports import Refused, StaffDesk, StaffMember, Unavailable
from sandbox.wire import Fault
from tests.adapters.slack_bench import ROOM, Bench, bench


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with bench() as made:
        yield made


@pytest.mark.parametrize("named", ["after-sales", "#after-sales", ROOM])
async def test_the_channel_is_found_by_name_or_id(desk: Bench, named: str) -> None:
    desk.desk = desk.new_desk(channel=named)
    await desk.desk.start()
    assert desk.desk.room == ROOM
    assert desk.desk.channel == f"slack:{desk.slack.team_id}"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"channel": "nowhere"}, "channel #nowhere not found: invite the bot with /invite @desk"),
        ({"channel": "C0NOWHERE"}, "channel #C0NOWHERE not found: invite the bot with /invite @desk"),
        ({"channel": "general"}, "does not have the bot in it: invite the bot with /invite @desk"),
        ({"bot_token": "xoxb-wrong"}, "copy the bot token (xoxb-…)"),
        ({"app_token": "xapp-wrong"}, "app-level token (xapp-…) with the scope connections:write"),
        ({"app_token": "xoxb-sandbox"}, "app-level token (xapp-…) with the scope connections:write"),
    ],
)
async def test_a_wrong_setting_is_refused_with_what_to_do(
    desk: Bench, changed: dict[str, str], words: str
) -> None:
    """A wrong app token would otherwise be retried for ever inside the SDK."""
    desk.desk = desk.new_desk(**changed)
    with pytest.raises(Refused) as refused:
        await desk.desk.start()
    assert words in refused.value.reason


async def test_an_archived_channel_is_refused(desk: Bench) -> None:
    desk.slack.archive(ROOM)
    with pytest.raises(Refused, match="is archived"):
        await desk.desk.start()


async def test_a_missing_scope_is_named(desk: Bench) -> None:
    """Half of all set-ups forget one; the name is what is needed to mend it."""
    desk.slack.scopes.discard("channels:read")
    with pytest.raises(Refused, match="lacks the scope channels:read"):
        await desk.desk.start()


async def test_a_short_failure_of_slack_does_not_stop_the_start(desk: Bench) -> None:
    """auth.test answered with 429 or 500 once is not a wrong token."""
    desk.slack.faults.add(Fault("rate_limited", "auth.test", seconds=0))
    desk.slack.faults.add(Fault("server_error", "auth.test", status=500))
    desk.slack.faults.add(Fault("refused", "conversations.list"))
    await desk.desk.start()
    assert desk.desk.room == ROOM


async def test_slack_out_of_reach_is_unavailable(desk: Bench) -> None:
    desk.slack.faults.add(Fault("server_error", "auth.test", status=503, times=9))
    with pytest.raises(Unavailable):
        await desk.desk.start()


async def test_members_are_the_people_with_zone_and_language(desk: Bench) -> None:
    """The bot sits in the channel too; it is nobody's colleague."""
    await desk.desk.start()
    assert await desk.desk.members() == (
        StaffMember("U0BEN", "Ben Li", "Asia/Shanghai", "zh-CN"),
        StaffMember("U0LENA", "Lena Vogt", "Europe/Berlin", "de-DE"),
    )


async def test_the_environment_is_not_read(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt turns OAuth on when it finds a client id there, and the SDK takes proxies from it."""
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "VERIFICATION_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "from-the-environment")
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await desk.desk.start()
    async with desk.listening():
        outcome = await desk.lena.command("/amends", "help", channel_id=ROOM)
    assert outcome.acked


async def test_it_is_a_staff_desk(desk: Bench) -> None:
    """The service knows the port and nothing else of Slack."""
    port: StaffDesk = desk.desk
    with pytest.raises(Unavailable):
        await port.members()


async def test_closing_what_was_never_started_is_harmless(desk: Bench) -> None:
    await desk.desk.close()
    await desk.desk.close()
    assert not desk.desk.health().ok
