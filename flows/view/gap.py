"""What the auditor found, for the desk and for a second path: which alarm is missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.rich import Rich, fill, plain
from flows.view import AlarmView, PageView

Template = Callable[[str], str]  # a phrase of the catalogue by its key; raises KeyError


def gap_notice(template: Template, key: str, body: Mapping[str, Any]) -> AlarmView:
    return AlarmView(key=key, push=_title(template, body), text=_lines(template, body), buttons=(), loud=True)


def gap_page(template: Template, key: str, body: Mapping[str, Any]) -> PageView:
    return PageView(key, _title(template, body), tuple(plain(line) for line in _lines(template, body)))


def _title(template: Template, body: Mapping[str, Any]) -> str:
    return template("gap.title").format(number=_number(body))


def _lines(template: Template, body: Mapping[str, Any]) -> tuple[Rich, ...]:
    rung = str(body["rung"])
    named = template(f"rung.{rung}") if rung else template("gap.clock")
    said = fill(template(f"gap.{body['what']}"), {"number": _number(body), "rung": named})
    return (said, fill(template("gap.todo"), {}))


def _number(body: Mapping[str, Any]) -> str:
    return f"A-{int(body['number']):04d}"
