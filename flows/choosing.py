"""The buyer's own choice, as buttons below a reply that asks for it: which there are, and what a tap means.

A reply asks what the buyer wants once its playbook says so (`asks` of the branch). The buttons are the offers that
are still safe, in the playbook's order, and "you decide". They are approved with the text and sent as approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from flows.case import Case, Party
from flows.following import Word
from flows.offers import OF_WISH, latest
from flows.playbooks.table import Branch, Offer
from flows.replies.catalogue import Catalogue

DECIDE = "decide"
AT_MOST = 5  # "you decide" included; one below the other on a phone
WITH_BUTTONS = ("telegram",)  # elsewhere the text asks alone
_WISH_OF: Mapping[Offer, str] = MappingProxyType({offer: wish for wish, offer in OF_WISH.items()})
_TAP = "wish"


def asked_for(branch: Branch, party: Party | None, due: datetime | None, now: datetime) -> tuple[str, ...]:
    """The wishes to choose from, "decide" last; none where the branch does not ask, or one way alone is safe.

    `due` is when the nearest platform clock ends, None when none runs.
    """
    if "wish" not in branch.asks or party is None or not any(party.is_on(platform) for platform in WITH_BUTTONS):
        return ()
    wishes = tuple(_WISH_OF[offer] for offer in branch.offers if _is_choice(offer, due, now))
    return (*wishes[: AT_MOST - 1], DECIDE) if len(wishes) > 1 else ()


def answers(party: Party | None) -> tuple[str, ...]:
    """The answers to "is it solved?"; none where there are no buttons."""
    has_buttons = party is not None and any(party.is_on(platform) for platform in WITH_BUTTONS)
    return tuple(Word) if has_buttons else ()


def _is_choice(offer: Offer, due: datetime | None, now: datetime) -> bool:
    """Telling the buyer more is no choice of theirs: it is done anyway."""
    if offer is Offer.INFORMATION or offer not in _WISH_OF:
        return False
    at = latest(offer, due)
    return at is None or at >= now


def labels(replies: Catalogue, wishes: tuple[str, ...], language: str) -> Iterator[tuple[str, str]]:
    """(wish, what stands on its button)."""
    for wish in wishes:
        yield wish, replies.template(f"choice.{wish}", language)


def word_of(wish: str) -> str:
    """The key of staff's word for it."""
    return f"wish.{wish}" if wish in (DECIDE, *Word) else f"fact.wish.{wish}"


def data_of(proposal: str, wish: str) -> str:
    """What a button sends back: at most 64 bytes (Telegram's callback_data)."""
    return f"{_TAP}:{proposal}:{wish}"


def tapped(case: Case, data: str) -> tuple[str, str] | None:
    """(wish, its button's words) of a tap below our newest question; None for any other button."""
    kind, _, rest = data.partition(":")
    proposal, _, wish = rest.rpartition(":")
    out = case.buttons
    if kind != _TAP or out is None or out.proposal != proposal:
        return None
    return next((each for each in out.labels if each[0] == wish), None)
