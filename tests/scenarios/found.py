"""Everything that the store and both platforms know at a quiet moment, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.store import codec, journal, tables
from flows.case import Case
from flows.values import DEFAULT_SHOP
from tests.scenarios.rig import Rig
from tests.scenarios.world import CHANNEL

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply or receipt of the outbox, with what its buyer would read, and where."""

    id: str
    case: str
    kind: str
    state: str
    receipt: str | None
    version: int | None
    chat: int
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The store."""

    inbox: dict[str, Row]
    messages: list[Row]
    journals: dict[str, list[Row]]
    cases: dict[str, Case]
    outbox: list[Row]
    letters: list[Letter]
    cards: dict[str, Row]
    alarms: list[Row]
    deadlines: dict[str, Row]
    approvals: list[Row]
    proposals: dict[str, Row]
    chats: dict[str, int]  # conversation → chat


@dataclass(frozen=True, slots=True)
class Found:
    """`said` and `edits`: what the buyers' phones show of theirs; `sent`: what Telegram took of ours, in order."""

    at: datetime
    kept: Kept
    said: dict[tuple[int, str], str]
    edits: int
    sent: list[Row]
    posts: list[Row]
    threads: dict[str, list[Row]]
    clicks: int


async def found(desk: Rig) -> Found:
    """Look everywhere. The desk must be quiet."""
    at = desk.clock.now()
    phones = [(chat, entry) for chat in desk.buyers for entry in desk.telegram.chat(chat)]
    buyers = [(chat, entry) for chat, entry in phones if entry["from"] == "buyer"]
    posts = desk.slack.messages(CHANNEL)
    return Found(
        at=at,
        kept=await desk.store.read(_kept),
        said={(chat, str(e["message"]["message_id"])): e["message"]["text"] for chat, e in buyers},
        edits=sum(int(entry["edits"]) for _, entry in buyers),
        sent=desk.telegram.sent(),
        posts=posts,
        threads={post["ts"]: desk.slack.thread(CHANNEL, post["ts"]) for post in posts},
        clicks=desk.clicks,
    )


def _kept(connection: Connection) -> Kept:
    t = tables
    cases = {row["id"]: codec.decode(row["body"], Case) for row in _rows(connection, t.cases)}
    addresses = {row["id"]: int(row["address"]) for row in _rows(connection, t.buyers)}
    chats = {row["id"]: addresses[row["buyer_id"]] for row in _rows(connection, t.conversations)}
    texts = {row["id"]: row["body"] for row in _rows(connection, t.texts)}
    outbox = _rows(connection, t.outbox)
    return Kept(
        inbox={row["id"]: row for row in _rows(connection, t.inbox)},
        messages=_rows(connection, t.messages),
        journals={case: journal.entries(connection, DEFAULT_SHOP, case) for case in cases},
        cases=cases,
        outbox=outbox,
        letters=[_letter(row, chats, texts) for row in outbox if row["kind"] in ("reply", "automatic")],
        cards={row["case_id"]: row for row in _rows(connection, t.cards)},
        alarms=_rows(connection, t.alarms),
        deadlines={row["id"]: row for row in _rows(connection, t.deadlines)},
        approvals=_rows(connection, t.approvals),
        proposals={row["id"]: row for row in _rows(connection, t.proposals)},
        chats=chats,
    )


def _rows(connection: Connection, table: Table) -> list[Row]:
    return [dict(row._mapping) for row in connection.execute(select(table)).all()]


def _letter(row: Row, chats: dict[str, int], texts: dict[str, str]) -> Letter:
    body = codec.loads(row["body"])
    chat, text = chats[body["conversation"]], texts[body["text"]]
    receipt = None if row["receipt"] is None else str(row["receipt"]).rpartition(":")[2]
    return Letter(row["id"], row["case_id"], row["kind"], row["state"], receipt, row["version"], chat, text)


def grouped(pairs: Sequence[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    """key → its values, in order."""
    made: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        made[key].append(value)
    return dict(made)
