"""The check that every outgoing text passes before approval and again before sending. Pure; one answer a text.

Rules: marketplace rules section 5.1 and playbooks sections 0.3, 14 and 17A. Rule ids start with `guard.`.
"""

from __future__ import annotations

from collections.abc import Collection

from flows.case import Situation
from flows.guard.asking import check_questions
from flows.guard.conduct import check_blame, check_promises, check_ratings, check_withdrawal
from flows.guard.contact import check_contact
from flows.guard.form import check_form
from flows.guard.reading import draft
from flows.view import Finding


def check(
    text: str,
    *,
    platform: str | None,
    channel_kind: str,
    limit: int,
    situation: Situation,
    asked: Collection[str],
    asks: Collection[str],
    symptom: str | None = None,
) -> tuple[Finding, ...]:
    """What stands against this text, blocks first.

    `platform` is the order's (amazon, ebay, ...), `channel_kind` where the text goes (telegram, amazon, ...);
    the stricter counts. `limit` is in UTF-16 units. `asks` is what the draft's branch asks, empty for a text that
    a person wrote: its words are read for questions all the same. `symptom` is the kind of fault, where it is
    known: evidence must be able to show it.
    """
    read = draft(text, platform, channel_kind)
    findings = (
        *check_form(read, limit),
        *check_ratings(read),
        *check_contact(read),
        *check_blame(read),
        *check_withdrawal(read),
        *check_questions(read, situation, symptom, asked, asks),
        *check_promises(read),
    )
    return tuple(sorted(findings, key=_severity))


def _severity(finding: Finding) -> int:
    return ("block", "warn", "note").index(finding.level)


__all__ = ["check"]
