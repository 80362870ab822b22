"""Rule files: what is read, what may be left out, and every refusal with its file, line and remedy."""

from __future__ import annotations

from datetime import date

import pytest

from flows.rules import reading
from flows.rules.rule import Opening, Rule

SOURCES = """
[source]
A1 = { title = "A page", address = "example.org/1" }
A2 = { title = "Another", address = "example.org/2" }
"""
RULE = """
[defaults]
platform = "amazon"
read = 2026-11-01
check_again_by = 2027-05-01

[[rule]]
id = "amz.x.y"
length = 4
unit = "calendar_days"
start_event = "return_delivered"
stop_events = ["full_refund"]
on_lapse = "lapse.refunded"
confidence = "S"
sources = ["A1"]
"""


def _read(text: str = RULE) -> tuple[Rule, ...]:
    return reading.parse({"amazon.toml": text, "sources.toml": SOURCES}).rules


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(reading.RulePackError) as caught:
        _read(text)
    return caught.value.problems


def test_what_a_rule_leaves_out_is_filled_in() -> None:
    """A pack must be short to write; every choice of the arithmetic is still stated in the value."""
    (rule,) = _read()

    assert (rule.clock, rule.sites, rule.bound, rule.whose) == ("amz.x.y", ("*",), "due", "seller")
    assert (rule.counting, rule.calendar, rule.zone) == ("same_time", "none", "site")
    assert (rule.choices, rule.second_calendar) == ((), "")
    assert (rule.read, rule.check_again_by) == (date(2026, 11, 1), date(2027, 5, 1))
    assert rule.sources[0].title == "A1 A page"


@pytest.mark.parametrize(
    ("unit", "choices"),
    [
        ("hours", ("elapsed", "none", "none")),
        ("minutes", ("elapsed", "none", "none")),
        ("calendar_days", ("same_time", "none", "site")),
        ("business_days", ("same_time", "site", "site")),
        ("business_hours", ("elapsed", "site", "site")),
    ],
)
def test_each_unit_has_its_usual_way_of_counting(unit: str, choices: tuple[str, str, str]) -> None:
    """Hours run in every zone; days belong to one; business days need a calendar."""
    (rule,) = _read(RULE.replace("calendar_days", unit))

    assert (rule.counting, rule.calendar, rule.zone) == choices


def test_a_window_says_when_it_opens() -> None:
    """FBA: from day 60 to day 120. AliExpress: from shipping to some days after completion."""
    (one,) = _read(RULE.replace("length = 4", "length = 120\nopens = { after = 60 }"))
    (other,) = _read(RULE.replace("length = 4", 'length = 15\nopens = { after = 10, event = "goods_shipped" }'))

    assert one.opens == Opening(60, "return_delivered")
    assert other.opens == Opening(10, "goods_shipped")


def test_stated_choices_are_kept_by_name() -> None:
    """What the arithmetic leaves open is decided in the pack, and can be shown."""
    (rule,) = _read(RULE.replace("length = 4", 'length = 7\ncounting = "day_included"\nopening_day = "day_0"'))

    assert (rule.counting, rule.choices) == ("day_included", (("opening_day", "day_0"),))


def test_what_the_platform_does_at_once_has_no_length() -> None:
    """Zero is a length of the platform's own doings only: nobody can act in no time."""
    (rule,) = _read(RULE.replace("length = 4", 'length = 0\nwhose = "platform"'))

    assert rule.length == 0


def test_a_length_that_no_source_states_is_left_out() -> None:
    """An invented number would be believed."""
    (rule,) = _read(RULE.replace("length = 4\n", ""))

    assert rule.length is None


