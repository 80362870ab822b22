"""The journal: append-only, hash-chained per case. Folding its changes always gives the stored case.

An entry holds the event's reference, `now`, the context, the versions and the change; texts appear only by
reference, so erasing a buyer breaks no chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import codec
from bot.store.tables import journal
from flows.case import Case
from flows.effects import Effect
from flows.rich import Line

GENESIS = "0" * 64

_J = journal.c
_LAST = (
    select(_J.case_id, func.max(_J.seq))
    .where(_J.shop_id == bindparam("shop"), _J.case_id.in_(bindparam("cases", expanding=True)))
    .group_by(_J.case_id)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a case, before it is chained."""

    case: str
    seq: int
    event_id: str
    event: str
    at: datetime
    context: object
    versions: dict[str, str]
    before: Case | None
    after: Case
    effects: tuple[Effect, ...]
    lines: tuple[Line, ...]


def change(before: Case | None, after: Case) -> dict[str, Any]:
    """The fields that differ, with their new values, as plain data."""
    new = codec.plain(after)
    if before is None:
        whole: dict[str, Any] = new
        return whole
    old = codec.plain(before)
    return {name: value for name, value in new.items() if old.get(name) != value}


def fold(changes: Sequence[dict[str, Any]]) -> Case:
    """The case that these changes, oldest first, add up to."""
    whole: dict[str, Any] = {}
    for changed in changes:
        whole |= changed
    return msgspec.convert(whole, Case)


def chained(previous: str, row: dict[str, Any]) -> str:
    """The entry's hash: SHA-256 over the previous hash and every stored field but the hashes."""
    fields = (row["case_id"], str(row["seq"]), row["event_id"], row["event"], row["at"].isoformat(),
              row["context"], row["versions"], row["change"], row["effects"], row["lines"])  # fmt: skip
    return hashlib.sha256("\0".join((previous, *fields)).encode()).hexdigest()


async def add(connection: AsyncConnection, shop: str, entries: Sequence[Entry]) -> None:
    """Append the entries, given in order, each chained to the one before it in its case."""
    if not entries:
        return
    begun = {entry.case for entry in entries if entry.seq == 1}
    heads = await _heads(connection, shop, {entry.case for entry in entries} - begun)
    rows = []
    for entry in entries:
        row = _row(shop, entry)
        row["previous"] = heads.get(entry.case, GENESIS)
        row["hash"] = heads[entry.case] = chained(row["previous"], row)
        rows.append(row)
    await connection.execute(journal.insert(), rows)


def _row(shop: str, entry: Entry) -> dict[str, Any]:
    effects = [{"kind": type(effect).__name__, **codec.plain(effect)} for effect in entry.effects]
    return {
        "shop_id": shop,
        "case_id": entry.case,
        "seq": entry.seq,
        "event_id": entry.event_id,
        "event": entry.event,
        "at": entry.at,
        "context": codec.dumps(entry.context),
        "versions": codec.dumps(entry.versions),
        "change": codec.dumps(change(entry.before, entry.after)),
        "effects": codec.dumps(effects),
        "lines": codec.dumps(entry.lines),
    }


async def _heads(connection: AsyncConnection, shop: str, cases: Collection[str]) -> dict[str, str]:
    if not cases:
        return {}
    last = (await connection.execute(_LAST, {"shop": shop, "cases": list(cases)})).all()
    query = select(_J.case_id, _J.hash).where(
        _J.shop_id == shop, tuple_(_J.case_id, _J.seq).in_([(case, seq) for case, seq in last])
    )
    return dict((await connection.execute(query)).all())


async def lines_between(
    connection: AsyncConnection, shop: str, case: str, after_seq: int, at_most: int = 200
) -> list[tuple[int, datetime, tuple[Line, ...]]]:
    """(seq, at, lines) of the entries after `after_seq`, oldest first."""
    query = (
        select(_J.seq, _J.at, _J.lines)
        .where(_J.shop_id == shop, _J.case_id == case, _J.seq > after_seq)
        .order_by(_J.seq)
        .limit(at_most)
    )
    return [
        (seq, at, msgspec.json.decode(lines, type=tuple[Line, ...]))
        for seq, at, lines in (await connection.execute(query)).all()
    ]


async def entries(connection: AsyncConnection, shop: str, case: str) -> list[dict[str, Any]]:
    """Every stored entry of a case, oldest first, as rows."""
    query = select(journal).where(_J.shop_id == shop, _J.case_id == case).order_by(_J.seq)
    return [dict(row._mapping) for row in (await connection.execute(query)).all()]


def broken(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with a case's chain, in words; empty when every link holds."""
    found, previous = [], GENESIS
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            found.append(f"entry {expected} is missing")
        if row["previous"] != previous:
            found.append(f"entry {row['seq']} does not follow the one before it")
        if chained(row["previous"], row) != row["hash"]:
            found.append(f"entry {row['seq']} was changed after it was written")
        previous = row["hash"]
    return found
