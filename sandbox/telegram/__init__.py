"""A local Telegram Bot API server for tests and the demo (see README.md)."""

from __future__ import annotations

from .buyer import Buyer
from .server import TelegramSandbox

__all__ = ["Buyer", "TelegramSandbox"]
