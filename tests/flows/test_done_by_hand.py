"""Each deed of a person against each clock of a marketplace: *Submitted* ends what waits for it, and nothing else.

What a deed amounts to is a row of [done] in `flows/rules/states.toml`, what a clock waits for stands in its rule.
The two meet here, clock by clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.action import Action, ActionState
from flows.case import DeadlineKind, DeadlineState, Proposal, ProposalKind, ProposalState
from flows.deadlines import BUYER_WROTE
from flows.events import PlatformNotice
from flows.rules.rule import Rule
from flows.values import Money, TextRef
from tests.flows.moves import ORDER, know, submit
from tests.flows.play import BEN, BOOK, LIN, T0, Story, play

DONE = BOOK.states.done
VALUE = "24.90 EUR"


def _starts() -> Iterator[tuple[str, str, str]]:
    """(platform, event, site) that start a clock which the seller must end."""
    for id in BOOK.rules.ids:
        for rule in BOOK.rules.named(id):
            is_ours = rule.whose == "seller" and not rule.history and rule.start_event != BUYER_WROTE
            if is_ours and rule.platform not in ("house", ""):
                yield from ((rule.platform, rule.start_event, site.strip("*")) for site in rule.sites or ("",))


STARTS = sorted({*_starts()})


def _started(platform: str, event: str, site: str) -> Story:
    """The marketplace has said what starts its clocks, and somebody set what the order cost."""
    said = PlatformNotice(event, platform, ORDER, T0, by=LIN, site=site or None, reference="R-1")
    return play((0, said), (1, know(LIN, order_value=VALUE)))


def _task(story: Story, kind: str, amount: Money | None) -> Story:
    """A text of this kind, approved for a person to carry out."""
    case = story.case
    text = TextRef("text-1", "digest-1")
    action = Action(
        "action-1", kind, ActionState.BY_HAND, case.version, text, ORDER, amount, told=True,
        approved_by=BEN, approved_at=story.now,
    )  # fmt: skip
    task = Proposal(
        "handoff-1", case.version, ProposalKind.HANDOFF, ProposalState.TEXT_APPROVED, "by.hand", text,
        action=kind, act=action.id, approved_by=BEN, approved_at=story.now,
    )  # fmt: skip
    story.known = replace(case, handoff=task, actions=(action,))
    return story


def _running(story: Story) -> dict[str, Rule]:
    """The marketplace's own clocks, by name, with the rule of each."""
    found = (
        d for d in story.case.deadlines if d.kind is DeadlineKind.PLATFORM and d.state is DeadlineState.RUNNING
    )
    return {d.name: BOOK.rules.named(d.name)[0] for d in found}


@pytest.mark.parametrize("kind", sorted(DONE))
def test_submitted_ends_what_waits_for_it(kind: str) -> None:
    """On every marketplace, for every clock of the seller's."""
    ended = sum(_done(platform, event, site, kind) for platform, event, site in STARTS)
    assert ended >= 1


def _done(platform: str, event: str, site: str, kind: str) -> int:
    """Does it, checks what became of the clocks, and answers how many it ended."""
    story = _task(_started(platform, event, site), kind, Money(2490, "EUR") if kind == "refund" else None)
    before = _running(story)
    play((2, submit(BEN, "Done in the account")), story=story)
    still = _running(story)
    waited = {name for name, rule in before.items() if not set(rule.stop_events).isdisjoint(DONE[kind])}

    assert waited.isdisjoint(still)
    ended = {d.name: d for d in story.case.deadlines if d.name in waited and d.ended_at is not None}
    assert all(d.state is DeadlineState.MET for d in ended.values())
    closed_with_it = {  # by the state rules: a full refund closes the whole request
        name
        for done in DONE[kind]
        for state in BOOK.states.states.get((platform, done), ())
        for each in (*state.closes, *state.ends)
        for name in before
        if name == each or (each.endswith(".*") and name.startswith(each[:-1]))
    }
    assert {*before} - {*still} <= waited | closed_with_it, (platform, event, site)
    return len(ended)


@pytest.mark.parametrize("kind", sorted(DONE))
def test_each_deed_ends_some_clock(kind: str) -> None:
    """A row that no clock waits for would be a promise to staff that nothing keeps."""
    waiting = {stop for id in BOOK.rules.ids for rule in BOOK.rules.named(id) for stop in rule.stop_events}

    assert waiting & {*DONE[kind]}


def test_part_of_the_money_is_no_full_refund() -> None:
    story = _task(_started("ebay", "inr_opened", ""), "refund", Money(1000, "EUR"))
    before = _running(story)
    play((2, submit(BEN, "Refund 1")), story=story)

    assert {name for name in before if "full_refund" in before[name].stop_events} <= {*_running(story)} | {
        name for name in before if "refund_issued" in before[name].stop_events
    }


def test_a_clock_that_has_passed_is_not_ended_by_doing_it_late() -> None:
    story = _task(_started("ebay", "inr_opened", ""), "refund", Money(2490, "EUR"))
    [name] = [each for each in _running(story) if "full_refund" in _running(story)[each].stop_events][:1]
    story.wait(T0 + timedelta(days=60))
    story = _task(story, "refund", Money(2490, "EUR"))
    play((60 * 24 * 61, submit(BEN, "Too late")), story=story)

    assert story.clock(name).state is DeadlineState.MISSED
