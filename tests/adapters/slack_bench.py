"""The Slack adapter between a sandbox workspace and a service that remembers what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack import Pace, SlackDesk
from flows.events import Event
from flows.ports import CardRef, Item
from flows.values import Money
from flows.view import DeadView, EditorView, FactsView, FallbackView, Finding, OutcomesView, QueueRow, WhyView
from sandbox.slack import Person, SlackSandbox, serving
from tests.adapters.slack_views import CASE, DEAD, EDITOR, FACTS, FALLBACK, OUTCOMES, QUEUE, REASONS, WHY

ROOM = "C0AFTER"
BRISK = Pace(
    ping_s=0.3, watch_s=0.2, connect_s=2.0, close_s=1.0, stagger_s=0.01, pause_s=0.01, longest_pause_s=0.1
)


@dataclass
class Shelf:
    """A Sink. `broken`: nothing can be stored. While `open` is clear, storing takes its time (`asked` is set)."""

    items: list[Item] = field(default_factory=list)
    broken: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def store(self, items: Sequence[Item]) -> None:
        self.asked.set()
        await self.open.wait()
        if self.broken:
            raise ConnectionError("the store is down")
        known = {(item.external_id, item.fingerprint) for item in self.items}
        self.items += [item for item in items if (item.external_id, item.fingerprint) not in known]


@dataclass
class Service:
    """A Desk with one case."""

    view: EditorView | None = EDITOR
    findings: tuple[Finding, ...] = ()
    cards: dict[CardRef, str] = field(default_factory=dict)
    rows: tuple[QueueRow, ...] = QUEUE
    dead_letter: DeadView = DEAD
    broken: bool = False
    outcomes_view: OutcomesView | None = OUTCOMES
    fallback_view: FallbackView | None = FALLBACK
    against: tuple[str, str] | None = None

    async def editor(self, case: str) -> EditorView | None:
        if self.broken:
            raise ConnectionError("the store is down")
        return self.view if case == CASE else None

    async def check(self, case: str, version: int, text: str) -> Sequence[Finding]:
        if self.view is not None and version != self.view.version:
            return (Finding("block", "stale", "María wrote again at 14:01."), *self.findings)
        return tuple(finding for finding in self.findings if finding.words in text)

    async def facts(self, case: str) -> FactsView | None:
        return FACTS

    async def outcomes(self, case: str) -> OutcomesView | None:
        return self.outcomes_view

    async def fallback(
        self, case: str, at: datetime | None = None, until: datetime | None = None
    ) -> FallbackView | None:
        return self.fallback_view

    async def against_fallback(
        self, case: str, at: datetime, until: datetime, ceiling: Money | None
    ) -> tuple[str, str] | None:
        return self.against

    async def decline_reasons(self, case: str) -> Sequence[tuple[str, str]]:
        return REASONS

    async def case_of_card(self, card: CardRef) -> str | None:
        return self.cards.get(card)

    async def why(self, case: str) -> WhyView | None:
        return WHY if case == CASE else None

    async def case_numbered(self, number: int) -> str | None:
        return CASE if number == 7 else None

    async def queue(self) -> Sequence[QueueRow]:
        return self.rows

    async def dead(self) -> DeadView:
        if self.broken:
            raise ConnectionError("the store is down")
        return self.dead_letter

    def word(self, key: str, **params: str) -> str:
        raise KeyError(key)

    def moves_on(self, version: int = 4) -> None:
        """The case gets a newer version, as when the buyer writes again."""
        self.view = replace(EDITOR, version=version)


@dataclass
class Bench:
    slack: SlackSandbox
    url: str
    shelf: Shelf
    service: Service
    lena: Person
    ben: Person
    desk: SlackDesk

    def new_desk(self, **changes: Any) -> SlackDesk:
        wanted: dict[str, Any] = {
            "bot_token": self.slack.bot_token,
            "app_token": self.slack.app_token,
            "channel": "after-sales",
            "base_url": self.url,
            "machine_now": lambda: datetime.now(UTC),
            "pace": BRISK,
        }
        return SlackDesk(**(wanted | changes))

    @asynccontextmanager
    async def listening(self, connections: int = 2) -> AsyncIterator[None]:
        """`run` in the background, connected; ended by `close`."""
        task = asyncio.create_task(self.desk.run(self.shelf, self.service))
        try:
            async with asyncio.timeout(10):
                await self.slack.wait_connected(connections)
            yield
        finally:
            await self.desk.close()
            await asyncio.wait_for(task, 10)

    async def until(self, what: Callable[[], Any]) -> Any:
        """What `what` gives once it gives something; looked at again after every change in the workspace."""
        async with asyncio.timeout(10):
            seen = self.slack.changed.version
            while not (found := what()):
                seen = await self.slack.changed.wait(seen)
            return found

    def events(self) -> list[Event | None]:
        return [self.desk.translate(item.kind, item.raw) for item in self.shelf.items]

    async def view_of(self, person: Person) -> dict[str, Any]:
        """The dialog in front of this person, once it is there."""
        return (await self.until(lambda: self.slack.views(person.id)))[-1]  # type: ignore[no-any-return] # JSON

    async def told(self, person: Person) -> str:
        """The newest words that only this person sees, once there are any."""
        return str((await self.until(lambda: self.slack.ephemerals(person.id)))[-1]["text"])


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """Checks at the end that nothing was done that Slack would not have reported."""
    slack = SlackSandbox()
    slack.add_person("U0LENA", "lena", real_name="Lena Vogt", tz="Europe/Berlin", locale="de-DE")
    slack.add_person("U0BEN", "ben", real_name="Ben Li", tz="Asia/Shanghai", locale="zh-CN")
    slack.add_channel("C0GENERAL", "general", members=["U0LENA"], bot_in=False)
    slack.add_channel(ROOM, "after-sales", members=["U0LENA", "U0BEN"])
    async with serving(slack) as url:
        made = Bench(slack, url, Shelf(), Service(), slack.person("U0LENA"), slack.person("U0BEN"), None)  # type: ignore[arg-type] # set next
        made.desk = made.new_desk()
        try:
            yield made
        finally:
            await made.desk.close()
    assert [str(violation) for violation in slack.violations] == []


@asynccontextmanager
async def started() -> AsyncIterator[Bench]:
    async with bench() as made:
        await made.desk.start()
        yield made
