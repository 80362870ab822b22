"""What the terminal is set to."""

from __future__ import annotations

from collections.abc import Mapping

from bot.brain import STAFF_LANGUAGES


def language_of(environment: Mapping[str, str]) -> str:
    """Its language (POSIX: LC_ALL, LC_MESSAGES, LANG), where it is one of ours; else English."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    tag = said.split("_")[0].split(".")[0].lower()
    return tag if tag in STAFF_LANGUAGES else "en"
