"""Every case with its clocks, branch and journal as plain data: for the demo page and the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.explaining import explained
from bot.loading import Loader
from bot.store import cases, conversations, journal, outbox
from bot.store import desk as desk_store
from bot.store.database import Database
from flows.case import Case, Deadline, DeadlineKind, DeadlineState
from flows.rich import plain
from flows.view.clocks import clock_name
from flows.view.endings import worded
from flows.view.naming import number, situation
from flows.view.shown import Shown


async def picture(database: Database, shop: str, loader: Loader) -> dict[str, Any]:
    """The newest cases first, and the ledger of what was heard and sent."""
    return await database.read(lambda connection: _picture(connection, shop, loader))


def _picture(connection: Connection, shop: str, loader: Loader) -> dict[str, Any]:
    names = {person["id"]: person["name"] for person in desk_store.people(connection, shop)}
    drawn = [_drawn(connection, shop, loader, case, names) for case in cases.all_cases(connection, shop, 20)]
    heard = conversations.heard(connection, shop)
    sent = outbox.replies(connection, shop)
    return {"cases": drawn, "ledger": {"heard": _heard(heard), "sent": _sent(sent)}}


def _drawn(connection: Connection, shop: str, loader: Loader, case: Case, names: dict[str, str]) -> dict[str, Any]:
    entries = journal.lines_between(connection, shop, case.id, 0)
    shown = loader.shown(connection, case, [line for _, _, each in entries for line in each])
    told = [
        {"seq": seq, "at": at, "line": plain(shown.line(line), names)}
        for seq, at, each in entries
        for line in each
    ]
    return _case(shown, told)


def _heard(rows: list[tuple[str, str]]) -> dict[str, int]:
    """ "<chat>:<message>" → how many case events it made."""
    counts: dict[str, int] = {}
    for lane, external in rows:
        message = external.rpartition(":")[2]
        key = f"{lane.rpartition(':')[2]}:{message}"
        counts[key] = counts.get(key, 0) + 1
    return counts


def _sent(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        row["id"]: {
            "state": row["state"],
            "message_ids": [int(row["receipt"])] if row["receipt"] and row["receipt"].isdigit() else [],
        }
        for row in rows
    }


def _case(shown: Shown, told: list[dict[str, Any]]) -> dict[str, Any]:
    case, branch = shown.case, shown.choice.branch
    running = [
        d for d in case.deadlines if d.state is DeadlineState.RUNNING and d.kind is not DeadlineKind.REMINDER
    ]
    drives = min((d for d in running if d.bound == "due"), key=lambda d: d.due_at, default=None)
    return {
        "id": case.id,
        "number": number(shown),
        "title": f"{number(shown)} · {situation(shown)}",
        "situation": case.situation,
        "status": case.status,
        "order": case.order,
        "platform": case.platform,
        "buyer": shown.buyer,
        "version": case.version,
        "deadlines": [_deadline(shown, d, drives=d is drives) for d in sorted(case.deadlines, key=_interest)],
        "branch": {
            "playbook": situation(shown),
            "name": shown.label(f"branch.{branch.name}.title"),
            "why": shown.label(f"branch.{branch.name}.why"),
            "source": branch.source,
        },
        "unknown": [shown.label(f"fact.{name}") for name in shown.choice.missing],
        "journal": told,
    }


def _interest(deadline: Deadline) -> tuple[bool, bool, datetime, bool]:
    """Running clocks first, the nearest on top; reminders have no ladder and come after them."""
    ended = deadline.state is not DeadlineState.RUNNING
    is_reminder, is_ours = deadline.kind is DeadlineKind.REMINDER, deadline.kind is not DeadlineKind.PLATFORM
    return is_reminder, ended, deadline.due_at, is_ours


def _deadline(shown: Shown, deadline: Deadline, *, drives: bool) -> dict[str, Any]:
    explanation = deadline.explanation
    return {
        "id": deadline.id,
        "name": _name(shown, deadline),
        "kind": deadline.kind,
        "bound": deadline.bound,
        "due": deadline.due_at,
        "state": deadline.state,
        "why": worded(shown, deadline.ended_why),
        "drives": drives,
        "rule": explanation.rule if explanation else deadline.name,
        "source": explanation.source if explanation else "",
        "confidence": explanation.confidence if explanation else "",
        "explanation": [] if explanation is None else [plain(line) for line in explained(shown, explanation)],
        "rungs": [
            {
                "rung": alarm.rung,
                "at": alarm.at,
                "name": shown.label(f"rung.{alarm.rung}"),
                "state": "sounded" if alarm.state == "delivered" else alarm.state,
                "reason": worded(shown, alarm.reason) or (f"@{alarm.by}" if alarm.by else alarm.by_name),
            }
            for alarm in deadline.alarms
        ],
    }


def _name(shown: Shown, deadline: Deadline) -> str:
    if deadline.kind is DeadlineKind.REMINDER:
        return shown.label(f"reminder.{deadline.name.partition(':')[0]}")
    return clock_name(shown, deadline)
