"""The picture worker: decodes pictures with Pillow in a sandbox, and renders them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import msgspec
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from roya_tui.graphics.jobs import BROKEN, TOO_MUCH, Refusal, RenderedPicture, RenderJob, RenderLimits
from roya_tui.graphics.protocols import MAX_SIXEL_COLORS, encode_sixel
from roya_tui.sandbox.worker import serve
from roya_tui.translation import gettext, use_environment

_DECODERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, GifImagePlugin, BmpImagePlugin)
"""Imported here, so that the time limit of the first picture does not include it."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""The only decoders that read a file, whatever its header claims."""
MAX_COLORS = 160
"""Colors of a picture in half blocks: enough for the eye, and less output."""
SHRINK_FACTOR = 0.7  # applied until the file is small enough
JPEG_QUALITY = 85
_CUBE = (0, 95, 135, 175, 215, 255)

Image.MAX_IMAGE_PIXELS = None  # `RenderLimits.max_pixels` is checked instead, before decoding


def render(job: RenderJob, limits: RenderLimits) -> RenderedPicture | Refusal:
    """Render a job. Raises whatever exception a decoder raises for a broken file."""
    if Path(job.path).stat().st_size > limits.max_file_bytes:
        return Refusal(gettext("file too large"))
    try:
        image: Image.Image = Image.open(job.path, formats=FORMATS)
    except UnidentifiedImageError:
        return Refusal(gettext(BROKEN))
    with image:
        image.draft("RGB", (job.width, job.height))  # decodes a JPEG at 1/2, 1/4 or 1/8
        if image.width * image.height > limits.max_pixels:
            size = {"width": image.width, "height": image.height}
            return Refusal(gettext("{width} × {height} pixels are too many to draw", **size))
        image.load()
        resized = _fit(_to_resizable_mode(image), job.width, job.height)
    return _encode(_flatten(resized, job.background), job)


def _to_resizable_mode(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be resized."""
    if image.mode.startswith("I"):  # 16-bit gray
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _fit(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture upright and shrunk into the box."""
    is_rotated = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    full_width, full_height = (image.height, image.width) if is_rotated else image.size
    scale = min(1.0, width / full_width, height / full_height)
    size = (max(1, min(width, round(full_width * scale))), max(1, min(height, round(full_height * scale))))
    exif = image.info.get("exif")
    small = image.resize(size[::-1] if is_rotated else size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if exif is not None:
        small.info["exif"] = exif
    with suppress(ValueError, TypeError, KeyError, SyntaxError):  # damaged EXIF
        small = ImageOps.exif_transpose(small)
    return small


def _flatten(image: Image.Image, background: tuple[int, int, int]) -> Image.Image:
    """Return the picture in RGB, over `background` where it is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    canvas = Image.new("RGBA", image.size, (*background, 255))
    return Image.alpha_composite(canvas, image.convert("RGBA")).convert("RGB")


def _encode(image: Image.Image, job: RenderJob) -> RenderedPicture:
    match job.format:
        case "cells":
            image = image.quantize(MAX_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
            return RenderedPicture(image.width, image.height, image.tobytes())
        case "cells-256":
            image = image.quantize(palette=_xterm_palette(), dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")
            return RenderedPicture(image.width, image.height, image.tobytes())
    data = _encode_file(image, job.format)
    while len(data) > job.max_bytes and min(image.size) > 8:
        size = (round(image.width * SHRINK_FACTOR), round(image.height * SHRINK_FACTOR))
        image = image.resize(size, Image.Resampling.LANCZOS)
        data = _encode_file(image, job.format)
    return RenderedPicture(image.width, image.height, data)


def _encode_file(image: Image.Image, file_format: str) -> bytes:
    if file_format == "sixel":
        image = image.quantize(MAX_SIXEL_COLORS, Image.Quantize.MEDIANCUT)
        return encode_sixel(image.width, image.height, image.tobytes(), bytes(image.getpalette("RGB") or []))
    file = BytesIO()
    if file_format == "jpeg":
        image.save(file, "JPEG", quality=JPEG_QUALITY)
    else:
        image.save(file, "PNG", compress_level=3)
    return file.getvalue()


def _xterm_palette() -> Image.Image:
    """Return a picture with the palette of xterm, without the 16 colors that users change."""
    cube = [level for red in _CUBE for green in _CUBE for blue in _CUBE for level in (red, green, blue)]
    grays = [level for step in range(24) for level in (8 + 10 * step,) * 3]
    palette = Image.new("P", (1, 1))
    palette.putpalette(cube + grays + cube[-3:] * 16)
    return palette


def main(limits: RenderLimits) -> None:
    """Serve jobs until the input ends."""

    def handle(job: RenderJob, restart_clock: Callable[[], None]) -> bytes:
        try:
            return msgspec.msgpack.encode(render(job, limits))
        except MemoryError:
            return msgspec.msgpack.encode(Refusal(gettext(TOO_MUCH)))
        except Exception:  # noqa: BLE001
            return msgspec.msgpack.encode(
                Refusal(gettext(BROKEN))
            )  # decoders raise many exception types for broken files

    serve(msgspec.msgpack.Decoder(RenderJob).decode, handle, limits)


if __name__ == "__main__":
    use_environment()
    main(msgspec.json.decode(sys.argv[1], type=RenderLimits))
