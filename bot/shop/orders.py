"""`[orders]`: the shop's own order numbers, what its files leave unsaid, and what counts as expensive or stuck."""

from __future__ import annotations

import re
from typing import Any

from bot.shop import checks
from bot.shop.table import Key, plain
from flows.order_numbers import own_format
from flows.orderbook.amounts import NoAmount, read_money
from flows.orderbook.headings import FIELDS, unknown_fields
from flows.saying import Said
from flows.values import Money


@checks.shaped(type="array", items={"type": "string"})
def _formats(value: Any) -> tuple[re.Pattern[str], ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Said(r'write a list of formats, such as ["CH-\\d{{6}}"]')
    return tuple(own_format(one) for one in value)


@checks.shaped(**checks.TEXT)
def _currency(value: Any) -> str:
    try:
        return read_money("1", checks.text(value)).currency
    except NoAmount:
        raise Said("{value} is no ISO 4217 currency, such as EUR", value=repr(value)) from None


@checks.shaped(**checks.TEXT)
def _amount(value: Any) -> Money:
    try:
        return read_money(checks.text(value))
    except NoAmount:
        template = '{value} is no amount: write it with its currency, such as "60 EUR"'
        raise Said(template, value=repr(value)) from None


@checks.shaped(type="object", additionalProperties={"enum": list(FIELDS)})
def _columns(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise Said('write [orders.columns], and below it lines such as "Bestellnummer" = "number"')
    if unknown := unknown_fields(value):
        raise Said("{names}: a column is one of {known}", names=", ".join(unknown), known=", ".join(FIELDS))
    return tuple(value.items())


TABLE = plain(
    {
        "formats": Key("order_formats", _formats),
        "currency": Key("order_currency", _currency),
        "expensive_from": Key("expensive_from", _amount),
        "stuck_after_days": Key("stuck_after", checks.amount("days", 1, 60)),
        "columns": Key("order_columns", _columns),
    }
)
