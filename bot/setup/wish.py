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

    `holidays` is a country's code, "" for none. `people` are by member id. `ceiling` is the amount up to which one
    yes is enough, "" for none. `paths` are the second paths that `.env` sets up.
    """

    name: str
    zone: str
    language: str
    hours: tuple[str, ...] | None = None
    holidays: str | None = None
    people: Mapping[str, PersonWish] | None = field(default=None)
    ceiling: str | None = None
    paths: tuple[str, ...] = ()


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


CAPPED = ("refund", "partial_refund", "replacement")  # what the wizard's one amount is for


def ceiling_said(tables: Mapping[str, Any]) -> str | None:
    """The one amount of `[money]`, "" without the table; None where the file says more than one amount can."""
    said = tables.get("money")
    if not said:
        return ""
    everybody = said.get("everybody", {})
    plain = list(said) == ["everybody"] and sorted(everybody) == sorted(CAPPED)
    return str(everybody["refund"]) if plain and len(set(everybody.values())) == 1 else None
