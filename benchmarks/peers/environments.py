"""An environment of its own for each peer, from a pinned list with hashes.

    python -m benchmarks.peers.environments

They lie in build/peers, and nothing of them is part of the product or of its lock.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.stores import ROOT

HERE = Path(__file__).resolve().parent
PEERS = ("apscheduler", "dbos", "opsdroid", "procrastinate")


class PeerMissing(Exception):
    """This peer cannot be measured here; the text says why, or which command makes it possible."""


def python_of(peer: str) -> Path:
    """The peer's own interpreter. Raises PeerMissing."""
    found = _home(peer) / "bin" / "python"
    if not _stamp(peer).exists():
        raise PeerMissing(
            f"{peer} is not installed in {_home(peer).relative_to(ROOT.parent)}: run `make bench-peers`"
        )
    return found


def version_of(peer: str) -> str:
    """The pinned version."""
    lines = _pins(peer).read_text(encoding="utf-8").splitlines()
    return next(line.split("==")[1].split()[0] for line in lines if line.startswith(f"{peer}=="))


def make(peer: str) -> str | None:
    """Install it, if that was not done for these pins yet; why it could not be, or None."""
    if _stamp(peer).exists() and _stamp(peer).read_text() == _pins(peer).read_text():
        return None
    venv.create(_home(peer), with_pip=True, clear=True)
    pip = (str(_home(peer) / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own list
        (*pip, "--require-hashes", "-r", str(_pins(peer))), capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    _stamp(peer).write_text(_pins(peer).read_text())
    return None


def _home(peer: str) -> Path:
    return ROOT / "peers" / peer


def _stamp(peer: str) -> Path:
    return _home(peer) / ".installed"


def _pins(peer: str) -> Path:
    return HERE / f"{peer}.txt"


def main() -> None:
    """One that cannot be had is said so, and the others are measured all the same."""
    for peer in PEERS:
        trouble = make(peer)
        words = (
            "ready" if trouble is None else f"cannot be installed on Python {sys.version.split()[0]}: {trouble}"
        )
        print(f"{peer} {version_of(peer)}: {words}")


if __name__ == "__main__":
    main()
