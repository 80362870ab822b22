"""`[shop]`: the shop's name, zone and languages."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain(
    {
        "name": Key("name", checks.text),
        "zone": Key("zone", checks.zone),
        "language": Key("language", checks.one_of("en", "zh")),
        "buyer_language": Key("buyer_language", checks.one_of("en", "zh", "es", "de")),
    }
)
