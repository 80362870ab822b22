"""What a person can have read on a marketplace: its sites and the events that start or end its clocks. Pure data.

Event names are those of the rule packs; the desk words them as `event.<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Each site as "<platform>.<site>", with its name and the currency it settles in.
SITES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "amazon.us": ("Amazon US", "USD"),
        "amazon.uk": ("Amazon UK", "GBP"),
        "amazon.de": ("Amazon DE", "EUR"),
        "amazon.fr": ("Amazon FR", "EUR"),
        "amazon.it": ("Amazon IT", "EUR"),
        "amazon.es": ("Amazon ES", "EUR"),
        "amazon.nl": ("Amazon NL", "EUR"),
        "amazon.ca": ("Amazon CA", "CAD"),
        "amazon.mx": ("Amazon MX", "MXN"),
        "amazon.jp": ("Amazon JP", "JPY"),
        "amazon.au": ("Amazon AU", "AUD"),
        "amazon.ae": ("Amazon AE", "AED"),
        "ebay.us": ("eBay US", "USD"),
        "ebay.uk": ("eBay UK", "GBP"),
        "ebay.de": ("eBay DE", "EUR"),
        "ebay.fr": ("eBay FR", "EUR"),
        "ebay.it": ("eBay IT", "EUR"),
        "ebay.es": ("eBay ES", "EUR"),
        "ebay.ca": ("eBay CA", "CAD"),
        "ebay.au": ("eBay AU", "AUD"),
        "aliexpress.us": ("AliExpress", "USD"),
    }
)
EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "amazon": (
            "claim_notice",
            "buyer_contact",
            "reply_by_person",
            "claim_granted",
            "appeal_info_asked",
            "chargeback_notice",
            "insurance_proof_asked",
            "documents_asked",
            "return_request",
            "return_delivered",
            "cancel_request",
            "full_refund",
            "refund_issued",
            "claim_answered",
            "chargeback_represented",
            "appeal_with_new_evidence",
        ),
        "ebay": (
            "inr_opened",
            "return_request",
            "return_delivered",
            "cancel_request",
            "payment_dispute_notice",
            "escalated",
            "case_closed",
            "tracking_shows_delivered",
            "full_refund",
            "refund_issued",
            "replacement_agreed",
            "return_accepted",
            "cancellation_approved",
            "cancellation_rejected",
            "dispute_challenged",
            "dispute_accepted",
            "request_closed",
        ),
        "aliexpress": (
            "dispute_opened",
            "dispute_changed_by_buyer",
            "evidence_asked",
            "dispute_closed",
            "complaint_notice",
            "cancel_request",
            "return_tracking_entered",
            "dispute_countered",
            "dispute_accepted",
            "evidence_uploaded",
            "solution_agreed",
        ),
    }
)
FIRST = "claim_notice"


def all_events() -> tuple[str, ...]:
    """Every event once, in the order of the platforms."""
    return tuple(dict.fromkeys(event for events in EVENTS.values() for event in events))
