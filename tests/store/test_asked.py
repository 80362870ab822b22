"""The rows of what buyers were asked: as the cases say it."""

from __future__ import annotations

from msgspec.structs import replace

from bot.store import asked
from bot.store.database import Database
from bot.store.tables import asked as table
from flows.case import Came, Question
from tests.store.histories import HOUR, T0, case, only, rows


async def test_a_question_is_kept_with_what_came_back(database: Database) -> None:
    """One row a question; what comes later says more, and a question put anew takes the row."""
    first = case(1)
    question = Question("evidence", "proposal-1", "conversation-1", T0)
    put = replace(first, asked=("evidence",), questions=(question,))
    answered = replace(put, questions=(replace(question, came=Came.SENT, came_at=T0 + HOUR),))
    again = replace(answered, questions=(*answered.questions, replace(question, at=T0 + 2 * HOUR)))
    seen = []
    for before, after in ((None, first), (first, put), (put, answered), (answered, again)):
        await database.write(lambda c, pair=(before, after): asked.project(c, [pair], T0 + 9 * HOUR))  # type: ignore[misc]
        seen.append([(row["at"], row["came"], row["came_at"]) for row in await rows(database, table)])

    assert seen == [[], [(T0, None, None)], [(T0, "sent", T0 + HOUR)], [(T0 + 2 * HOUR, None, None)]]


async def test_a_name_without_a_question_is_kept_as_well(database: Database) -> None:
    """A case of an older release that joins another one brings names alone."""
    after = replace(case(1), asked=("order",))
    await database.write(lambda c: asked.project(c, [(case(1), after)], T0))

    row = only(await rows(database, table))
    assert (row["question"], row["at"], row["came"]) == ("order", T0, None)
