"""The link that makes the Slack app: everything it needs is in it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import quote

NEW_APP = "https://api.slack.com/apps"
_NAME = "slack-manifest.yaml"
_PLACES = (Path(__file__).parents[2], Path(sys.prefix, "share", "amends"))  # the sources; an installed wheel
_COMMENT = re.compile(r"(^|\s+)# .*$", re.MULTILINE)


def link() -> str:
    """Slack's page for a new app, filled in; the bare page where the manifest was not installed.

    The parameters: https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests (seen 2026-11-25).
    """
    text = next((file.read_text(encoding="utf-8") for place in _PLACES if (file := place / _NAME).is_file()), None)
    if text is None:
        return NEW_APP
    lines = [line.rstrip() for line in _COMMENT.sub("", text).splitlines() if line.strip()]
    return f"{NEW_APP}?new_app=1&manifest_yaml={quote(chr(10).join(lines) + chr(10), safe='')}"
