"""Every check, the quick ones first, the platforms side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot import belonging
from bot.brain import checked_days
from bot.checks import here, outside
from bot.clock import RealClock
from bot.settings import Settings
from bot.wiring import Paces, platforms
from flows.problems import Problem
from flows.rules.pack import RulePack


async def examine(
    settings: Settings, pack: RulePack, machine_now: Callable[[], datetime], *, serving: bool = False
) -> list[Problem]:
    """Everything that is wrong or soon may be, fatal ones first. `serving`: asked by a service that runs."""
    alone = not serving and not here.is_served(settings.database_url)
    desk, channel = platforms(settings, RealClock(), Paces().answer_s, lambda _seconds: None)
    telegram, slack, second = await asyncio.gather(
        outside.telegram(channel, settings, machine_now, alone=alone),
        outside.slack(desk, settings, machine_now),
        outside.second(settings),
    )
    found = [
        *here.disk(settings.data_dir),
        *([] if serving else await here.database(settings)),
        *([] if serving else await belonging.problems(settings, telegram.account, slack.account)),
        *telegram.problems,
        *slack.problems,
        *second,
        *outside.clock([telegram, slack]),
        *here.rules(pack, machine_now().date()),
        *here.staffing(settings.policy, machine_now()),
        *([] if serving else here.days_off(checked_days())),  # a quarter of a second of work
    ]
    return sorted(found, key=lambda each: not each.fatal)
