"""Which time-zone data the process reads: the pinned package's, on every machine the same."""

from __future__ import annotations

import zoneinfo


def pin_zones() -> None:
    """Read zones from the pinned `tzdata` package only.

    `zoneinfo` would prefer the system's files, whose version nobody chose: the same rule would fall due at another
    instant on another machine. Zones read before are forgotten.
    """
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
