"""Read the size and format of a picture from its header, without decoding it.

The size only reserves space in the layout; the worker checks the picture itself.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

MAX_JPEG_SEGMENTS = 600
"""Segments of a JPEG that are searched for its size."""
_MAX_EXIF_BYTES = 65_533  # bytes of the largest possible segment
_ORIENTATION_TAG = 0x0112
_ROTATED = frozenset((5, 6, 7, 8))  # EXIF orientations that swap width and height

Size = tuple[int, int]


def read_size(file: BinaryIO) -> Size | None:
    """Return the displayed width and height of a JPEG, PNG, WebP, GIF or BMP; None if unknown.

    Reads only the header. Raises OSError.
    """
    head = file.read(32)
    size: Size | None = None
    try:
        match image_format(head):
            case "jpeg":
                size = _jpeg(file)
            case "png":
                size = _unpack_two(">II", head, 16)
            case "gif":
                size = _unpack_two("<HH", head, 6)
            case "webp":
                size = _webp(head)
            case "bmp":
                is_core_header = struct.unpack_from("<I", head, 14)[0] == 12
                width, height = _unpack_two("<HH" if is_core_header else "<ii", head, 18)
                size = width, abs(height)  # a negative height means top-down rows
    except (struct.error, IndexError):
        return None
    return size if size and min(size) > 0 else None


def _unpack_two(format: str, data: bytes, offset: int) -> Size:
    first, second = struct.unpack_from(format, data, offset)
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
    """Return the size in the first frame header (ITU T.81, annex B), rotated as EXIF requires."""
    file.seek(2)
    is_rotated = False
    for _ in range(MAX_JPEG_SEGMENTS):
        marker = file.read(4)
        while marker[:2] == b"\xff\xff":  # fill bytes may precede a marker
            marker = marker[1:] + file.read(1)
        kind, length = marker[1], struct.unpack_from(">H", marker, 2)[0]
        if marker[0] != 0xFF or length < 2 or kind in (0xD9, 0xDA):
            return None
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = _unpack_two(">HH", file.read(5), 1)
            return (height, width) if is_rotated else (width, height)
        if kind == 0xE1 and not is_rotated:
            segment = file.read(min(length - 2, _MAX_EXIF_BYTES))
            is_rotated = _orientation(segment) in _ROTATED
        else:
            file.seek(length - 2, 1)
    return None


def _orientation(segment: bytes) -> int:
    """Return the orientation in an EXIF segment, or 1."""
    if not segment.startswith(b"Exif\0\0"):
        return 1
    tiff = segment[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for offset in range(start + 2, start + 2 + 12 * struct.unpack_from(f"{order}H", tiff, start)[0], 12):
            tag, kind = _unpack_two(f"{order}HH", tiff, offset)
            if tag == _ORIENTATION_TAG and kind == 3:
                return int(struct.unpack_from(f"{order}H", tiff, offset + 8)[0])
    except struct.error:
        pass  # a damaged segment has no orientation
    return 1


def image_format(data: bytes) -> str:
    """Return jpeg, png, webp, gif or bmp; "" for others, also for SVG, which can run scripts."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"BM") and data[6:10] == bytes(4):  # two reserved fields
        return "bmp"
    return ""
