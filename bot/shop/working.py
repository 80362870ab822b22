"""From what the file says to working hours: the shop's own, each person's, and when anybody is at the desk."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from bot.shop.hours import Week
from flows.clocks.calendar import Calendar
from flows.clocks.hours import Hours
from flows.staffing import Person, Staffed


def working(fields: dict[str, Any], zone: str) -> dict[str, Any]:
    """The policy's fields `hours`, `people` and `staffed` in the place of what they are made of.

    A person without shifts works the shop's hours. Nobody's hours known: nobody is asked to be anywhere.
    """
    week, country, closed, people = (fields.pop(name, None) for name in ("week", "country", "closed", "people"))
    hours = _hours("shop", zone, week, country, closed or {}) if week else None
    known = tuple(_person(each, zone, hours, country, closed or {}) for each in people or ())
    working_hours = [person.hours for person in known if person.hours is not None]
    if not working_hours and hours is not None:
        working_hours = [hours]
    made: dict[str, Any] = {"hours": hours, "people": known}
    made["staffed"] = Staffed(tuple(working_hours)) if working_hours else None
    return {**fields, **{name: value for name, value in made.items() if value}}


def _hours(name: str, zone: str, week: Week, country: str | None, closed: dict[Any, str]) -> Hours:
    calendar = Calendar(name, zone)
    if country:
        from flows.clocks import sites  # noqa: PLC0415 - brings the holidays, which few shops' files need

        calendar = sites.of(sites.SITES[country], country)
    return Hours(name, zone, week, calendar.closed(MappingProxyType(closed)))


def _person(
    said: dict[str, Any], zone: str, hours: Hours | None, country: str | None, closed: dict[Any, str]
) -> Person:
    name, own = said.get("name", said["id"]), said.get("zone", zone)
    week, on_call = said.get("shifts"), said.get("on_call", False)
    return Person(
        id=said["id"],
        name=said.get("name", ""),
        roles=said.get("roles", ()),
        hours=_hours(name, own, week, country, closed) if week else hours,
        on_call=on_call is True,
        on_call_hours=None if isinstance(on_call, bool) else Hours(name, own, on_call),
    )
