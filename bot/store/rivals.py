"""What another process did to the same rows at the same moment: ours is rolled back, and taken again."""

from __future__ import annotations

from collections.abc import Collection


class Overtaken(Exception):
    """Another process stored the same, or something of the same lane, just now. Nothing of ours was written."""


class StaleCase(Overtaken):
    """Another writer moved one of the cases. Nothing of ours was written."""

    def __init__(self, ids: Collection[str]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(ids)}")
        self.ids = tuple(ids)
