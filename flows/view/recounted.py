"""The one line that says how many clocks were counted anew, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.view import AlarmView
from flows.view.dead import Template, filled


def recounted(template: Template, key: str, told: Mapping[str, Any]) -> AlarmView:
    """`told`: the names of what `changed`, how many `cases` move, how many of them become `late`."""
    counts = {"cases": str(told["cases"]), "late": str(told["late"])}
    what = template("list.comma").join(template(f"moved.{name}") for name in told["changed"])
    return AlarmView(
        key=key,
        push=template("recounted.push").format(**counts),
        text=(filled(template, "recounted.notice", what=what, **counts), filled(template, "recounted.todo")),
        buttons=(),
        loud=True,
    )
