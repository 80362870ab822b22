"""The register of papers at work: an appointment for each rung before a paper ends, a warning for each call.

A call is a warning's row (see `bot.warned`): its `subject` is the paper, `about` the rung, `nth` the call. Whoever
acknowledges one has acknowledged all of that paper. A command writes the register itself, and leaves a cause: what
follows from it (appointments, posts that are out of date, open cases that need such a paper) is the service's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot import warned
from bot.ids import new_id
from bot.lapsing import desk_of, told
from bot.lapsing import page as page_of
from bot.loading import Loader
from bot.outcomes import position
from bot.store import appointments, cases, codec, inbox, outbox, remembered, warnings
from bot.store import papers as store
from bot.store.papers import KEPT, PAPER, REMOVED, RENEWED, Filed
from bot.store.warnings import Warned
from flows import lapsing
from flows.events import PaperChanged, PaperDue, PapersChanged
from flows.lapsing import AGAIN, LADDER
from flows.papers import NEEDED, Paper, end_of
from flows.policy import Policy
from flows.ports import CardRef
from flows.rules.ladders import Rung
from flows.view import PageView

Ladders = Mapping[str, Sequence[Rung]]


# --- the register ------------------------------------------------------------------------------------------------


def enter(connection: Connection, shop: str, paper: Paper, by: str, now: datetime) -> Paper:
    """Put it on file; answers it with its number."""
    filed = store.add(connection, shop, paper, by, now)
    _changed(connection, shop, {filed.id: KEPT}, now)
    return filed


def renew(connection: Connection, shop: str, id: int, paper: Paper, by: str, now: datetime) -> Paper | None:
    """Put this one in the place of that one; None when that one is not on file any more."""
    if not store.end(connection, shop, id, RENEWED, by, "", now):
        return None
    filed = store.add(connection, shop, paper, by, now, follows=id)
    _changed(connection, shop, {id: RENEWED, filed.id: KEPT}, now)
    return filed


def remove(connection: Connection, shop: str, id: int, by: str, why: str, now: datetime) -> bool:
    """Take it off the register; it stays readable, with the reason."""
    if not store.end(connection, shop, id, REMOVED, by, why, now):
        return False
    _changed(connection, shop, {id: REMOVED}, now)
    return True


def _changed(connection: Connection, shop: str, states: Mapping[int, str], now: datetime) -> None:
    at = now.isoformat()
    items = [
        inbox.event_item(PaperChanged(id), f"paper:{id}:{state}:{at}", f"{PAPER}:{id}", position(), urgent=True)
        for id, state in states.items()
    ]
    inbox.add(connection, shop, items, now)


# --- its end as a deadline ---------------------------------------------------------------------------------------


def arm_all(connection: Connection, shop: str, ladders: Ladders, policy: Policy, now: datetime) -> int:
    """For the start: if ladder, zone or hours are not those that the appointments were made by, all of them anew;
    how many papers were read for it.
    """
    said = repr((_rungs(ladders, policy), policy.zone, policy.staffed))
    known = remembered.get(connection, shop, remembered.PAPERS_BY)
    if known is not None and known[0] == said:
        return 0
    found = store.listed(connection, shop)
    for filed in found:
        _arm(connection, shop, ladders, policy, filed)
    remembered.put(connection, shop, remembered.PAPERS_BY, said, now)
    return len(found)


def _arm(connection: Connection, shop: str, ladders: Ladders, policy: Policy, filed: Filed) -> None:
    """When to tell of it; never any more of one that is not kept. A call that waits for its answer stays."""
    subject = str(filed.paper.id)
    wanted = _plan(ladders, policy, filed) if filed.is_kept else {}
    waiting = appointments.of(connection, shop, PAPER, [subject]) if filed.is_kept else []
    wanted |= {each.what: each.due_at for each in waiting if each.what == AGAIN}
    appointments.make(connection, shop, PAPER, {subject: wanted})


def _plan(ladders: Ladders, policy: Policy, filed: Filed) -> dict[str, datetime]:
    return lapsing.plan(filed.paper, filed.added_at, _rungs(ladders, policy), policy)


def _rungs(ladders: Ladders, policy: Policy) -> Sequence[Rung]:
    return policy.ladders.get(LADDER) or ladders[LADDER]


def keep(
    connection: Connection, shop: str, ladders: Ladders, policy: Policy, event: PaperDue, now: datetime,
    machine_now: datetime,
) -> bool:  # fmt: skip
    """Whether anybody was called. Of rungs that fell due while nobody ran the last one sounds."""
    filed = store.get(connection, shop, event.paper)
    if filed is None or not filed.is_kept:
        return False
    planned = _plan(ladders, policy, filed)
    last = warnings.newest(connection, shop, PAPER, str(event.paper))
    if event.what == AGAIN:
        if last is None or last.acknowledged_at is not None:
            return False
        rung, nth = last.about, last.nth + 1
    else:
        if lapsing.is_overtaken(planned, event.what, now):
            return False
        rung, nth = event.what, 1
    end = end_of(filed.paper, policy.zone)
    call = Warned(new_id(machine_now), PAPER, str(event.paper), rung, nth, filed.added_at, now, now)
    if not warnings.add(connection, shop, call):
        return False  # called before: another machine's clock, or a ladder that was changed
    rows = [warned.row(call.id, "", machine_now)]
    if lapsing.by_second_path(planned, rung, nth):
        rows += [_page_row(call.id, path, machine_now) for path in policy.paths]
    outbox.add(connection, shop, rows, now)
    again = lapsing.again_at(policy, desk_of(connection, shop, policy, now), filed.paper, rung, nth, now)
    if again is not None:
        appointments.move(connection, shop, PAPER, call.subject, AGAIN, again)
    if end is not None and end <= now and nth == 1:
        _tell_cases(connection, shop, call.id, now)
    return True


def changed(
    connection: Connection, shop: str, ladders: Ladders, policy: Policy, event: PaperChanged, now: datetime,
    machine_now: datetime,
) -> bool:  # fmt: skip
    """The register says otherwise: appointments, posts that still ask, and open cases follow."""
    filed = store.get(connection, shop, event.paper)
    if filed is None:
        return False
    _arm(connection, shop, ladders, policy, filed)
    if not filed.is_kept:
        asking = warnings.unseen(connection, shop, PAPER, str(event.paper))
        outbox.add(connection, shop, [warned.row(id, filed.state, machine_now) for id in asking], now)
    _tell_cases(connection, shop, new_id(machine_now), now)
    return True


def _tell_cases(connection: Connection, shop: str, cause: str, now: datetime) -> None:
    found = cases.open_about(connection, shop, NEEDED)
    items = [inbox.event_item(PapersChanged(id), f"papers:{cause}:{id}", id, position()) for id in found]
    inbox.add(connection, shop, items, now)


# --- by a second path --------------------------------------------------------------------------------------------


def _page_row(warning: str, path: str, machine_now: datetime) -> outbox.New:
    id, key = new_id(machine_now), f"page:{path}:warning:{warning}"
    body = codec.dumps({"v": 1, "notice": PAPER, "warning": warning, "path": path})
    return outbox.New(id, None, id, "page", f"page:{path}:papers", key, body, machine_now)


def page(
    connection: Connection, shop: str, loader: Loader, link: Callable[[CardRef], str], sending: outbox.Sending
) -> PageView | None:
    """What a second path says of it; None when there is no need any more."""
    known = warnings.get(connection, shop, str(codec.loads(sending.body)["warning"]))
    call = None if known is None else told(connection, shop, loader, known)
    if call is None or call.seen is not None or call.state is not None:
        return None
    posted = warned.place(known)
    return page_of(loader, sending.key, call, "" if posted is None else link(posted))
