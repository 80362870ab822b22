"""The unit of work: one buyer's message as Telegram tells it, about 0.9 KB, one in ten from a new buyer."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from adapters.telegram.keys import channel_of, item_of
from flows.ports import Item

BOT = 1
CHANNEL = channel_of(BOT)
A_BUYER = 10  # messages of each buyer on average: one in ten opens a case, the others join it
FIRST_CHAT = 5_000_000_000
TEXT = (
    "Hello, where is my parcel? My order is 408-1234567-{order:07d} and I paid for it three weeks ago. The page "
    "says that it was handed to the carrier on Monday of last week, since then nothing has moved at all, and the "
    "carrier's own page does not know the number. I need it by the end of this week, because it is a present for "
    "my sister, who leaves on Saturday. Could you please look where it is, and tell me what we can do if it does "
    "not turn up in time? A second parcel by express would be fine for me as well, or else my money back so that "
    "I can buy it here. Thank you, Ann"
)


@dataclass(slots=True)
class Letters:
    """An endless, seeded stream of messages: the same for every side that starts with the same seed."""

    seed: int
    buyers: Sequence[int]
    _numbers: Any = None
    _chance: Any = None

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._chance = random.Random(self.seed)  # noqa: S311 - a fixed stream, no secret

    def new_buyer(self) -> Item:
        """A message of a buyer who never wrote before."""
        number = next(self._numbers)
        return item_of(BOT, update(number, self.buyers[number]), number)

    def next(self) -> Item:
        number, chat = next(self._numbers), self._chance.choice(self.buyers)
        return item_of(BOT, update(number, chat), number)


def buyers_for(messages: int) -> range:
    """The chats that so many messages come from."""
    return range(FIRST_CHAT, FIRST_CHAT + max(1, messages // A_BUYER))


def update(number: int, chat: int, text: str | None = None) -> dict[str, Any]:
    """One element of getUpdates' answer: a text message in a private chat."""
    person = {"id": chat, "first_name": "Ann", "last_name": "Example", "username": f"ann{chat}"}
    words = TEXT.format(order=chat % 10_000_000) if text is None else text
    return {
        "update_id": 100_000_000 + number,
        "message": {
            "message_id": number,
            "from": {**person, "is_bot": False, "language_code": "en"},
            "chat": {**person, "type": "private"},
            "date": int(time.time()),
            "text": words,
        },
    }
