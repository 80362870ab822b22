"""Write the checked table of days off: `make days`, after an upgrade whose changes were looked at."""

from __future__ import annotations

from pathlib import Path

import flows
from flows.clocks import days

FILE = Path(flows.__file__).parent / "clocks" / "days.toml"

if __name__ == "__main__":
    for line in days.moved(
        days.checked(FILE.read_text(encoding="utf-8")) if FILE.exists() else frozenset(), days.in_use()
    ):
        print(line)
    FILE.write_text(days.written(days.in_use()), encoding="utf-8")
