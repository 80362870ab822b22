"""A file as a source of orders: `flows.ports.OrderSource` over what `files` opens.

Two passes: the first puts the rows aside and learns what only the whole file can tell (which sign is decimal,
whether the day comes first, whether ids were rounded), the second reads the orders.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from adapters.orders.files import Opened
from adapters.orders.spool import Spool
from adapters.orders.table import Line
from flows.order import Sourced
from flows.orderbook.amounts import NoAmount, decimal_sign
from flows.orderbook.damage import cleaned, column_is_rounded
from flows.orderbook.dates import day_first
from flows.orderbook.headings import AMOUNTS, INSTANTS
from flows.orderbook.rows import BadRow, Reading, number_of, read_row, together

AT_ONCE = 500
EVIDENCE = 10_000  # values of each kind that are looked at; what ten thousand do not tell, a million will not
# Where instants carry no zone. AliExpress and eBay's US site count in Pacific time (common knowledge, not
# verified).
ZONES = {"aliexpress": "America/Los_Angeles", "ebay": "America/Los_Angeles"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the person or the shop says about the file. `zone` is None for the marketplace's own, else the
    shop's.
    """

    shop_zone: tzinfo = UTC
    zone: tzinfo | None = None
    currency: str = ""
    platform: str = ""
    decimal: str = ""
    is_day_first: bool | None = None
    formats: tuple[re.Pattern[str], ...] = ()


def _nothing() -> None:
    """Nobody watches."""


class FileOrders:
    """One file's orders. The spool must outlive it; what cannot be read is refused there, with its reason."""

    def __init__(
        self, opened: Opened, options: Options, spool: Spool, on_row: Callable[[], None] = _nothing
    ) -> None:
        self._opened, self._options, self._spool = opened, options, spool
        self.reading = self._put_aside(on_row)
        self.count = spool.count()

    @property
    def source(self) -> str:
        return self._opened.path.name

    async def changed_since(self, since: datetime | None) -> AsyncIterator[Sequence[Sourced]]:
        """The file's orders, all of them: a file does not say since when they are news."""
        del since
        for batch in self.batches():
            yield batch

    async def one(self, number: str) -> Sourced | None:
        return next((each for batch in self.batches() for each in batch if each.order.number == number), None)

    def batches(self) -> Iterator[Sequence[Sourced]]:
        """Every readable order, by number, some hundred at a time. May be read again and again."""
        self._spool.forget_refused()
        batch: list[Sourced] = []
        for number, as_number, lines in self._spool.orders():
            batch += self._order(number, lines, as_number=as_number)
            if len(batch) >= AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch

    def _order(self, number: str, lines: Sequence[Line], *, as_number: bool) -> list[Sourced]:
        """The order of these rows, or one for each platform they name. Bad rows are left out."""
        parts: dict[str, list[Sourced]] = {}
        for line in lines:
            try:
                id = number_of(self.reading, line.cells, is_number=as_number)
                part = read_row(self.reading, id, line.at, line.cells, line.raw)
            except BadRow as error:
                self._spool.refuse(line.at, number, str(error))
                continue
            parts.setdefault(part.order.platform, []).append(part)
        return [together(each) for each in parts.values()]

    def _put_aside(self, on_row: Callable[[], None]) -> Reading:
        """The first pass. Of amounts and dates only those that could be read in two ways are evidence."""
        columns, options = self._opened.columns, self._options
        at = columns.fields.index("number")
        ids: set[str] = set()
        amounts: set[str] = set()
        dates: set[str] = set()
        for line in self._opened.rows():
            on_row()
            number = cleaned(columns.cell(line.cells, "number"))
            if line.trouble or not number:
                self._spool.refuse(line.at, number[:64], line.trouble or "no order number", lost=True)
                continue
            self._spool.put(number[:200], line, as_number=at in line.numbers)
            _gather(ids, [number])
            _gather(amounts, (columns.cell(line.cells, name) for name in AMOUNTS))
            _gather(dates, (columns.cell(line.cells, name) for name in INSTANTS))
        theirs = ZoneInfo(ZONES[columns.dialect]) if columns.dialect in ZONES else options.shop_zone
        is_day_first = options.is_day_first if options.is_day_first is not None else day_first(dates)
        return Reading(
            columns,
            zone=options.zone or theirs,
            currency=options.currency,
            platform=options.platform,
            formats=options.formats,
            decimal=options.decimal or _decimal(amounts),
            is_day_first=is_day_first,
            rounded=column_is_rounded(ids),
        )


def _gather(known: set[str], values: Iterable[str]) -> None:
    if len(known) < EVIDENCE:
        known.update(value for value in values if value)


def _decimal(amounts: Iterable[str]) -> str:
    """The sign that the amounts prove; those that are no amounts at all prove nothing."""
    signs = set()
    for amount in amounts:
        try:
            signs.add(decimal_sign([amount]))
        except NoAmount:
            continue
    signs.discard("")
    return signs.pop() if len(signs) == 1 else ""