def test_a_version_changes_with_what_the_rule_says_and_with_nothing_else() -> None:
    """Open cases are counted anew when their rule changed, not when another one did."""
    (before,), (same,) = _read(), _read(RULE + "# a remark\n")
    (longer,) = _read(RULE.replace("length = 4", "length = 5"))

    assert before == same
    assert before.version.startswith("2026-11-01.")
    assert before.version != longer.version


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "amz.x.y"', 'id = "Amz X"', "id 'Amz X': write lower-case words"),
        ('id = "amz.x.y"', "", "id None: write lower-case words"),
        ('unit = "calendar_days"', 'unit = "weeks"', "unit 'weeks': write one of minutes, hours"),
        ('unit = "calendar_days"', "", "unit is missing"),
        ("length = 4", "length = 0", "length 0: write a number"),
        ("length = 4", "length = true", "length True: write a number"),
        ("length = 4", "length = 10000", "length 10000: write a number"),
        ("length = 4", 'length = "4"', "length '4': write a number"),
        ("length = 4", "length = 4\nopens = 3", "opens: write { after = 60 }"),
        ("length = 4", "length = 4\nopens = { from = 3 }", "opens: write { after = 60 }"),
        ("length = 4", "length = 4\nopens = { after = -1 }", "opens.after -1: write a number"),
        ("length = 4", "length = 4\nopens = { after = 4 }", "opens.after 4 is not before the end at 4"),
        ("length = 4", 'length = 4\nopens = { after = 1, event = "" }', "opens.event: write the key"),
        ("length = 4", 'length = 4\ncounting = "roughly"', "counting 'roughly': write one of elapsed"),
        ("length = 4", 'length = 4\nzone = "none"', "calendar_days need a zone: on which local day"),
        ("length = 4", 'length = 4\nbound = "sometime"', "bound 'sometime': write one of due, outer"),
        ("length = 4", 'length = 4\nwhose = "mine"', "whose 'mine': write one of seller"),
        ("length = 4", 'length = 4\nlast_day_off = "x"', "last_day_off 'x': write one of stays, rolls"),
        ("length = 4", 'length = 4\nstarts_on_day_off = "x"', "starts_on_day_off 'x': write one of next_is_day_1"),
        ("length = 4", "length = 4.5", "length 4.5: days are whole"),
        ("length = 4", 'length = 4\nhistory = "yes"', "history: write true or false"),
        ("length = 4", "length = 4\nclock = 3", "clock: write a text in quotes"),
        ("length = 4", "length = 4\nladder = 3", "ladder: write a text in quotes"),
        ("length = 4", "length = 4\nverison = 3", "unknown entry 'verison'"),
        ("length = 4", "length = 4\nsites = []", 'sites are missing: write ["*"]'),
        ("length = 4", "length = 4\nsites = 'us'", "sites: write a list of texts"),
        ("length = 4", "length = 4\nsites = ['us', 'us']", "sites names one entry twice"),
        ("length = 4", "length = 4\nsites = ['*', 'us']", 'sites: "*" stands alone'),
        ("length = 4", "length = 4\nsites = ['us']\nnot_sites = ['de']", 'not_sites needs sites = ["*"]'),
        ("length = 4", "length = 4\nnotes = [3]", "notes: write a list of texts"),
        ("length = 4", "length = 4\nfrom = '2026'", "from must be a date such as 2026-01-26"),
        ("length = 4", "length = 4\nfrom = 2026-02-01\nuntil = 2026-01-31", "until is before from"),
        ("read = 2026-11-01", 'read = "2026-11"', "read must be a date"),
        ("check_again_by = 2027-05-01", "check_again_by = 2026-10-01", "check_again_by is not after read"),
        ('confidence = "S"', 'confidence = "sure"', "confidence 'sure': write one of S, S2"),
        ('platform = "amazon"', "", "platform is missing"),
        ('start_event = "return_delivered"', "", "start_event is missing"),
        ('stop_events = ["full_refund"]', "stop_events = []", "stop_events must list at least one"),
        ('on_lapse = "lapse.refunded"', "", "on_lapse is missing"),
        ('sources = ["A1"]', 'sources = ["A9"]', "source 'A9' is not in a [source] table"),
        ('sources = ["A1"]', "sources = []", "sources are missing"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(old: str, new: str, complaint: str) -> None:
    """Whoever edits a rule must be told where, what, and what to write instead."""
    assert old in RULE
    problems = _problems(RULE.replace(old, new))

    assert any(complaint in problem for problem in problems), problems
    assert all(problem.startswith("amazon.toml, line 7, rule ") or old.startswith(("platf", "read", "check"))
               for problem in problems), problems  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "more", "complaint"),
    [
        ("hours", 'counting = "next_day"', "counting 'next_day' counts days"),
        ("hours", 'business_day = "real_24h"', 'business_day = "real_24h" needs business_days'),
        ("business_days", 'last_day_off = "rolls"', "needs calendar_days and a calendar"),
        ("calendar_days", 'last_day_off = "rolls"', "needs calendar_days and a calendar"),
        ("hours", 'second_calendar = "aliexpress.us"', "second_calendar needs business_days"),
        ("business_days", 'calendar = "none"', "business_days need a calendar"),
        ("business_hours", 'calendar = "none"', "business_hours need a calendar"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(unit: str, more: str, complaint: str) -> None:
    """Such a rule would be counted in a way nobody meant."""
    assert any(complaint in each for each in _problems(RULE.replace('"calendar_days"', f'"{unit}"\n{more}')))


def test_a_rule_written_in_one_line_is_read_as_well() -> None:
    """Whatever way of TOML: a rule that is silently left out is a clock that never starts."""
    head, _, body = RULE.partition("[[rule]]\n")
    (rule,) = _read(f"rule = [{{ {', '.join(body.strip().splitlines())} }}]\n{head}")

    assert rule == _read()[0]


def test_all_problems_of_all_files_are_told_at_once() -> None:
    """Mending one a start would take a morning."""
    with pytest.raises(reading.RulePackError) as caught:
        reading.parse({"a.toml": RULE.replace("length = 4", "length = 0"), "b.toml": "[rool]", "c.toml": "[x"})

    found = "\n".join(caught.value.problems)
    assert "c.toml: Expected" in found
    assert "b.toml: unknown table [rool]" in found
    assert "length 0" in found
    assert "source 'A1' is not in" in found


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no table [[rule]]"),
        ("x = 1", "unknown table [x]"),
        ("[rule]\nid = 'a.b'", "write [[rule]]"),
        ("rule = 3", "write [[rule]]"),
        ("rule = [3]", "write [[rule]]"),
        ("[[defaults]]", "write [defaults]"),
        ("source = 3", "write [source]"),
        ("[source]\nA1 = { titel = 'x', address = 'y' }", "source A1 needs a title and an address"),
        ("[source]\nA1 = { title = '', address = 'y' }", "source A1 needs a title and an address"),
        ("[source]\nA1 = 'x'", "source A1 needs a title and an address"),
        ("[rule", "Expected"),
    ],
)
def test_a_file_that_is_no_pack_is_refused(text: str, complaint: str) -> None:
    """An empty file would silently switch all warnings off."""
    with pytest.raises(reading.RulePackError) as caught:
        reading.parse({"x.toml": text})

    assert any(complaint in problem for problem in caught.value.problems), caught.value.problems
