"""Order numbers in what buyers write, and the platform that follows from their shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from flows.saying import Said

_LOOK = 20_000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_EDGE = r"(?<![0-9A-Za-z-])"
_END = r"(?![0-9A-Za-z]|-[0-9])"

# Amazon 3-7-7, eBay 2-5-5, AliExpress 16 to 20 digits; those of DHL's parcels have 20 as well and begin with 00.
# Letters of other scripts may stand right beside.
_SHAPES = {
    "amazon": "[0-9]{3}-[0-9]{7}-[0-9]{7}",
    "ebay": "[0-9]{2}-[0-9]{5}-[0-9]{5}",
    "aliexpress": "[1-9][0-9]{15,19}",
}
_NUMBER = re.compile(f"{_EDGE}(?:{'|'.join(f'(?P<{name}>{shape})' for name, shape in _SHAPES.items())}){_END}")
# What a shop may write for its own numbers: every repeat is bounded, so that no text makes the search slow.
_PIECE = r"(?:\\d|\\-|\[[0-9A-Za-z-]+\]|[0-9A-Za-z_#/-])(?:\{[0-9]{1,2}(?:,[0-9]{1,2})?\}|\?)?"
_FORMAT = re.compile(f"(?:{_PIECE}){{1,40}}")


def order_in(text: str, formats: Sequence[re.Pattern[str]] = ()) -> tuple[str, str | None] | None:
    """(order number in plain digits, platform) of the first one, or None. Full-width digits and dashes count.

    `formats` are the shop's own numbers, looked for after the marketplaces'; they name no platform.
    """
    plain = _plain(text)
    found = _NUMBER.search(plain)
    if found is not None:
        return found.group(), str(found.lastgroup)
    own = (match for pattern in formats if (match := pattern.search(plain)) is not None)
    first = min(own, key=lambda match: match.start(), default=None)
    return None if first is None else (first.group().upper(), None)


def platform_of(number: str) -> str | None:
    """The marketplace whose numbers look like this, or None."""
    found = _NUMBER.fullmatch(number)
    return None if found is None else found.lastgroup


def own_format(pattern: str) -> re.Pattern[str]:
    r"""A shop's own format, such as `CH-\d{6}`, as it is looked for in texts. Raises ValueError with the
    remedy.
    """
    if not _FORMAT.fullmatch(pattern) or not re.search(r"\\d|\[[^]]*[0-9]", pattern):
        raise Said(r'write letters, digits, \d, [A-Z] and counts such as {{6}}, for example "CH-\\d{{6}}"')
    try:
        return re.compile(f"{_EDGE}{pattern}{_END}", re.IGNORECASE)
    except re.error as error:
        raise Said("cannot be read as a format: {why}", why=error) from None


def _plain(text: str) -> str:
    plain = text[:_LOOK]
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain.translate(_DASHES))
