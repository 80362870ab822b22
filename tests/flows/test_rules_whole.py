"""The packs as a whole: what does not fit together is found, and what changed between two states is told."""

from __future__ import annotations

from datetime import date

import pytest

from flows.rules import reading, states
from flows.rules.auditing import Finding, Known, audit, word_keys
from flows.rules.differing import diff
from flows.rules.pack import RulePack
from flows.rules.states import States

HEAD = """
[source]
A1 = { title = "A page", address = "example.org/1" }
[defaults]
platform = "amazon"
read = 2026-11-01
check_again_by = 2027-05-01
length = 4
unit = "calendar_days"
start_event = "return_delivered"
stop_events = ["full_refund"]
on_lapse = "lapse.refunded"
confidence = "S"
sources = ["A1"]
"""
TODAY = date(2026, 11, 20)
NO_STATES = States({}, {})


def _pack(*rules: str, more: str = "") -> RulePack:
    return reading.parse({"x.toml": HEAD + "".join(f"\n[[rule]]\n{rule}\n" for rule in rules) + more})


def _audit(pack: RulePack, state: States = NO_STATES, **known: object) -> list[str]:
    words = {key for rule in pack.rules for key in word_keys(rule)} | {key for a in pack.advice for key in a.keys}
    whole = {"words": {"en": words}, "calendars": {"us", "de"}, "zones": {"Asia/Tokyo"}, "ladders": {"outer"}}
    return [f"{found.rule}: {found.what}" for found in audit(pack, state, Known(**{**whole, **known}), TODAY)]  # type: ignore[arg-type]


TWICE = "a.b: two versions hold at the same site and time"
US, ANY = 'id = "a.b"\nsites = ["us"]\n', 'id = "a.b"\n'


