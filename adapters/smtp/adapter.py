"""One mailbox as a `Pager`: a connection for each letter, since alarms are few and servers drop idle ones."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib

from adapters.reaching import PROXY_FAILURES, connected
from adapters.smtp.address import Mailbox
from adapters.smtp.letter import letter
from adapters.smtp.outcome import outcome
from flows.ports import PortError
from flows.view import PageView

ANSWER_S = 15.0  # for each command; RFC 5321 allows minutes, an alarm does not have them
PROBE_S = 4.0
_FAILURES = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError, *PROXY_FAILURES)


class SmtpPager:
    """`machine_now` dates letters. `trust`: certificates to trust besides the system's own. `proxy`: http:// or
    socks5://, the server's name is resolved there.
    """

    def __init__(
        self,
        name: str,
        mailbox: Mailbox,
        *,
        machine_now: Callable[[], datetime],
        trust: ssl.SSLContext | None = None,
        proxy: str | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._name = name
        self._mailbox = mailbox
        self._now = machine_now
        self._trust = trust
        self._proxy = proxy
        self._answer_s = answer_s

    @property
    def name(self) -> str:
        return self._name

    async def page(self, view: PageView) -> str:
        """Answers the Message-ID. Some of several recipients may be refused: one that was reached is enough."""
        message = letter(view, self._mailbox, self._now())
        client, leaving = self._client(self._answer_s), False
        try:
            await self._greet(client)
            leaving = True
            await self._hand_over(client, message)
        except _FAILURES as error:
            raise self._failed(error, leaving=leaving) from None
        finally:
            client.close()
        return str(message["Message-ID"])

    async def probe(self) -> None:
        """Whether the server greets us. Raises Unavailable; a refusal is an answer."""
        client = self._client(PROBE_S)
        try:
            await self._connect(client, PROBE_S)
        except _FAILURES as error:
            raise self._failed(error, leaving=False) from None
        finally:
            client.close()

    async def close(self) -> None:
        """There is nothing to close: no connection outlives its letter."""

    async def _greet(self, client: aiosmtplib.SMTP) -> None:
        await self._connect(client, self._answer_s)
        if self._mailbox.user:
            await client.login(self._mailbox.user, self._mailbox.password)

    async def _connect(self, client: aiosmtplib.SMTP, answer_s: float) -> None:
        """Straight, or over a connection that the proxy made; TLS is with the mail server either way."""
        if self._proxy is None:
            await client.connect()
        else:
            way = await connected(self._proxy, self._mailbox.host, self._mailbox.port, answer_s)
            await client.connect(sock=way, port=None)

    async def _hand_over(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        await client.sendmail(self._mailbox.sender, list(self._mailbox.to), message.as_bytes())

    def _client(self, answer_s: float) -> aiosmtplib.SMTP:
        """Nothing of the environment: the name we greet with says nothing about this machine."""
        return aiosmtplib.SMTP(
            hostname=self._mailbox.host,
            port=self._mailbox.port,
            timeout=answer_s,
            use_tls=self._mailbox.tls == "tls",
            start_tls=self._mailbox.tls == "starttls",
            local_hostname="amends.invalid",
            tls_context=self._trust,
        )

    def _failed(self, error: Exception, *, leaving: bool) -> PortError:
        return outcome(error, self._mailbox.host, leaving=leaving)
