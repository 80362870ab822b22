"""Counts what was lost and what was doubled, by comparing two ledgers that do not know each other.

One is the Telegram sandbox's (what buyers sent and what the bot was allowed to post), the other is the
service's own (what it stored, what it believes it sent). Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OPEN_STATES = frozenset({"pending", "held", "sending", "unknown"})


@dataclass(frozen=True, slots=True)
class Tally:
    """`lost` and `doubled` are the promise (0 and 0); the rest says what they were counted from.

    `on_its_way`: said, not stored yet, and not overdue either (Telegram keeps it while the service is away).
    `unsettled`: posts on Telegram that the service openly does not know the outcome of; neither lost nor
    doubled, a person settles them.
    """

    said: int
    stored: int
    on_its_way: int
    lost: int
    heard_twice: int
    posted: int
    posted_twice: int
    unsettled: int

    @property
    def doubled(self) -> int:
        return self.heard_twice + self.posted_twice


def count(
    said: Iterable[str],
    posted: Iterable[int],
    ledger: Mapping[str, Any] | None,
    overdue: Collection[str] = (),
) -> Tally | None:
    """Compare the sandbox's ledger with the service's; None while the service has not shown its own.

    `said` are "<chat_id>:<message_id>" of buyers' messages; `posted` the ids of the bot's own messages, read
    before the service's ledger was (else a message sent in between would look like a second one);
    `overdue` the messages that a running service should have stored by now.
    """
    if ledger is None:
        return None
    heard: dict[str, int] = dict(ledger.get("heard", {}))
    effects: dict[str, dict[str, Any]] = dict(ledger.get("sent", {}))
    from_buyers, from_bot = set(said), Counter(posted)
    missing = from_buyers - heard.keys()
    # A set: an effect that edits a message names the same id as the one that posted it.
    recorded = Counter({number for sent in effects.values() for number in sent["message_ids"]})
    unrecorded = (from_bot - recorded).total()
    open_effects = sum(sent["state"] in OPEN_STATES for sent in effects.values())
    return Tally(
        said=len(from_buyers),
        stored=len(from_buyers & heard.keys()),
        on_its_way=len(missing.difference(overdue)),
        lost=len(missing.intersection(overdue)),
        heard_twice=sum(times - 1 for times in heard.values() if times > 1),
        posted=from_bot.total(),
        posted_twice=max(0, unrecorded - open_effects),
        unsettled=min(unrecorded, open_effects),
    )
