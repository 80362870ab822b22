"""What buyers and marketplaces are told: one TOML file a language, and the renderer. Staff's are in words."""

from __future__ import annotations

from flows.phrases import parse
from flows.replies.catalogue import Catalogue, MissingPlaceholder, Value

__all__ = ["Catalogue", "MissingPlaceholder", "Value", "parse"]
