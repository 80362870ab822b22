"""Like cases of one SKU point to a bad batch: staff are warned of it once, in the transaction that counts the case
which makes it enough. Those that follow join the warning; it is over when none has come for as long as it looks
back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.ids import new_id
from bot.outcomes import position
from bot.store import cases, inbox, likes, outbox, warnings
from bot.store.warnings import BATCH, Warned
from bot.warned import row
from flows.case import Case, CauseCode, Status
from flows.events import BatchSuspected
from flows.policy import Policy


def watch(
    connection: Connection,
    shop: str,
    policy: Policy,
    changes: Sequence[tuple[Case | None, Case]],
    now: datetime,
    machine_now: datetime,
) -> int:
    """Count these cases; how many causes for open cases it left in the inbox."""
    told: list[BatchSuspected] = []
    for (sku, kind), fresh in likes.project(connection, shop, changes).items():
        told += _grown(connection, shop, policy, sku, kind, fresh, now, machine_now)
    open_ = _open(connection, shop, {event.case for event in told}, {after.id: after for _, after in changes})
    items = [
        inbox.event_item(event, f"batch:{event.case}:{event.sku}:{event.likeness}", event.case, position())
        for event in told
        if event.case in open_
    ]
    inbox.add(connection, shop, items, now)
    return len(items)


def _grown(
    connection: Connection, shop: str, policy: Policy, sku: str, kind: CauseCode, fresh: Sequence[str],
    now: datetime, machine_now: datetime,
) -> list[BatchSuspected]:  # fmt: skip
    """The cases that are to hear of it: all of them when it is raised, then each one that joins."""
    last = warnings.latest(connection, shop, BATCH, sku, kind)
    goes_on = last is not None and now - last.last_at < policy.batch_window
    since = last.since if last is not None and goes_on else now - policy.batch_window
    found = likes.since(connection, shop, sku, kind, since)
    joining = [case for case in fresh if case in found]
    if last is not None and goes_on:
        if not joining:
            return []
        warnings.grew(connection, shop, last.id, now)
        outbox.add(connection, shop, [row(last.id, joining[-1], machine_now)], now)
        return [BatchSuspected(case, sku, kind, len(found)) for case in joining]
    if len(found) < policy.batch_cases:
        return []
    nth = 1 if last is None else last.nth + 1
    warned = Warned(new_id(machine_now), BATCH, sku, kind, nth, since, now, now)
    if not warnings.add(connection, shop, warned):
        return []  # another process counted enough at the same moment
    outbox.add(connection, shop, [row(warned.id, "", machine_now)], now)
    return [BatchSuspected(case, sku, kind, len(found)) for case in found]


def _open(
    connection: Connection, shop: str, wanted: Collection[str], changed: Mapping[str, Case]
) -> frozenset[str]:
    known = {id: case for id, case in changed.items() if id in wanted}
    known |= cases.get(connection, shop, set(wanted) - set(known))
    return frozenset(id for id, case in known.items() if case.status is not Status.CLOSED)
