"""Ids that a spreadsheet has damaged, each named with the remedy: they must never become somebody else's order.

A spreadsheet keeps 15 digits of a number: 8100123456789012 becomes 8100123456789010 or 8.1E+15. What is lost
cannot be computed back; the file must be exported again and the column read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Formats = Sequence[re.Pattern[str]]
DIGITS_KEPT = 15
SURE_ZEROS = 5  # one real id in 100,000 ends so
REMEDY = (
    "export the file again and import it without opening it in a spreadsheet (or open it with Data > From "
    "text and mark the column as text)"
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?\s*[eE]\s*\+?\d{1,3}")
_FILLED = re.compile(r"#{2,}")
_MONTH = re.compile(
    r"(?:\d{1,2}-)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-\d{1,4}|\d{1,2}月\d{1,2}日",
    re.IGNORECASE,
)


def damage(id: str, formats: Formats = (), *, rounded: bool = False, number: bool = False) -> str:
    """What a spreadsheet did to this id, with the remedy; "" when nothing shows.

    `rounded`: the whole column proves that long ids were rounded. `number`: the cell held a number, not a text.
    `formats`: the shop's own, by which a lost leading zero is noticed.
    """
    if _SCIENTIFIC.fullmatch(id):
        return f"a spreadsheet turned the id into {id} and its last digits are lost: {REMEDY}"
    if _FILLED.fullmatch(id):
        return f"the id reads {id[:8]}: the spreadsheet's column was too narrow when it was copied; {REMEDY}"
    if _MONTH.fullmatch(id):
        return f"a spreadsheet turned the id into the date {id}: {REMEDY}"
    if id.isascii() and id.isdigit():
        lost = len(id) - DIGITS_KEPT
        zeros = len(id) - len(id.rstrip("0"))
        if lost > 0 and (zeros >= SURE_ZEROS or ((number or rounded) and zeros >= lost)):
            return f"a spreadsheet rounded the id to {id}, its last digits are lost: {REMEDY}"
        if any(_with_zeros(pattern, id) for pattern in formats):
            return f"the id {id} has lost its leading zero in a spreadsheet: {REMEDY}"
    return ""


def column_is_rounded(ids: Iterable[str]) -> bool:
    """Every long id (three at least) ends in as many zeros as a spreadsheet leaves: chance would not do that."""
    long = {id for id in ids if id.isascii() and id.isdigit() and len(id) > DIGITS_KEPT}
    return len(long) >= 3 and all(id.endswith("0" * (len(id) - DIGITS_KEPT)) for id in long)


def cleaned(cell: str) -> str:
    """The id without what exports put around it so that spreadsheets leave it alone: ="8100…", '8100…, a tab."""
    text = cell.strip().strip("\u200b\ufeff")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'").strip()


def _with_zeros(pattern: re.Pattern[str], id: str) -> bool:
    return not pattern.fullmatch(id) and any(pattern.fullmatch("0" * more + id) for more in range(1, 6))
