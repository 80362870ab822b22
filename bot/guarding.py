"""The guard as the service uses it: which platform, limit and questions count for a case's current draft."""

from __future__ import annotations

from functools import lru_cache

from flows.case import Case, Proposal, ProposalKind, ProposalState
from flows.guard import check
from flows.view import Finding

TELEGRAM_LIMIT = 4096  # UTF-16 units of one message (Bot API 10.1, sendMessage)
MARKETPLACE_LIMIT = 2000  # Amazon's message text (marketplace rules 5.2, A47)


_checked = lru_cache(512)(
    check
)  # a reply is checked when it is approved and again when it leaves: one answer a text


def findings(text: str, case: Case) -> tuple[Finding, ...]:
    """What stands against sending this text for this case, blocks first."""
    proposal = case.proposal
    handoff = proposal is not None and proposal.kind is ProposalKind.HANDOFF
    kind = (case.platform or "") if handoff else _channel_kind(case)
    return _checked(
        text,
        platform=case.platform,
        channel_kind=kind,
        limit=MARKETPLACE_LIMIT if handoff else TELEGRAM_LIMIT,
        situation=case.situation,
        asked=case.asked,
        symptom=case.fact("symptom"),
        asks=_asks(proposal),
    )


def _asks(proposal: Proposal | None) -> tuple[str, ...]:
    """What the draft on the card asks by its row; a person's text, and one written after an answer, are read."""
    if proposal is None or proposal.edited_by is not None or proposal.state is ProposalState.DELIVERED:
        return ()
    return proposal.asks


def _channel_kind(case: Case) -> str:
    """Where the draft goes: the conversation that it answers, not merely the newest one of the case."""
    goes_to = case.proposal.conversation if case.proposal is not None else None
    channels = {party.conversation: party.channel for party in case.parties}
    newest = case.parties[-1].channel if case.parties else case.platform or ""
    return channels.get(goes_to or "", newest).split(":")[0]


def blocks(text: str, case: Case) -> tuple[str, ...]:
    """The rule ids that forbid this text."""
    return tuple(finding.rule for finding in findings(text, case) if finding.level == "block")
