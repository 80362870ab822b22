"""How a running service is: in words for a person, in numbers for Prometheus."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from bot.scraping import Now
from bot.store import gauges, inbox, trouble
from bot.store.gauges import Gauges
from flows.ports import Health

if TYPE_CHECKING:
    from bot.keeping import Kept
    from bot.service import Service

_SEEN = itertools.count()


async def in_words(service: Service) -> tuple[bool, dict[str, Any]]:
    """(all well, the parts in words)."""
    if not service.ready:
        return False, {"status": service.stage}
    parts = {id: channel_health(service, id) for id in service.channels}
    slack, store = service.desk.health(), await _store(service)
    ok = slack.ok and store["ok"] and all(health.ok for health in parts.values())
    ok = ok and service.delivery.is_well and not any(loop.trouble for loop in service.loops)
    return ok, {
        "status": "ok" if ok else "trouble",
        "intake": {id: _shown(health) for id, health in parts.items()},
        "slack": _shown(slack),
        "store": store,
        "delivery": service.delivery.health(),
        "clicks": service.desk.latency(),
        "loops": {loop.name: _loop(loop) for loop in service.loops},
    }


def in_numbers(service: Service) -> Now:
    """What is known without asking the store."""
    return Now(
        now=service.clock.now(),
        ready=service.ready,
        backend="postgresql" if service.settings.database_url.startswith("postgres") else "sqlite",
        silent_s=_silent(service),
        leases={name: lease.is_held for name, lease in service.leases.items()},
        files=_files(service),
    )


def _silent(service: Service) -> dict[str, float]:
    """Of our own loops since their last beat, of the platforms since their last sign of life."""
    silent = {loop.name: loop.pulse.age_s() for loop in service.loops if loop.pulse is not None}
    if service.ready:
        healths = {id: channel_health(service, id) for id in service.channels}
        healths[service.desk.channel] = service.desk.health()
        silent |= {id: health.seen_s for id, health in healths.items() if health.seen_s is not None}
    return silent


async def stored(service: Service) -> Gauges | None:
    """The store's gauges; None before there is a store. Raises what the database raises."""
    if not service.ready:
        return None
    return await service.database.read(lambda connection: gauges.read(connection, service.shop))


def channel_health(service: Service, id: str) -> Health:
    if service.leases[id].is_held:
        return service.channels[id].health()
    return Health(ok=not service.database.is_sqlite, detail="another process reads it; this one stands by")


def sign_of(health: Callable[[], Health]) -> Callable[[], object]:
    """A sign of life from an adapter's own health: it changes while that is well, and stands while it is not."""
    return lambda: next(_SEEN) if health().ok else None


async def _store(service: Service) -> dict[str, Any]:
    database = service.database
    try:
        counts = await database.read(lambda connection: inbox.count(connection, service.shop))
    except (SQLAlchemyError, OSError) as error:
        return {"ok": False, "detail": database.lately or trouble.in_words(error, database.url)}
    return {"ok": not database.lately, **counts, **({"detail": database.lately} if database.lately else {})}


def _shown(health: Health) -> dict[str, Any]:
    return {"ok": health.ok, "detail": health.detail, "seen_s": health.seen_s}


def _loop(loop: Kept) -> str:
    """In words; a part that could not be stopped is named as long as it is there."""
    words = loop.trouble or "running"
    return f"{words} ({len(loop.left_behind)} could not be stopped)" if loop.left_behind else words


def _files(service: Service) -> dict[str, Path]:
    if not service.ready or not service.database.is_sqlite:
        return {}
    file = Path(service.database.url.database or "")
    return {"main": file, "wal": file.with_name(f"{file.name}-wal")}
