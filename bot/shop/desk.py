"""`[shop]`: the shop's name, zone and languages."""

from __future__ import annotations

import re
from typing import Any

from bot.shop import checks
from bot.shop.table import Key, plain
from flows.saying import Said
from flows.values import Shop


@checks.shaped(type="string", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
def _id(value: Any) -> Shop:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", value):
        raise Said('write small letters, digits and hyphens, at most 40, such as "cedar-de"')
    return Shop(value)


TABLE = plain(
    {
        "id": Key("shop", _id),
        "name": Key("name", checks.text),
        "zone": Key("zone", checks.zone),
        "language": Key("language", checks.one_of("en", "zh")),
        "buyer_language": Key("buyer_language", checks.one_of("en", "zh", "es", "de")),
    }
)
