"""Disputes where there is no A-to-z claim: eBay's requests and cases, AliExpress's disputes.

A buyer who writes "I opened a claim" means what his marketplace calls so. Where the complaint itself is known, the
dispute changes nothing of what the case is about: its table has rows for an open dispute. Where it is not, the
case is about the dispute until somebody reads its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from flows import marketplace
from flows.case import Notice, Situation, Source
from flows.known import learn
from flows.playbooks import PLAYBOOKS
from flows.timeline import RECKONED
from flows.work import Work

FACT = "dispute"
# What a buyer's word, or a person's choice on the card, amounts to until the marketplace's own notice is entered.
OPENED: Mapping[str, str] = MappingProxyType({"ebay": "request_opened", "aliexpress": "dispute_opened"})
_OPENS = {
    "ebay": ("request_opened", "inr_opened", "return_request", "escalated"),
    "aliexpress": ("dispute_opened", "dispute_changed_by_buyer"),
}
_CLOSES = {
    "ebay": ("request_closed", "case_closed", "payment_dispute_notice"),  # the bank's dispute takes their place
    "aliexpress": ("dispute_closed", "solution_agreed"),
}
_CHARGEBACKS = ("chargeback_notice", "payment_dispute_notice")


def named(situation: Situation, platform: str | None) -> Situation:
    """A claim or a dispute by the name that this marketplace has for it. While none is known it is a claim: of the
    limits that it may have, an A-to-z claim's is the shortest.
    """
    if situation is Situation.CLAIM and platform in OPENED:
        return Situation.DISPUTE
    if situation is Situation.DISPUTE and platform not in OPENED:
        return Situation.CLAIM
    return situation


def has_rows(situation: Situation) -> bool:
    """Whether the table of this situation knows what to do in an open dispute."""
    return any(fact.name == FACT for fact in PLAYBOOKS[situation].facts)


def opened(platform: str | None, at: datetime, source: str) -> Notice:
    """A claim or a dispute that was not read on the marketplace by its adapter: since when, and how we know."""
    where = platform or marketplace.CLAIMS_PLATFORM
    return Notice(where, OPENED.get(where, marketplace.CLAIM_NOTICE), at, source)


def tell(work: Work, notice: Notice, by: Source) -> None:
    """There is one: the tables know, and its clock runs, unless the marketplace's own notice of it was first."""
    learn(work, FACT, "open", by)
    if not _runs(work, _OPENS.get(notice.platform, ())):
        marketplace.tell(work, notice)


def _runs(work: Work, started_by: Collection[str]) -> bool:
    named = (work.book.rules.named(deadline.name)[:1] for deadline in work.case.running())
    return any(rule.start_event in started_by for found in named for rule in found)


def there_is_none(work: Work, why: str) -> None:
    """What was only said or chosen, and not by the marketplace itself, started nothing."""
    for event in OPENED.values():
        if any(notice.event == event and notice.source in RECKONED for notice in work.case.notices):
            marketplace.withdraw(work, event, why, RECKONED)


def noticed(work: Work, platform: str, event: str, by: Source) -> None:
    """What a marketplace says of it, as facts for the tables; its own word takes the place of a buyer's."""
    if event in _OPENS.get(platform, ()):
        learn(work, FACT, "open", by)
        if event != OPENED[platform]:
            there_is_none(work, event)
    elif event in _CLOSES.get(platform, ()):
        learn(work, FACT, "none", by)
    if event in _CHARGEBACKS:
        learn(work, "chargeback", "opened", by)
