"""What can be wrong between us and the platforms: the way there, the clocks, the accounts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.probing import probe
from adapters.slack import SlackDesk
from adapters.telegram import TelegramChannel
from bot import wiring
from bot.settings import Settings
from flows.ports import Pager, PortError
from flows.problems import Problem, problem

SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Reached:
    """What asking one platform brought: its problems, how far its clock is from ours, and who we are there."""

    problems: list[Problem]
    skew: timedelta | None = None
    account: str = ""


async def telegram(
    channel: TelegramChannel, settings: Settings, machine_now: Callable[[], datetime], *, alone: bool
) -> Reached:
    """`alone`: no service of ours reads the bot now, so that another reader can be told."""
    reached = await _reach(settings.telegram_base_url, settings.telegram_proxy, "Telegram", machine_now)
    if reached.problems:
        return reached
    return Reached(await channel.check(alone=alone), reached.skew, channel.account)


async def slack(desk: SlackDesk, settings: Settings, machine_now: Callable[[], datetime]) -> Reached:
    reached = await _reach(settings.slack_base_url, settings.slack_proxy, "Slack", machine_now)
    if reached.problems:
        return reached
    try:
        found = await desk.check(settings.policy.leads)
        return Reached(found, reached.skew, desk.account)
    finally:
        await desk.close()


async def _reach(url: str, proxy: str | None, platform: str, machine_now: Callable[[], datetime]) -> Reached:
    began = machine_now()
    answer = await probe(url, proxy, platform)
    match answer:
        case Problem():
            return Reached([answer])
        case datetime():
            between = began + (machine_now() - began) / 2
            return Reached([], between - answer)
        case _:
            return Reached([])


async def second(settings: Settings) -> list[Problem]:
    """Second paths whose server nobody reaches. The staff's own chat goes the way of the shop's bot."""
    paths = wiring.pagers(settings, None)

    async def asked(name: str, pager: Pager) -> Problem | None:
        try:
            await pager.probe()
        except PortError as error:
            return problem("second.away", path=name, said=error.reason)
        finally:
            await pager.close()
        return None

    found = await asyncio.gather(*(asked(*each) for each in paths.items()))
    return [each for each in found if each is not None]


def clock(reached: list[Reached]) -> list[Problem]:
    """Ours is wrong when everybody who told the time says so: each deadline would be off by as much."""
    skews = [each.skew for each in reached if each.skew is not None]
    if not skews or min(abs(skew) for skew in skews) < SKEW:
        return []
    seconds = min(skews, key=abs).total_seconds()
    return [problem(f"clock.{'fast' if seconds > 0 else 'slow'}", seconds=f"{abs(seconds):.0f}")]
