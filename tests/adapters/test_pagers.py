"""Every second path keeps the port's contract, against a receiver that checks the documented shape."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.smtp import AuthResult, Envelope

from adapters.smtp import MailboxError, SmtpPager, read_mailbox
from adapters.telegram import TelegramChannel
from adapters.webhook import AddressError, WebhookPager, read_address
from bot.clock import machine_now
from flows.ports import OutcomeUnknown, Pager, PortError, Refused, Unavailable
from flows.view import PageView
from sandbox.receivers import Receivers
from sandbox.telegram import TelegramSandbox
from tests.adapters.mail import Letters, mail_server, own_certificate

KINDS = ("feishu", "dingtalk", "wecom", "ntfy", "webhook")
CHAT = 900
VIEW = PageView(
    key="page:019a",
    title="Due soon: A-0012 · Amazon A-to-z claim",
    lines=("A-0012: Answer to the claim, due 2026-11-25 16:00 (Asia/Shanghai).", "Open the card and decide."),
    link="https://cedar.slack.com/archives/C0DESK/p1",
    link_label="Open A-0012 in Slack",
    acknowledge="https://desk.example/ack/abc",
    acknowledge_label="Acknowledge",
    token="a" * 60,
)


@dataclass(slots=True)
class Bench:
    """One pager and what a person sees at its other end."""

    pager: Pager
    seen: Callable[[], list[str]]


@contextlib.asynccontextmanager
async def served(receivers: Receivers) -> AsyncIterator[str]:
    app = web.Application()
    receivers.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def hooked(kind: str, answer_s: float = 2.0) -> AsyncIterator[tuple[Receivers, WebhookPager]]:
    receivers = Receivers()
    async with served(receivers) as root:
        address = read_address(receivers.address(kind, root))
        pager = WebhookPager(kind, address, machine_now=machine_now, answer_s=answer_s)
        try:
            yield receivers, pager
        finally:
            await pager.close()


@contextlib.asynccontextmanager
async def mailed(**how: Any) -> AsyncIterator[tuple[Letters, SmtpPager]]:
    letters = Letters()
    async with mail_server(letters, **how) as port:
        address = f"smtp+plain://127.0.0.1:{port}/?from=desk@shop.example&to=ana@shop.example,ben@shop.example"
        yield letters, SmtpPager("email", read_mailbox(address), machine_now=machine_now, answer_s=2.0)


@contextlib.asynccontextmanager
async def chatted() -> AsyncIterator[tuple[TelegramSandbox, TelegramChannel]]:
    sandbox = TelegramSandbox(now=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    sandbox.buyer(CHAT, "Mei")
    app = web.Application()
    sandbox.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}"
    channel = TelegramChannel(
        token=sandbox.token,
        base_url=f"{here}/bot",
        base_file_url=f"{here}/file/bot",
        machine_now=machine_now,
        staff_chat=CHAT,
    )
    try:
        await channel.start()
        yield sandbox, channel
    finally:
        await channel.close()
        await sandbox.close()
        await runner.cleanup()


@pytest.fixture(params=[*KINDS, "email", "telegram"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    kind = request.param
    if kind == "email":
        async with mailed() as (letters, mailer):
            yield Bench(mailer, lambda: [f"{each['Subject']}\n{each.get_content()}" for each in letters.taken])
    elif kind == "telegram":
        async with chatted() as (sandbox, channel):
            assert channel.staff is not None
            yield Bench(channel.staff, lambda: [_shown(message) for message in sandbox.sent()])
    else:
        async with hooked(kind) as (receivers, hook):
            yield Bench(hook, lambda: [each.text for each in receivers.received])
            assert receivers.violations == []


def _shown(message: dict[str, Any]) -> str:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return "\n".join([message["text"], *(f"{b['text']} {b.get('url', '')}" for row in rows for b in row)])


async def test_a_page_arrives_with_everything_that_is_to_be_done(bench: Bench) -> None:
    """Number, situation, due time, what to do, and both ways to answer."""
    await bench.pager.page(VIEW)
    (seen,) = bench.seen()
    said = seen.replace("\\", "")

    for part in ("A-0012", "Amazon A-to-z claim", "2026-11-25 16:00", "Open the card and decide", VIEW.link):
        assert part in said
    assert "Acknowledge" in said or VIEW.acknowledge in said


async def test_whoever_is_there_answers_the_probe_and_sees_nothing_of_it(bench: Bench) -> None:
    """The breaker asks every few seconds: nobody's phone may ring for it."""
    await bench.pager.probe()

    assert bench.seen() == []


