"""Which case something belongs to, and the reason that stands on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.case import Case, Deadline, DeadlineKind, DeadlineState, Situation, Status
from flows.events import BuyerEdited, BuyerEvent, BuyerPressed, BuyerReachable, BuyerWrote, CaseOpened, Unsupported
from flows.policy import Policy
from flows.route import Routed, route_buyer, route_opened
from tests.flows.moves import SOFIA
from tests.flows.play import CHANNEL, LIN, T0

POLICY = Policy()
WROTE = BuyerWrote(CHANNEL, SOFIA, "1", "hello", T0)
NEWER = Case("newer", "default", 2, T0, order="114-2")
OLDER = Case("older", "default", 1, T0, order="114-1")
UNNAMED = Case("unnamed", "default", 3, T0)


def closed(case: Case, days_ago: float) -> Case:
    at = T0 - timedelta(days=days_ago)
    quiet = Deadline("d", DeadlineKind.REMINDER, "quiet", at, at, (), DeadlineState.MET, ended_at=at)
    return replace(case, status=Status.CLOSED, opened_at=at - timedelta(days=60), deadlines=(quiet,))


def test_the_first_message_of_a_buyer_opens_a_case() -> None:
    """There is nothing it could belong to."""
    assert route_buyer(T0, POLICY, WROTE, None, []) == Routed(None, "first contact")


def test_a_message_without_an_order_goes_on_with_the_newest_case() -> None:
    """Buyers do not repeat what it is about."""
    assert route_buyer(T0, POLICY, WROTE, None, [NEWER, OLDER]) == Routed(NEWER, "same conversation")


def test_a_named_order_finds_its_case_among_several() -> None:
    """Also when it is not the newest one."""
    found = route_buyer(T0, POLICY, WROTE, "114-1", [NEWER, OLDER])

    assert found == Routed(OLDER, "same conversation, same order 114-1")


def test_naming_another_order_opens_another_case() -> None:
    """Two matters on one card would be answered with one reply."""
    assert route_buyer(T0, POLICY, WROTE, "114-9", [NEWER, OLDER]) == Routed(None, "another order, 114-9")


def test_a_named_order_joins_the_case_that_waited_for_it() -> None:
    """We asked for the number; the answer belongs where the question stands."""
    assert route_buyer(T0, POLICY, WROTE, "114-9", [NEWER, UNNAMED]) == Routed(UNNAMED, "same conversation")


@pytest.mark.parametrize(("days_ago", "opens_again"), [(29.9, True), (30, True), (30.1, False)])
def test_a_closed_case_is_opened_again_within_its_time(days_ago: float, opens_again: bool) -> None:
    """A late "it came back broken" belongs to the old file; a year later it is a new matter."""
    case = closed(NEWER, days_ago)

    assert route_buyer(T0, POLICY, WROTE, None, [case]).case == (case if opens_again else None)


def test_an_open_case_never_grows_too_old() -> None:
    """However long staff left it."""
    old = replace(NEWER, opened_at=T0 - timedelta(days=400))

    assert route_buyer(T0, POLICY, WROTE, None, [old]).case == old


@pytest.mark.parametrize(
    "event",
    [
        BuyerEdited(CHANNEL, SOFIA, "1", "x", T0, T0),
        BuyerPressed(CHANNEL, SOFIA, "1", "x"),
        BuyerReachable(CHANNEL, SOFIA, reachable=False, at=T0),
        Unsupported(CHANNEL, None, "1", "channel post"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_is_not_a_message_never_opens_a_case(event: BuyerEvent) -> None:
    """A block, a button, an edit or a post of nobody: it advances the case there is, or concerns none."""
    assert route_buyer(T0, POLICY, event, None, [NEWER, OLDER]).case == NEWER
    assert route_buyer(T0, POLICY, event, None, []).drop


def test_something_unreadable_from_a_buyer_opens_a_case() -> None:
    """Staff must see that somebody tried to say something."""
    found = route_buyer(T0, POLICY, Unsupported(CHANNEL, SOFIA, "1", "poll", T0), None, [])

    assert (found.case, found.drop) == (None, False)


def test_a_claim_joins_the_open_case_of_its_order() -> None:
    """The buyer's chat and the marketplace's notice are one matter."""
    notice = CaseOpened(LIN, Situation.CLAIM, "114-2", "amazon", T0)

    assert route_opened(notice, [NEWER]) == Routed(NEWER, "same order 114-2")
    assert route_opened(notice, []) == Routed(None, f"opened by {LIN}")
    assert route_opened(replace(notice, order=None), [NEWER]).case is None
