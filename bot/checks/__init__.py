"""Is everything there that the desk needs? Asked by `amends check`, and by the service when it has started."""

from bot.checks.all import examine
from bot.checks.telling import in_json

__all__ = ["examine", "in_json"]
