"""Words for people: filled once, never read as a template or markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rich import At, Line, Person, Quote, Strong, fill, line, plain

AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


def test_a_template_is_filled_with_parts_that_stay_parts() -> None:
    """An adapter turns people and instants into its platform's own; strings alone could not be told apart."""
    rich = fill("{by} approved **{what}** {at}", {"by": Person("U1"), "what": "this", "at": At(AT)})

    assert rich == (Person("U1"), " approved ", Strong("this"), " ", At(AT))


def test_an_instant_inside_strong_words_stays_an_instant() -> None:
    """ "**Platform deadline {due}**" is bold where it is text, and a date where it is a date."""
    assert fill("**Due {due}**!", {"due": At(AT)}) == (Strong("Due "), At(AT), "!")


def test_a_placeholder_that_nobody_filled_is_an_error() -> None:
    """Better no card than one that says {reason}."""
    with pytest.raises(KeyError, match="reason"):
        fill("Not delivered: {reason}", {})


@given(st.text())
def test_a_value_is_never_read_as_a_template_or_as_strong(value: str) -> None:
    """Somebody's words may hold braces and asterisks; they arrive as they are."""
    filled = fill("a {x} b", {"x": Quote(value + "{y} **z**")})

    assert filled == ("a ", Quote(value + "{y} **z**"), " b")
    assert plain(filled) == f"a {value}{{y}} **z** b"


@given(st.text())
def test_a_plain_value_is_taken_as_it_is(value: str) -> None:
    """Also without a quote around it."""
    assert plain(fill("{x}", {"x": value + "**{y}"})) == value + "**{y}"


def test_plain_words_name_people_and_instants() -> None:
    """For a notification, a log, a terminal; somebody without a name is shown by the desk's id."""
    rich = (Person("U1", page=True), " ", At(AT), " ", Strong("now"))

    assert plain(rich, {"U1": "Lin Na"}) == "@Lin Na 2026-11-23 09:05 UTC now"
    assert plain(rich) == "@U1 2026-11-23 09:05 UTC now"


def test_a_line_is_stored_with_instants_marked_and_in_one_order() -> None:
    """The journal's digest must not depend on how the call was written."""
    one, other = line("approved", by="person:U1", at=AT), line("approved", at=AT, by="person:U1")

    assert one == other == Line("approved", (("at", f"at:{AT.isoformat()}"), ("by", "person:U1")))