@pytest.mark.parametrize(
    "rules",
    [
        (ANY,),
        (US, 'id = "a.b"\nnot_sites = ["us"]'),
        (US, 'id = "a.b"\nsites = ["de"]'),
        (f"{ANY}until = 2026-01-25", f"{ANY}from = 2026-01-26"),
        (ANY, 'id = "a.c"\nclock = "a.b"\nbound = "outer"\nlength = 7'),
        (ANY, 'id = "a.c"\nclock = "a.b"\nhistory = true'),
        (f'{ANY}zone = "Asia/Tokyo"\ncalendar = "de"\nladder = "outer"',),
    ],
)
def test_rules_that_fit_together_are_let_be(rules: tuple[str, ...]) -> None:
    """A check that cries wolf is switched off."""
    assert _audit(_pack(*rules)) == []


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ((ANY, ANY), TWICE),
        ((ANY, US), TWICE),
        ((f"{ANY}until = 2026-01-26", f"{ANY}from = 2026-01-26"), TWICE),
        ((ANY, 'id = "a.c"\nclock = "a.b"'), "a.b: a.c is a limit of the same clock and place"),
        ((f"{ANY}until = 2026-01-20", f"{ANY}from = 2026-01-26"), "a.b: no version holds from 2026-01-21 to"),
        (('id = "a.c"\nclock = "a.b"\nbound = "outer"',), "a.c: an outer bound of a.b, which has no limit"),
        ((ANY, 'id = "a.c"\nclock = "a.b"\nbound = "outer"\nlength = 3'), "a.c: an outer bound that is shorter"),
        ((f'{ANY}calendar = "mars"',), "a.b: unknown calendar 'mars'"),
        ((f'{ANY}unit = "business_days"\nsecond_calendar = "mars"',), "a.b: unknown calendar 'mars'"),
        ((f'{ANY}zone = "Mars/Base"',), "a.b: unknown zone 'Mars/Base'"),
        (('id = "a.b"\nsites = ["mars"]',), "a.b: site 'mars' has no calendar"),
        ((f'{ANY}ladder = "steep"',), "a.b: unknown ladder 'steep'"),
        ((f"{ANY}check_again_by = 2026-11-19",), "a.b: should have been checked again by 2026-11-19"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(rules: tuple[str, ...], complaint: str) -> None:
    """Each of these would start a wrong clock, two clocks, or none."""
    found = _audit(_pack(*rules))

    assert len(found) == 1, found
    assert found[0].startswith(complaint)


def test_missing_words_are_named_with_their_language() -> None:
    """A card must not show a bare key to somebody who reads Chinese."""
    found = _audit(_pack(ANY), words={"en": (), "zh": ()})

    assert "a.b: no zh words for rule.a.b" in found
    assert "a.b: no en words for lapse.refunded" in found
    assert len(found) == 2 * 4


def test_a_state_rule_names_clocks_and_events_that_are_there() -> None:
    """A misspelt clock would go on running after the dispute closed it."""
    text = (
        '[[state]]\nplatform = "amazon"\non = "full_refund"\nends = ["a.b", "a.*", "z.b", "z.*"]\nsource = "A1"\n'
    )
    pack = _pack(ANY)

    assert _audit(pack, states.parse(text)) == [
        "full_refund: names clock z.*, which no pack has",
        "full_refund: names clock z.b, which no pack has",
    ]
    unheard = states.parse(text.replace("full_refund", "thunder").replace('"z.b", "z.*"', ""))
    assert _audit(pack, unheard) == ["thunder: no en words for event.thunder"]


def test_only_a_stale_source_is_no_error() -> None:
    """The rule is still the best that is known."""
    pack = _pack(f"{ANY}check_again_by = 2026-11-19")
    known = Known({}, {"us"}, (), ())

    assert audit(pack, NO_STATES, known, TODAY) == (
        Finding("a.b", "should have been checked again by 2026-11-19", fatal=False),
    )


ADVICE = """
[[advice]]
id = "old"
seed = "001"
situations = ["claim"]
platforms = ["amazon"]
rule = "a.b"
checked = 2026-11-01
sources = ["A1"]
"""


def test_advice_is_found_by_situation_and_platform() -> None:
    """Staff see it where they would follow the old one."""
    pack = _pack(ANY, more=ADVICE + ADVICE.replace('"old"', '"everywhere"').replace('"amazon"', '"*"'))

    assert [each.id for each in pack.advice_for("claim", "amazon")] == ["everywhere", "old"]
    assert [each.id for each in pack.advice_for("claim", "ebay")] == ["everywhere"]
    assert [each.id for each in pack.advice_for("damaged", "amazon")] == []
    assert len(pack.advice_for(None, None)) == 2
    assert _audit(pack) == []


def test_advice_names_a_rule_that_is_there() -> None:
    """Who doubts the line can look the rule up."""
    assert _audit(_pack(ANY, more=ADVICE.replace('"a.b"', '"a.z"'))) == ["old: names rule a.z, which no pack has"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "old"', "", "id is missing"),
        ('seed = "001"', "seed = 1", "seed is missing"),
        ('platforms = ["amazon"]', "platforms = []", "platforms: write a list"),
        ('situations = ["claim"]', 'situations = "claim"', "situations: write a list"),
        ("checked = 2026-11-01", "checked = 'today'", "checked must be a date"),
        ('sources = ["A1"]', 'sources = ["A9"]', "source 'A9' is not in a [source] table"),
        ('seed = "001"', 'seed = "001"\nx = 1', "unknown entry 'x'"),
    ],
)
def test_a_wrong_advice_is_refused_with_its_line(old: str, new: str, complaint: str) -> None:
    """As a wrong rule is."""
    with pytest.raises(reading.RulePackError) as caught:
        _pack(ANY, more=ADVICE.replace(old, new))

    (problem,) = caught.value.problems
    assert problem.startswith("x.toml, line 2")
    assert complaint in problem


def test_the_same_packs_differ_in_nothing() -> None:
    """Whatever the order in which they stand."""
    one, other = ANY, 'id = "a.c"'

    assert diff(_pack(one, other), _pack(other, one)) == ()


def test_new_gone_and_changed_rules_are_told_by_id() -> None:
    """So that whoever takes a new pack sees first which cases it may move."""
    old = _pack(f"{ANY}until = 2026-01-25", 'id = "a.gone"', 'id = "a.kept"')
    new = _pack(f"{ANY}until = 2026-02-25\nlength = 5", 'id = "a.kept"', 'id = "a.new"')

    changed, gone, fresh = diff(old, new)
    assert (changed.id, changed.what) == (
        "a.b",
        (("valid_until", "2026-01-25", "2026-02-25"), ("length", "4", "5")),
    )
    assert (gone.id, gone.after) == ("a.gone", None)
    assert (fresh.id, fresh.before) == ("a.new", None)
    assert all(change.moves for change in (changed, gone, fresh))


def test_a_second_look_at_the_source_moves_no_deadline() -> None:
    """Its version changes all the same: the journal says which state was looked at."""
    old, new = _pack(ANY), _pack(f"{ANY}check_again_by = 2027-11-01\nnotes = ['x']")
    (change,) = diff(old, new)

    assert not change.moves
    assert old.version != new.version
