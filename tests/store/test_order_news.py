"""From an imported file to the cases it concerns: facts without asking, through events, on both databases."""

from __future__ import annotations

from bot.importing import take_batch
from bot.store import cases
from bot.store.database import Database
from flows.case import Case, Situation, Source
from flows.events import Recognised
from flows.known import facts_of
from flows.order import Sourced
from flows.policy import Policy
from tests.flows.orders import NUMBER, sourced
from tests.flows.orders import T0 as BOUGHT
from tests.store.histories import SHOP, T0, engine, handle_all, happened, store, wrote


async def _imports(database: Database, given: Sourced, id: str) -> None:
    await database.write(lambda c: take_batch(c, SHOP, [given], id, T0, Policy()))


async def _case(database: Database) -> Case:
    (only,) = await database.read(lambda c: cases.all_cases(c, SHOP))
    return only


async def _asks(database: Database) -> None:
    """A buyer writes, and the number of the order is read in it."""
    await store(database, wrote("Where is 302-1111111-1111111?"))
    await handle_all(engine(database))
    case = await _case(database)
    read = Recognised(
        case.id, case.unanswered[0], Situation.ITEM_NOT_RECEIVED, "item_not_received", 0.9, (), "en", NUMBER,
        "amazon", "test",
    )  # fmt: skip
    await store(database, happened(read, lane=f"case:{case.id}"))
    await handle_all(engine(database))


async def test_an_order_that_is_known_fills_the_case_when_the_buyer_names_it(database: Database) -> None:
    await _imports(database, sourced(), "i")
    await _asks(database)
    case = await _case(database)

    assert facts_of(case, T0)["order_value"] == "24.90 EUR"
    assert (case.platform, case.site) == ("amazon", "de")


async def test_an_import_reaches_the_open_case_as_an_event(database: Database) -> None:
    """The buyer came first; and a second import with news comes after."""
    await _asks(database)
    assert (await _case(database)).fact("order_value") is None
    await _imports(database, sourced(), "i")
    await handle_all(engine(database))
    first = await _case(database)
    await _imports(database, sourced(delivered_at=BOUGHT), "j")
    await handle_all(engine(database))
    second = await _case(database)

    assert {f.source for f in first.facts if f.name == "order_value"} == {Source.ORDER_BOOK}
    assert facts_of(second, T0)["tracking"] == "delivered"
    assert second.version > first.version


async def test_an_import_without_news_sends_no_event(database: Database) -> None:
    await _imports(database, sourced(), "i")
    await _asks(database)
    await _imports(database, sourced(), "j")

    assert await handle_all(engine(database)) == 0
