"""A call about a paper that ends, as things stand when it is worded: whom it mentions, who has seen it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.loading import Loader
from bot.store import desk as desk_store
from bot.store import papers
from bot.store.papers import RENEWED
from bot.store.warnings import Warned
from flows.lapsing import Desk, called
from flows.policy import Policy
from flows.view import AlarmView, PageView
from flows.view.papers import Lapsing, lapsing, paper_page
from flows.view.warning import Seen


def told(connection: Connection, shop: str, loader: Loader, known: Warned) -> Lapsing | None:
    """None for a paper that is not there."""
    filed = papers.get(connection, shop, int(known.subject))
    if filed is None:
        return None
    follows = papers.following(connection, shop, filed.paper.id) if filed.state == RENEWED else None
    desk = desk_of(connection, shop, loader.policy, loader.now())
    return Lapsing(
        id=known.id,
        paper=filed.paper,
        today=loader.now().astimezone(ZoneInfo(loader.policy.zone)).date(),
        people=called(desk, filed.paper.responsible, known.about, known.nth),
        seen=seen(known),
        state=None if filed.is_kept else filed.state,
        by=None if follows is None else follows.paper,
    )


def desk_of(connection: Connection, shop: str, policy: Policy, now: datetime) -> Desk:
    """Who can be told now."""
    staff = tuple(person["id"] for person in desk_store.people(connection, shop) if person["present"])
    on_call = tuple(person.id for person in policy.people if person.is_on_call(now))
    return Desk(policy.leads, on_call, staff)


def seen(known: Warned) -> Seen | None:
    """Who has acknowledged it."""
    return None if known.acknowledged_at is None else Seen(known.acknowledged_by or "", known.acknowledged_at)


def view(loader: Loader, call: Lapsing) -> AlarmView:
    return lapsing(loader.template, loader.policy.language, call)


def page(loader: Loader, key: str, call: Lapsing, link: str) -> PageView:
    return paper_page(loader.template, loader.policy.language, key, call, link)
