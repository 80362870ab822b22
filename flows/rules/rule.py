"""One dated rule of a marketplace, as a value: how long, from what, until what, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

UNITS = ("minutes", "hours", "calendar_days", "business_days", "business_hours")
DAYS = ("calendar_days", "business_days")
BOUNDS = ("due", "outer")
WHOSE = ("seller", "buyer", "platform", "nobody")

# The stated choices of the clock arithmetic (flows/clocks/counting.py, `Count`), the default of each first.
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "counting": ("elapsed", "same_time", "next_day", "day_included"),
        "opening_day": ("day_1", "day_0"),
        "day_end": ("24:00", "23:59:59", "23:59"),
        "starts_on_day_off": ("next_is_day_1", "rolls_to_day_0"),
        "business_day": ("local_day", "real_24h"),
        "date_of": ("site", "buyer", "shop"),
        "fold": ("first", "second"),
        "gap": ("backward", "gap_end", "forward"),
        "at_closing": ("this_closing", "next_opening"),
        "last_day_off": ("stays", "rolls"),
        "calendars": ("earlier", "later"),
    }
)
ANYWHERE = "*"
BY_SITE = "site"  # zone and calendar are those of the case's site
NONE = "none"  # no zone or calendar is needed

# S: read on the platform's own page; S2: in a third party's, "S2 weak" with little ground; OLD: in an old page;
# SEED: in a seed article; CK: common knowledge; ?: sought, not found; conflicting: pages differ; house: our own.
CONFIDENCES = ("S", "S2", "S2 weak", "OLD", "SEED", "CK", "?", "conflicting", "house")
UNVERIFIED = frozenset({"S2 weak", "OLD", "SEED", "CK", "?"})

# The shortest time a unit can stand for, in hours: good enough to tell which of two limits is the shorter.
HOURS = MappingProxyType(
    {"minutes": 1 / 60, "hours": 1.0, "calendar_days": 24.0, "business_days": 24.0, "business_hours": 1.0}
)


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A page that was read. `key` is its short name in the packs (A7); `address` may name several copies."""

    key: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The window opens `after` so many units from `event`; before that nothing can be done. Zero: at the event."""

    after: float
    event: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock, as one platform states it for some sites from one date to another (both included).

    `length` is in `unit`s from the start event, zero for what the platform does at once; None when no source
    states one: staff read it in the account. `opens` is set where the length is the end of a window. `whose` must
    act before it ends (seller, buyer, platform; nobody: a wait, at whose end something becomes possible): only a
    seller's clock needs alarms.

    Rules of one `clock` belong together: of those that hold at an instant the shortest with `bound` "due" drives,
    an "outer" one is the later limit another source names. `history` is kept to be read, and never runs.

    `counting` says how days are counted; `choices` are the other choices of the arithmetic that the rule states,
    as (name, value). `calendar` and `zone` are names, "site" for the case's site, "none" where hours need neither.
    With a `second_calendar` both counts are made, and the earlier result holds.

    `start_event`, `stop_events`, `on_lapse` and `notes` are keys of staff's words, `ladder` one of ladders.toml
    ("" for the default of its kind). `confidence` is one of CONFIDENCES; `read` is when the sources were read.
    `version` changes with anything above. Where a shop's own value stands in place of the pack's, `original` is
    the pack's rule and `because` the shop's reason.
    """

    id: str
    platform: str
    sites: tuple[str, ...]
    not_sites: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    clock: str
    bound: str
    whose: str
    history: bool
    length: float | None
    unit: str
    opens: Opening | None
    counting: str
    choices: tuple[tuple[str, str], ...]
    calendar: str
    second_calendar: str
    zone: str
    start_event: str
    stop_events: tuple[str, ...]
    on_lapse: str
    ladder: str
    sources: tuple[RuleSource, ...]
    confidence: str
    read: date
    check_again_by: date
    notes: tuple[str, ...]
    version: str = ""
    original: Rule | None = None
    because: str = ""

    @property
    def name(self) -> str:
        """The key of its name in staff's words."""
        return f"rule.{self.id}"

    @property
    def unverified(self) -> bool:
        """No good source stands behind it: staff see it marked."""
        return self.confidence in UNVERIFIED

    @property
    def shortest_hours(self) -> float:
        """The least time the limit can mean, to order limits that are counted differently."""
        return float("inf") if self.length is None else self.length * HOURS[self.unit]

    def applies_at(self, site: str | None) -> bool:
        """Whether it is this site's rule; of an unknown site (None) any may be."""
        if site is None:
            return True
        return site not in self.not_sites and (ANYWHERE in self.sites or site in self.sites)

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
