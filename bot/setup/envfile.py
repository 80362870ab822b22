"""`.env` with new values: every line and comment that is not ours stays as it is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping

from dotenv.parser import Binding, parse_stream

_PLAIN = re.compile(r"[A-Za-z0-9_:/.@%+=,~-]*")
_TRAILING = re.compile(r"([ \t]+#[^\r\n]*)?(\r?\n)?\Z")


def edited(text: str, values: Mapping[str, str], comment: Callable[[str], str]) -> str:
    """`text` with these variables set, in their lines where they stand, else below with `comment(name)` above."""
    bindings = list(parse_stream(io.StringIO(text)))
    lines = [_line(each, values) for each in bindings]
    standing = {each.key for each in bindings}
    result = "".join(lines)
    for name, value in values.items():
        if name not in standing and value:
            gap = "" if not result or result.endswith("\n\n") else "\n" if result.endswith("\n") else "\n\n"
            result += f"{gap}# {comment(name)}\n{name}={quoted(value)}\n"
    return result


def _line(binding: Binding, values: Mapping[str, str]) -> str:
    original = binding.original.string
    if binding.error or binding.key is None or binding.key not in values or binding.value == values[binding.key]:
        return original
    start = re.match(r"\s*(export[ \t]+)?", original)
    trailing = _TRAILING.search(original)
    assert start is not None and trailing is not None  # noqa: S101, PT018 - both match anything
    note = "" if "#" in (binding.value or "") else trailing[1] or ""
    end = trailing[2] or ("\n" if original.endswith("\n") else "")
    return f"{start[0]}{binding.key}={quoted(values[binding.key])}{note}{end}"


def quoted(value: str) -> str:
    """As a `.env` file has it: in single quotes where anything could be misread."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
