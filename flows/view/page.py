"""One rung of a ladder as a page: what a second path may say. Plain words, the time in the shop's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.case import Alarm, Deadline
from flows.rich import At, Rich, plain
from flows.view import PageView
from flows.view.alarm import alarm, todo
from flows.view.card import number
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
    said = _in_zone(shown, view.text[0])
    lines = [plain(said), plain(_in_zone(shown, todo(shown, deadline)))]
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


def _in_zone(shown: Shown, rich: Rich) -> Rich:
    """Instants as the shop reads them, zone and all: a phone's lock screen knows no reader's zone."""
    return tuple(_local(part.instant, shown.policy.zone) if isinstance(part, At) else part for part in rich)


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
