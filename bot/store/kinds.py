"""What kinds of effects there are, which go first, and which rows of theirs are still open."""

from __future__ import annotations

from sqlalchemy import literal_column

from bot.store.tables import outbox

PRIORITY = {
    "tell": 90,
    "alarm": 80,
    "page": 75,
    "reply": 70,
    "automatic": 60,
    "recognise": 50,
    "card": 40,
    "alarm_edit": 30,
}
NOTICE_LANE = "notice:dead"  # what tells the desk that inputs could not be handled (bot/store/dead.py)
BUYER_KINDS = ("reply", "automatic")
SPREAD_KINDS = (*BUYER_KINDS, "page")  # go to one of several destinations, named at the start of their lane
# What a partial index is made of. SQLite uses it only for a query that says the same, word for word; without it
# each look at a lane reads every row that was ever sent.
OPEN = ("pending", "sending")
# Each names the first column of its partial index: else SQLite walks through the whole table instead.
ANY_LANE = outbox.c.lane > literal_column("''")
