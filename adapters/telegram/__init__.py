"""Telegram: a bot that buyers write to."""

from __future__ import annotations

from adapters.telegram.adapter import TelegramChannel

__all__ = ["TelegramChannel"]
