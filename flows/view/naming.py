"""What a case is called on cards, alerts and lists; what its buttons carry; its page on the marketplace."""

from __future__ import annotations

from flows.view.shown import Shown

# Common knowledge, not verified in a source: where Seller Central shows one order.
ORDER_PAGES = {"amazon": "https://sellercentral.amazon.com/orders-v3/order/{order}"}


def number(shown: Shown) -> str:
    """The short number people say: A-0001."""
    return f"A-{shown.case.number:04d}"


def situation(shown: Shown) -> str:
    return shown.label(f"situation.{shown.case.situation}")


def link(shown: Shown) -> str:
    """The marketplace's page of this order, or "" when there is none to open."""
    page = ORDER_PAGES.get(shown.case.platform or "")
    return page.format(order=shown.case.order) if page and shown.case.order else ""


def value(shown: Shown) -> str:
    """What every button carries, and nothing else: which case, at which version."""
    return f"{shown.case.id}:{shown.case.version}"
