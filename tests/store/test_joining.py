"""Two conversations about one order: one case for staff, two buyers for the replies, one click to part them."""

from __future__ import annotations

from datetime import timedelta

from bot.engine import Engine
from bot.store import cases
from bot.store.database import Database
from bot.store.tables import outbox
from flows.case import Case, Situation, Status
from flows.events import Approved, CaseSplit, Recognised, ReplyDelivered
from flows.policy import Policy
from tests.flows.orders import NUMBER
from tests.store.histories import SHOP, T0, engine, handle_all, happened, rows, store, wrote

ANA, BO = 501, 777
TEXT = f"Where is {NUMBER}?"


async def _cases(database: Database) -> list[Case]:
    """The oldest first."""
    return (await database.read(lambda c: cases.all_cases(c, SHOP)))[::-1]


async def _asks(database: Database, chat: int, order: str | None = NUMBER) -> Case:
    """Somebody writes, and the number is read; answers the case that the message came to, as it was then."""
    await store(database, wrote(TEXT, chat))
    await handle_all(_desk(database))
    lane = f"telegram:7:{chat}"
    case = next(c for c in (await _cases(database))[::-1] if any(p.lane == lane for p in c.parties))
    await _read(database, case, case.unanswered[-1], order)
    return case


async def _read(database: Database, case: Case, message: str, order: str | None) -> None:
    read = Recognised(
        case.id, message, Situation.ITEM_NOT_RECEIVED, "item_not_received", 0.9, (), "en", order,
        "amazon" if order else None, "test",
    )  # fmt: skip
    await store(database, happened(read, lane=f"case:{case.id}"))
    await handle_all(_desk(database))


def _desk(database: Database) -> Engine:
    """Without an undo window."""
    return engine(database, policy=Policy(undo=timedelta()))


async def _split(database: Database, case: Case, conversation: str) -> None:
    await store(database, happened(CaseSplit(case.id, "U1", conversation), lane=f"case:{case.id}", urgent=True))
    await handle_all(_desk(database))


async def test_a_second_conversation_of_the_same_order_joins_its_case(database: Database) -> None:
    """Staff see one case with both; the other one is closed and says where it went."""
    await _asks(database, ANA)
    await _asks(database, BO)
    joined, moved = await _cases(database)

    assert [party.lane for party in joined.parties] == [f"telegram:7:{ANA}", f"telegram:7:{BO}"]
    assert len(joined.unanswered) == 2
    assert (moved.status, moved.merged_into, moved.parties, moved.unanswered) == (Status.CLOSED, joined.id, (), ())
    assert not moved.running()


async def test_each_reply_goes_only_to_the_conversation_it_answers(database: Database) -> None:
    """Who merely types another buyer's order number gets no word that was meant for that buyer."""
    await _asks(database, ANA)
    await _asks(database, BO)
    first = (await _cases(database))[0]
    draft = first.proposal
    assert draft is not None
    assert (draft.conversation, len(draft.answers)) == (first.parties[0].conversation, 1)

    await store(database, happened(Approved(first.id, "U1", first.version), lane=f"case:{first.id}", urgent=True))
    await handle_all(_desk(database))
    (reply,) = await rows(database, outbox, kind="reply")
    assert reply["lane"] == f"telegram:7:{ANA}"

    receipt = ReplyDelivered(first.id, reply["id"], "9", T0)
    await store(database, happened(receipt, lane=f"case:{first.id}"))
    await handle_all(_desk(database))
    after = (await _cases(database))[0]
    assert after.proposal is not None
    assert after.proposal.conversation == after.parties[1].conversation
    assert after.unanswered == after.proposal.answers


async def test_what_the_second_buyer_writes_next_comes_to_the_joined_case(database: Database) -> None:
    await _asks(database, ANA)
    await _asks(database, BO)
    await store(database, wrote("Hello?", BO))
    await handle_all(_desk(database))
    joined, moved = await _cases(database)

    assert (len(joined.unanswered), len(moved.unanswered)) == (3, 0)


async def test_staff_split_them_with_one_click(database: Database) -> None:
    """The conversation goes on as a case of its own, with what is unanswered in it; nothing is lost or doubled."""
    await _asks(database, ANA)
    await _asks(database, BO)
    joined = (await _cases(database))[0]
    await _split(database, joined, joined.parties[1].conversation)
    first, _, split = await _cases(database)

    assert [party.lane for party in first.parties] == [f"telegram:7:{ANA}"]
    assert [party.lane for party in split.parties] == [f"telegram:7:{BO}"]
    assert (*first.unanswered, *split.unanswered) == joined.unanswered
    assert split.proposal is not None
    assert split.proposal.conversation == joined.parties[1].conversation
    assert split.fact("order_value") is None


async def test_a_second_click_splits_nothing_more(database: Database) -> None:
    """Two people press it; the later one is told."""
    await _asks(database, ANA)
    await _asks(database, BO)
    joined = (await _cases(database))[0]
    for _ in range(2):
        await _split(database, joined, joined.parties[1].conversation)
    found = await _cases(database)
    told = [row for row in await rows(database, outbox, kind="tell") if "cannot_split" in row["body"]]

    assert (len(found), len(told)) == (3, 1)


async def test_what_was_split_is_not_joined_again(database: Database) -> None:
    """The buyer names the order once more; staff have decided already."""
    await _asks(database, ANA)
    await _asks(database, BO)
    joined = (await _cases(database))[0]
    await _split(database, joined, joined.parties[1].conversation)
    await _asks(database, BO)
    first, _, split = await _cases(database)

    assert len(first.parties) == len(split.parties) == 1


async def test_a_number_of_the_shops_own_joins_only_if_the_book_knows_it(database: Database) -> None:
    """CH-000001 is soon typed by chance; seventeen digits are not."""
    await _asks(database, ANA, "CH-000001")
    await _asks(database, BO, "CH-000001")

    assert [len(case.parties) for case in await _cases(database)] == [1, 1]
