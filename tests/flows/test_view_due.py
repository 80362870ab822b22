"""Which clocks a list shows, in which order, and how urgent each of them is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flows.case import Case, Deadline, DeadlineKind, DeadlineState, Status
from flows.view.due import Urgency, clocks
from tests.flows.play import T0

HOUR = timedelta(hours=1)


def clock(hours: float, name: str = "house.first_answer", **fields: Any) -> Deadline:
    """Started at T0, due so many hours later."""
    given = {"kind": DeadlineKind.SHOP} | fields
    return Deadline(id=f"{name}{hours}", name=name, started_at=T0, due_at=T0 + hours * HOUR, alarms=(), **given)


def case(number: int, *deadlines: Deadline, status: Status = Status.OPEN) -> Case:
    return Case(str(number), "default", number, T0, deadlines=deadlines, status=status)


@pytest.mark.parametrize(
    ("after", "due", "expected"),
    [
        (0, 8, Urgency.TODAY),
        (6, 8, Urgency.TODAY),  # exactly a quarter is left
        (6.01, 8, Urgency.SOON),
        (8, 8, Urgency.OVERDUE),
        (20, 8, Urgency.OVERDUE),
        (0, 48, Urgency.LATER),
        (37, 48, Urgency.SOON),
        (0, 8.01, Urgency.LATER),  # 09:00 UTC is 17:00 in Shanghai: that is tomorrow there
    ],
)
def test_how_urgent_a_clock_is(after: float, due: float, expected: Urgency) -> None:
    """By what is left of it, then by the shop's own day."""
    zone = "UTC" if due != 8.01 else "Asia/Shanghai"
    [found] = clocks([case(1, clock(due))], T0 + after * HOUR, zone)

    assert found.urgency is expected
    assert found.left == (due - after) * HOUR


def test_the_nearest_comes_first_and_a_platforms_before_our_own() -> None:
    """Whatever order the cases come in."""
    late, early = clock(9), clock(3, "b")
    tied = clock(9, "amz.atoz.info_request", kind=DeadlineKind.PLATFORM)
    found = clocks([case(1, late), case(2, tied, early)], T0, "UTC")

    assert [each.deadline for each in found] == [early, tied, late]
    assert [each.is_platform for each in found] == [False, True, False]


def test_what_is_over_is_not_listed_and_what_was_missed_stays() -> None:
    """A missed target still waits for somebody, until the case has nothing to do or a new clock runs."""
    met, stopped = (clock(1, state=state, ended_at=T0) for state in (DeadlineState.MET, DeadlineState.STOPPED))
    reminder = clock(3, "undo", kind=DeadlineKind.REMINDER)
    missed = clock(4, state=DeadlineState.MISSED, ended_at=T0)
    again = clock(30)

    assert clocks([case(1, met, stopped, reminder)], T0, "UTC") == []
    assert [each.deadline for each in clocks([case(1, missed)], T0 + 9 * HOUR, "UTC")] == [missed]
    assert [each.deadline for each in clocks([case(1, missed, again)], T0 + 9 * HOUR, "UTC")] == [again]
    assert clocks([case(1, missed, status=Status.WAITING)], T0 + 9 * HOUR, "UTC") == []