async def test_a_page_without_links_and_urgency_arrives_as_well(bench: Bench) -> None:
    """The auditor's report, and `amends alarms test`."""
    await bench.pager.page(PageView("test:1", "A test", ("Nothing to do.",), urgent=False))

    assert "Nothing to do" in bench.seen()[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "error", "wait_s"),
    [
        (429, Unavailable, 7.0),
        (503, Unavailable, None),
        (500, OutcomeUnknown, None),
        (502, OutcomeUnknown, None),
        ("hang", OutcomeUnknown, None),
        (404, Refused, None),
        (401, Refused, None),
        (302, Refused, None),
    ],
)
async def test_each_failure_of_a_webhook_is_one_of_the_ports(
    kind: str, fault: int | str, error: type[PortError], wait_s: float | None
) -> None:
    """Certainly not shown, refused, or nobody can tell; and no error names the address, which is a secret."""
    async with hooked(kind, answer_s=0.3) as (receivers, pager):
        receivers.faults.append(fault)
        with pytest.raises(error) as raised:
            await pager.page(VIEW)
    assert getattr(raised.value, "retry_after", None) == wait_s
    assert "token" not in raised.value.reason.replace("its token", "")


@pytest.mark.parametrize(
    ("kind", "code", "error", "words"),
    [
        ("feishu", 9499, Unavailable, "pause"),
        ("feishu", 11232, Unavailable, "pause"),
        ("feishu", 19021, Refused, "signing secret"),
        ("feishu", 19024, Refused, "keyword"),
        ("dingtalk", 130101, Unavailable, "pause"),
        ("dingtalk", 310000, Refused, "safety setting"),
        ("dingtalk", 40035, Refused, "as asked"),
        ("wecom", 45009, Unavailable, "pause"),
        ("wecom", 93000, Refused, "no such robot"),
    ],
)
async def test_what_a_chat_service_says_in_a_200_counts(
    kind: str, code: int, error: type[PortError], words: str
) -> None:
    """They answer 200 whatever happened: read as success, a page would be lost in silence."""
    async with hooked(kind) as (receivers, pager):
        receivers.faults.append(code)
        with pytest.raises(error, match=words):
            await pager.page(VIEW)


async def test_a_webhook_that_nobody_serves_is_unavailable() -> None:
    """A refused connection is certainly not shown, and its probe says so as well."""
    pager = WebhookPager("webhook", read_address("http://127.0.0.1:1/x"), machine_now=machine_now)
    for asked in (pager.page(VIEW), pager.probe()):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await asked
    await pager.close()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://open.feishu.cn/open-apis/bot/v2/hook/x", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/x", "feishu"),
        ("https://oapi.dingtalk.com/robot/send?access_token=x", "dingtalk"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", "wecom"),
        ("https://ntfy.sh/alarms", "ntfy"),
        ("ntfy+https://push.shop.example/alarms", "ntfy"),
        ("https://shop.example/hook", "webhook"),
    ],
)
def test_a_webhooks_kind_follows_from_its_address(address: str, kind: str) -> None:
    """Copying the address that the chat shows is all there is to do."""
    assert read_address(address).kind == kind


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "feishu",
        "ftp://tokentoken",
        "https://",
        "https://[::tokentoken",
        "https://ntfy.sh/",
        "x+y://tokentoken",
    ],
)
def test_a_wrong_webhook_is_refused_without_repeating_it(wrong: str) -> None:
    """It may be a whole token that was pasted into the wrong line."""
    with pytest.raises(AddressError) as error:
        read_address(wrong)
    assert "tokentoken" not in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mail.example",
        "smtp://h",
        "smtp://h/?from=a@b.c",
        "smtp://h/?from=a&to=b@c.d",
        "smtp://h:x/?from=a@b.c&to=a@b.c",
    ],
)
def test_a_wrong_mail_address_is_refused_with_an_example(wrong: str) -> None:
    """One line holds server, sender and recipients: the message shows the whole of it."""
    with pytest.raises(MailboxError, match="smtp://USER"):
        read_mailbox(wrong)


async def test_a_letter_that_is_sent_twice_is_the_same_letter() -> None:
    """Mail programs show a Message-ID once: at least once for us is once for people."""
    async with mailed() as (letters, pager):
        first, second = await pager.page(VIEW), await pager.page(VIEW)
    assert first == second == letters.taken[0]["Message-ID"]
    assert letters.taken[0]["Auto-Submitted"] == "auto-generated"
    assert letters.taken[0]["To"] == "ana@shop.example, ben@shop.example"


