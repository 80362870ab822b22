"""The register of papers joins the case: what is on file is a derived fact, for the situations that it decides."""

from __future__ import annotations

from flows.case import Source, Status
from flows.drafting import redraft
from flows.known import learn
from flows.papers import PROVES
from flows.step.approving import take_back
from flows.work import Work


def settle(work: Work) -> None:
    """What the papers prove is known, and no more when they do not; what anybody said about it stands above."""
    case, needed = work.case, PROVES.get(work.case.situation)
    if needed is None or work.context.papers is None or case.status is Status.CLOSED:
        return
    _, name, _ = needed
    value = dict(work.context.papers)[name]
    known = next((fact for fact in case.facts if fact.name == name), None)
    is_said = known is not None and known.source is not Source.DERIVED
    if is_said or value == (case.fact(name) or ""):
        return
    learn(work, name, value, Source.DERIVED)
    if value:
        work.note("paper_on_file", fact=f"word:fact.{name}", value=f"word:fact.{name}.{value}")
    else:
        work.note("paper_not_on_file", fact=f"word:fact.{name}")
    take_back(work, "fact_changed")
    work.void()
    redraft(work)
    work.show()
