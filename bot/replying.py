"""Sends approved replies and receipts: exactly the stored text, checked once more, one attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.batcher import Batcher
from bot.clock import BusinessClock
from bot.crashing import Send, letting_out
from bot.guarding import blocks
from bot.outcomes import Result, Unsent, position
from bot.pace import Pace
from bot.store import cases, codec, conversations, inbox
from bot.store.database import Database
from bot.store.outbox import PRIORITY, Sending, Settlement
from flows.case import Case
from flows.events import ReplyDelivered, ReplyRefused
from flows.ports import BuyerChannel, Item, OutboundReply, PortError, Receipt, Refused
from flows.values import derived_id, digest


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is to be sent, as the store has it now."""

    conversation: str
    channel: str
    address: str
    text: str
    case: Case
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Wanted:
    """A reply whose words are looked up: `text` with its salt, None for what was erased."""

    sending: Sending
    body: dict[str, Any]
    text: tuple[str, str] | None = None
    buyer: conversations.Buyer | None = None
    case: Case | None = None


class Replier:
    """The handler of replies and receipts. One pace a channel keeps Telegram's overall limit."""

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        channels: Mapping[str, BuyerChannel],
        pace: Pace,
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._channels = channels
        self._pace = pace
        self._reads: Batcher[_Wanted] = Batcher(self._read)

    async def __call__(self, sending: Sending) -> Result:
        """One attempt. Raises Unavailable or OutcomeUnknown; a refusal becomes an event for the case."""
        try:
            letter = await self._letter(sending)
            await self._pace.turn(PRIORITY[sending.kind])
            is_automatic = sending.kind == "automatic"
            reply = OutboundReply(sending.id, letter.address, letter.text, is_automatic, letter.buttons)
            with letting_out(Send.REPLY if sending.kind == "reply" else Send.AUTOMATIC):
                receipt = await self._channel(letter.channel).send(reply)
        except Refused as error:
            return _refused(sending, error)
        return self._delivered(sending, letter, receipt)

    async def give_up(self, sending: Sending, reason: str) -> Result:
        """It cannot even be read, however often we try: the case and its person are told."""
        return _refused(sending, Refused(reason))

    def _channel(self, channel: str) -> BuyerChannel:
        if channel not in self._channels:
            raise Refused(f"the channel {channel} is not set up any more")
        return self._channels[channel]

    async def _letter(self, sending: Sending) -> _Letter:
        """The text byte for byte as it was approved. Raises Refused when that cannot be shown to be so, and Unsent
        when we could not even look: nothing has left yet.
        """
        wanted = _Wanted(sending, codec.loads(sending.body))
        try:
            await self._reads.put([wanted])
            return self._letter_of(wanted)
        except PortError:
            raise
        except Exception as error:
            raise Unsent from error

    async def _read(self, wanted: Sequence[_Wanted]) -> None:
        """What is stored for each of them: one reading for all that are to be sent now."""
        await self._database.read(lambda connection: self._find(connection, wanted))

    def _find(self, connection: Connection, wanted: Sequence[_Wanted]) -> None:
        shop = self._shop
        texts = cases.salted_texts(connection, shop, {each.body["text"] for each in wanted})
        buyers = conversations.buyers_of(connection, shop, {each.body["conversation"] for each in wanted})
        found = cases.get(connection, shop, {each.sending.case or "" for each in wanted})
        for each in wanted:
            each.text = texts.get(each.body["text"])
            each.buyer = buyers.get(each.body["conversation"])
            each.case = found.get(each.sending.case or "")

    def _letter_of(self, wanted: _Wanted) -> _Letter:
        if wanted.text is None or wanted.buyer is None or wanted.case is None:
            raise Refused("the text or the conversation was erased")
        text, salt = wanted.text
        if digest(salt, text) != wanted.body["digest"]:
            raise Refused("the stored text is not the one that was approved")
        if found := blocks(text, wanted.case):
            raise Refused(f"the guard forbids this text: {', '.join(found)}")
        buyer, body = wanted.buyer, wanted.body
        buttons = tuple((data, words) for data, words in body.get("buttons", ()))
        return _Letter(body["conversation"], buyer.channel, buyer.address, text, wanted.case, buttons)

    def _delivered(self, sending: Sending, letter: _Letter, receipt: Receipt) -> Result:
        event = ReplyDelivered(letter.case.id, sending.id, receipt.external_id, receipt.at)
        events: tuple[Item, ...] = ()
        if sending.kind == "reply":
            events = (inbox.event_item(event, f"delivered:{sending.id}", letter.case.id, position()),)
        message = self._message(sending, letter, receipt, self._clock.now())
        return Result(Settlement(sending.id, "delivered", receipt=receipt.external_id), events, message)

    def _message(self, sending: Sending, letter: _Letter, receipt: Receipt, now: datetime) -> dict[str, Any]:
        return {
            "shop_id": self._shop,
            "id": derived_id(sending.id, "message"),
            "conversation_id": letter.conversation,
            "case_id": letter.case.id,
            "direction": "out",
            "external_id": receipt.external_id,
            "body": letter.text,
            "media": "[]",
            "edits": 0,
            "sent_at": receipt.at,
            "stored_at": now,
            "event_id": sending.id,
        }


def _refused(sending: Sending, error: Refused) -> Result:
    case = sending.case or ""
    event = ReplyRefused(case, sending.id, error.reason, error.unreachable)
    item = inbox.event_item(event, f"refused:{sending.id}", case, position(), urgent=True)
    return Result(Settlement(sending.id, "refused", error=error.reason), (item,))
