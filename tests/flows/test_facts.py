"""Facts have types: what staff type is read at the border, stored as a string, and refused in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import events
from flows.case import Source
from flows.facts import TYPED, Kind, WrongFact, read, type_of
from tests.flows.moves import asked, know
from tests.flows.orders import NUMBER, order
from tests.flows.play import BOOK, LIN, T0, Story, play


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("money", " 24,90 eur", "24.90 EUR"),
        ("money", "US $5", "5.00 USD"),
        ("instant", "1795600800", datetime.fromtimestamp(1795600800, UTC).isoformat()),
        ("instant", "2026-11-25T10:00:00+08:00", "2026-11-25T02:00:00+00:00"),
        ("number", "007", "7"),
        ("text", " DHL ", "DHL"),
        ("money", "  ", ""),
    ],
)
def test_what_is_typed_is_stored_in_one_way(kind: str, typed: str, stored: str) -> None:
    """And unknown is a value."""
    assert read(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("money", "24.90"), ("money", "a lot"), ("instant", "2026-11-25T10:00:00"), ("instant", "soon"),
     ("instant", "9" * 30), ("number", "1.5"), ("text", "x" * 201)],
)  # fmt: skip
def test_what_is_no_value_of_its_kind_is_refused(kind: str, typed: str) -> None:
    """Money without a currency and an instant without a zone would be guesses."""
    with pytest.raises(WrongFact):
        read(kind, typed)


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_reading_again_changes_nothing(kind: Kind, typed: str) -> None:
    """Total: a value that stays what it is, or a refusal."""
    try:
        stored = read(kind, typed)
    except WrongFact:
        return
    assert read(kind, stored) == stored


def test_every_type_has_its_words_in_every_language() -> None:
    for words in BOOK.words.languages.values():
        assert all(f"fact.{each.name}" in words or each.name == "order" for each in TYPED)
        assert all(f"facts.wrong.{kind}" in words for kind in Kind)
        assert all(f"facts.from.{source}" in words for source in Source)


def test_a_choice_of_no_table_is_not_taken() -> None:
    """A stored event of an older dialog may hold anything: the thread says what was not taken."""
    story = play(*asked(), (3, know(LIN, tracking="teleported")))

    assert story.case.fact("tracking") is None
    assert "not_taken" in story.lines
    assert type_of("tracking", BOOK.playbooks) is not None


def test_staff_may_set_amounts_instants_and_the_order() -> None:
    """Naming the order is enough: the book fills in the rest, but not over what staff said."""
    story = play(*asked(), story=Story(order=None))
    story.order = order(NUMBER)
    facts = (("order", NUMBER), ("order_value", "30.00 EUR"), ("promised_at", T0.isoformat()))
    story.happens(events.FactsSet(story.case.id, LIN, facts))

    assert (story.case.order, story.case.fact("order_value")) == (NUMBER, "30.00 EUR")
    assert story.case.fact("carrier") == "DHL"
    assert story.case.fact("promised_at") == T0.isoformat()
    assert "order_set" in story.lines


def test_taking_the_order_away_takes_its_facts_away() -> None:
    """It was another buyer's: nothing of it may stay."""
    story = play(*asked(), story=Story(order=None))
    story.order = order(NUMBER)
    story.happens(events.FactsSet(story.case.id, LIN, (("order", NUMBER),)))
    story.happens(events.FactsSet(story.case.id, LIN, (("order", ""),)))

    assert (story.case.order, story.case.fact("carrier")) == (None, None)
