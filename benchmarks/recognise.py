"""How well the word recogniser reads labelled messages.

    python -m benchmarks.recognise DATA_FOLDER [--part dev] [--kind real_buyers] [--misses 20]

Strict: the label is the one given. Lenient: it is given or also accepted. Abstained rows count as wrong in both,
and are shown on their own; "answered right" is the lenient share among the rows it answered.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.ports import Reading
from flows.recognise import WordRecogniser


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    language: str
    label: str
    accepted: frozenset[str]
    kind: str
    part: str
    source: str


def rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _row(json.loads(line), path.stem)


def _row(raw: dict[str, Any], source: str) -> Row:
    accepted = frozenset((raw["situation"], *raw["also_accept"]))
    return Row(raw["text"], raw["lang"], raw["situation"], accepted, raw["kind"], raw["part"], source)


def report(name: str, chosen: list[Row], misses: int) -> None:
    reader = WordRecogniser()
    started = time.perf_counter()
    read = [(row, reader.read(row.text, None)) for row in chosen]
    spent_ms = (time.perf_counter() - started) * 1000 / max(1, len(chosen))
    print(f"{name}: {_figures(read)}, {spent_ms:.2f} ms a message")
    _print_misses(read, misses)


def _figures(read: list[tuple[Row, Reading]]) -> str:
    total = max(1, len(read))
    answered = [(row, reading) for row, reading in read if reading.label is not None]
    strict = sum(reading.label == row.label for row, reading in read) / total
    lenient = sum(reading.label in row.accepted for row, reading in read) / total
    top3 = sum(bool(row.accepted & set(reading.likely)) for row, reading in read) / total
    right = sum(reading.label in row.accepted for row, reading in answered) / max(1, len(answered))
    language = sum(reading.language == row.language for row, reading in read) / total
    return (
        f"{len(read)} rows, strict {strict:.2f}, lenient {lenient:.2f}, in top 3 {top3:.2f}, "
        f"abstained {1 - len(answered) / total:.2f}, answered right {right:.2f}, language {language:.2f}"
    )


def _print_misses(read: list[tuple[Row, Reading]], limit: int) -> None:
    wrong = [(row, reading) for row, reading in read if reading.label not in row.accepted]
    for row, reading in wrong[:limit]:
        print(f"    {row.label:18} read as {reading.label} {reading.confidence}: {row.text[:90]}")
    if limit:
        pairs = Counter((row.label, reading.label) for row, reading in wrong)
        print("   ", ", ".join(f"{label}->{read_as} {count}" for (label, read_as), count in pairs.most_common(12)))


def calibration(chosen: list[Row]) -> None:
    """Lenient accuracy of the best guess by stated confidence."""
    reader = WordRecogniser()
    bins: dict[float, list[bool]] = {}
    for row in chosen:
        reading = reader.read(row.text, None)
        if reading.likely:
            bins.setdefault(int(reading.confidence * 10) / 10, []).append(reading.likely[0] in row.accepted)
    for floor in sorted(bins):
        print(f"    confidence {floor:.1f}: right {sum(bins[floor]) / len(bins[floor]):.2f} of {len(bins[floor])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("train", "dev"))
    parser.add_argument("--kind")
    parser.add_argument("--misses", type=int, default=0)
    options = parser.parse_args()
    chosen = [row for row in rows(options.folder) if options.part in (None, row.part)]
    for kind in sorted({row.kind for row in chosen} if options.kind is None else {options.kind}):
        of_kind = [row for row in chosen if row.kind == kind]
        report(kind, of_kind, options.misses)
        calibration(of_kind)


if __name__ == "__main__":
    main()
