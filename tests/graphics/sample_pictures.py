"""Pictures for tests, good and broken."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

RED, GREEN, BLUE = (220, 40, 30), (30, 200, 60), (40, 60, 220)


def quarters(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    """A picture whose orientation is visible: red and green above, blue and black below."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    """EXIF data with an orientation."""
    facts = Image.Exif()
    facts[0x0112] = orientation
    return facts.tobytes()


def png(width: int, height: int, data: bytes, *, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG with this header and `data` unchanged."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of some kilobytes that would be hundreds of megabytes."""
    line = zlib.compressobj()
    data = b"".join(line.compress(bytes(width + 1)) for _ in range(height)) if width < 1000 else b""
    return png(width, height, data + line.flush())


def frames(form: str) -> bytes:
    """An animation: the first picture red, the others blue."""
    first, *others = (Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE, BLUE))
    return saved(first, form, save_all=True, append_images=others, duration=100)


SAMPLES = {
    "jpeg": saved(quarters(), "JPEG", quality=95),
    "progressive jpeg": saved(quarters(), "JPEG", progressive=True, quality=95),
    "cmyk jpeg": saved(quarters(mode="CMYK"), "JPEG", quality=95),
    "png": saved(quarters(), "PNG"),
    "palette png": saved(quarters(mode="P"), "PNG"),
    "png with alpha": saved(quarters(mode="RGBA"), "PNG"),
    "gif": saved(quarters(), "GIF"),
    "bmp": saved(quarters(), "BMP"),
    "webp": saved(quarters(), "WEBP", lossless=True),
}
"""`quarters` in every format, 40 by 30 pixels."""
