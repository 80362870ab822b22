"""A playbook as a page: a table and a Mermaid diagram in Markdown, made from the values and staff's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.playbooks.conditions import All, Always, Any, Condition, Is, Known, Not
from flows.playbooks.proof import ADVICE
from flows.playbooks.table import Branch, Playbook

Words = Mapping[str, str]


def page(book: Playbook, words: Words) -> str:
    """The whole page, ending with a line break."""
    return "\n".join((*_head(book, words), *_rows(book, words), *_diagram(book, words), *_nevers(book, words), ""))


def title(book: Playbook, words: Words) -> str:
    """What the playbook is called: the situation's name, or the guide's."""
    return words.get(f"situation.{book.situation}", str(book.situation).replace("_", " ").capitalize())


def when(condition: Condition, words: Words) -> str:
    """A condition as people say it."""
    match condition:
        case Is(fact, values):
            named = " or ".join(words[f"fact.{fact}.{value}"] for value in values)
            return f"{words[f'fact.{fact}']}: {named}"
        case Known(fact):
            return f"{words[f'fact.{fact}']} known"
        case Not(Known(fact)):
            return f"{words[f'fact.{fact}']} not known"
        case Not(All((Known(known), Is(fact, values)))) if known == fact:
            named = " or ".join(words[f"fact.{fact}.{value}"] for value in values)
            return f"{words[f'fact.{fact}']} not known to be {named}"
        case Not(part):
            return f"not ({when(part, words)})"
        case All(parts):
            return " and ".join(_inner(part, words) for part in parts)
        case Any(parts):
            return " or ".join(_inner(part, words) for part in parts)
        case Always():
            return "otherwise"
        case _:
            raise TypeError(f"no words for the condition {condition!r}")


def _inner(condition: Condition, words: Words) -> str:
    said = when(condition, words)
    return f"({said})" if isinstance(condition, All | Any) else said


def _head(book: Playbook, words: Words) -> Iterator[str]:
    yield f"# {title(book, words)}"
    yield ""
    yield f"`{book.situation}`, version {book.version}. Source: {book.source}."
    yield ""
    yield "Made from `flows/playbooks/` by `make playbook-docs`; a test fails when the two differ."
    yield ""
    yield "| fact | values, besides not known |"
    yield "| --- | --- |"
    for spec in book.facts:
        values = ", ".join(words[f"fact.{spec.name}.{value}"] for value in spec.values)
        yield f"| {_cell(words[f'fact.{spec.name}'])} | {_cell(values)} |"
    yield ""


def _rows(book: Playbook, words: Words) -> Iterator[str]:
    yield "The first row that certainly holds is taken."
    yield ""
    yield "| | when | what to do | steps | offers | fallback | source |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for number, branch in enumerate(book.branches, 1):
        cells = (
            str(number),
            when(branch.when, words),
            f"**{words[f'branch.{branch.name}.title']}**",
            steps(branch, words),
            ", ".join(words[f"offer.{offer}"] for offer in branch.offers),
            f"{branch.level}: {words[branch.fallback]}",
            _source(branch, words),
        )
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""


def steps(branch: Branch, words: Words) -> str:
    """The steps on one line, numbered."""
    return " ".join(f"{number}. {words[step.words]}" for number, step in enumerate(branch.steps, 1))


def instead(branch: Branch, words: Words) -> str:
    """What is often advised, why not, and what the row does instead."""
    old, why, better = (words[f"advice.{branch.override}.{part}"] for part in ADVICE)
    return f"not: {old}; {why}; instead: {better}"


def _source(branch: Branch, words: Words) -> str:
    why = f" ({instead(branch, words)})" if branch.override else ""
    return f"{branch.source}{why}"


def _diagram(book: Playbook, words: Words) -> Iterator[str]:
    """A ladder of questions: each row is asked in turn, yes leads to what to do."""
    yield "```mermaid"
    yield "flowchart TD"
    last = len(book.branches)
    for number, branch in enumerate(book.branches, 1):
        yield f'    d{number}["{_label(words[f"branch.{branch.name}.title"])}"]'
        if number < last:
            yield f'    q{number}{{"{_label(when(branch.when, words))}"}}'
            yield f"    q{number} -- yes --> d{number}"
            below = f"q{number + 1}" if number + 1 < last else f"d{last}"
            yield f"    q{number} -- no --> {below}"
    yield "```"
    yield ""


def _nevers(book: Playbook, words: Words) -> Iterator[str]:
    yield from (f"- {words[never]}" for never in book.nevers)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _label(text: str) -> str:
    return text.replace('"', "'").replace("“", "'").replace("”", "'")
