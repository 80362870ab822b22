"""Counts what was lost and what was doubled, by comparing two ledgers that do not know each other.

One is the Telegram sandbox's (what buyers sent and what the bot was allowed to post), the other is the
service's own (what it stored, what it believes it sent). Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OPEN_STATES = frozenset({"pending", "held", "sending", "unknown"})


@dataclass(frozen=True, slots=True)
class Tally:
    """`lost` and `doubled` are the promise (0 and 0); the rest says what they were counted from.

    `unsettled` counts posts on Telegram that the service openly does not know the outcome of: they are
    neither lost nor doubled, a person settles them.
    """

    said: int
    stored: int
    lost: int
    heard_twice: int
    posted: int
    recorded: int
    posted_twice: int
    never_posted: int
    unsettled: int

    @property
    def doubled(self) -> int:
        return self.heard_twice + self.posted_twice


def count(
    said: Iterable[str], posted: Iterable[int], ledger: Mapping[str, Any] | None
) -> Tally | None:
    """Compare the sandbox's ledger with the service's; None while the service has not shown its own.

    `said` are "<chat_id>:<message_id>" of buyers' messages, `posted` the ids of the bot's own messages.
    """
    if ledger is None:
        return None
    heard: dict[str, int] = dict(ledger.get("heard", {}))
    effects: dict[str, dict[str, Any]] = dict(ledger.get("sent", {}))
    from_buyers, from_bot = set(said), Counter(posted)
    recorded = Counter({number for sent in effects.values() for number in sent["message_ids"]})
    unrecorded = (from_bot - recorded).total()
    waiting = sum(sent["state"] in OPEN_STATES for sent in effects.values())
    return Tally(
        said=len(from_buyers),
        stored=len(from_buyers & heard.keys()),
        lost=len(from_buyers - heard.keys()),
        heard_twice=sum(times - 1 for times in heard.values() if times > 1),
        posted=from_bot.total(),
        recorded=recorded.total(),
        posted_twice=max(0, unrecorded - waiting),
        never_posted=(recorded - from_bot).total(),
        unsettled=min(unrecorded, waiting),
    )
