"""The environment the service is started with: nothing of the visitor's own secrets reaches it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from sandbox.cast import SLACK_CHANNEL_NAME

CODE = Path(__file__).resolve().parent.parent
DROPPED = ("SLACK_", "TELEGRAM_", "AMENDS_", "DATABASE_URL")
UNDO_SECONDS = 5


def service_environment(
    *,
    telegram_token: str,
    slack_bot_token: str,
    slack_app_token: str,
    sandbox_port: int,
    service_port: int,
    folder: Path,
    database_url: str | None,
) -> dict[str, str]:
    """The inherited environment without other accounts' settings, pointed at the sandboxes on loopback."""
    here = f"http://127.0.0.1:{sandbox_port}"
    ours = {
        "TELEGRAM_BOT_TOKEN": telegram_token,
        "TELEGRAM_BASE_URL": f"{here}/bot",
        "TELEGRAM_BASE_FILE_URL": f"{here}/file/bot",
        "SLACK_BOT_TOKEN": slack_bot_token,
        "SLACK_APP_TOKEN": slack_app_token,
        "SLACK_BASE_URL": f"{here}/slack/api/",
        "SLACK_CHANNEL": SLACK_CHANNEL_NAME,
        "AMENDS_DATA_DIR": str(folder),
        "AMENDS_HTTP_PORT": str(service_port),
        "AMENDS_UNDO_SECONDS": str(UNDO_SECONDS),
        "AMENDS_SHOP_FILE": str(folder / "shop.toml"),
        "AMENDS_CLOCK_FILE": str(folder / "clock.json"),
        "PYTHONFAULTHANDLER": "1",  # should the interpreter itself die, its last lines say where
    }
    # The child runs in another folder, and must still find the code when it is not installed.
    found = [str(CODE), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours["PYTHONPATH"] = os.pathsep.join(found)
    if database_url:
        ours["DATABASE_URL"] = database_url
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(DROPPED)}
    return inherited | ours


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
