"""One rung of a ladder as a page: what a second path may say. Plain words, the time in the shop's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.case import Alarm, Deadline
from flows.rich import At, Rich, plain
from flows.view import PageView
from flows.view.alarm import alarm, todo
from flows.view.naming import number
from flows.view.shown import Shown


def page(
    shown: Shown,
    deadline: Deadline,
    rung: Alarm,
    *,
    key: str,
    link: str = "",
    acknowledge: str = "",
    token: str = "",
) -> PageView:
    """Case number, situation, due time and what to do; with the ways to the case and to an acknowledgement."""
    view = alarm(shown, deadline, rung, (), loud=True)
    zone = shown.policy.zone
    lines = [in_zone(view.text[0], zone), in_zone(todo(shown, deadline), zone)]
    return PageView(
        key=key,
        title=view.push,
        lines=tuple(lines),
        link=link,
        link_label=shown.label("page.open", number=number(shown)) if link else "",
        acknowledge=acknowledge,
        acknowledge_label=shown.label("button.acknowledge") if acknowledge or token else "",
        token=token,
    )


def in_zone(rich: Rich, zone: str) -> str:
    """Instants as the shop reads them, zone and all: a phone's lock screen knows no reader's zone."""
    return plain(tuple(_local(part.instant, zone) if isinstance(part, At) else part for part in rich))


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
