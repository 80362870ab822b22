"""`amends playbooks`: prove the tables, read one, try what it says of some facts, write their pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.brain import load_book
from bot.commanding import fail
from flows.playbooks import GUIDES, PLAYBOOKS, TABLES, Keys, Playbook, choose, prove
from flows.playbooks.drawing import instead, page, steps, title, when
from flows.playbooks.proof import unfounded, unrouted
from flows.recognise import LABELS, SAFETY, SITUATION_OF_LABEL

BY_NAME: Mapping[str, Playbook] = {str(book.situation): book for book in TABLES}


@click.group(help="What to do in each situation: prove, read or try it.")
def playbooks() -> None:
    pass


@playbooks.command(help="Prove that all combinations of facts have an answer. Exit code 1 when one has not.")
def check() -> None:
    book = load_book()
    keys = Keys(book.replies.keys(), book.rules.ids, book.words.keys())
    problems: list[str] = []
    combinations = cells = branches = 0
    for table in TABLES:
        proof = prove(table, keys)
        problems += proof.problems
        combinations, cells = combinations + proof.combinations, cells + proof.cells
        branches += len(table.branches)
        verdict = "whole" if not proof.problems else f"{len(proof.problems)} problems"
        size = f"{proof.combinations:>9,} combinations in {proof.cells:>5,} parts"
        click.echo(f"{table.situation:<20} {len(table.branches):>3} branches {size}: {verdict}")
    advice = {each.id for each in book.rules.advice}
    problems += (*unrouted((*LABELS, SAFETY), SITUATION_OF_LABEL, PLAYBOOKS), *unfounded(TABLES, advice))
    click.echo(
        f"{len(PLAYBOOKS)} playbooks and {len(GUIDES)} guides, {branches} branches; {combinations:,} combinations "
        f"of facts, not known included, in {cells:,} parts; {len(LABELS) + 1} labels."
    )
    for problem in dict.fromkeys(problems):
        click.echo(f"- {problem}", err=True)
    sys.exit(1 if problems else 0)


@playbooks.command(name="list", help="The names of all tables.")
def listed() -> None:
    words = load_book().words.languages["en"]
    for name, table in BY_NAME.items():
        click.echo(f"{name:<20} {title(table, words)}")


@playbooks.command(help="Print the table NAME.")
@click.argument("name")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def show(name: str, language: str) -> None:
    table, words = _table(name), load_book().words.languages[language]
    console = Console()
    drawn = Table("when", "what to do", "steps", "fallback", title=title(table, words), show_lines=True)
    for branch in table.branches:
        said = words[f"branch.{branch.name}.title"]
        fallback = f"{branch.level}: {words[branch.fallback]}"
        drawn.add_row(when(branch.when, words), f"[b]{said}[/b]", steps(branch, words), fallback)
    console.print(drawn)
    for never in table.nevers:
        console.print(f"- {words[never]}")
    console.print(f"{table.source} · {table.version}", style="dim")


@playbooks.command(
    name="try", help="What table NAME says when these FACTS are known. Write them as tracking=stuck wish=refund …"
)
@click.argument("name")
@click.argument("facts", nargs=-1)
def try_(name: str, facts: tuple[str, ...]) -> None:
    table, words = _table(name), load_book().words.languages["en"]
    choice = choose(table, _facts(table, facts))
    branch = choice.branch
    click.echo(f"{branch.name}: {words[f'branch.{branch.name}.title']}. {words[f'branch.{branch.name}.why']}")
    for number, step in enumerate(branch.steps, 1):
        click.echo(f"  {number}. {words[step.words]}")
    if branch.offers:
        click.echo("Offers: " + ", ".join(words[f"offer.{offer}"] for offer in branch.offers))
    click.echo(f"Fallback ({branch.level}): {words[branch.fallback]}")
    if choice.missing:
        click.echo("Not known yet: " + ", ".join(words[f"fact.{name}"] for name in choice.missing))
    if branch.override:
        click.echo(instead(branch, words).capitalize())
    click.echo(f"Source: {branch.source}")


@playbooks.command(help="Write the page of each table into FOLDER.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/playbooks"))
def write(folder: Path) -> None:
    words = load_book().words.languages["en"]
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in pages(words).items():
        (folder / path).write_text(text, encoding="utf-8")
    click.echo(f"{len(TABLES)} playbooks and their index stand in {folder}.")


def pages(words: Mapping[str, str]) -> dict[str, str]:
    """File name to Markdown: one page a table, and the index."""
    made = {f"{name}.md": page(table, words) for name, table in BY_NAME.items()}
    rows = [f"- [{title(table, words)}]({name}.md): {len(table.branches)} rows" for name, table in BY_NAME.items()]
    return {**made, "index.md": "\n".join(("# Playbooks", "", *rows, ""))}


def _table(name: str) -> Playbook:
    if name not in BY_NAME:
        fail(f"There is no playbook {name!r}. `amends playbooks list` names them all.")
    return BY_NAME[name]


def _facts(table: Playbook, pairs: tuple[str, ...]) -> dict[str, str]:
    values = {spec.name: spec.values for spec in table.facts}
    known: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if value not in values.get(name, ()):
            allowed = ", ".join(f"{known}={'|'.join(each)}" for known, each in values.items())
            fail(f"{pair!r} is no fact of {table.situation}. It knows: {allowed}.")
        known[name] = value
    return known
