"""`shop.toml` with new values: lines of known keys change where they stand, all else stays, comments too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from bot.setup.wish import CAPPED, PersonWish, ShopWish, ceiling_said, hours_said, people_said
from bot.shop import staff

Comment = Callable[[str], str]


def edited(text: str, wish: ShopWish, comment: Comment) -> str:
    """`text`, or a new file when it is empty, saying what is wished. `comment(name)` explains each new line."""
    document = tomlkit.parse(text)
    if not text.strip():
        document.add(tomlkit.comment(comment("top")))
        document.add(tomlkit.nl())
    _shop(document, wish, comment)
    said = document.unwrap()
    if wish.hours is not None and wish.hours != hours_said(said):
        _replace(document, "hours", _hours(wish.hours, comment))
    if wish.holidays is not None and wish.holidays != said.get("days_off", {}).get("holidays", ""):
        _holidays(document, wish.holidays, comment)
    if wish.people is not None and _duties(wish.people) != _duties(people_said(said)):
        _people(document, dict(wish.people), comment)
    if wish.ceiling is not None and wish.ceiling != ceiling_said(said):
        _money(document, wish.ceiling, comment)
    _paths(document, wish.paths)
    return tomlkit.dumps(document)


def _shop(document: tomlkit.TOMLDocument, wish: ShopWish, comment: Comment) -> None:
    if "shop" not in document:
        document.add("shop", tomlkit.table())
    _set(document["shop"], {"name": wish.name, "zone": wish.zone, "language": wish.language}, comment)


def _set(table: Any, values: dict[str, Any], comment: Comment) -> None:
    """Each value in its line, which keeps its comment; a new line gets ours."""
    for name, value in values.items():
        if name in table:
            if table[name] != value:
                table[name] = value
        else:
            item = tomlkit.item(value)
            table.add(name, item if not comment(name) else item.comment(comment(name)))


def _replace(document: tomlkit.TOMLDocument, name: str, rows: AoT) -> None:
    if name in document:
        document.remove(name)
    if len(rows):
        document.append(name, rows)


def _hours(hours: tuple[str, ...], comment: Comment) -> AoT:
    rows = tomlkit.aot()
    for nth, text in enumerate(hours):
        days, _, times = text.partition(" ")
        opens, _, closes = times.partition("-")
        row = tomlkit.table()
        _set(row, {"days": days, "opens": opens, "closes": closes}, comment if nth == 0 else _silent)
        rows.append(row)
    return rows


def _holidays(document: tomlkit.TOMLDocument, country: str, comment: Comment) -> None:
    if not country:
        del document["days_off"]["holidays"]
        return
    if "days_off" not in document:
        document.append("days_off", tomlkit.table())
    _set(document["days_off"], {"holidays": country}, comment)


def _money(document: tomlkit.TOMLDocument, ceiling: str, comment: Comment) -> None:
    if not ceiling:
        del document["money"]
        return
    if "money" not in document:
        document.append("money", tomlkit.table())
    amounts = tomlkit.inline_table()
    amounts.update(dict.fromkeys(CAPPED, ceiling))
    _set(document["money"], {"everybody": amounts}, comment)


def _paths(document: tomlkit.TOMLDocument, paths: tuple[str, ...]) -> None:
    """Where the file names paths: those of now, in its order. One that `.env` lacks would stop the start."""
    alarms = document.get("alarms", {})
    named = [str(each) for each in alarms.get("paths", ())]
    kept = [each for each in named if each in paths]
    if named and set(named) != set(paths):
        alarms["paths"] = [*kept, *(each for each in paths if each not in kept)]


def _people(document: tomlkit.TOMLDocument, people: dict[str, PersonWish], comment: Comment) -> None:
    """Who is known keeps the rest of the row: shifts, zone, a name of their own."""
    rows = document.get("staff")
    if not isinstance(rows, AoT):
        rows = tomlkit.aot()
    for row in rows:
        person = people.pop(str(row["id"]), PersonWish("", (), on_call=False))
        _person(row, person, _silent)
    first = not len(rows)
    for id, person in people.items():
        row = tomlkit.table()
        _set(row, {"id": id, "name": person.name}, comment if first else _silent)
        _person(row, person, comment if first else _silent)
        rows.append(row)
        first = False
    if not isinstance(document.get("staff"), AoT):
        _replace(document, "staff", rows)


def _person(row: Table, person: PersonWish, comment: Comment) -> None:
    kept = [role for role in row.get("roles", ()) if role in person.roles]
    roles = [*kept, *(role for role in staff.ROLES if role in person.roles and role not in kept)]
    if roles or "roles" in row:
        _set(row, {"roles": roles}, comment)
    if person.on_call != bool(row.get("on_call", False)):
        _set(row, {"on_call": person.on_call}, comment)


def _duties(people: Mapping[str, PersonWish]) -> dict[str, tuple[frozenset[str], bool]]:
    return {id: (frozenset(person.roles), person.on_call) for id, person in people.items()}


def _silent(_name: str) -> str:
    return ""
