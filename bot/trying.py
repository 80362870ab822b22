"""Tries every path an alarm may take, one marked message each: the desk, then the second paths in their order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot import wiring
from bot.clock import RealClock, machine_now
from bot.settings import Settings
from flows.ports import Pager, PortError, StaffDesk
from flows.view import AlarmView, PageView

DESK = "slack"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the test by this path; `trouble` says what to mend, None when it arrived."""

    path: str
    trouble: str | None


async def try_all(settings: Settings, title: str, line: str) -> AsyncIterator[Tried]:
    """One after the other, each told as soon as it is known. Needs no database and no running service."""
    desk, telegram = wiring.platforms(settings, RealClock(), wiring.Paces().answer_s, lambda _seconds: None)
    pagers = wiring.pagers(settings, telegram.staff)
    key = f"test:{machine_now().isoformat()}"
    try:
        yield Tried(DESK, await _desk(desk, key, title, line))
        if "telegram" in pagers:
            try:
                await telegram.start()
            except PortError as error:
                pagers.pop("telegram")
                yield Tried("telegram", error.reason)
        for name, pager in pagers.items():
            yield Tried(name, await _page(pager, PageView(f"{key}:{name}", title, (line,), urgent=False)))
    finally:
        await desk.close()
        await telegram.close()
        for pager in pagers.values():
            await pager.close()


async def _desk(desk: StaffDesk, key: str, title: str, line: str) -> str | None:
    try:
        await desk.start()
        await desk.post_alarm(AlarmView(key=key, push=title, text=((line,),), buttons=(), loud=True), None)
    except PortError as error:
        return error.reason
    return None


async def _page(pager: Pager, view: PageView) -> str | None:
    try:
        await pager.page(view)
    except PortError as error:
        return error.reason
    return None
