"""Who would not notice a mention now, by what dnd.info says: snoozed by hand, or inside the person's own hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.absence import is_quiet

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
AT = int(NOW.timestamp())
OFF = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": False}


@pytest.mark.parametrize(
    ("said", "quiet"),
    [
        ({}, False),
        ({"snooze_enabled": True, "snooze_endtime": AT + 60}, True),
        ({"snooze_enabled": True, "snooze_endtime": AT}, False),
        ({"snooze_enabled": True}, False),
        ({"dnd_enabled": True, "next_dnd_start_ts": AT - 60, "next_dnd_end_ts": AT + 60}, True),
        ({"dnd_enabled": True, "next_dnd_start_ts": AT + 60, "next_dnd_end_ts": AT + 120}, False),
        ({"dnd_enabled": False, "next_dnd_start_ts": AT - 60, "next_dnd_end_ts": AT + 60}, False),
        ({"dnd_enabled": True, "next_dnd_start_ts": None, "next_dnd_end_ts": "soon"}, False),
    ],
)
def test_quiet_is_what_slack_says_of_this_instant(said: dict[str, object], quiet: bool) -> None:
    """The schedule names the next stretch, not whether it is now; an odd answer holds nobody back."""
    assert is_quiet(OFF | said, NOW) is quiet
