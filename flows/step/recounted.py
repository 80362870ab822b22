"""The clocks of a case, after what they are counted by has changed."""

from __future__ import annotations

from msgspec.structs import replace

from flows import deadlines, events
from flows.case import DeadlineState
from flows.drafting import redraft
from flows.recounting import moves
from flows.work import Work


def rules_changed(work: Work, event: events.RulesChanged) -> None:
    """Each clock that moves ends, and the same start's new one begins; the thread says from when to when."""
    found = list(moves(work.book, work.policy, work.case, work.now, event.changed))
    for move in found:
        deadlines.stop(work, move.before, DeadlineState.STOPPED, deadlines.COUNTED_ANEW)
        deadlines.add(work, replace(move.after, id=work.new_id()))
        if move.is_moved:
            was, due = move.before.due_at, move.after.due_at
            work.note("recounted", clock=f"word:rule.{move.after.name}", was=was, due=due)
    if found:
        redraft(work)
        work.show()
