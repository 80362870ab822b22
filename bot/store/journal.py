"""The journal: append-only, hash-chained per case. Folding its changes always gives the stored case.

An entry holds the event's reference, `now`, the context, the versions and the change; texts appear only by
reference, so erasing a buyer breaks no chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import astuple
from sqlalchemy import Connection, Integer, bindparam, select

from bot.store import codec
from bot.store.prepared import Prepared
from bot.store.tables import journal
from flows.case import Case
from flows.effects import Effect
from flows.rich import Line

GENESIS = "0" * 64

_J = journal.c
_INSERT = Prepared(journal.insert())
_LINES = Prepared(
    select(_J.seq, _J.at, _J.lines)
    .where(_J.shop_id == bindparam("shop"), _J.case_id == bindparam("case"), _J.seq > bindparam("after"))
    .order_by(_J.seq)
    .limit(bindparam("at_most", type_=Integer))
)
_lines = msgspec.json.Decoder(tuple[Line, ...])


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a case, before it is chained."""

    case: str
    seq: int
    event_id: str
    event: str
    at: datetime
    context: object
    versions: str
    before: Case | None
    after: Case
    effects: tuple[Effect, ...]
    lines: tuple[Line, ...]


def change(before: Case | None, after: Case) -> dict[str, Any]:
    """What the step changed, as data: `set` names fields with their new values; of a tuple `splice` says
    [at, how many fall out there, what comes in], so that an entry does not grow with the case.
    """
    if before is None:
        return {"v": 2, "set": after, "splice": {}}
    fields = zip(after.__struct_fields__, astuple(before), astuple(after), strict=True)
    changed = [(name, old, new) for name, old, new in fields if old is not new and old != new]
    spliced = {name: _splice(old, new) for name, old, new in changed if isinstance(new, tuple)}
    return {"v": 2, "set": {name: new for name, _, new in changed if name not in spliced}, "splice": spliced}


def _splice(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[int, int, tuple[Any, ...]]:
    """The one stretch in which they differ."""
    most = min(len(old), len(new))
    at = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - at) if old[-1 - i] != new[-1 - i]), most - at)
    return at, len(old) - tail - at, new[at : len(new) - tail]


def fold(changes: Sequence[dict[str, Any]]) -> Case:
    """The case that these changes, oldest first, add up to."""
    whole: dict[str, Any] = {}
    for changed in changes:
        if "v" not in changed:  # version 1 named whole fields only
            whole |= changed
            continue
        whole |= changed["set"]
        for name, (at, out, new) in changed["splice"].items():
            old = whole.get(name, ())  # what is as it is by default is not written
            whole[name] = [*old[:at], *new, *old[at + out :]]
    return msgspec.convert(whole, Case)


def chained(previous: str, row: dict[str, Any]) -> str:
    """The entry's hash: SHA-256 over the previous hash and every stored field but the hashes."""
    fields = (row["case_id"], str(row["seq"]), row["event_id"], row["event"], row["at"].isoformat(),
              row["context"], row["versions"], row["change"], row["effects"], row["lines"])  # fmt: skip
    return hashlib.sha256("\0".join((previous, *fields)).encode()).hexdigest()


def add(connection: Connection, shop: str, entries: Sequence[Entry], heads: Mapping[str, str | None]) -> None:
    """Append the entries, given in order, each chained to the one before it in its case.

    `heads`: case id → hash of its last stored entry (`cases.lock` answers it); nothing for a new case.
    """
    last = dict(heads)
    rows = []
    for entry in entries:
        row = _row(shop, entry)
        row["previous"] = last.get(entry.case) or GENESIS
        row["hash"] = last[entry.case] = chained(row["previous"], row)
        rows.append(row)
    _INSERT.many(connection, rows)


def _row(shop: str, entry: Entry) -> dict[str, Any]:
    return {
        "shop_id": shop,
        "case_id": entry.case,
        "seq": entry.seq,
        "event_id": entry.event_id,
        "event": entry.event,
        "at": entry.at,
        "context": codec.dumps(entry.context),
        "versions": entry.versions,
        "change": codec.dumps(change(entry.before, entry.after)),
        "effects": codec.dumps(entry.effects),
        "lines": codec.dumps(entry.lines),
    }


def lines_between(
    connection: Connection, shop: str, case: str, after_seq: int, at_most: int = 200
) -> list[tuple[int, datetime, tuple[Line, ...]]]:
    """(seq, at, lines) of the entries after `after_seq`, oldest first."""
    given = {"shop": shop, "case": case, "after": after_seq, "at_most": at_most}
    return [(seq, at, _lines.decode(lines)) for seq, at, lines in _LINES.all(connection, given)]


def entries(connection: Connection, shop: str, case: str) -> list[dict[str, Any]]:
    """Every stored entry of a case, oldest first, as rows."""
    query = select(journal).where(_J.shop_id == shop, _J.case_id == case).order_by(_J.seq)
    return [dict(row._mapping) for row in connection.execute(query).all()]


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
