"""The order book joins the case: its facts are taken over when the order becomes known, and when it changes."""

from __future__ import annotations

from flows import answering
from flows.case import Source
from flows.drafting import redraft
from flows.known import facts_of, learn
from flows.order import order_digest
from flows.order_facts import SHOWN, facts_from
from flows.step.approving import take_back
from flows.work import Work


def take_order(work: Work) -> None:
    """Take over what the book knows of the case's order. The same state of the order again changes nothing; what
    it changes voids an approval, as any changed fact does.
    """
    order = work.context.order
    if order is None or order.number != work.case.order or order_digest(order) == work.case.order_digest:
        return
    before = facts_of(work.case, work.now)
    news = facts_from(order, work.policy)
    kept = tuple(f for f in work.case.facts if f.source is not Source.ORDER_BOOK or f.name in news)
    work.change(order_digest=order_digest(order), platform=order.platform, site=order.site, facts=kept)
    answering.sync(work)  # the marketplace's own limit for answers comes with the platform
    for name, value in news.items():
        learn(work, name, value, Source.ORDER_BOOK)
    after = facts_of(work.case, work.now)
    work.note("order_known", order=order.number)
    for name in SHOWN:
        if name in after and after[name] != before.get(name):
            shown = after[name] if name == "order_value" else f"word:fact.{name}.{after[name]}"
            work.note("fact_from_book", fact=f"word:fact.{name}", value=shown)
        if name in news and work.case.fact(name) != news[name]:
            work.note("book_differs", fact=f"word:fact.{name}", value=f"word:fact.{name}.{news[name]}")
    if after != before:
        take_back(work, "fact_changed")
        work.void()
        redraft(work)
        work.show()
