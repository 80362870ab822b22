"""The words that marketplaces and shops use for states, fulfilment, shipping and sites. Lower case, as
compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from flows.order import Fulfilment, OrderState, ShippingClass, TrackingState

T = TypeVar("T")


def _by_word(table: Mapping[T, str]) -> dict[str, T]:
    """From meaning and its words, apart by " | ", to word and meaning."""
    return {word: meaning for meaning, words in table.items() for word in words.split(" | ")}


# Amazon's "order-status" (Order Tracking reports), AliExpress's words and codes (order_status), plain ones.
STATES = _by_word(
    {
        (OrderState.UNPAID, None): "pending | unpaid | 等待买家付款 | place_order_success | 未付款",
        (OrderState.UNSHIPPED, None): (
            "unshipped | paid | partiallyshipped | shipping | 等待您发货 | 等待卖家发货 | "
            "待发货 | wait_seller_send_goods | seller_part_send_goods"
        ),
        (OrderState.SHIPPED, None): "shipped | 等待买家收货 | 已发货 | wait_buyer_accept_goods | 待收货",
        (OrderState.SHIPPED, TrackingState.MOVING): "shipped - picked up | shipped - out for delivery",
        (OrderState.DELIVERED, TrackingState.DELIVERED): "shipped - delivered to buyer | delivered | 已签收",
        (OrderState.SHIPPED, TrackingState.EXCEPTION): (
            "shipped - returning to seller | shipped - rejected by buyer | "
            "shipped - undeliverable | shipped - lost in transit | shipped - damaged"
        ),
        (OrderState.SHIPPED, TrackingState.RETURNED): "shipped - returned to seller",
        (OrderState.COMPLETED, None): "completed | complete | 交易完成 | finish | 订单完成",
        (OrderState.CANCELLED, None): "cancelled | canceled | 订单关闭 | 已取消 | closed",
    }
)
TRACKING = _by_word(
    {
        TrackingState.NONE: "none | no scan | 无轨迹",
        TrackingState.MOVING: "moving | in transit | 运输中 | stuck",
        TrackingState.EXCEPTION: "exception | lost | 异常",
        TrackingState.DELIVERED: "delivered | 已签收 | 签收",
        TrackingState.RETURNED: "returned | 已退回 | 退回",
    }
)
FULFILMENT = _by_word(
    {
        Fulfilment.PLATFORM: "amazon | afn | fba | platform | 平台仓",
        Fulfilment.OWN: "merchant | mfn | fbm | own | 自发货",
        Fulfilment.OVERSEAS: "overseas | 海外仓",
    }
)
SHIPPING = _by_word(
    {
        ShippingClass.ONLINE: "online | online logistics | 线上物流 | 线上发货",
        ShippingClass.TRACKED: "tracked | registered | 挂号",
        ShippingClass.UNTRACKED: "untracked | unregistered | 平邮 | 非挂号",
    }
)
PLATFORMS = _by_word(
    {
        "amazon": "amazon | 亚马逊",
        "ebay": "ebay",
        "aliexpress": "aliexpress | 速卖通",
        "own": "own | 自营",
    }
)
# The sales channel as Amazon writes it, and eBay's marketplace ids: the country code of the site.
SITES = _by_word(
    {
        "us": "amazon.com | ebay_us | ebay_motors_us",
        "ca": "amazon.ca | ebay_ca",
        "mx": "amazon.com.mx",
        "br": "amazon.com.br",
        "uk": "amazon.co.uk | ebay_gb",
        "de": "amazon.de | ebay_de",
        "fr": "amazon.fr | ebay_fr",
        "it": "amazon.it | ebay_it",
        "es": "amazon.es | ebay_es",
        "nl": "amazon.nl",
        "se": "amazon.se",
        "pl": "amazon.pl",
        "be": "amazon.com.be",
        "ie": "amazon.ie",
        "tr": "amazon.com.tr",
        "jp": "amazon.co.jp",
        "au": "amazon.com.au | ebay_au",
        "sg": "amazon.sg",
        "in": "amazon.in",
        "ae": "amazon.ae",
        "sa": "amazon.sa",
    }
)


def word(cell: str) -> str:
    """A cell as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", cell).lower().split())
