"""Who would not notice a mention now: in Do Not Disturb, or away.

dnd.info (scope dnd:read) and users.getPresence (scope users:read), each about 50 calls a minute and more
(telegram-slack.md 2.1; docs.slack.dev, reference/methods). Presence is "away" when Slack has seen no client of
that person for some minutes; a phone in a pocket counts as away as well. So it never silences anything: it only
makes an alarm go on sooner.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from adapters.slack.web import Answer, Web
from flows.ports import PortError

_LOG = logging.getLogger(__name__)
AT_MOST = 5  # more are a crowd: somebody of it is there
PATIENCE_S = 2.0  # an alarm waits no longer for an answer that only decides who is called next


async def absent(web: Web, people: Sequence[str], now: datetime) -> dict[str, str]:
    """Person to "dnd" or "away". Whoever Slack does not answer about in time counts as there."""
    if not people or len(people) > AT_MOST:
        return {}
    asked = [asyncio.ensure_future(_how(web, person, now)) for person in people]
    done, late = await asyncio.wait(asked, timeout=PATIENCE_S)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    found = zip(people, asked, strict=True)
    return {person: how for person, task in found if task in done and (how := task.result())}


async def _how(web: Web, person: str, now: datetime) -> str:
    try:
        if is_quiet(await web.look("dnd.info", user=person), now):
            return "dnd"
        presence = await web.look("users.getPresence", user=person)
    except PortError as error:
        _LOG.info("presence not read", extra={"why": error.reason})
        return ""
    return "away" if presence.get("presence") == "away" else ""


def is_quiet(answer: Answer, now: datetime) -> bool:
    """Whether notifications are held back now: snoozed by hand, or inside the hours of the schedule."""
    at = now.timestamp()
    if answer.get("snooze_enabled") and at < _number(answer.get("snooze_endtime")):
        return True
    starts, ends = _number(answer.get("next_dnd_start_ts")), _number(answer.get("next_dnd_end_ts"))
    return bool(answer.get("dnd_enabled")) and starts <= at < ends


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
