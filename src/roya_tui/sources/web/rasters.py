"""What picture some bytes are, told by how they begin: no header is believed."""

from __future__ import annotations


def kind(data: bytes) -> str:
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
