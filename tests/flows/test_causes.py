"""The cause of a matter: suggested by a table, chosen by a person, derived when nobody did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows import events
from flows.case import CauseCode, Situation, Source, Status
from flows.causes import LIKENESS, TABLE, likeness, suggested
from flows.rich import plain
from flows.view.card import card
from tests.flows.moves import approve, read, wrote
from tests.flows.play import BEN, LIN, Story, play

QUIET = timedelta(days=40)


@pytest.mark.parametrize(
    ("situation", "facts", "cause"),
    [
        (Situation.ITEM_NOT_RECEIVED, {}, CauseCode.CARRIER),
        (Situation.ITEM_NOT_RECEIVED, {"fulfilment": "platform"}, CauseCode.PLATFORM),
        (Situation.CLAIM, {"tracking": "stuck"}, CauseCode.CARRIER),
        (Situation.CLAIM, {"tracking": "delivered"}, None),
        (Situation.DAMAGED, {}, CauseCode.PACKING),
        (Situation.DEFECTIVE, {}, CauseCode.PRODUCT),
        (Situation.NOT_AS_DESCRIBED, {"matches_listing": "yes"}, CauseCode.BUYER),
        (Situation.NOT_AS_DESCRIBED, {"matches_listing": "partly"}, CauseCode.LISTING),
        (Situation.RETURN_EXCHANGE, {"fault": "seller"}, CauseCode.PRODUCT),
        (Situation.UNSURE, {}, None),
        (Situation.THANKS, {}, None),
    ],
)
def test_the_likeliest_cause(situation: Situation, facts: dict[str, str], cause: CauseCode | None) -> None:
    row = suggested(situation, facts)

    assert (row and row.cause) == cause


def test_every_row_of_the_table_is_reached() -> None:
    """A row that an earlier one always hides would be advice that nobody ever sees."""
    for row in TABLE:
        facts = {name: min(values) for name, values in row.when.items()}
        assert row in [suggested(situation, facts) for situation in row.situations]


def test_cases_are_alike_by_their_cause_or_the_likeliest() -> None:
    """What a person says counts; before that, the likeliest. A lost parcel says nothing of the goods."""
    story = play((0, wrote("It is broken")), (1, read(Situation.DEFECTIVE)))
    case = story.case
    lost = replace(case, situation=Situation.ITEM_NOT_RECEIVED)

    assert likeness(case) is CauseCode.PRODUCT
    assert likeness(replace(case, cause=CauseCode.PACKING)) is CauseCode.PACKING
    assert likeness(replace(case, cause=CauseCode.BUYER)) is None
    assert likeness(lost) is None
    assert likeness(replace(lost, cause=CauseCode.PRODUCT)) is CauseCode.PRODUCT


@pytest.mark.parametrize("kind", LIKENESS)
def test_a_suspected_batch_is_told_and_changes_what_the_table_says(kind: CauseCode) -> None:
    """A defect goes on by the row for batches, and an approval of the old advice falls; other kinds only tell."""
    story = play((0, wrote("It is broken")), (1, read(Situation.DEFECTIVE)), (2, approve(LIN)))
    held = story.case
    story.happens(events.BatchSuspected(held.id, "LAMP", kind, 3))
    is_product = kind is CauseCode.PRODUCT

    assert story.case.fact("batch") == ("suspected" if is_product else None)
    assert (story.case.branch == "defective.batch") is is_product
    assert (story.case.version > held.version) is is_product
    assert "batch_suspected" in story.lines


def test_staff_know_better_than_the_count() -> None:
    """Somebody looked: it is no batch."""
    story = play((0, wrote("It is broken")), (1, read(Situation.DEFECTIVE)))
    story.happens(events.FactsSet(story.case.id, LIN, (("batch", "no"),)))
    story.happens(events.BatchSuspected(story.case.id, "LAMP", CauseCode.PRODUCT, 3))

    assert story.case.fact("batch") == "no"


def _answered() -> Story:
    """Damaged, answered, delivered: nothing is left to do."""
    story = play((0, wrote("It is broken")), (1, read(Situation.DAMAGED)), (2, approve(LIN)))
    story.wait(story.now + timedelta(minutes=1))
    effect = story.platform_takes()
    story.happens(events.ReplyDelivered(story.case.id, effect, "tg-1", story.now))
    return story


def test_an_open_case_does_not_ask_and_a_settled_one_does_with_the_reason() -> None:
    """While there is something to do, the card asks only about that."""
    still_open = play((0, wrote("It is broken")), (1, read(Situation.DAMAGED)))
    asked = card(_answered().shown()).cause

    assert card(still_open.shown()).cause is None
    assert asked is not None
    assert asked.options[0].value == CauseCode.PACKING
    assert "packing: it arrived damaged" in asked.label
    assert asked.current is None


def test_a_person_chooses_with_one_click_and_may_choose_again() -> None:
    """The version stays: no approval hangs on it."""
    story = _answered()
    version = story.case.version
    story.happens(events.CauseChosen(story.case.id, LIN, CauseCode.CARRIER))
    story.happens(events.CauseChosen(story.case.id, BEN, CauseCode.PACKING))
    shown = card(story.shown()).cause

    assert (story.case.cause, story.case.cause_by) == (CauseCode.PACKING, Source.STAFF)
    assert story.case.version == version
    assert story.lines.count("cause_chosen") == 2
    assert shown is not None
    assert (shown.current, shown.label) == (CauseCode.PACKING, "Cause")


def test_the_same_choice_again_says_nothing() -> None:
    story = _answered()
    for _ in range(2):
        story.happens(events.CauseChosen(story.case.id, LIN, CauseCode.CARRIER))

    assert story.lines.count("cause_chosen") == 1


def test_the_dialog_of_the_menu_sets_it_at_any_time_without_voiding() -> None:
    """Also while the reply is held: the cause is nothing that an approval was given for."""
    story = play((0, wrote("It is broken")), (1, read(Situation.DAMAGED)), (2, approve(LIN)))
    before = story.case
    story.happens(events.FactsSet(story.case.id, BEN, (("cause", "product"),)))
    chosen = story.case
    story.happens(events.FactsSet(story.case.id, BEN, (("cause", ""),)))

    assert chosen.cause is CauseCode.PRODUCT
    assert (chosen.version, chosen.proposal) == (before.version, before.proposal)
    assert story.case.cause is None


def test_a_quiet_end_takes_the_suggestion_and_says_that_nobody_chose() -> None:
    story = _answered()
    story.wait(story.now + timedelta(days=2))  # the buyer does not answer our question, and staff leave it at that
    story.happens(events.NoReplyNeeded(story.case.id, BEN, story.case.version, "spam"))
    story.wait(story.now + QUIET)
    shown = card(story.shown()).cause

    assert story.case.status is Status.CLOSED
    assert (story.case.cause, story.case.cause_by) == (CauseCode.PACKING, Source.DERIVED)
    assert "cause_derived" in story.lines
    assert shown is not None
    assert "derived" in shown.label


def test_a_quiet_end_leaves_what_a_person_said() -> None:
    story = _answered()
    story.happens(events.CauseChosen(story.case.id, LIN, CauseCode.CARRIER))
    story.wait(story.now + QUIET)

    assert (story.case.cause, story.case.cause_by) == (CauseCode.CARRIER, Source.STAFF)
    assert plain(story.shown().line(story.decisions[-1].lines[0])) != ""
