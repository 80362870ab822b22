"""Seed advice that is not followed as written: section 19 of the playbooks, one line a reason, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.playbooks.table import Playbook


@dataclass(frozen=True, slots=True)
class Override:
    """`key` is the reason in staff's words; `seed` the file that advises otherwise; `guard` the ids of the checks
    that keep a person from following it by hand.
    """

    key: str
    seed: str
    guard: tuple[str, ...] = ()


OVERRIDES = (
    Override("override.claimant_contact", "001", ("guard.contact.email", "guard.contact.phone")),
    Override("override.contact_details", "001", ("guard.contact.email", "guard.contact.phone")),
    Override("override.review_change", "001", ("guard.rating_word", "guard.rating_trade")),
    Override("override.voucher", "001"),
    Override("override.days_45", "001"),
    Override("override.under_1000", "001"),
    Override("override.order_address", "000"),
    Override("override.resend", "000"),
    Override("override.cancel_request", "000"),
    Override("override.withdrawal", "000", ("guard.withdrawal",)),
)


def unfounded(books: Iterable[Playbook]) -> Iterator[str]:
    """Rows that name a reason which is not on the list, and reasons that no row has."""
    named = {branch.override: branch.name for book in books for branch in book.branches if branch.override}
    listed = {override.key for override in OVERRIDES}
    yield from (
        f"branch {name}: {key} is not in the list of overrides" for key, name in named.items() if key not in listed
    )
    yield from (f"{key}: no branch follows it" for key in sorted(listed - named.keys()))
