"""What a person wants `shop.toml` to say, and what it says now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonWish:
    """`roles` and `on_call` as in `[[staff]]`; on call is day and night, or not at all."""

    name: str
    roles: tuple[str, ...]
    on_call: bool


@dataclass(frozen=True, slots=True)
class ShopWish:
    """`hours` as a person writes them, "mon-fri 09:00-18:00" each; None leaves a table as it is.

    `holidays` is a country's code, "" for none. `people` are by member id.
    """

    name: str
    zone: str
    language: str
    hours: tuple[str, ...] | None = None
    holidays: str | None = None
    people: Mapping[str, PersonWish] | None = field(default=None)


def hours_said(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """The file's `[[hours]]` as a person would type them."""
    said = []
    for row in tables.get("hours", ()):
        days = row["days"] if isinstance(row["days"], list) else [row["days"]]
        said += [f"{each} {row['opens']}-{row['closes']}" for each in days]
    return tuple(said)


def people_said(tables: Mapping[str, Any]) -> dict[str, PersonWish]:
    """The people of `[[staff]]`, or of the older `[staff] leads`."""
    staff = tables.get("staff", ())
    if isinstance(staff, Mapping):
        return {id: PersonWish("", ("lead",), on_call=False) for id in staff.get("leads", ())}
    return {
        row["id"]: PersonWish(row.get("name", ""), tuple(row.get("roles", ())), bool(row.get("on_call")))
        for row in staff
    }
