"""Threads may read the same kind of value for the first time at once."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
# What msgspec calls to work a Struct out, in a process where nobody has read anything yet.
FIRST_READ = """
import json, pathlib, sys
from bot.store import codec

def seen(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "get_class_annotations":
        print(kind)

for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    for row in json.loads(file.read_text(encoding="utf-8")):
        kind, stored = row["kind"], json.dumps(row)
        sys.setprofile(seen)
        codec.decode_any(stored)
        sys.setprofile(None)
"""


@pytest.mark.process
def test_no_stored_kind_is_worked_out_when_it_is_first_read() -> None:
    """msgspec shows a type to other threads while it is still working it out: the service died of it, without a
    word, in its first seconds, when its writer and a reader met the same kind.
    """
    command = (sys.executable, "-c", FIRST_READ, str(GOLDEN))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_type_is_worked_out_by_a_call() -> None:
    """A decoder is made where its module is imported, which one thread does."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for part in ("bot", "adapters", "flows")
        for file in sorted((ROOT / part).rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("decode", "convert")
        if any(keyword.arg == "type" for keyword in call.keywords)
    ]
    assert found == []
