"""A mail server on loopback, and a certificate for it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope


@dataclass(slots=True)
class Letters:
    """A mail server's inbox. `answers` are given to DATA instead of taking the letter."""

    taken: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        if self.answers:
            return self.answers.pop(0)
        content = cast("bytes", envelope.content)
        self.taken.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"


@contextlib.asynccontextmanager
async def mail_server(
    letters: Letters,
    *,
    offered: ssl.SSLContext | None = None,
    ssl_context: ssl.SSLContext | None = None,
    **how: Any,
) -> AsyncIterator[int]:
    """aiosmtpd on a free port, in this loop; `offered` is for STARTTLS, `ssl_context` for TLS from the start."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(letters, hostname="mail.example", loop=loop, tls_context=offered, **how)

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=ssl_context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for this machine's own address, signed by itself, made by openssl."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *asked, *more], check=True, capture_output=True)  # noqa: S603, S607 - a test's own
    return cert, key
