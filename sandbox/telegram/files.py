"""Files the service keeps: small generated ones from buyers, and whatever the bot uploads."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .errors import bad_request

DOWNLOAD_LIMIT = 20 << 20  # bytes; larger files have no download path in the cloud
_FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "video": "videos",
    "sticker": "stickers",
}
_ENDINGS = {"photo": "jpg", "document": "bin", "voice": "oga", "video": "mp4", "sticker": "webp"}
_TYPE_NAMES = {
    "photo": "Photo",
    "document": "Document",
    "voice": "VoiceNote",
    "video": "Video",
    "sticker": "Sticker",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`size` in bytes may be claimed larger than the content, to stand for a file too big to download."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    size: int
    path: str

    def reference(self) -> dict[str, str | int]:
        """The part that every file object of the Bot API shares."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


@dataclass(slots=True)
class FileStore:
    """Files by id; a path answers only after getFile handed it out."""

    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def add(
        self, kind: str, content: bytes, *, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        number = len(self._by_id) + 1
        ending = name.rpartition(".")[2] if "." in name else _ENDINGS[kind]
        stored = StoredFile(
            file_id=f"AgACAgQAAxkBAAI{number:08d}sandbox{kind}",
            unique_id=f"AQAD{number:08d}",
            kind=kind,
            name=name,
            mime=mime,
            content=content,
            size=len(content) if size is None else size,
            path=f"{_FOLDERS[kind]}/file_{number}.{ending}",
        )
        self._by_id[stored.file_id] = stored
        return stored

    def of_kind(self, file_id: str, kind: str) -> StoredFile:
        """The file for sending again. Raises Refused."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if stored.kind != kind:
            was, wanted = _TYPE_NAMES[stored.kind], _TYPE_NAMES[kind]
            raise bad_request(f"can't use file of type {was} as {wanted}")
        return stored

    def open(self, file_id: str) -> StoredFile:
        """getFile: make the path downloadable. Raises Refused."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        self._by_path[stored.path] = stored
        return stored

    def at_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def grey_jpeg(width: int, height: int, note: str) -> bytes:
    """A real baseline JPEG, all mid-grey; `note` (a comment inside) makes each one differ.

    One component, quantisation all ones, and Huffman tables with a single one-bit code each: every 8x8 block is
    then the two bits 00 (no change of brightness, end of block).
    """
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    bits = "00" * blocks
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big")
    one_code = bytes([1]) + bytes(15) + b"\0"
    return b"".join((
        b"\xff\xd8",
        _segment(0xFE, note.encode()),
        _segment(0xDB, b"\0" + b"\1" * 64),
        _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
        _segment(0xC4, b"\0" + one_code),
        _segment(0xC4, b"\x10" + one_code),
        _segment(0xDA, b"\1\1\0\0\x3f\0"),
        scan,
        b"\xff\xd9",
    ))  # fmt: skip


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
