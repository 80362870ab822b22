"""What can be wrong on this machine: the disk, the database and its schema, data that has grown old."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from bot.lock import AlreadyRunning, FileLock
from bot.migrating import UnknownRevision, pending
from bot.settings import Settings
from bot.store.database import database_url
from bot.store.trouble import in_words
from bot.store.visiting import NoDatabase, Visitor
from flows.clocks import days, sites
from flows.policy import Policy
from flows.problems import Problem, problem
from flows.rules.pack import RulePack

LITTLE_MB, TOO_LITTLE_MB = 1024, 64
NAMED = 3  # rules, days or hours that are named one by one
AHEAD = timedelta(days=28)
WORTH_SAYING = timedelta(minutes=30)  # a handover may have a gap of minutes


def disk(folder: Path) -> Iterator[Problem]:
    """Where the data lie, or will: the nearest folder that is there."""
    existing = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    if not existing.is_dir():
        yield problem("disk.no_folder", fatal=True, folder=str(folder))
        return
    if not os.access(existing, os.W_OK | os.X_OK):
        yield problem("disk.refused", fatal=True, folder=str(existing))
    free_mb = shutil.disk_usage(existing).free // 1_000_000
    if free_mb < LITTLE_MB:
        yield problem("disk.full", fatal=free_mb < TOO_LITTLE_MB, folder=str(existing), free=str(free_mb))


async def database(settings: Settings) -> list[Problem]:
    """A file that is not there yet is no problem: the first start makes it."""
    visitor = Visitor(settings.database_url)
    try:
        missing = await pending(visitor)
    except NoDatabase:
        return []
    except UnknownRevision as error:
        return [problem("database.newer", fatal=True, said=str(error))]
    except (SQLAlchemyError, OSError) as error:
        return [problem("database.trouble", fatal=True, said=in_words(error, database_url(settings.database_url)))]
    finally:
        await visitor.close()
    return [problem("database.older", count=str(len(missing)), first=missing[0])] if missing else []


def rules(pack: RulePack, today: date) -> Iterator[Problem]:
    stale = pack.stale(today)
    if stale:
        named = ", ".join(dict.fromkeys(rule.id for rule in stale[:NAMED]))
        yield problem("rules.stale", count=str(len(stale)), rules=named, since=stale[0].check_again_by.isoformat())


def staffing(policy: Policy, now: datetime) -> Iterator[Problem]:
    """Working hours of the next weeks in which no shift of anybody runs: targets count, and nobody is there."""
    if policy.hours is None or policy.staffed is None:
        return
    zone = ZoneInfo(policy.zone)
    found = [
        (since.astimezone(zone), until.astimezone(zone))
        for since, until in policy.staffed.missing(policy.hours, now, now + AHEAD)
        if until - since >= WORTH_SAYING
    ]
    if found:
        times = (f"{since:%Y-%m-%d %H:%M}-{until:%H:%M}" for since, until in found[:NAMED])
        yield problem("staff.missing", count=str(len(found)), times=", ".join(times), zone=policy.zone)


def days_off(table: str) -> Iterator[Problem]:
    """Days off that another version of the `holidays` package would move. `table`: the release's checked days."""
    moved = days.moved(days.checked(table), days.in_use())
    if moved:
        named = "; ".join(moved[:NAMED])
        yield problem("days.moved", count=str(len(moved)), days=named, version=sites.data_version())


def is_served(address: str) -> bool:
    """Whether a service of ours runs on this SQLite file now. On PostgreSQL nobody can tell by looking: yes."""
    url = database_url(address)
    if url.get_backend_name() != "sqlite":
        return True
    lock = FileLock(Path(f"{url.database}.lock"))
    if not Path(url.database or "").exists():
        return False
    try:
        lock.take()
    except (AlreadyRunning, OSError):
        return True
    lock.release()
    return False
