"""What the worker does with Pillow: a file of any of five formats → pixels that fit a box, or a file of our own."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

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

from roya_tui.graphics import sixel
from roya_tui.graphics.jobs import BROKEN, Refusal, RenderedPicture, RenderJob, RenderLimits

_DECODERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, GifImagePlugin, BmpImagePlugin)
"""Loaded with this module, not over the first picture, whose time is measured."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""No other decoder ever sees a byte, whatever a file says it is."""
MAX_COLORS = 160
"""Of one picture in half blocks: with fewer colours the terminal is told less, and no eye misses the others."""
SHRINK_FACTOR = 0.7
"""How much smaller a file is made that came out too large."""
JPEG_QUALITY = 85
_CUBE = (0, 95, 135, 175, 215, 255)

Image.MAX_IMAGE_PIXELS = None  # ours is `Limits.pixels`, which is looked at before anything is decoded


def render(job: RenderJob, limits: RenderLimits) -> RenderedPicture | Refusal:
    """Return the picture as the job wants it, or why not. Raises whatever a decoder raises over broken bytes."""
    if Path(job.path).stat().st_size > limits.max_file_bytes:
        return Refusal("its file is too large")
    try:
        image: Image.Image = Image.open(job.path, formats=FORMATS)
    except UnidentifiedImageError:
        return BROKEN
    with image:
        image.draft("RGB", (job.width, job.height))  # a JPEG is read at a half, a quarter or an eighth
        if image.width * image.height > limits.max_pixels:
            return Refusal(f"{image.width} by {image.height} pixels are too many to draw")
        image.load()
        small = _flatten(_fit(_to_resizable_mode(image), job.width, job.height), job.background)
    return _encode(small, job)


def _to_resizable_mode(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _fit(image: Image.Image, width: int, height: int) -> Image.Image:
    """The picture upright and within the box; never larger than it was."""
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    wide, high = (image.height, image.width) if turned else image.size
    scale = min(1.0, width / wide, height / high)
    size = (max(1, min(width, round(wide * scale))), max(1, min(height, round(high * scale))))
    exif = image.info.get("exif")
    small = image.resize(size[::-1] if turned else size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if exif is not None:
        small.info["exif"] = exif
    with suppress(ValueError, TypeError, KeyError, SyntaxError):  # facts of the camera that are none
        small = ImageOps.exif_transpose(small)
    return small


def _flatten(image: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    """The picture without transparency, in three channels."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    under = Image.new("RGBA", clear.size, (*paper, 255))
    return Image.alpha_composite(under, clear).convert("RGB")


def _encode(image: Image.Image, job: RenderJob) -> RenderedPicture:
    match job.format:
        case "cells":
            few = image.quantize(MAX_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
            return RenderedPicture(image.width, image.height, few.tobytes())
        case "cells-256":
            few = image.quantize(palette=_xterm_palette(), dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")
            return RenderedPicture(image.width, image.height, few.tobytes())
    data = _encode_file(image, job.format)
    while len(data) > job.max_bytes and min(image.size) > 8:
        image = image.resize(
            (round(image.width * SHRINK_FACTOR), round(image.height * SHRINK_FACTOR)), Image.Resampling.LANCZOS
        )
        data = _encode_file(image, job.format)
    return RenderedPicture(image.width, image.height, data)


def _encode_file(image: Image.Image, file_format: str) -> bytes:
    if file_format == "sixel":
        few = image.quantize(sixel.MAX_COLORS, Image.Quantize.MEDIANCUT)
        palette = few.getpalette("RGB") or []
        return sixel.encode(few.width, few.height, few.tobytes(), bytes(palette))
    file = BytesIO()
    if file_format == "jpeg":
        image.save(file, "JPEG", quality=JPEG_QUALITY)
    else:
        image.save(file, "PNG", compress_level=3)
    return file.getvalue()


def _xterm_palette() -> Image.Image:
    """A picture with the colours 16 to 255 of xterm as its palette; the first 16 are everybody's own."""
    cube = [level for red in _CUBE for green in _CUBE for blue in _CUBE for level in (red, green, blue)]
    greys = [level for step in range(24) for level in (8 + 10 * step,) * 3]
    palette = Image.new("P", (1, 1))
    palette.putpalette(cube + greys + cube[-3:] * 16)
    return palette
