"""A submitted dialog, checked by reading: what goes back into the dialog, or that it decides something."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack import advance, modals
from adapters.slack.claim import claim_errors
from adapters.slack.markup import Block, cut
from adapters.slack.record import Record
from adapters.slack.translate import translate
from adapters.slack.words import Say
from flows.facts import WrongFact, read
from flows.ports import Desk, Unreadable
from flows.view import Finding

ERROR_ROOM = 1000
SAID = {"decline": ("reason",), "submitted": ("proof",), "no_reply": ("reason",), "dead_drop": ("why",)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`decides`: store it. `answer` goes back with the acknowledgement; None closes the dialog."""

    decides: bool
    case: str = ""
    answer: Block | None = None


class Submits:
    def __init__(self, desk: Desk, say: Say, now: Callable[[], datetime]) -> None:
        self._desk, self._say, self._now = desk, say, now

    async def check(self, submit: Record) -> Verdict:
        name, values = str(submit.body["view"]), submit.body["values"]
        if answer := await self._against(name, submit, values):
            return Verdict(decides=False, answer=answer)
        try:
            event = translate(submit.kind, submit.raw)
        except Unreadable:
            gone = modals.changed(None, "", str(values.get("text") or ""), self._say("old_button"), self._say)
            return Verdict(decides=False, answer={"response_action": "update", "view": gone})
        return Verdict(decides=event is not None, case=self.case_of(submit))

    async def _against(self, name: str, submit: Record, values: dict[str, Any]) -> Block | None:
        if name == "claim":
            return _errors(claim_errors(values, self._now(), self._say))
        if name == "edit":
            return await self._against_text(submit, str(values.get("text") or ""))
        if name == "facts":
            return _errors(self._wrong_facts(values))
        if name == "fallback":
            return await self._against_fallback(submit, values)
        missing = [field for field in SAID.get(name, ()) if not str(values.get(field) or "").strip()]
        return _errors({field: self._say("required") for field in missing})

    async def _against_fallback(self, submit: Record, values: dict[str, Any]) -> Block | None:
        """What cannot be approved, below its input; a text that reads otherwise by then is shown once more."""
        about = _about(submit)
        case, ceiling = str(about.get("case") or ""), None
        try:
            at, until = advance.window(values)
            ceiling = advance.ceiling_of(values)
        except (ValueError, OverflowError):
            wrong = "ceiling" if values.get("at") and values.get("until") else "at"
            return _errors({wrong: self._say("required" if wrong == "at" else "fallback.ceiling_hint")})
        against = await self._desk.against_fallback(case, at, until, ceiling)
        if against is not None:
            return _errors({against[0]: against[1]})
        view = await self._desk.fallback(case, at, until)
        if view is None or (view.stamp, view.version) == (about.get("stamp"), about.get("version")):
            return None  # gone meanwhile: the answer to the click says so
        again = advance.fallback_form(view, self._say, str(values.get("ceiling") or ""), moved=True)
        return {"response_action": "update", "view": again}

    def _wrong_facts(self, values: dict[str, Any]) -> dict[str, str]:
        """What was typed and is no value of its kind, by its input."""
        wrong = {}
        for block, value in values.items():
            kind = block.split(":")[1] if block.startswith("typed:") else ""
            try:
                read(kind, "" if value is None or not kind else str(value))
            except WrongFact as error:
                wrong[block] = self._say(f"facts.wrong.{error}")
        return wrong

    async def _against_text(self, submit: Record, typed: str) -> Block | None:
        """The guard's findings under the input; a case that moved on gives a dialog that keeps the text."""
        if not typed.strip():
            return _errors({"text": self._say("required")})
        about = _about(submit)
        case, version = str(about.get("case") or ""), about.get("version")
        if not case or not isinstance(version, int):
            return None
        findings = await self._desk.check(case, version, typed)
        against = [finding for finding in findings if finding.level == "block"]
        stale = next((finding for finding in against if finding.rule == "stale"), None)
        if stale is not None:
            return await self._changed(submit, case, typed, stale)
        return _errors({"text": _worded(against)}) if against else None

    async def _changed(self, submit: Record, case: str, typed: str, stale: Finding) -> Block:
        newest = await self._desk.editor(case)
        about = str(submit.body["about"])
        view = modals.changed(newest, about, typed, stale.message, self._say)
        return {"response_action": "update", "view": view}

    def case_of(self, kept: Record) -> str:
        """The case a view was opened for, or ""."""
        return str(_about(kept).get("case") or "")

    def row_of(self, kept: Record) -> str:
        """The dead input a view was opened for, or ""."""
        return str(_about(kept).get("row") or "")


def _about(kept: Record) -> dict[str, Any]:
    try:
        about = json.loads(kept.body["about"] or "{}")
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


def _errors(errors: dict[str, str]) -> Block | None:
    return {"response_action": "errors", "errors": errors} if errors else None


def _worded(findings: Sequence[Finding]) -> str:
    """One line for each: what is wrong, the words, what to write instead."""
    return cut("\n".join(_line(finding) for finding in findings), ERROR_ROOM)


def _line(finding: Finding) -> str:
    words = f" “{finding.words}”" if finding.words else ""
    instead = f" → {finding.suggestion}" if finding.suggestion else ""
    return f"{finding.message}{words}{instead}"
