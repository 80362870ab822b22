"""Causes, counted with the order book's lines."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bot.store import cases, causes, orders
from bot.store.causes import Counted
from bot.store.database import Database
from bot.store.tables import causes as table
from flows.case import Case, CauseCode, Situation, Source
from flows.order import Item, Sourced
from tests.flows.orders import order
from tests.store.histories import HOUR, SHOP, T0, case, moved, rows

LAMP, SHADE = Item("1", "LAMP"), Item("2", "SHADE")


async def sold(database: Database, *numbers: str, items: tuple[Item, ...] = (LAMP,)) -> None:
    given = [Sourced(order(number, items=items)) for number in numbers]
    await database.write(lambda c: orders.write(c, SHOP, given, "import-1", T0))


async def saved(database: Database, *given: Case, before: Case | None = None) -> None:
    await database.write(lambda c: cases.save(c, SHOP, [(before, each) for each in given], T0))


def about(number: int, order_no: str | None, situation: Situation = Situation.DEFECTIVE, **fields: Any) -> Case:
    return case(number, order=order_no, situation=situation, **fields)


async def test_a_cause_is_kept_changed_and_taken_back(database: Database) -> None:
    """The table says what the case says, whoever said it last."""
    first = about(1, "A-1")
    derived = moved(first, cause=CauseCode.PACKING)
    chosen = moved(derived, cause=CauseCode.PRODUCT, cause_by=Source.STAFF)
    await saved(database, first)
    seen = []
    for before, after in ((first, derived), (derived, chosen), (chosen, moved(chosen, cause=None))):
        await saved(database, after, before=before)
        seen.append([(row["cause"], row["source"]) for row in await rows(database, table)])

    assert seen == [[("packing", "derived")], [("product", "staff")], []]


async def test_causes_are_counted_by_sku_and_situation(database: Database) -> None:
    """A case of two SKUs counts for both, one without an order for none; another period counts for nothing."""
    await sold(database, "A-1", "A-2")
    await sold(database, "A-3", items=(LAMP, SHADE))
    product: dict[str, Any] = {"cause": CauseCode.PRODUCT, "cause_by": Source.STAFF}
    await saved(
        database, about(1, "A-1", **product), about(2, "A-2", **product), about(3, "A-3"), about(4, None),
        replace(about(5, "A-1"), opened_at=T0 - 50 * HOUR),
    )  # fmt: skip
    found = await database.read(lambda c: causes.counted(c, SHOP, T0 - HOUR, T0 + HOUR))
    shades = await database.read(lambda c: causes.counted(c, SHOP, T0 - HOUR, T0 + HOUR, "SHADE"))

    assert found[0] == Counted("LAMP", "defective", "product", 2)
    assert found[1:] == [
        Counted("", "defective", "", 1), Counted("LAMP", "defective", "", 1), Counted("SHADE", "defective", "", 1),
    ]  # fmt: skip
    assert shades == [Counted("SHADE", "defective", "", 1)]
