"""What the contract suite needs of a platform that buyers write on, and the same for each platform.

A new adapter joins by a class with these methods, speaking to a server that speaks the platform's real
protocol, and by its line in `HARNESSES` of `test_contract.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flows.ports import BuyerChannel, Item


class Kept(Protocol):
    """A sink that keeps what it was given, and fails the next `failures` times."""

    items: list[Item]
    failures: int

    async def store(self, items: Sequence[Item]) -> None: ...

    async def until(self, count: int) -> list[Item]: ...


class Harness(Protocol):
    """One account on one platform, with one buyer who has written before."""

    address: str  # the buyer's

    @property
    def sink(self) -> Kept: ...

    def new_channel(self) -> BuyerChannel:
        """A channel of the account, not started; the harness closes it."""
        ...

    def new_channel_with_wrong_secret(self) -> BuyerChannel: ...

    def impatient_channel(self) -> BuyerChannel:
        """Like `new_channel`, but it gives up quickly when an answer does not come."""
        ...

    def buyer_writes(self, text: str) -> str:
        """The buyer sends this; returns the message's id on the platform."""
        ...

    def buyer_edits(self, message_id: str, text: str) -> None: ...

    def buyer_leaves(self) -> None:
        """From now on the buyer cannot be written to."""
        ...

    def deliver_again(self) -> None:
        """The last message that was acknowledged comes once more."""
        ...

    def on_the_buyers_screen(self) -> list[str]:
        """Our texts as the buyer sees them, in order."""
        ...

    def swallow_the_answer(self) -> None:
        """The next send takes effect, and its answer never comes."""
        ...

    def ask_for_a_pause(self, seconds: int) -> None:
        """The next send is turned away with a flood pause."""
        ...

    def revoke(self) -> None:
        """The next question for messages is answered: unknown secret."""
        ...

    async def all_acknowledged(self) -> None:
        """Wait until the platform has been told that everything was taken."""
        ...

    async def go_down(self) -> None:
        """From now on the platform refuses connections."""
        ...
