"""A mail server, who signs and who is written to, from one address. Pure.

    smtp://user:password@mail.example:587/?from=desk@shop.example&to=ana@shop.example,ben@shop.example

`smtp` asks for encryption by STARTTLS and sends nothing without it, `smtps` is encrypted from the first byte,
`smtp+plain` is not encrypted at all: for a server on this machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_TLS: dict[str, Literal["starttls", "tls", "none"]] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9.-]+")
EXAMPLE = "smtp://USER:PASSWORD@HOST:587/?from=DESK@SHOP.EXAMPLE&to=YOU@SHOP.EXAMPLE"


class MailboxError(ValueError):
    """Not an address we can use. The message says what to write, and shows nothing of what was written."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`user` is "" when the server asks for none."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str = field(repr=False)
    password: str = field(repr=False)
    sender: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)


def read_mailbox(text: str) -> Mailbox:
    """Raises MailboxError."""
    parts = _parts(text.strip())
    if parts is None:
        raise MailboxError(f"write {EXAMPLE}")
    given = parse_qs(parts.query)
    sender = given.get("from", [""])[0].strip()
    to = tuple(one.strip() for one in ",".join(given.get("to", [])).split(",") if one.strip())
    if not _ADDRESS.fullmatch(sender) or not to or not all(_ADDRESS.fullmatch(one) for one in to):
        raise MailboxError(f"?from= takes one mail address, &to= one or more with commas between: {EXAMPLE}")
    return Mailbox(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        tls=_TLS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        to=to,
    )


def _parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        return None
    return parts if usable else None
