"""Through a proxy, HTTP or SOCKS: everything goes that way, and one that refuses is told from a platform away."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from adapters.smtp import SmtpPager, read_mailbox
from adapters.webhook import WebhookPager, read_address
from bot.clock import machine_now
from flows.ports import OutboundReply, Pager, Unavailable
from sandbox.receivers import Receivers
from tests.adapters import slack_bench, telegram_bench
from tests.adapters.mail import Letters, mail_server
from tests.adapters.proxy import PASSWORD, Proxy, proxying
from tests.adapters.slack_views import CARDS
from tests.adapters.test_pagers import VIEW, served

SCHEMES = ["http", "socks5", "socks5h"]


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with proxying() as made:
        yield made


@pytest.fixture
async def telegram() -> AsyncIterator[telegram_bench.Bench]:
    async with telegram_bench.bench() as made:
        yield made


@pytest.fixture
async def slack() -> AsyncIterator[slack_bench.Bench]:
    async with slack_bench.bench() as made:
        yield made


def _target(address: str) -> set[tuple[str, int]]:
    parts = urlsplit(address)
    return {(parts.hostname or "", parts.port or 0)}


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_telegram_is_read_and_written_through_it(
    telegram: telegram_bench.Bench, proxy: Proxy, scheme: str
) -> None:
    """Reading and sending have clients of their own: both must take the way that was named."""
    channel = await telegram.started(proxy=proxy.url(scheme))
    buyer = telegram.sandbox.buyer(telegram_bench.CHAT)
    buyer.say("hello")
    async with telegram_bench.polling(channel, telegram.shelf):
        await telegram.shelf.until(1)
    asked_for_reading = len(proxy.asked)
    await channel.send(OutboundReply("1", str(telegram_bench.CHAT), "good day"))

    assert set(proxy.asked) == _target(telegram.base)
    assert asked_for_reading >= 2, "the start and the reading"
    assert [message["text"] for message in buyer.received()] == ["good day"]


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_slack_hears_and_says_through_it(slack: slack_bench.Bench, proxy: Proxy, scheme: str) -> None:
    """The socket that clicks come by is a connection of its own, made by the SDK."""
    slack.desk = slack.new_desk(proxy=proxy.url(scheme))
    await slack.desk.start()
    async with slack.listening():
        before = len(proxy.asked)
        await slack.desk.show_card(CARDS["open"], None)

    assert set(proxy.asked) == _target(slack.url)
    assert before >= 3, "the questions at the start share one connection; each socket is its own"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("trouble", ["refuses", "wrong password", "gone"])
async def test_a_proxy_that_lets_nothing_through_is_named(
    telegram: telegram_bench.Bench, slack: slack_bench.Bench, proxy: Proxy, scheme: str, trouble: str
) -> None:
    """Nothing has left: to be tried again, never an unknown outcome. The password is in no word of it."""
    proxy.refuses = trouble == "refuses"
    address = proxy.url(scheme, "wrong" if trouble == "wrong password" else PASSWORD)
    if trouble == "gone":
        address = re.sub(r":\d+$", ":9", address)
    channel, desk = telegram.new_channel(proxy=address), slack.new_desk(proxy=address)

    for start in (channel.start, desk.start):
        with pytest.raises(Unavailable) as away:
            await start()
        assert "wrong" not in str(away.value)
        assert PASSWORD not in str(away.value)
        assert "proxy" in away.value.reason
    await desk.close()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_second_paths_go_through_it(proxy: Proxy, scheme: str) -> None:
    """An alarm that cannot leave by the way everything leaves is no second path."""
    letters, receivers, by = Letters(), Receivers(), proxy.url(scheme)
    async with mail_server(letters) as port, served(receivers) as address:
        mailbox = read_mailbox(f"smtp+plain://127.0.0.1:{port}?from=a@example.com&to=b@example.com")
        hook = read_address(receivers.address("webhook", address))
        pagers: list[Pager] = [
            SmtpPager("email", mailbox, machine_now=machine_now, proxy=by),
            WebhookPager("webhook", hook, machine_now=machine_now, proxy=by),
        ]
        for pager in pagers:
            await pager.probe()
            await pager.page(VIEW)
            await pager.close()

        assert set(proxy.asked) == {("127.0.0.1", port)} | _target(address)
    assert [letter["Subject"] for letter in letters.taken] == [VIEW.title]
    assert len(receivers.received) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("trouble", ["refuses", "wrong password", "gone"])
async def test_a_second_path_that_a_proxy_shuts_is_to_be_tried_again(
    proxy: Proxy, scheme: str, trouble: str
) -> None:
    """Nothing has left; and nobody reads the proxy's password in the reason."""
    proxy.refuses = trouble == "refuses"
    by = proxy.url(scheme, "wrong" if trouble == "wrong password" else PASSWORD)
    by = re.sub(r":\d+$", ":9", by) if trouble == "gone" else by
    mailbox = read_mailbox("smtp+plain://127.0.0.1:9?from=a@example.com&to=b@example.com")
    hook = read_address("http://127.0.0.1:9/webhook")
    pagers: list[Pager] = [
        SmtpPager("email", mailbox, machine_now=machine_now, proxy=by),
        WebhookPager("webhook", hook, machine_now=machine_now, proxy=by),
    ]
    for pager in pagers:
        with pytest.raises(Unavailable):
            await pager.probe()
        with pytest.raises(Unavailable) as away:
            await pager.page(VIEW)
        assert PASSWORD not in str(away.value)
        assert "proxy" in away.value.reason
        await pager.close()
