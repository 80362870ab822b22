"""Without a browser these tests say so and are skipped; in CI there is one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.demo import browser_path, demo


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A fresh demo's address."""
    if browser_path() is None:
        assert "CI" not in os.environ, "CI installs Chromium: these tests must run there"
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    async with demo(tmp_path) as found:
        yield found
