"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. Refuses naive values going in; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value.isoformat()}: say which zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def storable(text: str) -> str:
    """The text as both databases can keep it: NUL shown as U+2400, lone surrogates as U+FFFD."""
    shown = text.replace("\x00", "\u2400")
    try:
        shown.encode()
    except UnicodeEncodeError:
        return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return shown


class SafeText(TypeDecorator[str]):
    """Text from the outside world. PostgreSQL refuses NUL, neither takes lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)
