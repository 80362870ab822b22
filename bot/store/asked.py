"""What buyers were asked, and what came back: a row for each question of a case, read off the case itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.store.database import upsert
from bot.store.tables import asked
from flows.case import Case, Question


def project(connection: Connection, changes: Sequence[tuple[Case | None, Case]], at: datetime) -> None:
    """Bring the table up to these cases, (before, after) a step. What was asked by an older release, of which the
    case knows no more than the name, is asked since `at`.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for before, after in changes:
        rows |= {(after.id, row["question"]): row for row in _rows(before, after, at)}
    upsert(connection, asked, list(rows.values()), keep=("effect_id",))


def _rows(before: Case | None, after: Case, at: datetime) -> list[dict[str, Any]]:
    known = () if before is None else before.asked
    effect = (after.proposal.effect if after.proposal is not None else None) or ""
    listed = {question.name: question for question in after.questions}  # the newest of a name
    was = set() if before is None else set(before.questions)
    new = {name: None for name in after.asked if name not in known} | {
        name: question for name, question in listed.items() if question not in was
    }
    return [_row(after, name, effect, question, at) for name, question in new.items()]


def _row(case: Case, name: str, effect: str, question: Question | None, at: datetime) -> dict[str, Any]:
    return {
        "shop_id": case.shop,
        "case_id": case.id,
        "question": name,
        "effect_id": effect,
        "at": question.at if question is not None else at,
        "came": question.came if question is not None else None,
        "came_at": question.came_at if question is not None else None,
    }
