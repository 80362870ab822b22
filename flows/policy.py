"""How one shop wants its desk to behave. Values from `shop.toml`, or these defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flows.clocks.hours import Hours
from flows.money import Limits
from flows.note import MONDAY_MORNING, Weekly
from flows.rules.ladders import Rung
from flows.rules.overriding import Override
from flows.staffing import Person, Staffed
from flows.values import DEFAULT_SHOP, Money, Shop


@dataclass(frozen=True, slots=True)
class Policy:
    """`shop` is the key of all that is kept. `undo` is how long an approved reply is held; `language` is the
    staff's, `zone` the shop's IANA zone.

    `short_time`: with less than this left, nothing is held. `receipt_gap`: at most one receipt in so long.
    `no_answer_after`: a buyer who did not answer a question for so long is made the next offer. `quiet_after`: a
    case that waits for the buyer is closed after so long; `reopen_within`: a later message opens it again.
    `follow_up_after`: so long after the buyer heard that a promise is kept, or as long as such a thing takes, the
    buyer is asked whether all is well (zero: never). `tells_done`: that it is kept goes out by itself.
    `update_within` and `act_within` are what a suggested text promises. `leads` are desk ids.

    `first_answer`, `next_answer` and `resolution` are our own targets, in working time when the shop has `hours`
    (None: the rules' own length; no target for the resolution).

    `standing`: the fallback may be approved in advance, for the case that nobody decides.

    `people` are those of the shop's file, `staffed` is when one of them is at the desk (None: nobody said),
    `ladders` the shop's own, by the name of a ladder or of a rule. `rules` are the shop's own values for rules of
    the packs, by rule id.

    `order_formats` are the shop's own order numbers, `order_currency` and `order_columns` (heading, field) what
    its order files leave unsaid. An order of `expensive_from` on counts as expensive (None: nobody said), a parcel
    without a scan for `stuck_after` as stuck. `money` is up to which amount one yes is enough.

    `acknowledge`: an alarm that nobody acknowledges goes on after so long, sooner when little is left; `repeat`:
    the least time between two calls of everybody. `paths` are the names of the second paths, in their order.

    So many like cases of one SKU (`batch_cases`) within `batch_window` are a warning of a bad batch.
    `note_at` is when the week's causes are told (None: never).

    `watch_parcels`: a parcel that is stuck, or not delivered `late_after` its promised date, opens a case; at most
    `parcels_a_day`.
    """

    shop: Shop = DEFAULT_SHOP
    name: str = "Amends"
    zone: str = "UTC"
    language: str = "en"
    buyer_language: str = "en"
    undo: timedelta = timedelta(seconds=20)
    short_time: timedelta = timedelta(minutes=5)
    receipts: bool = True
    standing: bool = False
    receipt_gap: timedelta = timedelta(minutes=10)
    first_answer: timedelta | None = None
    next_answer: timedelta | None = None
    resolution: timedelta | None = None
    update_within: timedelta = timedelta(hours=48)
    act_within: timedelta = timedelta(hours=72)
    no_answer_after: timedelta = timedelta(hours=24)
    follow_up_after: timedelta = timedelta(days=5)
    tells_done: bool = False
    quiet_after: timedelta = timedelta(days=14)
    reopen_within: timedelta = timedelta(days=30)
    leads: tuple[str, ...] = ()
    hours: Hours | None = None
    people: tuple[Person, ...] = ()
    staffed: Staffed | None = None
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    rules: Mapping[str, Override] = field(default_factory=dict)
    order_formats: tuple[re.Pattern[str], ...] = ()
    order_currency: str = ""
    order_columns: tuple[tuple[str, str], ...] = ()
    expensive_from: Money | None = None
    stuck_after: timedelta = timedelta(days=7)
    money: Limits = field(default_factory=Limits)
    acknowledge: timedelta = timedelta(minutes=30)
    repeat: timedelta = timedelta(minutes=60)
    paths: tuple[str, ...] = ()
    batch_cases: int = 3
    batch_window: timedelta = timedelta(days=30)
    note_at: Weekly | None = MONDAY_MORNING
    watch_parcels: bool = True
    late_after: timedelta = timedelta(days=1)
    parcels_a_day: int = 30
