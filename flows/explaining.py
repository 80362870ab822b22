"""A rule's due instant where a case is: by the site's calendar, the shop's hours, the platform's own due time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from flows.case import Explanation
from flows.clocks import count_of, counting, explained, sites
from flows.clocks.calendar import Calendar
from flows.clocks.counting import Due
from flows.clocks.hours import Hours
from flows.reckoning import Reckoning
from flows.rules.rule import BY_SITE, NONE, Rule

# Whose days are counted while nobody knows the site: the platform's first one (marketplace rules, section 0).
FIRST_SITE: Mapping[str, str] = MappingProxyType(
    {"amazon": "us", "ebay": "us", "aliexpress": "us", "walmart": "us"}
)


def explain(
    rule: Rule, started_at: datetime, *, site: str | None, hours: Hours | None, zone: str, lag_s: float,
    start_event: str, platform_at: datetime | None = None,
) -> Explanation:  # fmt: skip
    """When the rule falls due from this start, and how that came about.

    `zone` is the shop's, for rules of no marketplace. `platform_at`, the platform's own due time, wins. Raises
    ValueError when no source states a length and the platform gives no due time either.
    """
    if rule.length is None:
        if platform_at is None:
            raise ValueError(f"{rule.id}: no source states a length; read the due time in the account")
        found = Due(platform_at, _unreckoned(rule, platform_at))
    else:
        calendar, second = calendar_of(rule, site, zone), _named(rule.second_calendar)
        found = counting.due(
            count_of(rule), started_at, calendar, hours=hours, second=second, platform_at=platform_at
        )
    return explained(rule, found, started_at, lag_s=lag_s, start_event=start_event)


def calendar_of(rule: Rule, site: str | None, zone: str) -> Calendar:
    """The days that the rule counts: those it names, else the site's, else the shop's; in the zone it names."""
    days = _days_of(rule, site, zone)
    return days if rule.zone in (BY_SITE, NONE) else replace(days, zone=rule.zone)


def _days_of(rule: Rule, site: str | None, zone: str) -> Calendar:
    named = _named(rule.calendar)
    if named is not None:
        return named
    known = site or FIRST_SITE.get(rule.platform)
    if known is None:
        return Calendar("shop", zone)
    if rule.unit in ("minutes", "hours"):  # no day is counted: a zone to show it in, and no holidays to load
        place = sites.SITES.get(f"{rule.platform}.{known}") or sites.SITES.get(known)
        return Calendar(known, place.zone if place is not None else zone)
    try:
        return sites.calendar(rule.platform, known)
    except ValueError:  # a site without a calendar of its own: a due time by the first site beats none
        return sites.calendar(rule.platform, FIRST_SITE.get(rule.platform, "us"))


def _named(name: str) -> Calendar | None:
    """The calendar of a name such as "aliexpress.cn" or "de"; None for "site" and "none"."""
    return None if name in ("", BY_SITE, NONE) else sites.of(sites.SITES[name], name)


def _unreckoned(rule: Rule, platform_at: datetime) -> Reckoning:
    """Nothing was counted: the platform said when."""
    return Reckoning(due_at=platform_at, length=0, unit=rule.unit, counting=rule.counting, platform_at=platform_at)
