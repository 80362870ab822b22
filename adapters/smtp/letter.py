"""A page as a letter. Pure: the same view makes the same letter, Message-ID included, whenever it is sent."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.smtp.address import Mailbox
from flows.view import PageView


def letter(view: PageView, mailbox: Mailbox, at: datetime) -> EmailMessage:
    """Plain text, marked as made by a machine, so that no out-of-office note answers it (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = mailbox.sender
    message["To"] = ", ".join(mailbox.to)
    message["Subject"] = " ".join(view.title.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(view.key, mailbox.sender)
    message["Auto-Submitted"] = "auto-generated"
    if view.urgent:
        message["Importance"] = "high"
        message["X-Priority"] = "1 (Highest)"
    message.set_content("\n".join(_lines(view)) + "\n", cte="quoted-printable")
    return message


def message_id(key: str, sender: str) -> str:
    """Of the page's key: mail programs show a letter that comes again only once."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _lines(view: PageView) -> list[str]:
    offered = ((view.acknowledge_label, view.acknowledge), (view.link_label, view.link))
    links = [line for label, url in offered if url for line in ("", f"{label}: {url}")]
    return [*view.lines, *links]
