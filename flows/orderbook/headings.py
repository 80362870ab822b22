"""Which column is what: the headings of the marketplaces' own exports, our plain ones, and a shop's mapping.

Sources. Amazon: "Order Tracking reports attributes", "Order reports attributes" and "FBA Amazon Fulfilled
Shipments" (developer-docs.amazon.com/sp-api, seen 2026-11-25). eBay: the columns of Seller Hub's orders report as
published in randomecho/shifted-sales-report (README, seen 2026-11-25) and the MIP order report
(developer.ebay.com). AliExpress: the seller export's Chinese and English headings are common knowledge, not
verified against an account.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# What a column may be. Several columns of the same kind: address parts are joined, of all others the first filled
# counts.
FIELDS = (
    "number", "platform", "site", "channel", "state", "buyer", "recipient", "email", "phone", "address", "country",
    "item_id", "sku", "title", "quantity", "value", "price", "total", "currency", "fulfilment", "shipping",
    "carrier", "tracking_no", "tracking", "bought_at", "paid_at", "shipped_at", "promised_at", "moved_at",
    "delivered_at", "returned_at", "return_freight", "updated_at",
)  # fmt: skip
INSTANTS = tuple(name for name in FIELDS if name.endswith("_at"))
AMOUNTS = ("value", "price", "total", "return_freight")


def _by_heading(table: Mapping[str, str]) -> dict[str, str]:
    """From field and its headings, apart by " | ", to heading and field."""
    return {heading: name for name, headings in table.items() for heading in headings.split(" | ")}


AMAZON = _by_heading(
    {
        "number": "amazon-order-id | order-id",
        "channel": "sales-channel",
        "state": "order-status",
        "buyer": "buyer-name",
        "recipient": "recipient-name",
        "email": "buyer-email",
        "phone": "buyer-phone-number | ship-phone-number",
        "address": (
            "ship-address-1 | ship-address-2 | ship-address-3 | ship-city | ship-state | ship-postal-code"
        ),
        "country": "ship-country",
        "item_id": "order-item-id | amazon-order-item-id",
        "sku": "sku",
        "title": "product-name",
        "quantity": "quantity | quantity-purchased | quantity-shipped",
        "value": "item-price",
        "currency": "currency",
        "fulfilment": "fulfillment-channel",
        "carrier": "carrier",
        "tracking_no": "tracking-number",
        "bought_at": "purchase-date",
        "paid_at": "payments-date",
        "shipped_at": "shipment-date | ship-date",
        "promised_at": "latest-delivery-date | estimated-arrival-date",
        "updated_at": "last-updated-date",
    }
)
EBAY = _by_heading(
    {
        "number": "order number | orderid",
        "buyer": "buyer username | buyerid",
        "recipient": "ship to name",
        "email": "buyer email",
        "phone": "ship to phone",
        "address": ("ship to address 1 | ship to address 2 | ship to city | ship to state | ship to zip"),
        "country": "ship to country",
        "item_id": "transaction id",
        "sku": "custom label | custom label (sku)",
        "title": "item title",
        "quantity": "quantity",
        "price": "sold for",
        "total": "total price",
        "bought_at": "sale date | createddate",
        "paid_at": "paid on date",
        "shipped_at": "shipped on date",
        "promised_at": "maximum estimated delivery date",
        "tracking_no": "tracking number",
        "site": "channelid",
    }
)
ALIEXPRESS = _by_heading(
    {
        "number": "订单号 | 订单编号 | order id",
        "state": "订单状态 | order status",
        "buyer": "买家名称 | buyer name",
        "recipient": "收货人名称 | 收货人 | receiver name",
        "email": "买家邮箱",
        "phone": "联系电话 | 手机",
        "address": "收货地址 | 地址 | 城市 | 州/省 | 邮编 | ship to",
        "country": "收货国家 | 国家",
        "item_id": "子订单号",
        "sku": "商品编码 | 商家编码 | sku",
        "title": "产品信息 | 产品名称 | 商品名称",
        "quantity": "数量 | 商品数量",
        "total": "订单金额 | 订单总金额 | order amount",
        "currency": "币种 | 货币",
        "carrier": "实际发货物流 | logistics company",
        "tracking_no": "运单号 | 物流运单号 | 国际物流单号",
        "bought_at": "下单时间 | order time | order placed time",
        "paid_at": "付款时间 | 支付时间 | payment time",
        "shipped_at": "发货时间 | 实际发货时间 | shipping time",
        "promised_at": "预计送达时间 | 承诺送达时间",
        "delivered_at": "确认收货时间 | 妥投时间 | delivery time",
    }
)
OWN = _by_heading(
    {
        "number": "order | number | order no | order no.",
        "platform": "platform | 平台",
        "site": "site | 站点",
        "channel": "channel | 渠道",
        "state": "state | status | 状态",
        "buyer": "buyer | 买家",
        "recipient": "name | recipient",
        "email": "email",
        "phone": "phone",
        "address": "address",
        "country": "country",
        "item_id": "item | item id",
        "sku": "sku",
        "title": "title | product",
        "quantity": "quantity | qty",
        "value": "value | 金额",
        "price": "price | unit price",
        "total": "total",
        "currency": "currency",
        "fulfilment": "fulfilment | fulfillment | 发货方式",
        "shipping": "shipping | shipping class | 物流方式",
        "carrier": "carrier | 物流商",
        "tracking_no": "tracking number | tracking no",
        "tracking": "tracking | tracking state | 物流状态",
        "bought_at": "bought | ordered | 购买时间",
        "paid_at": "paid",
        "shipped_at": "shipped",
        "promised_at": "promised | promised by | 承诺时间",
        "moved_at": "last movement | moved | 最后轨迹时间",
        "delivered_at": "delivered | 签收时间",
        "returned_at": "returned | 退回时间",
        "return_freight": "return freight | 退货运费",
        "updated_at": "updated",
    }
)
DIALECTS: Mapping[str, Mapping[str, str]] = {"amazon": AMAZON, "ebay": EBAY, "aliexpress": ALIEXPRESS, "own": OWN}
# Which headings only that marketplace has: one of them settles whose file it is.
MARKS = {
    "amazon": {"amazon-order-id", "order-item-id", "purchase-date", "fulfillment-channel", "promise-date"},
    "ebay": {"sales record number", "buyer username", "ship to name", "channelid"},
    "aliexpress": {"买家选择物流", "收货国家", "实际发货物流", "产品总金额", "物流运单号", "receiver name"},
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What was recognised: the dialect, and for each column its field ("" for one that is left alone)."""

    dialect: str
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    _places: dict[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[str, tuple[int, ...]] = {}
        for index, name in enumerate(self.fields):
            if name:
                places[name] = (*places.get(name, ()), index)
        object.__setattr__(self, "_places", places)

    def has(self, name: str) -> bool:
        return name in self._places

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The first filled cell of this field, or ""."""
        for index in self._places.get(name, ()):
            if index < len(cells) and (text := cells[index].strip()):
                return text
        return ""

    def joined(self, cells: Sequence[str], name: str) -> str:
        """All filled cells of this field, for an address in parts."""
        parts = (cells[index].strip() for index in self._places.get(name, ()) if index < len(cells))
        return ", ".join(dict.fromkeys(part for part in parts if part))


def normal(heading: str) -> str:
    """A heading as it is compared: full-width made plain, lower case, single spaces, nothing invisible around
    it.
    """
    plain = unicodedata.normalize("NFKC", heading).strip().strip("\ufeff\u200b*:").lower()
    return re.sub(r"\s+", " ", plain.replace("_", " ") if "-" not in plain else plain)


def recognise(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """The columns of this header row. `mapping` (heading to field, as the shop wrote it) wins over what is
    known.
    """
    wanted = {normal(heading): name for heading, name in (mapping or {}).items()}
    names = [normal(heading) for heading in headings]
    dialect = _dialect(names)
    known = {**OWN, **ALIEXPRESS, **DIALECTS[dialect]} if dialect == "aliexpress" else {**OWN, **DIALECTS[dialect]}
    if dialect == "own":
        known = {**ALIEXPRESS, **EBAY, **AMAZON, **OWN}
    fields = [wanted.get(name, known.get(name, "")) for name in names]
    return Columns(dialect, tuple(headings), tuple(fields))


def _dialect(names: Sequence[str]) -> str:
    counts = {dialect: len(marks.intersection(names)) for dialect, marks in MARKS.items()}
    best = max(counts, key=lambda dialect: counts[dialect])
    return best if counts[best] else "own"


def unknown_fields(mapping: Mapping[str, str]) -> list[str]:
    """Fields of a mapping that there are not."""
    return sorted({name for name in mapping.values() if name not in FIELDS and name})
