"""Several shops on one database, side by side: nothing of one is ever the other's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.brain import load_book
from bot.checks import examine
from bot.clock import machine_now
from bot.settings import Settings
from flows.ports import Refused
from flows.problems import Problem
from tests.scenarios.world import BEN, LIN, UNDO, World, received, words, world
from tests.store.servers import administer, named, postgres_server

ORDER = "114-1234567-7654321"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture
async def database(server: str) -> AsyncIterator[str]:
    await administer(server, "CREATE DATABASE shops")
    yield named(server, "shops")
    await administer(server, "DROP DATABASE shops WITH (FORCE)")


def _shop(id: str) -> str:
    named = f'[shop]\nid = "{id}"\nname = "{id.title()} Home"\nlanguage = "en"\n'
    return named + f'[[staff]]\nid = "{BEN}"\nroles = ["lead"]\n'


def _folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name


async def _checked(settings: Settings) -> list[Problem]:
    return await examine(settings, load_book().rules, machine_now)


async def _refund(shop: World) -> None:
    """From the first message to the marketplace's proof."""
    shop.buyer(501, "Sofia", "en").say(f"Where is my parcel? Order {ORDER}.")
    await shop.settle()
    await shop.open(LIN, "menu", shop.card()["ts"], option="facts")
    known = {"fact:tracking": "=stuck", "fact:wish": "=refund"}
    await shop.submit(LIN, **known, **{"typed:text:order": ORDER, "typed:money:order_value": "80 EUR"})
    await shop.settle()
    assert "On this order already" not in words(shop.card())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    await shop.open(LIN, "submitted")
    await shop.submit(LIN, proof="Refund 4711")
    await shop.settle()


async def test_two_shops_on_one_database_share_nothing(database: str, tmp_path: Path) -> None:
    """The same person writes to both about one order number: two cases A-0001, two refunds, two clocks."""
    async with AsyncExitStack() as stack:
        cedar, fir = [
            await stack.enter_async_context(world(_folder(tmp_path, id), database, _shop(id), nth=nth))
            for nth, id in enumerate(("cedar", "fir"), 1)
        ]
        await asyncio.gather(_refund(cedar), _refund(fir))
        for shop, name in ((cedar, "Cedar Home"), (fir, "Fir Home")):
            assert words(shop.card()).count("A-0001") >= 1
            assert all(text.rstrip().endswith(name) for text in received(shop.buyer(501))[1:])
            assert set(await shop.heard()) == {"501:1"}
            assert all(lease.is_held for lease in shop.service.leases.values()), "each is read and audited"

        fir.buyer(777, "Tomas", "en").say("Hello? The lamp is broken.")
        await fir.settle()
        before = len(cedar.posts())
        await fir.advance(2 * DAY)
        assert fir.alerts(), "fir's deadline has come near by fir's clock"
        assert (len(cedar.posts()), len(cedar.cards()), cedar.alerts()) == (before, 1, [])
        assert await _checked(cedar.settings) == await _checked(fir.settings) == []


async def test_a_second_shop_under_the_same_id_does_not_start(database: str, tmp_path: Path) -> None:
    """Copied with its id, it would take the first one's cases for its own."""
    async with (
        world(_folder(tmp_path, "cedar"), database, _shop("cedar")) as cedar,
        world(_folder(tmp_path, "fir"), database, _shop("cedar"), start=False, nth=2) as fir,
    ):
        await cedar.until(lambda: all(lease.is_held for lease in cedar.service.leases.values()))
        assert [each.key for each in await _checked(fir.settings)] == ["shop.shared"]
        with pytest.raises(Refused, match="'cedar' of this database is served with another bot right now"):
            await fir.start()
        await fir.stop()
        await cedar.stop()

        await fir.start()  # the shop has a new bot


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
async def test_a_bot_stays_with_its_shop(on: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """With the id changed, every case would seem gone, and the same bot would be read for two shops."""
    database = None if on == "sqlite" else request.getfixturevalue("server")
    folder = _folder(tmp_path, "cedar")
    async with world(folder, database, _shop("cedar")) as first:
        await first.stop()
    async with world(folder, database, _shop("fir"), start=False) as renamed:
        found = await _checked(renamed.settings)
        assert {(each.key, dict(each.params)["other"]) for each in found} == {("shop.account", "cedar")}
        assert len(found) == 2, "the bot and the app"
        with pytest.raises(Refused, match="belongs to the shop 'cedar' of this database, not to 'fir'"):
            await renamed.start()
        await renamed.stop()
