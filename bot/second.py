"""The second paths that `.env` names: their addresses read and numbered, every problem with its remedy. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.smtp.address import Mailbox, MailboxError, read_mailbox
from adapters.webhook.address import Address, AddressError, read_address

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


def second_paths(given: Mapping[str, str], problems: list[str]) -> SecondPaths:
    """Those of AMENDS_TELEGRAM_STAFF_CHAT, AMENDS_WEBHOOK_URL and AMENDS_SMTP_URL; several stand with spaces
    between. What is wrong is added to `problems`, and nothing of it repeated: they are secrets.
    """
    return SecondPaths(
        _chat(given.get("AMENDS_TELEGRAM_STAFF_CHAT", ""), problems),
        _numbered([(hook.kind, hook) for hook in _webhooks(given.get("AMENDS_WEBHOOK_URL", ""), problems)]),
        _numbered([("email", box) for box in _mailboxes(given.get("AMENDS_SMTP_URL", ""), problems)]),
    )


def _chat(text: str, problems: list[str]) -> int | None:
    if text and not re.fullmatch(r"-?\d{1,15}", text):
        problems.append("AMENDS_TELEGRAM_STAFF_CHAT is a chat's number, such as -1001234567890: add the bot to it")
        return None
    return int(text) if text else None


def _webhooks(text: str, problems: list[str]) -> Iterator[Address]:
    for nth, one in enumerate(text.split(), 1):
        try:
            yield read_address(one)
        except AddressError as error:
            problems.append(f"AMENDS_WEBHOOK_URL, number {nth}: {error}")


def _mailboxes(text: str, problems: list[str]) -> Iterator[Mailbox]:
    for nth, one in enumerate(text.split(), 1):
        try:
            yield read_mailbox(one)
        except MailboxError as error:
            problems.append(f"AMENDS_SMTP_URL, number {nth}: {error}")


def _numbered(found: list[tuple[str, T]]) -> dict[str, T]:
    """The first of a kind by its name, others with "-2" and so on."""
    seen: Counter[str] = Counter()
    named: dict[str, T] = {}
    for kind, one in found:
        seen[kind] += 1
        named[kind if seen[kind] == 1 else f"{kind}-{seen[kind]}"] = one
    return named
