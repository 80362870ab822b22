"""Cut the Bot API description down to what the sandbox checks: `python reduce_spec.py path/to/api.json`.

In: the `api.json` of PaulSonOfLars/telegram-bot-api-spec. Out: `bot_api_10_1.json` beside this file, where a
field is `[types, required, rule]` with `types` joined by "|", `required` 0 or 1, and `rule` an object that may
hold `limit` [smallest, largest, unit] and `one_of` (allowed values). See README.md for origin and licence.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ORIGIN = "PaulSonOfLars/telegram-bot-api-spec@160fd99507e1c7c77e92dc90f5993d724735b51c, MIT, (c) 2020 Paul Larsen"
_RANGE = re.compile(r"\b(\d+)-(\d+)\b(?! ISO)")
_AT_MOST = re.compile(r"[Aa]t most (\d+)|list of up to (\d+)")
_CONSTANT = re.compile(r'(?:must be|always) "?(\w+)"?\.?$')
_QUOTED = re.compile(r'"([^"]+)"')


def reduce_spec(api: dict[str, Any]) -> dict[str, Any]:
    """The whole description, reduced."""
    return {
        "version": api["version"],
        "origin": ORIGIN,
        "methods": {
            name: {"returns": method["returns"], "fields": _fields(method)}
            for name, method in api["methods"].items()
        },
        "types": {
            name: {"subtypes": kind["subtypes"]} if kind.get("subtypes") else {"fields": _fields(kind)}
            for name, kind in api["types"].items()
        },
    }


def _fields(holder: dict[str, Any]) -> dict[str, list[Any]]:
    return {field["name"]: _field(field) for field in holder.get("fields", [])}


def _field(field: dict[str, Any]) -> list[Any]:
    rule: dict[str, Any] = {}
    if limit := _limit(field["types"], field["description"]):
        rule["limit"] = limit
    if allowed := _one_of(field["types"], field["description"]):
        rule["one_of"] = allowed
    return ["|".join(field["types"]), int(field["required"]), *([rule] if rule else [])]


def _limit(types: list[str], text: str) -> list[Any] | None:
    """`[smallest, largest, unit]`; unit "parsed" is counted after the entities were parsed."""
    found = _RANGE.search(text)
    if types[0].startswith("Array of"):
        at_most = _AT_MOST.search(text)
        if found:
            return [int(found[1]), int(found[2]), "items"]
        return [0, int(at_most[1] or at_most[2]), "items"] if at_most else None
    if not found or "ISO 3166" in text:
        return None
    if types[0] in ("Integer", "Float"):
        return [int(found[1]), int(found[2]), "value"]
    after = text[found.end() :].lower()
    if after.startswith(" bytes"):
        return [int(found[1]), int(found[2]), "bytes"]
    if after.startswith(" characters"):
        unit = "parsed" if "entities parsing" in after or "entity parsing" in after else "characters"
        return [int(found[1]), int(found[2]), unit]
    return None


def _one_of(types: list[str], text: str) -> list[str] | None:
    if types != ["String"]:
        return None
    if constant := _CONSTANT.search(text):
        return [constant[1]]
    if "one of" in text:
        return _QUOTED.findall(text) or None
    return None


def main() -> None:
    api = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    target = Path(__file__).with_name("bot_api_10_1.json")
    reduced = json.dumps(reduce_spec(api), ensure_ascii=False, separators=(",", ":"))
    target.write_text(reduced + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
