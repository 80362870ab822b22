"""The second paths that `.env` names: their addresses read and numbered. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.smtp.address import Mailbox, MailboxError, read_mailbox
from adapters.webhook.address import Address, AddressError, read_address
from bot.variables import Variables

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SecondPaths:
    """By name, in the order of `.env`: the staff's Telegram chat, webhooks, mailboxes."""

    staff_chat: int | None = None
    webhooks: Mapping[str, Address] = field(default_factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return (*(("telegram",) if self.staff_chat is not None else ()), *self.webhooks, *self.mailboxes)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere: whoever has a webhook's address may post there."""
        hooks = [secret for hook in self.webhooks.values() for secret in (hook.url, hook.secret) if secret]
        return (*hooks, *(box.password for box in self.mailboxes.values() if box.password))


def second_paths(variables: Variables) -> SecondPaths:
    """Those of AMENDS_TELEGRAM_STAFF_CHAT, AMENDS_WEBHOOK_URL and AMENDS_SMTP_URL; several stand with spaces
    between. Nothing of a wrong one is repeated: they are secrets.
    """
    return SecondPaths(
        _chat(variables),
        _numbered([(hook.kind, hook) for hook in _webhooks(variables)]),
        _numbered([("email", box) for box in _mailboxes(variables)]),
    )


def _chat(variables: Variables) -> int | None:
    text = variables.text("AMENDS_TELEGRAM_STAFF_CHAT", "")
    if text and not re.fullmatch(r"-?\d{1,15}", text):
        variables.wrong("staff_chat", name="AMENDS_TELEGRAM_STAFF_CHAT")
        return None
    return int(text) if text else None


def _webhooks(variables: Variables) -> Iterator[Address]:
    for nth, one in enumerate(variables.text("AMENDS_WEBHOOK_URL", "").split(), 1):
        try:
            yield read_address(one)
        except AddressError:
            variables.wrong("webhook", name="AMENDS_WEBHOOK_URL", nth=str(nth))


def _mailboxes(variables: Variables) -> Iterator[Mailbox]:
    for nth, one in enumerate(variables.text("AMENDS_SMTP_URL", "").split(), 1):
        try:
            yield read_mailbox(one)
        except MailboxError:
            variables.wrong("mailbox", name="AMENDS_SMTP_URL", nth=str(nth))


def _numbered(found: list[tuple[str, T]]) -> dict[str, T]:
    """The first of a kind by its name, others with "-2" and so on."""
    seen: Counter[str] = Counter()
    named: dict[str, T] = {}
    for kind, one in found:
        seen[kind] += 1
        named[kind if seen[kind] == 1 else f"{kind}-{seen[kind]}"] = one
    return named
