"""What to do in each situation, as tables that people and tools can read. No texts, no times, no I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flows.case import Situation
from flows.playbooks import claim, damaged, first_answer, item_not_received
from flows.playbooks.proof import problems, word_keys
from flows.playbooks.table import Branch, Choice, FactSpec, Playbook, Step, choose

_BOOKS = (item_not_received.BOOK, damaged.BOOK, claim.BOOK, first_answer.UNSURE, first_answer.OTHER)

PLAYBOOKS: Mapping[Situation, Playbook] = MappingProxyType({book.situation: book for book in _BOOKS})

__all__ = [
    "PLAYBOOKS",
    "Branch",
    "Choice",
    "FactSpec",
    "Playbook",
    "Step",
    "choose",
    "problems",
    "word_keys",
]
