"""What the whole desk is told beside its cases, and the answer that one person alone sees."""

from __future__ import annotations

import contextlib
from typing import Any

from bot import ailing, away, noting, warned
from bot.crashing import Commit, Send, letting_out
from bot.outcomes import Result
from bot.showing.channel import Channel, done
from bot.store import codec, dead, warnings
from bot.store.outbox import PRIORITY, Sending
from flows.ports import Gone
from flows.rich import Line, Person
from flows.view import AlarmView, problems
from flows.view.away import summary
from flows.view.dead import filled, notice
from flows.view.gap import gap_notice
from flows.view.note import note
from flows.view.recounted import recounted


class Notices:
    """The handler of what is told."""

    def __init__(self, channel: Channel) -> None:
        self._on = channel

    async def tell(self, sending: Sending) -> Result:
        """An answer that only the person who clicked sees."""
        body: dict[str, Any] = codec.loads(sending.body)
        match body.get("notice"):
            case "dead":
                return await self._tell_of_dead(sending)
            case "check":
                return await self._tell_of_problems(sending)
            case "away":
                return await self._tell_of_absence(sending)
            case "warning":
                return await self._show_warning(sending)
            case "note":
                return await self._tell_note(sending)
            case "late":
                return await self._tell_late(sending, body["person"], body["by"])
            case "recounted":
                return await self._announce(sending, recounted(self._on.template, sending.key, body))
            case "gap":
                return await self._announce(sending, gap_notice(self._on.template, sending.key, body))
        line = Line(body["line"]["key"], tuple((name, value) for name, value in body["line"]["params"]))
        shown, known = await self._on.stored(sending.case or "", [line])
        if shown is None:
            return done(sending)
        with letting_out(Send.TELL):
            await self._on.desk.tell(body["person"], shown.line(line), known[0] if known else None)
        return done(sending)

    async def _tell_of_dead(self, sending: Sending) -> Result:
        """One line for the whole desk: so many inputs wait for a person now. Nothing when none does any more."""
        count = await self._on.database.read(lambda connection: dead.count(connection, self._on.shop))
        if not count:
            return done(sending)
        return await self._announce(sending, notice(self._on.template, sending.key, count))

    async def _tell_of_problems(self, sending: Sending) -> Result:
        """What the service found wrong with itself."""
        words, language = self._on.loader.book.words, self._on.loader.policy.language
        view = problems.notice(ailing.told(sending.body).problems, sending.key, words, language)
        return await self._announce(sending, view)

    async def _tell_of_absence(self, sending: Sending) -> Result:
        """What passed while nobody watched the clocks, as those cases stand now."""
        told = away.told(sending.body)
        absence = await self._on.database.read(
            lambda connection: away.absence(connection, self._on.shop, self._on.loader, self._on.desk.link, told)
        )
        return await self._announce(sending, summary(self._on.template, sending.key, absence))

    async def _show_warning(self, sending: Sending) -> Result:
        """Post it, or bring its post up to date."""
        found = await self._on.database.read(
            lambda c: warned.view(c, self._on.shop, self._on.loader, self._on.desk.link, sending)
        )
        if found is None:
            return done(sending)
        view, posted = found
        if posted is not None:
            await self._on.edits.turn(PRIORITY[sending.kind])
            with contextlib.suppress(Gone), letting_out(Send.ALARM_EDIT):
                await self._on.desk.refresh_alarm(view, posted)
            return done(sending)
        posted = await self._on.lost_post(sending, view, None) or await self._on.post(sending, view, None)
        id, message = str(codec.loads(sending.body)["warning"]), f"{posted.channel}:{posted.message}"
        await self._on.database.write(lambda c: warnings.posted(c, self._on.shop, id, message), Commit.CARD)
        return done(sending, message)

    async def _tell_note(self, sending: Sending) -> Result:
        """Where the week's trouble came from."""
        told = noting.told(sending.body)
        view = note(
            self._on.template,
            sending.key,
            told.since,
            told.until,
            told.findings,
            self._on.loader.policy.leads,
        )
        return await self._announce(sending, view)

    async def _tell_late(self, sending: Sending, person: str, by: str) -> Result:
        """Whoever acknowledged a warning second is told who was first."""
        with letting_out(Send.TELL):
            await self._on.desk.tell(person, filled(self._on.template, "warning.late", by=Person(by)), None)
        return done(sending)

    async def _announce(self, sending: Sending, view: AlarmView) -> Result:
        """Post it in the channel, unless an earlier attempt did after all."""
        posted = await self._on.lost_post(sending, view, None) or await self._on.post(sending, view, None)
        return done(sending, f"{posted.channel}:{posted.message}")
