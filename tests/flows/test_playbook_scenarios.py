"""One scenario a branch, as data beside the tables: facts in, branch, reply and steps out.

The files in `playbooks/` are read like the tables. A row added to a table needs one here; a reordering that
changes advice shows as a difference. `AMENDS_WRITE_GOLDEN=1` writes them anew, keeping every scenario's facts and
adding a smallest set for a branch that has none; look at the difference.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from flows.playbooks import TABLES, Playbook, branch_for
from flows.playbooks.cells import cells

FOLDER = Path(__file__).parent / "playbooks"
BOOKS = pytest.mark.parametrize("book", TABLES, ids=[str(book.situation) for book in TABLES])


def stored(book: Playbook) -> list[dict[str, Any]]:
    path = FOLDER / f"{book.situation}.toml"
    found: list[dict[str, Any]] = (
        tomllib.loads(path.read_text(encoding="utf-8"))["scenario"] if path.exists() else []
    )
    return found


def drawn(book: Playbook, facts: dict[str, str]) -> str:
    """One scenario as it stands in the file."""
    branch = branch_for(book, facts)
    known = ", ".join(f'{name} = "{value}"' for name, value in facts.items())
    lines = [
        "[[scenario]]",
        f"facts = {{ {known} }}" if known else "facts = {}",
        f'branch = "{branch.name}"',
        f'reply = "{branch.reply or ""}"',
        *([f'handoff = "{branch.handoff}"'] if branch.handoff else []),
        "steps = [\n" + "".join(f'    "{step.words}",\n' for step in branch.steps) + "]",
        f'fallback = "{branch.level} {branch.fallback}"',
    ]
    return "\n".join(lines) + "\n"


def smallest(book: Playbook) -> dict[str, dict[str, str]]:
    """For each branch the fewest facts that lead to it."""
    found: dict[str, dict[str, str]] = {}
    for cell in cells(book):
        assert cell.branch is not None
        facts, known = cell.facts(), found.get(cell.branch.name)
        if known is None or len(facts) < len(known):
            found[cell.branch.name] = facts
    return found


def written(book: Playbook) -> str:
    scenarios = [row["facts"] for row in stored(book)]
    have = {branch_for(book, facts).name for facts in scenarios}
    scenarios += [facts for name, facts in smallest(book).items() if name not in have]
    order = [branch.name for branch in book.branches]
    scenarios.sort(key=lambda facts: order.index(branch_for(book, facts).name))
    return "\n".join(drawn(book, facts) for facts in scenarios)


@BOOKS
def test_facts_lead_to_branch_and_steps(book: Playbook) -> None:
    """What staff are told to do, for each branch of each table."""
    if os.environ.get("AMENDS_WRITE_GOLDEN"):
        (FOLDER / f"{book.situation}.toml").write_text(written(book), encoding="utf-8")
    for row in stored(book):
        branch = branch_for(book, row["facts"])
        assert (branch.name, branch.reply or "", branch.handoff) == (
            row["branch"],
            row["reply"],
            row.get("handoff"),
        )
        assert [step.words for step in branch.steps] == row["steps"]
        assert f"{branch.level} {branch.fallback}" == row["fallback"]


@BOOKS
def test_every_branch_has_its_scenario(book: Playbook) -> None:
    """A row without one may be changed unseen."""
    assert {row["branch"] for row in stored(book)} == {branch.name for branch in book.branches}
