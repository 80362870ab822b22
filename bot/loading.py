"""Loads what a view of a case is made from, in one reading transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bot.clock import BusinessClock
from bot.store import cases, conversations, ledger, orders, papers
from flows.action import Entry
from flows.book import Book
from flows.case import Case, Status
from flows.events import Media
from flows.known import choice_of
from flows.papers import NEEDED, Found, found
from flows.policy import Policy
from flows.rich import Line
from flows.view.shown import Correspondent, MessageText, Shown

_media = msgspec.json.Decoder(tuple[Media, ...])


class Loader:
    """Cases as they are to be shown: with their texts, messages and names."""

    def __init__(self, shop: str, book: Book, policy: Policy, clock: BusinessClock) -> None:
        self._shop = shop
        self._book = book
        self._policy = policy
        self._clock = clock

    @property
    def book(self) -> Book:
        return self._book

    @property
    def policy(self) -> Policy:
        return self._policy

    def template(self, key: str) -> str:
        """One phrase in the staff's language, its places still open. Raises KeyError."""
        return self._book.words.template(key, self._policy.language)

    def now(self) -> datetime:
        """By the business clock, as views say it."""
        return self._clock.now()

    def shown(self, connection: Connection, case: Case, lines: Sequence[Line] = ()) -> Shown:
        """The case with everything it, or one of these lines, refers to."""
        now = self._clock.now()
        buyers = conversations.buyers_of(connection, self._shop, [p.conversation for p in case.parties])
        wanted_messages = {*case.unanswered, *_marked(lines, "message"), *((case.last_message or "",))}
        found = conversations.texts_of(connection, self._shop, wanted_messages)
        texts = cases.text_bodies(connection, self._shop, {*_texts_of(case), *_marked(lines, "text")})
        return Shown(
            case=case,
            now=now,
            policy=self._policy,
            book=self._book,
            choice=choice_of(self._book, case, now),
            texts=texts,
            messages={
                id: MessageText(
                    row["body"],
                    tuple(m.kind for m in _media.decode(row["media"])),
                    row["sent_at"],
                    row["conversation_id"],
                )
                for id, row in found.items()
            },
            people={
                id: Correspondent(buyer.name, buyer.channel.partition(":")[0].capitalize())
                for id, buyer in buyers.items()
            },
            moved_to=self._moved_to(connection, case),
            ledger=self._ledger(connection, case),
            papers=self._papers(connection, case, now),
        )

    def _moved_to(self, connection: Connection, case: Case) -> int:
        """The number of the case that this one was moved into, 0 for none."""
        if case.merged_into is None:
            return 0
        found = cases.get(connection, self._shop, [case.merged_into]).get(case.merged_into)
        return 0 if found is None else found.number

    def _ledger(self, connection: Connection, case: Case) -> tuple[Entry, ...]:
        if not case.order or case.status is Status.CLOSED:
            return ()
        found = ledger.of_orders(connection, self._shop, [case.order]).get(case.order, {})
        return tuple(entry for entry in found.values() if entry.case != case.id)

    def _papers(self, connection: Connection, case: Case, now: datetime) -> tuple[Found, ...]:
        """What is on file of what the case needs; nothing for most cases, and nothing is read for them."""
        if case.situation not in NEEDED or case.status is Status.CLOSED:
            return ()
        numbers = [case.order] if case.order else []
        known = [kept.order for kept in orders.find(connection, self._shop, numbers).values()]
        order = next((order for order in known if order.platform == case.platform), None)
        on_file = papers.on_file(connection, self._shop)
        return found(case.situation, on_file, order, self._policy.zone, now)


def _texts_of(case: Case) -> set[str]:
    ids = set()
    for proposal in (case.proposal, case.handoff):
        if proposal is not None:
            ids |= {proposal.text.id, proposal.gloss.id if proposal.gloss else "", proposal.outcome or ""}
            ids |= {ref.id for each in proposal.outcomes for ref in (each.text, each.gloss) if ref}
    if case.standing is not None:
        ids |= {ref.id for ref in (case.standing.text, case.standing.gloss) if ref}
    return ids - {""}


def _marked(lines: Sequence[Line], mark: str) -> set[str]:
    prefix = f"{mark}:"
    return {value[len(prefix) :] for line in lines for _, value in line.params if value.startswith(prefix)}
