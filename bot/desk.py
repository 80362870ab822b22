"""What a person may ask, answered by reading: the port that Slack (and any later desk) uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bot.explaining import why
from bot.guarding import MARKETPLACE_LIMIT, TELEGRAM_LIMIT, findings
from bot.loading import Loader
from bot.store import cases, dead
from bot.store import desk as desk_store
from bot.store.database import Database
from flows import standing
from flows.action import PARTIAL_REFUND, PAYS_ALL, PAYS_BACK, SENDS
from flows.case import Case, ProposalKind, ProposalState, Source
from flows.facts import CAUSE, TYPED
from flows.ports import CardRef
from flows.rich import At, Rich
from flows.values import Money
from flows.view import (
    DeadView,
    EditorView,
    FactQuestion,
    FactsView,
    FallbackView,
    Finding,
    Option,
    OutcomeRow,
    OutcomesView,
    QueueRow,
    WhyView,
)
from flows.view.advance import fallback_view, look, outcomes_view
from flows.view.dead import dead_row
from flows.view.naming import number, situation
from flows.view.shown import Shown

_FIELD = {"expiry": "until", "after_limit": "until", "ceiling": "ceiling", "unknown_amount": "ceiling"}
DEAD_SHOWN = 20  # a dialog has room for 100 blocks
DECLINE_REASONS = ("tone", "facts", "solution", "language", "own_words", "settled", "other")


class StoreDesk:
    """Implements `flows.ports.Desk` for one shop."""

    def __init__(self, database: Database, shop: str, loader: Loader, link: Callable[[CardRef], str]) -> None:
        self._database = database
        self._link = link
        self._shop = shop
        self._loader = loader

    async def _shown(self, case: str) -> Shown | None:
        def load(connection: Connection) -> Shown | None:
            found = cases.get(connection, self._shop, [case]).get(case)
            return None if found is None else self._loader.shown(connection, found)

        return await self._database.read(load)

    async def editor(self, case: str) -> EditorView | None:
        shown = await self._shown(case)
        if shown is None:
            return None
        proposal = shown.case.proposal
        settled = proposal is None or proposal.state is ProposalState.DELIVERED
        if proposal is not None and proposal.state in (
            ProposalState.HELD,
            ProposalState.SENDING,
            ProposalState.UNKNOWN,
        ):
            return None
        if settled and not shown.case.parties:
            return None
        handoff = proposal is not None and not settled and proposal.kind is ProposalKind.HANDOFF
        text = "" if settled or proposal is None else shown.text(proposal.text.id)
        language = shown.label(f"language.{shown.case.language}")
        note = shown.word("editor.note_handoff") if handoff else shown.word("editor.note", language=language)
        return EditorView(
            case=case,
            version=shown.case.version,
            title=shown.label("editor.title_handoff" if handoff else "editor.title"),
            text=text,
            limit=MARKETPLACE_LIMIT if handoff else TELEGRAM_LIMIT,
            note=note,
            can_send=not handoff,
        )

    async def check(self, case: str, version: int, text: str) -> Sequence[Finding]:
        shown = await self._shown(case)
        if shown is None:
            return (Finding("block", "stale", self.word("guard.stale")),)
        found = findings(text, shown.case)
        if version != shown.case.version:
            return (Finding("block", "stale", self.word("guard.stale")), *found)
        return found

    async def facts(self, case: str) -> FactsView | None:
        shown = await self._shown(case)
        if shown is None:
            return None
        specs = self._loader.book.playbooks[shown.case.situation].facts
        questions = tuple(
            FactQuestion(
                spec.name,
                shown.label(f"fact.{spec.name}") + _says_who(shown, spec.name),
                tuple(Option(value, shown.label(f"fact.{spec.name}.{value}")) for value in spec.values),
                shown.case.fact(spec.name),
            )
            for spec in specs
            if spec.asks and spec.name not in ("order", "time_left")
        )
        questions += tuple(
            FactQuestion(each.name, _typed_label(shown, each.name), (), _typed_value(shown, each.name), each.kind)
            for each in TYPED
            if _matters(shown, each.name)
        )
        causes = tuple(Option(value, shown.label(f"cause.{value}")) for value in CAUSE.values)
        questions += (FactQuestion(CAUSE.name, shown.label("cause.label"), causes, shown.case.cause),)
        return FactsView(case, shown.case.version, shown.label("facts.title"), questions)

    async def outcomes(self, case: str) -> OutcomesView | None:
        shown = await self._shown(case)
        view = None if shown is None else outcomes_view(shown)
        return view if shown is None or view is None else replace(view, rows=tuple(_checked(shown, view)))

    async def fallback(
        self, case: str, at: datetime | None = None, until: datetime | None = None
    ) -> FallbackView | None:
        shown = await self._shown(case)
        return None if shown is None else fallback_view(shown, at, until)

    async def against_fallback(
        self, case: str, at: datetime, until: datetime, ceiling: Money | None
    ) -> tuple[str, str] | None:
        shown = await self._shown(case)
        why = "nothing" if shown is None else standing.against(look(shown), at, until, ceiling)
        if not why and shown is not None and (view := fallback_view(shown, at, until)) is not None:
            blocked = [
                finding for finding in findings(view.text, _as_answer(shown.case)) if finding.level == "block"
            ]
            return ("at", blocked[0].message) if blocked else None
        return (_FIELD.get(why, "at"), self.word(f"line.standing.{why}")) if why else None

    async def decline_reasons(self, case: str) -> Sequence[tuple[str, str]]:
        del case  # the same for every case so far
        return [(reason, self.word(f"decline.{reason}")) for reason in DECLINE_REASONS]

    async def case_of_card(self, card: CardRef) -> str | None:
        return await self._database.read(lambda connection: desk_store.case_of(connection, self._shop, card))

    async def dead(self) -> DeadView:
        return await self._database.read(self._dead)

    def _dead(self, connection: Connection) -> DeadView:
        found = dead.listed(connection, self._shop, at_most=DEAD_SHOWN)
        rows = [
            dead_row(self._template, d.id, d.channel, d.kind, d.stored_at, d.died_at, d.reason, d.version)
            for d in found
        ]
        return DeadView(tuple(rows), dead.count(connection, self._shop))

    async def why(self, case: str) -> WhyView | None:
        shown = await self._shown(case)
        return None if shown is None else why(shown)

    async def case_numbered(self, number: int) -> str | None:
        found = await self._database.read(lambda connection: cases.by_number(connection, self._shop, number))
        return None if found is None else found.id

    async def queue(self) -> Sequence[QueueRow]:
        return await self._database.read(self._queue)

    def _queue(self, connection: Connection) -> list[QueueRow]:
        waiting = cases.open_cases(connection, self._shop)
        cards = desk_store.all_cards(connection, self._shop, [case.id for case in waiting])
        rows = [self._loader.shown(connection, case) for case in waiting]
        return [QueueRow(s.case.id, _queue_words(s), self._link_of(cards.get(s.case.id))) for s in rows]

    def _link_of(self, card: CardRef | None) -> str | None:
        return None if card is None else self._link(card)

    def word(self, key: str, **params: str) -> str:
        template = self._template(key)
        return template.format(**params) if params else template

    def _template(self, key: str) -> str:
        return self._loader.book.words.template(key, self._loader.policy.language)


def _checked(shown: Shown, view: OutcomesView) -> Iterator[OutcomeRow]:
    """Each outcome with what the guard has against its text."""
    case = _as_answer(shown.case)
    for row in view.rows:
        blocked = [finding.message for finding in findings(row.text, case) if finding.level == "block"]
        yield replace(row, against=blocked[0]) if blocked else row


def _as_answer(case: Case) -> Case:
    """The case as the guard has to see it for a text that asks nothing."""
    if case.proposal is None:
        return case
    kind = ProposalKind.REPLY
    return msgspec.structs.replace(case, proposal=msgspec.structs.replace(case.proposal, kind=kind, asks=()))


def _typed_label(shown: Shown, name: str) -> str:
    return shown.label("facts.order" if name == "order" else f"fact.{name}") + _says_who(shown, name)


def _matters(shown: Shown, name: str) -> bool:
    """What is asked only of an action: the amount of a refund, the reason for doing two things."""
    if name not in ("refund_amount", "both_because") or shown.case.fact(name) is not None:
        return True
    kinds = {p.action for p in (shown.case.proposal, shown.case.handoff) if p is not None}
    if shown.case.fact("wish") == PARTIAL_REFUND:  # its proposal names the amount
        kinds.add(PARTIAL_REFUND)
    return bool(kinds & (PAYS_BACK if name == "refund_amount" else PAYS_ALL | SENDS))


def _typed_value(shown: Shown, name: str) -> str | None:
    """What is known; the amount of a refund is suggested from what was paid."""
    if name == "order":
        return shown.case.order
    known = shown.case.fact(name)
    if name != "refund_amount" or known is not None:
        return known
    carriers = (shown.case.handoff, shown.case.proposal)
    kinds = {p.action for p in carriers if p is not None and p.action in PAYS_ALL}
    return shown.case.fact("order_value") if kinds else None


def _says_who(shown: Shown, name: str) -> str:
    """Who said it, where it was not a person at the desk: a buyer's statement is marked as one."""
    source = next((fact.source for fact in shown.case.facts if fact.name == name), None)
    return "" if source in (None, Source.STAFF) else f" ({shown.label(f'facts.from.{source}')})"


def _queue_words(shown: Shown) -> Rich:
    running = shown.case.running()
    due: Rich = (" · ", At(running[0].due_at)) if running else ()
    return (number(shown), " · ", situation(shown), *due, f" · {shown.buyer}" if shown.buyer else "")
