"""What to do in each situation, as tables that people and tools can read. No texts, no times, no I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flows.case import Situation
from flows.playbooks import (
    address_change,
    cancellation,
    chargeback,
    claim,
    counterfeit,
    damage_claim,
    damaged,
    defective,
    dispute,
    escalation,
    expensive_item,
    first_answer,
    guides,
    how_to_use,
    item_not_received,
    logistics,
    missing_part,
    negative_review,
    not_as_described,
    questions,
    refund_status,
    return_exchange,
    safety,
    wrong_item,
)
from flows.playbooks.proof import Keys, prove, word_keys
from flows.playbooks.table import (
    Branch,
    Choice,
    FactSpec,
    Guide,
    Offer,
    Playbook,
    Step,
    branch_for,
    choose,
    known_facts,
)

_BOOKS = (
    safety.BOOK,
    item_not_received.BOOK,
    logistics.LATE,
    logistics.ENQUIRY,
    damaged.BOOK,
    defective.BOOK,
    how_to_use.BOOK,
    missing_part.BOOK,
    wrong_item.BOOK,
    not_as_described.BOOK,
    expensive_item.BOOK,
    counterfeit.BOOK,
    address_change.BOOK,
    cancellation.BOOK,
    return_exchange.BOOK,
    refund_status.BOOK,
    claim.BOOK,
    dispute.BOOK,
    damage_claim.BOOK,
    escalation.BOOK,
    chargeback.BOOK,
    negative_review.BOOK,
    questions.INVOICE,
    questions.PRESALE,
    questions.THANKS,
    first_answer.UNSURE,
    first_answer.OTHER,
)

PLAYBOOKS: Mapping[Situation, Playbook] = MappingProxyType(
    {book.situation: book for book in _BOOKS if isinstance(book.situation, Situation)}
)
GUIDES: Mapping[Guide, Playbook] = MappingProxyType(
    {book.situation: book for book in (guides.SHIPPING_CLASS, guides.APOLOGY) if isinstance(book.situation, Guide)}
)
TABLES: tuple[Playbook, ...] = (*PLAYBOOKS.values(), *GUIDES.values())
# The questions that a text puts, wherever it is used: the fallback of one row may be the question of another.
ASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {row.reply: row.asks for table in TABLES for row in table.branches if row.reply is not None and row.asks}
)

__all__ = [
    "ASKS",
    "GUIDES",
    "PLAYBOOKS",
    "TABLES",
    "Branch",
    "Choice",
    "FactSpec",
    "Guide",
    "Keys",
    "Offer",
    "Playbook",
    "Step",
    "branch_for",
    "choose",
    "known_facts",
    "prove",
    "word_keys",
]
