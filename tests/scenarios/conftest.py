"""A running desk for a story; at its end neither platform may have had anything to complain about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.world import World, world

OUR_FAULT = ("batch rolled back", "parked", "attempt failed", "loop failed")


@pytest.fixture
async def shop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        yield running
    told = [record.getMessage() for record in caplog.get_records("call")]
    assert [line for line in told if line.startswith(OUR_FAULT)] == []
