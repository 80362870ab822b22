"""Order numbers in what buyers write, and the platform that follows from their shape."""

from __future__ import annotations

import re
import unicodedata

_LOOK = 20_000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_EDGE = r"(?<![0-9A-Za-z-])"
_END = r"(?![0-9A-Za-z]|-[0-9])"

# Amazon 3-7-7, eBay 2-5-5, AliExpress 16 to 20 digits. Letters of other scripts may stand right beside.
_SHAPES = {
    "amazon": "[0-9]{3}-[0-9]{7}-[0-9]{7}",
    "ebay": "[0-9]{2}-[0-9]{5}-[0-9]{5}",
    "aliexpress": "[0-9]{16,20}",
}
_NUMBER = re.compile(f"{_EDGE}(?:{'|'.join(f'(?P<{name}>{shape})' for name, shape in _SHAPES.items())}){_END}")


def order_in(text: str) -> tuple[str, str] | None:
    """(order number in plain digits, platform) of the first one, or None. Full-width digits and dashes count."""
    plain = text[:_LOOK]
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain.translate(_DASHES))
    found = _NUMBER.search(plain)
    return (found.group(), str(found.lastgroup)) if found else None
