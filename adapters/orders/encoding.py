"""How a text file is encoded, found by reading it: BOM, strict UTF-8, UTF-16 by its zeros, then GB18030 or
cp1252.
"""

from __future__ import annotations

import codecs
from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
_LOOK = 1 << 16


def encoding_of(path: Path) -> str:
    """A codec's name. Total: whatever the bytes, cp1252 with replacements reads something."""
    with path.open("rb") as file:
        head = file.read(_LOOK)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if wide := _wide(head):
        return wide
    if _reads(path, "utf-8"):
        return "utf-8"
    return "gb18030" if _is_chinese(path) and _reads(path, "gb18030") else "cp1252"


def _wide(head: bytes) -> str:
    """UTF-16 without a BOM: every second byte of plain letters is zero."""
    sample = head[:4000]
    if len(sample) < 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) // 2 * 0.4
    if odd > most and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > most and odd < even / 4 else ""


def _reads(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Chinese comes in pairs of high bytes; a Western accent stands alone between plain letters."""
    pairs = singles = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            run = 0
            for byte in chunk.translate(_HIGH).split(b"\x00"):
                run = len(byte)
                if run >= 2:
                    pairs += run // 2
                elif run:
                    singles += 1
    return pairs > singles


# Low bytes become zero, so that what is left between zeros are runs of high ones.
_HIGH = bytes(0 if byte < 0x80 else byte for byte in range(256))
