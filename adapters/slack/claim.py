"""The dialog in which a person enters what a marketplace said, and what stands against its answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.slack.markup import Block
from adapters.slack.modals import instant_input, metadata, modal, select_input, text_input
from adapters.slack.notices import EVENTS, FIRST, SITES, all_events
from adapters.slack.words import Say
from flows.order_numbers import platform_of
from flows.values import Money

CURRENCIES = ("USD", "GBP", "EUR", "CAD", "MXN", "JPY", "AUD", "SEK", "PLN", "TRY", "AED", "SGD", "BRL", "INR")
NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP"})
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_DIGITS = str.maketrans("０１２３４５６７８９－‐‑–—", "0123456789-----")

Values = Mapping[str, Any]


def claim_form(now: datetime, say: Say) -> Block:
    """An empty dialog; `now` is what the notice's instant starts at."""
    sites = [(value, label) for value, (label, _) in SITES.items()]
    events = [(event, say(f"event.{event}")) for event in all_events()]
    order = text_input("order", say("claim.order"), max_length=40)
    order["hint"] = {"type": "plain_text", "text": say("claim.order_hint")}
    blocks = [
        select_input("platform", say("claim.platform"), sites, initial="amazon.us"),
        select_input("event", say("claim.event"), events, initial=FIRST),
        order,
        instant_input("started_at", say("claim.started"), int(now.timestamp())),
        instant_input("due_at", say("claim.due"), None, optional=True),
        text_input("amount", say("claim.amount"), optional=True, max_length=12),
        select_input("currency", say("claim.currency"), [(c, c) for c in CURRENCIES], optional=True),
        text_input("note", say("claim.note"), optional=True, multiline=True, max_length=2000),
    ]
    return modal("claim", say("claim.title"), blocks, metadata(), say, say("claim.submit"))


def claim_errors(values: Values, now: datetime, say: Say) -> dict[str, str]:
    """What is wrong, by block id; empty when the case can be opened."""
    errors: dict[str, str] = {}
    platform, _, _ = str(values.get("platform")).partition(".")
    if values.get("platform") not in SITES:
        errors["platform"] = say("required")
    elif event_of(values) not in EVENTS[platform]:
        errors["event"] = say("claim.not_there", platform=SITES[str(values["platform"])][0])
    if platform in EVENTS and order_number(values.get("order"), platform) is None:
        errors["order"] = say(f"claim.bad_order.{platform}")
    started = values.get("started_at")
    if not isinstance(started, int):
        errors["started_at"] = say("required")
    elif started > (now + CLOCKS_MAY_DIFFER).timestamp():
        errors["started_at"] = say("claim.in_future")
    due = values.get("due_at")
    if isinstance(due, int) and isinstance(started, int) and due <= started:
        errors["due_at"] = say("claim.due_before")
    if values.get("amount") and claimed(values) is None:
        errors["amount"] = say("claim.bad_amount")
    return errors


def event_of(values: Values) -> str:
    """What happened; dialogs of the first releases knew claims alone."""
    return str(values.get("event") or FIRST)


def order_number(typed: object, platform: str) -> str | None:
    """The platform's order number in what was typed (full-width digits and stray spaces are forgiven), or None."""
    if not isinstance(typed, str):
        return None
    tidy = "".join(typed.split()).translate(_DIGITS)
    return tidy if platform_of(tidy) == platform else None


def claimed(values: Values) -> Money | None:
    """The amount in the currency chosen, or in the site's own; None when it is not given or not readable."""
    typed = values.get("amount")
    tidy = "".join(typed.split()).translate(_DIGITS) if isinstance(typed, str) else ""
    if not _AMOUNT.fullmatch(tidy):
        return None
    _, own = SITES.get(str(values.get("platform")), ("", "USD"))
    currency = values.get("currency") or own
    return _money(tidy.replace(",", "."), str(currency))


def _money(amount: str, currency: str) -> Money | None:
    minor = Decimal(amount) * (1 if currency in NO_MINOR_UNIT else 100)
    return Money(int(minor), currency) if minor == int(minor) else None


def instant(unix: int) -> datetime:
    """Raises ValueError or OverflowError outside the years that datetime knows."""
    return datetime.fromtimestamp(unix, UTC)