async def test_a_subject_cannot_smuggle_in_a_header() -> None:
    """A line break in a title would start another header."""
    async with mailed() as (letters, pager):
        await pager.page(PageView("k", "Due\r\nBcc: eve@evil.example", ("x",)))
    assert letters.taken[0]["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try later", Unavailable), ("554 no", Refused), ("550 spam", Refused), ("421 closing", Unavailable)],
)
async def test_each_answer_of_a_mail_server_is_one_of_the_ports(answer: str, error: type[PortError]) -> None:
    """4xx is not now, 5xx is no."""
    async with mailed() as (letters, pager):
        letters.answers.append(answer)
        with pytest.raises(error):
            await pager.page(VIEW)


@pytest.mark.parametrize(
    ("answers", "error"),
    [(("550 unknown", "550 unknown"), Refused), (("550 unknown", "450 busy"), Unavailable)],
)
async def test_refused_recipients_are_told_from_those_put_off(
    answers: tuple[str, str], error: type[PortError]
) -> None:
    """One that is only put off is worth another try."""
    async with mailed() as (letters, pager):
        letters.recipients = dict(zip(("ana@shop.example", "ben@shop.example"), answers, strict=True))
        with pytest.raises(error):
            await pager.page(VIEW)


async def test_one_recipient_that_is_reached_is_enough() -> None:
    """The other's mailbox is full: the alarm has arrived all the same."""
    async with mailed() as (letters, pager):
        letters.recipients = {"ana@shop.example": "550 unknown"}
        await pager.page(VIEW)
    assert len(letters.taken) == 1


async def test_a_mail_server_that_is_not_there_or_says_nothing_is_unavailable() -> None:
    """Nothing of the letter has left: it is tried again."""
    writers: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _reader, writer: writers.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    for address in ("127.0.0.1:1", f"127.0.0.1:{port}"):
        mailbox = read_mailbox(f"smtp+plain://{address}/?from=a@b.example&to=c@d.example")
        pager = SmtpPager("email", mailbox, machine_now=machine_now, answer_s=0.3)
        with pytest.raises(Unavailable):
            await pager.page(VIEW)
    for writer in writers:
        writer.transport.abort()
    silent.close()


async def test_a_server_that_hangs_up_after_the_letter_leaves_the_outcome_open() -> None:
    """It may have taken it: sent again, shown once by its Message-ID."""

    class HangsUp(Letters):
        async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
            del session, envelope
            server.transport.abort()
            return "250 never said"

    letters = HangsUp()
    async with mail_server(letters) as port:
        mailbox = read_mailbox(f"smtp+plain://127.0.0.1:{port}/?from=a@b.example&to=c@d.example")
        with pytest.raises(OutcomeUnknown):
            await SmtpPager("email", mailbox, machine_now=machine_now, answer_s=2.0).page(VIEW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed one for this machine's own name, made by openssl."""
    return own_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_encryption_and_a_password(certificate: tuple[Path, Path], scheme: str) -> None:
    """STARTTLS and TLS from the first byte; the password leaves only inside of it, and a wrong one is said."""
    cert, key = certificate
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(cert, key)
    letters = Letters()

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    tls: dict[str, Any] = {"ssl_context": offered} if scheme == "smtps" else {"offered": offered}
    async with mail_server(letters, authenticator=check, auth_require_tls=scheme == "smtp", **tls) as port:
        where = f"127.0.0.1:{port}/?from=a@b.example&to=c@d.example"
        trust = ssl.create_default_context(cafile=str(cert))
        good = read_mailbox(f"{scheme}://ana:p%40ss%2Fword@{where}")
        await SmtpPager("email", good, machine_now=machine_now, trust=trust, answer_s=5.0).page(VIEW)
        wrong = read_mailbox(f"{scheme}://ana:guess@{where}")
        with pytest.raises(Refused, match="user and password"):
            await SmtpPager("email", wrong, machine_now=machine_now, trust=trust, answer_s=5.0).page(VIEW)
        with pytest.raises(PortError, match=r"certificate|cannot be reached"):
            await SmtpPager("email", good, machine_now=machine_now, answer_s=5.0).page(VIEW)
    assert len(letters.taken) == 1


async def test_without_encryption_nothing_is_sent_unless_that_was_said() -> None:
    """A server that offers no STARTTLS would get the password in the clear."""
    letters = Letters()
    async with mail_server(letters) as port:
        mailbox = read_mailbox(f"smtp://ana:secret@127.0.0.1:{port}/?from=a@b.example&to=c@d.example")
        with pytest.raises(Refused, match="smtps://"):
            await SmtpPager("email", mailbox, machine_now=machine_now, answer_s=2.0).page(VIEW)
    assert letters.taken == []
