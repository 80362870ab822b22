"""The calendars of the marketplaces' sites: weekend, zone, country, subdivision; and what an upgrade changes.

Names of days are English where the `holidays` package has them, and Chinese for China. Days that a government
announces late (estimates) keep "(estimated)" in their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import holidays
from holidays.version import __version__ as holidays_version

from flows.clocks.calendar import Calendar

Observed = Literal["saturday_only", "friday_observed"]

YEARS = range(2015, 2035)  # the package has India only until 2035, and a year needs its neighbours
WEEKEND = frozenset({5, 6})
ASKED = 2025  # estimates of years up to this one have come true, or the package says otherwise by now
PACIFIC = "America/Los_Angeles"
CHINA_PUBLISHED = 2026  # the State Council's last notice in the pinned package; raise it with the package


@dataclass(frozen=True, slots=True)
class Site:
    """A site's country and the choices that its business days need.

    `observed`: a US holiday on a Saturday is off on that day only, or on the Friday before as well. `make_up`: the
    weekend days that China works instead count as business days.
    """

    country: str
    zone: str
    subdivision: str | None = None
    weekend: frozenset[int] = WEEKEND
    observed: Observed = "friday_observed"
    make_up: bool = False


_COUNTRIES = {
    "ae": Site("AE", "Asia/Dubai"),
    "at": Site("AT", "Europe/Vienna"),
    "au": Site("AU", "Australia/Sydney"),
    "be": Site("BE", "Europe/Brussels"),
    "br": Site("BR", "America/Sao_Paulo"),
    "ca": Site("CA", "America/Toronto"),
    "ch": Site("CH", "Europe/Zurich"),
    "cn": Site("CN", "Asia/Shanghai", make_up=True),
    "de": Site("DE", "Europe/Berlin"),
    "eg": Site("EG", "Africa/Cairo", weekend=frozenset({4, 5})),
    "es": Site("ES", "Europe/Madrid"),
    "fr": Site("FR", "Europe/Paris"),
    "hk": Site("HK", "Asia/Hong_Kong"),
    "id": Site("ID", "Asia/Jakarta"),
    "ie": Site("IE", "Europe/Dublin"),
    "in": Site("IN", "Asia/Kolkata"),
    "it": Site("IT", "Europe/Rome"),
    "jp": Site("JP", "Asia/Tokyo"),
    "mx": Site("MX", "America/Mexico_City"),
    "nl": Site("NL", "Europe/Amsterdam"),
    "pl": Site("PL", "Europe/Warsaw"),
    "sa": Site("SA", "Asia/Riyadh", weekend=frozenset({4, 5})),
    "se": Site("SE", "Europe/Stockholm"),
    "sg": Site("SG", "Asia/Singapore"),
    "th": Site("TH", "Asia/Bangkok"),
    "tr": Site("TR", "Europe/Istanbul"),
    "uk": Site("GB", "Europe/London", "ENG"),
    "us": Site("US", PACIFIC),
    "vn": Site("VN", "Asia/Ho_Chi_Minh"),
}
SITES = MappingProxyType(
    _COUNTRIES
    | {
        "amazon.ae": Site("AE", "Asia/Dubai", weekend=frozenset({6})),  # A14: Saturday is a business day
        "ebay.us": Site("US", PACIFIC, observed="saturday_only"),  # E24: the postal list; the earlier due time
        "aliexpress.us": Site("US", PACIFIC, observed="saturday_only"),
        "aliexpress.cn": _COUNTRIES["cn"],
    }
)


def calendar(platform: str, site: str) -> Calendar:
    """The calendar of a platform's site, such as ("ebay", "us"); what has none of its own has its country's.

    Raises ValueError for a site nobody knows.
    """
    name = f"{platform.lower()}.{site.lower()}"
    known = SITES.get(name) or SITES.get(site.lower())
    if known is None:
        raise ValueError(f"no calendar for {name}: known are {', '.join(sorted(SITES))}")
    return of(known, name)


@lru_cache(maxsize=256)
def of(site: Site, name: str) -> Calendar:
    """The calendar of a site of one's own choices, a shop's for example."""
    off = MappingProxyType(dict(_off(site)))
    working = MappingProxyType(dict(_working(site)))
    return Calendar(name, site.zone, site.weekend, off, working, years=range(YEARS.start, _unpublished(site, off)))


def _unpublished(site: Site, off: Mapping[date, str]) -> int:
    """The first year whose days off are not for sure: estimates of moon sightings, China's make-up days."""
    guessed = (day.year for day, label in off.items() if "estimated" in label and day.year > ASKED)
    return min(guessed, default=CHINA_PUBLISHED + 1 if site.make_up else YEARS.stop)


def data_version() -> str:
    """The version of the days off: the pinned package's."""
    return holidays_version


def _off(site: Site) -> Iterator[tuple[date, str]]:
    days = _days(site)
    for day, label in days.items():
        is_friday_before = day.weekday() == 4 and label.endswith("(observed)")
        if day.year in YEARS and not (site.observed == "saturday_only" and is_friday_before):
            yield day, label


def _working(site: Site) -> Iterator[tuple[date, str]]:
    if site.make_up:
        yield from ((day, "调休上班") for day in _days(site).weekend_workdays if day.year in YEARS)


@lru_cache(maxsize=64)
def _days(site: Site) -> holidays.HolidayBase:
    """With a year more on each side: a holiday of the next year may be observed in this one."""
    years = range(YEARS.start - 1, YEARS.stop + 1)
    language = "zh_CN" if site.country == "CN" else "en_US"
    return holidays.country_holidays(site.country, subdiv=site.subdivision, years=years, language=language)
