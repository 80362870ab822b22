"""The weekly note to the owner: where the trouble of the week came from, and what would prevent it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.note import Finding
from flows.rich import At, Part, Person, Rich
from flows.view import AlarmView
from flows.view.dead import Template, filled


def note(
    template: Template, key: str, since: datetime, until: datetime, findings: Sequence[Finding],
    people: Sequence[str] = (),
) -> AlarmView:  # fmt: skip
    """A line a finding with its advice. `key` finds the post again."""
    between: dict[str, Part] = {"since": At(since, "date"), "until": At(until, "date")}
    lines: list[Rich] = [filled(template, "note.title", **between)]
    for each in findings:
        lines += [("• ", *said(template, each)), advice(template, each)]
    lines.append(filled(template, "note.end"))
    if people:
        lines.append(tuple(part for person in people for part in (Person(person, page=True), " ")))
    return AlarmView(key=key, push=template("note.push"), text=tuple(lines), buttons=(), loud=True)


def said(template: Template, finding: Finding) -> Rich:
    """ "4 of 5 not received: it went unregistered (LAMP: 3)." """
    why = template(f"cause.why.{finding.why}") if finding.why else template(f"cause.{finding.cause}")
    words: dict[str, Part] = {
        "count": str(finding.count), "total": str(finding.total), "why": why,
        "situation": template(f"situation.{finding.situation}"),
    }  # fmt: skip
    if not finding.sku:
        return filled(template, "note.finding", **words)
    return filled(template, "note.finding_sku", sku=finding.sku, of_sku=str(finding.of_sku), **words)


def advice(template: Template, finding: Finding) -> Rich:
    """What the playbooks say for this reason, else for this cause."""
    return filled(template, f"note.advice.{finding.why or finding.cause}")
