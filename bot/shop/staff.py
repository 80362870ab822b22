"""`[staff]`: who is paged when a deadline is near."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain({"leads": Key("leads", checks.people)})
