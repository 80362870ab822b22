"""The settings' JSON Schema for editors: `make schema` writes docs/shop.schema.json.

An editor that reads it (Even Better TOML, Taplo) completes keys and marks what the desk would refuse. What a
value may be comes from the very checks that read the file, what it is for from the example's comments. It is
coarser than they are: `amends check` knows zones, countries, rules and whether it all fits together.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.shop.file import TABLES

_HEADER = re.compile(r"\[\[?(\w+)[^\]]*\]\]?\s*(?:#.*)?")
_SETTING = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"[^"]*"|[^#"]|"[^"]*")*?\s+#\s*(.+)')


def schema(example: str) -> dict[str, Any]:
    """Of the whole file; `example` is the commented example."""
    told = dict(comments(example))
    tables = {name: _described(table.shape, told, name) for name, table in TABLES.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Amends: the shop's settings (shop.toml)",
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
    }


def _described(shape: Mapping[str, Any], told: Mapping[tuple[str, str], str], table: str) -> dict[str, Any]:
    """With the example's words: the table's own, and those of each key wherever it stands."""

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(each) for each in part]
        if not isinstance(part, Mapping):
            return part
        new = {name: walk(each) for name, each in part.items()}
        for key, each in new.get("properties", {}).items():
            if words := told.get((table, key)):
                new["properties"][key] = {"description": words} | each
        return new

    about = told.get((table, ""))
    return ({"description": about} if about else {}) | dict(walk(shape))


def comments(example: str) -> Iterator[tuple[tuple[str, str], str]]:
    """((table, key), what stands behind it); the key "" for the lines right above a table."""
    table, above = "", list[str]()
    for line in example.splitlines():
        if line.startswith("#"):
            above.append(line.lstrip("# "))
            continue
        if found := _HEADER.fullmatch(line):
            table = found[1]
            if above:
                yield (table, ""), " ".join(above)
        elif found := _SETTING.fullmatch(line):
            yield (table, found[1]), found[2]
        above = []


def main(example: Path, into: Path) -> None:
    found = schema(example.read_text(encoding="utf-8"))
    into.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
