"""The recogniser's stage: reads a stored message in its own time, answers with an event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.outcomes import Result, position
from bot.store import codec, conversations, inbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from flows.case import Situation
from flows.events import Recognised
from flows.ports import Recogniser
from flows.recognise import situation_of


class Reading:
    """The handler of `recognise`."""

    def __init__(self, database: Database, shop: str, recogniser: Recogniser) -> None:
        self._database = database
        self._shop = shop
        self._recogniser = recogniser

    async def __call__(self, sending: Sending) -> Result:
        body: dict[str, Any] = codec.loads(sending.body)
        message = body["message"]
        text, hint = await self._database.read(lambda c: self._stored(c, message))
        hint = body.get("language") or hint
        event = self._read(sending.case or "", message, text, hint)
        key = f"recognised:{sending.id}"
        item = inbox.event_item(event, key, event.case, position())
        return Result(Settlement(sending.id, "delivered"), (item,))

    def _stored(self, connection: Connection, message: str) -> tuple[str, str | None]:
        """The words of a message, and the language its writer's client claims."""
        found = conversations.texts_of(connection, self._shop, [message]).get(message)
        if found is None:
            return "", None
        buyer = conversations.buyer_of(connection, self._shop, found["conversation_id"])
        return found["body"] or "", None if buyer is None else buyer.language

    def _read(self, case: str, message: str, text: str, hint: str | None) -> Recognised:
        reading = self._recogniser.read(text, hint)
        guesses = dict.fromkeys(situation_of(label) for label in reading.likely)
        return Recognised(
            case=case,
            message=message,
            situation=situation_of(reading.label),
            label=reading.label or "",
            confidence=reading.confidence,
            guesses=tuple(guess for guess in guesses if guess is not Situation.UNSURE),
            language=reading.language,
            order=reading.order,
            platform=reading.platform,
            recogniser=self._recogniser.version,
            wish=reading.wish,
        )
