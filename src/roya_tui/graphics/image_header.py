"""How large a picture is, told by its first bytes without decoding any of it: so that its place can be kept free.

Nothing that the header says is believed further than for that; the worker looks for itself.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

MAX_JPEG_SEGMENTS = 600
"""Of a JPEG, before its size must have been told."""
_MAX_EXIF_BYTES = 65_533
"""Bytes of the largest segment."""
_ORIENTATION = 0x0112
_ROTATED = frozenset((5, 6, 7, 8))
"""EXIF orientations in which rows are columns."""

Size = tuple[int, int]


def read_size(file: BinaryIO) -> Size | None:
    """Return the width and height in pixels of a JPEG, PNG, WebP, GIF or BMP as it is to be seen; None if unknown.

    Reads little of `file`, from its beginning. Raises OSError.
    """
    head = file.read(32)
    try:
        found = _jpeg(file) if head.startswith(b"\xff\xd8\xff") else _fixed_offset_size(head)
    except (struct.error, IndexError):
        return None
    return found if found and min(found) > 0 else None


def _fixed_offset_size(head: bytes) -> Size | None:
    """Formats that tell it at one place."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _unpack_two(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _unpack_two("<HH", head, 6)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(head)
    if head.startswith(b"BM"):
        short = struct.unpack_from("<I", head, 14)[0] == 12
        width, height = _unpack_two("<HH" if short else "<ii", head, 18)
        return width, abs(height)  # a negative height only says that the rows go down
    return None


def _unpack_two(form: str, data: bytes, at: int) -> Size:
    first, second = struct.unpack_from(form, data, at)
    return first, second


def _webp(head: bytes) -> Size | None:
    match head[12:16]:
        case b"VP8 ":
            width, height = _unpack_two("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = struct.unpack_from("<I", head, 21)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None


def _jpeg(file: BinaryIO) -> Size | None:
    """Walk over the segments to the first frame header (ITU T.81, annex B)."""
    file.seek(2)
    lying = False
    for _ in range(MAX_JPEG_SEGMENTS):
        marker = file.read(4)
        while marker[:2] == b"\xff\xff":  # any number of fill bytes may stand before a marker
            marker = marker[1:] + file.read(1)
        kind, length = marker[1], struct.unpack_from(">H", marker, 2)[0]
        if marker[0] != 0xFF or length < 2 or kind in (0xD9, 0xDA):
            return None
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = _unpack_two(">HH", file.read(5), 1)
            return (height, width) if lying else (width, height)
        if kind == 0xE1 and not lying:
            segment = file.read(min(length - 2, _MAX_EXIF_BYTES))
            lying = _orientation(segment) in _ROTATED
        else:
            file.seek(length - 2, 1)
    return None


def _orientation(segment: bytes) -> int:
    """Return the orientation that an EXIF segment states, 1 if it states none."""
    if not segment.startswith(b"Exif\0\0"):
        return 1
    facts = segment[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(facts[:4])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(f"{order}I", facts, 4)[0]
        for place in range(start + 2, start + 2 + 12 * struct.unpack_from(f"{order}H", facts, start)[0], 12):
            tag, kind = _unpack_two(f"{order}HH", facts, place)
            if tag == _ORIENTATION and kind == 3:
                return int(struct.unpack_from(f"{order}H", facts, place + 8)[0])
    except struct.error:
        return 1
    return 1


def image_format(data: bytes) -> str:
    """Return "jpeg", "png", "webp", "gif" or "bmp"; "" for all else, as for SVG, which can hold scripts."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"BM") and data[6:10] == bytes(4):  # two reserved fields, which are 0
        return "bmp"
    return ""
