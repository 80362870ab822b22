"""Parcels in trouble before their buyers ask: when to look, whether there is trouble, who has spoken. Pure.

Watched is what the order book can see: a parcel whose scans stop, or one that is past its date and not delivered.
Not watched is what nobody can see or do anything about: an untracked parcel may have arrived, one from the
platform's warehouse is the platform's, and an export without any scan never tells of a delivery.
"""

from __future__ import annotations

from datetime import datetime

from flows.case import Case, ProposalKind
from flows.order import Fulfilment, Order, OrderState, ShippingClass, TrackingState
from flows.policy import Policy

STUCK, LATE = "stuck", "late"
FIRST_WORD = "first_word"  # a fact of a case that nobody wrote to us about, until the buyer writes
HERE, ON_PLATFORM, SAID = "here", "platform", "said"
MESSAGE_BUYER = "message_buyer"  # the task of writing to the buyer where no adapter can

_UNSENT = (OrderState.UNPAID, OrderState.UNSHIPPED)
_ENDED = (OrderState.DELIVERED, OrderState.COMPLETED, OrderState.CANCELLED)
_ARRIVED = (TrackingState.DELIVERED, TrackingState.RETURNED)
_LANGUAGES = {
    "de": "DE AT CH LI LU",
    "es": "ES MX AR CL CO PE UY",
    "zh": "CN HK TW MO",
}  # of those that replies are written in; the rest of the world reads English


def looks(order: Order, policy: Policy) -> dict[str, datetime]:
    """Why → when to look at this parcel. Nothing where there is nothing to watch (any more)."""
    if not policy.watch_parcels or not _is_under_way(order):
        return {}
    found = {}
    if order.moved_at is not None:
        found[STUCK] = order.moved_at + policy.stuck_after
    if order.promised_at is not None and (order.tracking is not None or order.moved_at is not None):
        found[LATE] = order.promised_at + policy.late_after
    return found


def in_trouble(order: Order, policy: Policy, now: datetime) -> str:
    """stuck or late, "" when it is neither. A parcel that is both is stuck: it may never come."""
    over = [why for why, at in looks(order, policy).items() if at <= now]
    return over[0] if over else ""


def _is_under_way(order: Order) -> bool:
    if order.fulfilment is Fulfilment.PLATFORM or order.shipping is ShippingClass.UNTRACKED:
        return False
    if order.state in _ENDED or order.tracking in _ARRIVED:
        return False
    if order.delivered_at is not None or order.returned_at is not None:
        return False
    is_sent = order.shipped_at is not None or order.moved_at is not None
    return is_sent or order.state not in (None, *_UNSENT)


def language_of(country: str | None) -> str | None:
    """What a buyer there probably reads, of the languages of our replies; None: nobody knows where that is."""
    if not country:
        return None
    return next((language for language, known in _LANGUAGES.items() if country.upper() in known.split()), "en")


def reaches_buyer(kind: ProposalKind, action: str | None) -> bool:
    """Whether the buyer reads it: a reply, or what a person copies into the platform's own messages."""
    return kind is ProposalKind.REPLY or action == MESSAGE_BUYER


def is_first_word(case: Case) -> bool:
    """Nobody has said anything to the buyer yet, nor the buyer to us."""
    return case.fact(FIRST_WORD) in (HERE, ON_PLATFORM)


def is_unasked(case: Case) -> bool:
    """The case is about a parcel that we noticed, and the buyer has not written."""
    return case.fact(FIRST_WORD) is not None
