"""A rule of the packs as staff read it: one row of a list, or everything it says. Plain text, no markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flows.rules.advice import Advice
from flows.rules.pack import RulePack
from flows.rules.rule import ANYWHERE, Rule

Word = Callable[[str], str]  # a key of staff's words to its template, in the reader's language

HEADINGS = ("id", "platform", "sites", "holds", "length", "whose", "confidence")


def row(rule: Rule, word: Word) -> tuple[str, ...]:
    """One line of a list, in the order of HEADINGS."""
    confidence = f"{rule.confidence} · {word('rules.unverified')}" if rule.unverified else rule.confidence
    return (
        rule.id,
        rule.platform,
        sites(rule, word),
        holds(rule, word),
        length(rule, word),
        turn(rule, word),
        confidence,
    )


def told(rule: Rule, pack: RulePack, word: Word) -> Iterator[tuple[str, str]]:
    """Everything the rule says, as (heading, text)."""
    yield "name", word(rule.name)
    yield "platform", rule.platform
    yield "sites", sites(rule, word)
    yield "holds", holds(rule, word)
    yield "length", length(rule, word)
    if rule.original is not None:
        said = word("rules.house_said").format(house=length(rule, word), said=length(rule.original, word))
        yield "house", f"{said} · {rule.because}" if rule.because else said
    if rule.opens is not None and rule.opens.event != rule.start_event:
        yield "opens", _opened(rule, word)
    yield "clock", rule.clock
    yield "bound", word(f"bound.{rule.bound}")
    yield "whose", turn(rule, word)
    yield "start", word(f"event.{rule.start_event}")
    for event in rule.stop_events:
        yield "stops", word(f"event.{event}")
    if rule.on_lapse:
        yield "lapse", word(rule.on_lapse)
    yield "counting", _counting(rule, word)
    if rule.calendar != "none":
        yield "calendar", " + ".join(name for name in (rule.calendar, rule.second_calendar) if name)
    if rule.zone != "none":
        yield "zone", rule.zone
    for note in rule.notes:
        yield "note", word(f"note.{note}")
    said = f"{rule.confidence}: {word(f'confidence.{rule.confidence}')}"
    yield "confidence", f"{word('rules.unverified')} · {said}" if rule.unverified else said
    for source in rule.sources:
        yield "source", f"{source.title} ({source.address})"
    yield "read", f"{rule.read}"
    yield "again", f"{rule.check_again_by}"
    yield "version", rule.version
    for advice in pack.advice:
        if advice.rule in (rule.id, rule.clock):
            yield "advice", advice_line(advice, word)


def advice_line(advice: Advice, word: Word) -> str:
    """Old advice, why not, what instead, rule and day: one line."""
    old, why, instead = (word(key) for key in advice.keys)
    line = word("advice.line")
    return line.format(old=old, why=why, instead=instead, rule=advice.rule, checked=advice.checked)


def sites(rule: Rule, word: Word) -> str:
    if rule.not_sites:
        return word("rules.all_but").format(sites=", ".join(rule.not_sites))
    return word("rules.all") if rule.sites == (ANYWHERE,) else ", ".join(rule.sites)


def holds(rule: Rule, word: Word) -> str:
    """From when to when; what is history says so."""
    first, last = rule.valid_from, rule.valid_until
    if first and last:
        said = word("rules.from_until").format(first=first, last=last)
    elif first or last:
        said = word("rules.from" if first else "rules.until").format(day=first or last)
    else:
        said = word("rules.always")
    return f"{said} · {word('rules.history')}" if rule.history else said


def length(rule: Rule, word: Word) -> str:
    """ "24 hours", "60 to 120 calendar days", "at once", or that no source states one."""
    unit = word(f"rules.unit.{rule.unit}")
    if rule.length is None:
        return _opened(rule, word) if rule.opens is not None else word("rules.unknown_length")
    if rule.length == 0:
        return word("rules.at_once")
    if rule.opens is not None and rule.opens.event == rule.start_event:
        window = word("rules.window").format(after=f"{rule.opens.after:g}", length=f"{rule.length:g}")
        return f"{window} {unit}"
    return f"{rule.length:g} {word(f'rules.unit.{rule.unit}.one') if rule.length == 1 else unit}"


def turn(rule: Rule, word: Word) -> str:
    return word(f"whose.{rule.whose}")


def _opened(rule: Rule, word: Word) -> str:
    assert rule.opens is not None  # noqa: S101 - asked for by the callers
    event, unit = word(f"event.{rule.opens.event}"), word(f"rules.unit.{rule.unit}")
    return word("rules.opened").format(after=f"{rule.opens.after:g}", unit=unit, event=event)


def _counting(rule: Rule, word: Word) -> str:
    choices = ", ".join(f"{name} = {value}" for name, value in rule.choices)
    said = word(f"rules.counting.{rule.counting}")
    return f"{said} ({choices})" if choices else said
