"""The register of papers on both databases: numbered, never deleted, ended once, its end kept as appointments."""

from __future__ import annotations

import asyncio
from datetime import date

from bot import papers
from bot.brain import load_ladders
from bot.store import appointments
from bot.store import papers as store
from bot.store.database import Database
from bot.store.papers import PAPER, REMOVED, RENEWED
from bot.store.tables import appointments as made
from flows.papers import Paper, PaperKind
from flows.policy import Policy
from tests.store.histories import HOUR, SHOP, T0, rows

GIVEN = Paper(
    0, PaperKind.AUTHORISATION, "BA-17 ✓", "Philips 飞利浦", ("Philips",), ("LAMP-*",), None, date(2027, 1, 31),
    "a/b.pdf", "U0LIN", "ask Joe",
)  # fmt: skip
POLICY = Policy()


async def enter(database: Database, paper: Paper = GIVEN, shop: str = SHOP) -> Paper:
    return await database.write(lambda c: papers.enter(c, shop, paper, "ann", T0))


async def test_a_paper_is_read_as_it_was_written_under_its_own_number(database: Database) -> None:
    first, second = await enter(database), await enter(database)
    elsewhere = await enter(database, shop="another")
    filed = await database.read(lambda c: store.get(c, SHOP, 2))

    assert (first.id, second.id, elsewhere.id) == (1, 2, 1)
    assert filed is not None
    assert (filed.paper, filed.added_by, filed.is_kept) == (second, "ann", True)
    assert await database.read(lambda c: store.on_file(c, SHOP)) == (first, second)


async def test_those_that_end_first_are_listed_first(database: Database) -> None:
    for until in (None, date(2028, 1, 1), date(2027, 1, 1)):
        await enter(database, Paper(0, PaperKind.OTHER, valid_until=until))
    found = await database.read(lambda c: store.listed(c, SHOP))

    assert [each.paper.valid_until for each in found] == [date(2027, 1, 1), date(2028, 1, 1), None]


async def test_of_two_who_renew_it_one_does(database: Database, other: Database) -> None:
    await enter(database)
    done = await asyncio.gather(
        *(db.write(lambda c: papers.renew(c, SHOP, 1, GIVEN, "x", T0 + HOUR)) for db in (database, other))
    )
    [winner] = [paper for paper in done if paper is not None]
    follower = await database.read(lambda c: store.following(c, SHOP, 1))
    old = await database.read(lambda c: store.get(c, SHOP, 1))

    assert follower is not None
    assert follower.paper == winner
    assert old is not None
    assert old.state == RENEWED
    assert len(await database.read(lambda c: store.on_file(c, SHOP))) == 2, (
        "it still proves what was sold in its time"
    )


async def test_one_that_was_removed_proves_nothing_and_stays_readable(database: Database) -> None:
    await enter(database)
    assert await database.write(lambda c: papers.remove(c, SHOP, 1, "ann", "withdrawn", T0 + HOUR))
    assert not await database.write(lambda c: papers.remove(c, SHOP, 1, "ann", "again", T0 + HOUR))
    old = await database.read(lambda c: store.get(c, SHOP, 1))

    assert old is not None
    assert (old.state, old.ended_why) == (REMOVED, "withdrawn")
    assert await database.read(lambda c: store.on_file(c, SHOP)) == ()


async def test_its_end_is_planned_once_and_anew_when_the_ladder_changes(database: Database) -> None:
    ladders = load_ladders()
    await enter(database)
    arm = papers.arm_all

    assert await database.write(lambda c: arm(c, SHOP, ladders, POLICY, T0)) == 1
    assert await database.write(lambda c: arm(c, SHOP, ladders, POLICY, T0)) == 0
    planned = await database.read(lambda c: appointments.of(c, SHOP, PAPER, ["1"]))
    assert len(planned) == 5
    shorter = {**ladders, "papers": ladders["papers"][-2:]}
    assert await database.write(lambda c: arm(c, SHOP, shorter, POLICY, T0)) == 1
    assert len(await database.read(lambda c: appointments.of(c, SHOP, PAPER, ["1"]))) == 2
    assert {row["kind"] for row in await rows(database, made)} == {PAPER}
