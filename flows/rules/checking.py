"""What is wrong with one rule's table, in sentences that say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from flows.rules import rule as rules

Table = Mapping[str, Any]

_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9_]+)+")
_TEXTS = ("platform", "unit", "start_event", "confidence", "calendar", "zone")
_LISTS = ("sites", "not_sites", "stop_events", "notes", "sources")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "unit": rules.UNITS,
    "bound": rules.BOUNDS,
    "whose": rules.WHOSE,
    "confidence": rules.CONFIDENCES,
    **rules.CHOICES,
}
_OTHERS = (
    "id",
    "from",
    "until",
    "clock",
    "history",
    "length",
    "opens",
    "on_lapse",
    "ladder",
    "second_calendar",
    "read",
    "check_again_by",
)
KNOWN = frozenset({*_TEXTS, *_LISTS, *_CHOICES, *_OTHERS})
MOST_HOURS = 24 * 366 * 2


def problems(table: Table, sources: Collection[str]) -> Iterator[str]:
    """Everything that keeps this table from being a rule. Defaults are filled in already; `sources` are known."""
    yield from (f"unknown entry {name!r}" for name in sorted(table.keys() - KNOWN))
    if not is_text(table.get("id")) or not _ID.fullmatch(table["id"]):
        yield f"id {table.get('id')!r}: write lower-case words joined by dots, such as amz.msg.reply"
    for name in _TEXTS:
        if not is_text(table.get(name)):
            yield f"{name} is missing: write a text in quotes"
    for name, allowed in _CHOICES.items():
        if is_text(table.get(name)) and table[name] not in allowed:
            yield f"{name} {table[name]!r}: write one of {', '.join(allowed)}"
    yield from _lists(table, sources)
    yield from _lengths(table)
    yield from _ends(table)
    yield from _counting(table)
    yield from _dates(table)


def _lists(table: Table, sources: Collection[str]) -> Iterator[str]:
    for name in _LISTS:
        value = table.get(name)
        if not isinstance(value, list) or not all(is_text(each) for each in value):
            yield f"{name}: write a list of texts in quotes"
        elif len(set(value)) < len(value):
            yield f"{name} names one entry twice"
        elif name == "sources":
            yield from (f"source {key!r} is not in a [source] table" for key in value if key not in sources)
    if table.get("sources") == []:
        yield "sources are missing: a rule says where it was read"
    if table.get("sites") == []:
        yield 'sites are missing: write ["*"] for all of them'
    if "*" in (table.get("sites") or ()) and len(table["sites"]) > 1:
        yield 'sites: "*" stands alone; leave some out with not_sites'
    if table.get("not_sites") and table.get("sites") != ["*"]:
        yield 'not_sites needs sites = ["*"]'


def _lengths(table: Table) -> Iterator[str]:
    unit, length = table.get("unit"), table.get("length")
    each = rules.HOURS.get(unit, 1.0) if isinstance(unit, str) else 1.0
    most = MOST_HOURS / each
    at_once = length == 0 and not isinstance(length, bool) and table.get("whose") == "platform"
    if length is not None and not at_once and not is_amount(length, most):
        yield f"length {length!r}: write a number up to {most:g}, or leave it out when no source states one"
    elif unit in rules.DAYS and length is not None and length != int(length):
        yield f"length {length:g}: days are whole; say it in hours"
    opens = table.get("opens")
    if opens is None:
        return
    if not isinstance(opens, dict) or not opens or opens.keys() - {"after", "event"}:
        yield "opens: write { after = 60 }, and event when it counts from another one"
        return
    after = opens.get("after", 0)
    if after != 0 and not is_amount(after, most):
        yield f"opens.after {after!r}: write a number from 0 to {most:g}"
    elif "event" not in opens and is_amount(length, most) and after >= length:
        yield f"opens.after {after:g} is not before the end at {length:g}"
    if "event" in opens and not is_text(opens["event"]):
        yield "opens.event: write the key of an event in quotes"


def _ends(table: Table) -> Iterator[str]:
    """A seller's clock that nothing stops, or that ends in nothing, is a mistake; a buyer's window may be so."""
    runs = table.get("whose") == "seller" and table.get("history") is False
    if runs and table.get("stop_events") == []:
        yield "stop_events must list at least one event: a clock that nothing stops is a mistake"
    if runs and not is_text(table.get("on_lapse")):
        yield "on_lapse is missing: say what a lapse brings"
    for name in ("on_lapse", "clock", "ladder", "second_calendar"):
        if not isinstance(table.get(name), str):
            yield f"{name}: write a text in quotes"
    if not isinstance(table.get("history"), bool):
        yield "history: write true or false"


def _counting(table: Table) -> Iterator[str]:
    """Choices that contradict each other would be counted in a way nobody meant."""
    counting, unit, zone, calendar = (table.get(name) for name in ("counting", "unit", "zone", "calendar"))
    if unit in rules.UNITS and unit not in rules.DAYS and counting not in (None, "elapsed"):
        yield f"counting {counting!r} counts days: {unit} are counted as elapsed"
    if unit in rules.DAYS and zone == rules.NONE:
        yield f"{unit} need a zone: on which local day does the clock start?"
    if unit in ("business_days", "business_hours") and calendar == rules.NONE:
        yield f"{unit} need a calendar"
    rolls = table.get("last_day_off") == "rolls"
    if rolls and (unit != "calendar_days" or calendar == rules.NONE):
        yield 'last_day_off = "rolls" needs calendar_days and a calendar'
    if table.get("business_day") == "real_24h" and (unit, counting) != ("business_days", "elapsed"):
        yield 'business_day = "real_24h" needs business_days and counting = "elapsed"'
    if table.get("second_calendar") and unit != "business_days":
        yield "second_calendar needs business_days"


def _dates(table: Table) -> Iterator[str]:
    for name in ("read", "check_again_by"):
        if type(table.get(name)) is not date:
            yield f"{name} must be a date such as 2026-11-01"
    for name in ("from", "until"):
        if name in table and type(table[name]) is not date:
            yield f"{name} must be a date such as 2026-01-26, or be left out"
    read, again = table.get("read"), table.get("check_again_by")
    if type(read) is date and type(again) is date and again <= read:
        yield "check_again_by is not after read"
    first, last = table.get("from"), table.get("until")
    if type(first) is date and type(last) is date and last < first:
        yield "until is before from"


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_amount(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most
