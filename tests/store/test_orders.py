"""The order book on both databases: what goes in comes out, the same again is no news, people can be erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store import orders
from bot.store.database import Database
from bot.store.orders import Kept, Written
from bot.store.tables import order_rows
from bot.store.tables import orders as orders_table
from flows.order import Item, OrderState, Recipient, Row, Sourced, TrackingState
from flows.values import Money
from tests.flows.orders import DAY, ITEM, NUMBER, T0, sourced
from tests.store.histories import SHOP


async def _write(database: Database, *given: Sourced, at: int = 0, import_id: str = "i") -> Written:
    moment = T0 + timedelta(minutes=at)
    return await database.write(lambda c: orders.write(c, SHOP, given, import_id, moment))


async def _find(database: Database, number: str = NUMBER) -> list[Kept]:
    return list((await database.read(lambda c: orders.find(c, SHOP, [number]))).values())


async def test_an_order_comes_back_as_it_went_in(database: Database) -> None:
    """Every field, the lines and the person: what is lost here is asked of the buyer again."""
    whole = sourced(
        state=OrderState.DELIVERED, channel="Amazon.de", tracking=TrackingState.DELIVERED, paid_at=T0, moved_at=T0,
        delivered_at=T0 + DAY, returned_at=T0 + 2 * DAY, return_freight=Money(900, "EUR"), updated_at=T0,
        items=(ITEM, Item("sku:ODD", "ODD", "Nul \x00 and \ud800", None, None)),
    )  # fmt: skip
    written = await _write(database, whole)
    (kept,) = await _find(database)

    assert written.made == ((NUMBER, "amazon"),)
    assert kept.recipient == whole.recipient
    odd = Item("sku:ODD", "ODD", "Nul ␀ and �", None, None)
    assert kept.order.items == (ITEM, odd)
    for name in whole.order.__struct_fields__:
        assert name == "items" or getattr(kept.order, name) == getattr(whole.order, name), name


async def test_the_same_again_changes_nothing(database: Database) -> None:
    """People import the same export twice, and a later one that overlaps it."""
    await _write(database, sourced())
    again = await _write(database, sourced(), at=5, import_id="j")
    (kept,) = await _find(database)

    assert (again.made, again.changed, again.same) == ((), (), ((NUMBER, "amazon"),))
    assert (kept.changed_at, kept.import_id) == (T0, "i")


async def test_news_fill_in_and_silence_takes_nothing_back(database: Database) -> None:
    """A shipping report without prices must not make the value unknown."""
    await _write(database, sourced())
    bare = Sourced(sourced(total=None, items=(), shipped_at=None, delivered_at=T0 + 9 * DAY).order, Recipient())
    news = await _write(database, bare, at=5)
    (kept,) = await _find(database)

    assert news.changed == ((NUMBER, "amazon"),)
    assert (kept.order.total, kept.order.items) == (Money(2490, "EUR"), (ITEM,))
    assert (kept.order.shipped_at, kept.order.delivered_at) == (T0 + 3 * DAY, T0 + 9 * DAY)
    assert kept.recipient.name == "Sofía Ruiz"


async def test_an_older_state_replaces_no_newer_one(database: Database) -> None:
    """Yesterday's export, imported after today's."""
    await _write(database, sourced(state=OrderState.DELIVERED, updated_at=T0 + 2 * DAY))
    await _write(database, sourced(state=OrderState.SHIPPED, updated_at=T0 + DAY, site="fr"), at=5)
    (kept,) = await _find(database)

    assert (kept.order.state, kept.order.site) == (OrderState.DELIVERED, "de")


async def test_one_number_on_two_platforms_is_two_orders(database: Database) -> None:
    await _write(database, sourced(), sourced(platform="own"))

    assert {kept.order.platform for kept in await _find(database)} == {"amazon", "own"}


async def test_late_are_those_promised_and_not_there(database: Database) -> None:
    """The list of people to write to before they write to us."""
    await _write(
        database,
        sourced("late"),
        sourced("later", promised_at=T0 + 20 * DAY),
        sourced("not yet", promised_at=T0 + 30 * DAY),
        sourced("there", delivered_at=T0 + 9 * DAY),
        sourced("gone", state=OrderState.CANCELLED),
    )
    late = await database.read(lambda c: orders.listed(c, SHOP, late_at=T0 + 25 * DAY))

    assert [order.number for order in late] == ["later", "late"]


async def test_erasing_forgets_the_person_and_the_rows_not_the_sale(database: Database) -> None:
    await _write(database, sourced())
    erased = await database.write(lambda c: orders.erase(c, SHOP, NUMBER))
    (kept,) = await _find(database)
    left = await database.read(lambda c: c.execute(select(order_rows)).all())

    assert (erased, left, kept.recipient) == (1, [], Recipient())
    assert kept.order.total == Money(2490, "EUR")


async def test_a_row_is_kept_once_with_its_bytes(database: Database) -> None:
    """What came is the proof of what was read; the same row in each weekly export is one row."""
    two = Sourced(sourced().order, Recipient(), (Row(2, b"a"), Row(3, b"b")))
    await _write(database, two)
    await _write(database, two, at=5, import_id="j")
    kept = await database.read(lambda c: c.execute(select(order_rows.c.raw).order_by(order_rows.c.line)).all())

    assert [raw for (raw,) in kept] == [b"a", b"b"]


_STATES = st.builds(
    sourced,
    st.sampled_from([NUMBER, "26-12345-12345"]),
    raw=st.binary(min_size=1, max_size=3),
    updated_at=st.integers(0, 3).map(lambda day: T0 + day * DAY),
    delivered_at=st.sampled_from([None, T0 + 9 * DAY]),
    site=st.sampled_from([None, "de", "fr"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STATES, max_size=6))
async def test_whatever_is_imported_importing_it_again_changes_nothing(
    database: Database, batches: Sequence[Sourced]
) -> None:
    """The last batch once more, whatever came before: same rows, same instants."""
    for each in batches:
        await _write(database, each)
    before = await database.read(lambda c: c.execute(select(orders_table).order_by(orders_table.c.number)).all())
    for each in batches[-1:]:
        assert not (await _write(database, each, at=9)).changed
    after = await database.read(lambda c: c.execute(select(orders_table).order_by(orders_table.c.number)).all())

    assert after == before
