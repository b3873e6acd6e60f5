"""Pictures as the worker draws them; and what becomes of those that are none, or too much."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from tests.graphics.made import BLUE, GREEN, RED, bomb, exif, frames, png, quarters, saved

from roya_tui.graphics.jobs import Refusal, RenderedPicture, RenderJob, RenderLimits, decode_reply
from roya_tui.graphics.renderer import PictureRenderer

SEEN = {
    "jpeg": saved(quarters(), "JPEG", quality=95),
    "progressive jpeg": saved(quarters(), "JPEG", progressive=True, quality=95),
    "cmyk jpeg": saved(quarters(mode="CMYK"), "JPEG", quality=95),
    "png": saved(quarters(), "PNG"),
    "palette png": saved(quarters(mode="P"), "PNG"),
    "png with alpha": saved(quarters(mode="RGBA"), "PNG"),
    "gif": saved(quarters(), "GIF"),
    "bmp": saved(quarters(), "BMP"),
    "webp": saved(quarters(), "WEBP", lossless=True),
    "held sideways": saved(quarters().rotate(90, expand=True), "JPEG", exif=exif(6), quality=95),
    "held upside down": saved(quarters().rotate(180), "JPEG", exif=exif(3), quality=95),
    "held sideways, webp": saved(quarters().rotate(90, expand=True), "WEBP", exif=exif(6), lossless=True),
}


@pytest.fixture
async def artist() -> AsyncIterator[PictureRenderer]:
    one = PictureRenderer()
    yield one
    await one.close()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "picture"


def job(path: Path, data: bytes, width: int = 80, height: int = 60, **facts: object) -> RenderJob:
    path.write_bytes(data)
    return RenderJob(str(path), width, height, **facts)  # type: ignore[arg-type]


def at(drawn: RenderedPicture | Refusal, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place, given in parts of the whole."""
    assert isinstance(drawn, RenderedPicture), drawn
    place = 3 * (int(y * drawn.height) * drawn.width + int(x * drawn.width))
    return tuple(drawn.data[place : place + 3])


def like(one: tuple[int, ...], other: tuple[int, ...], most: int = 40) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", SEEN)
async def test_every_format_is_drawn_upright_in_its_colours(artist: PictureRenderer, there: Path, name: str) -> None:
    drawn = await artist.render(job(there, SEEN[name]))
    assert isinstance(drawn, RenderedPicture)
    assert (drawn.width, drawn.height) == (40, 30), "never larger than it is"
    assert like(at(drawn, 0.25, 0.25), RED)
    assert like(at(drawn, 0.75, 0.25), GREEN)
    assert like(at(drawn, 0.25, 0.75), BLUE)
    assert like(at(drawn, 0.75, 0.75), (0, 0, 0))


async def test_sixteen_bits_of_grey_are_grey(artist: PictureRenderer, there: Path) -> None:
    ramp = Image.new("I;16", (16, 16))
    ramp.putdata([x * 4096 for _ in range(16) for x in range(16)])
    drawn = await artist.render(job(there, saved(ramp, "PNG")))
    assert [at(drawn, x, 0.5)[0] // 64 for x in (0.1, 0.4, 0.6, 0.9)] == [0, 1, 2, 3]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_of_an_animation_the_first_picture_is_drawn(artist: PictureRenderer, there: Path, form: str) -> None:
    assert like(at(await artist.render(job(there, frames(form))), 0.5, 0.5), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_the_paper_shows_through(artist: PictureRenderer, there: Path, mode: str) -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((255, 255, 255, 255), (10, 0, 20, 20))
    data = saved(clear.convert(mode), "PNG")
    drawn = await artist.render(job(there, data, background=(12, 34, 56)))
    assert like(at(drawn, 0.2, 0.5), (12, 34, 56), 4)
    assert like(at(drawn, 0.8, 0.5), (255, 255, 255), 4)


async def test_it_keeps_its_shape_in_any_box(artist: PictureRenderer, there: Path) -> None:
    wide = saved(quarters(2000, 500), "JPEG")
    for width, height in ((100, 100), (100, 10), (7, 100), (1, 1)):
        drawn = await artist.render(job(there, wide, width, height))
        assert isinstance(drawn, RenderedPicture)
        assert drawn.width <= width
        assert drawn.height <= height
        assert drawn.width == width or drawn.height == height or min(drawn.width, drawn.height) == 1


async def test_a_picture_that_is_a_line_is_drawn_as_one(artist: PictureRenderer, there: Path) -> None:
    drawn = await artist.render(job(there, saved(Image.new("RGB", (20_000, 1), RED), "PNG"), 70, 40))
    assert isinstance(drawn, RenderedPicture)
    assert (drawn.width, drawn.height) == (70, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bomb(), "30000 by 30000 pixels are too many to draw"),
        (b"", "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "broken"),
        (b"II*\0" + bytes(200), "broken"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "broken"),
        (saved(quarters(400, 300), "JPEG")[:900], "broken"),
        (saved(quarters(400, 300), "PNG")[:-40], "broken"),
        (png(100, 100, b"no deflate"), "broken"),
        (png(100, 100, b"", depth=3), "broken"),
        (b"GIF89a" + bytes([255] * 60), "broken"),
    ],
)
async def test_what_cannot_be_drawn_says_why(artist: PictureRenderer, there: Path, data: bytes, why: str) -> None:
    drawn = await artist.render(job(there, data))
    assert isinstance(drawn, Refusal)
    assert why in drawn.reason
    after = await artist.render(job(there, SEEN["png"]))
    assert isinstance(after, RenderedPicture), "the next one is drawn all the same"


async def test_a_file_that_is_gone_is_no_accident(artist: PictureRenderer, tmp_path: Path) -> None:
    assert isinstance(await artist.render(RenderJob(str(tmp_path / "nowhere"), 10, 10)), Refusal)


async def test_a_huge_photograph_is_read_at_an_eighth(artist: PictureRenderer, there: Path) -> None:
    drawn = await artist.render(job(there, saved(quarters(9000, 6000), "JPEG"), 90, 60))
    assert like(at(drawn, 0.25, 0.25), RED)


@pytest.mark.skipif(sys.platform == "win32", reason="the kernel's limits are POSIX")
async def test_what_takes_too_long_or_too_much_ends_with_its_process(there: Path) -> None:
    large = saved(quarters(6000, 6000), "PNG")
    for limits in (RenderLimits(cpu_seconds=0.05), RenderLimits(memory=320_000_000)):
        artist = PictureRenderer(limits)
        try:
            drawn = await artist.render(job(there, large, 4000, 4000))
            assert drawn == Refusal("too much to draw")
            assert isinstance(await artist.render(job(there, SEEN["gif"])), RenderedPicture), (
                "another process draws the next"
            )
        finally:
            await artist.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
async def test_a_worker_that_dies_costs_one_picture(artist: PictureRenderer, there: Path) -> None:
    await artist.render(job(there, SEEN["gif"]))
    assert artist.pid is not None
    os.kill(artist.pid, 9)
    first = await artist.render(job(there, SEEN["gif"]))
    assert isinstance(first, Refusal)
    assert isinstance(await artist.render(job(there, SEEN["gif"])), RenderedPicture)


async def test_an_idle_worker_gives_its_memory_back(there: Path) -> None:
    artist = PictureRenderer(idle=0.05)
    await artist.render(job(there, SEEN["gif"]))
    assert artist.pid is not None
    end = time.monotonic() + 10
    while artist.pid is not None and time.monotonic() < end:
        await asyncio.sleep(0.02)
    assert artist.pid is None
    assert isinstance(await artist.render(job(there, SEEN["gif"])), RenderedPicture)
    await artist.close()


@pytest.mark.parametrize(
    "reply",
    [
        [],
        3,
        {},
        {"type": "Other"},
        {"type": "Refusal", "reason": 3},
        RenderedPicture(9, 9, b"1"),
        RenderedPicture(0, 0, b""),
        RenderedPicture(90, 60, bytes(16_200)),
    ],
)
def test_decode_reply_rejects_reply_that_does_not_fit_job(reply: object) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        decode_reply(msgspec.msgpack.encode(reply), RenderJob("x", 80, 60))


# Files for terminals that show pictures


@pytest.mark.parametrize("form", ["png", "jpeg"])
async def test_a_file_is_made_anew_and_within_bounds(artist: PictureRenderer, there: Path, form: str) -> None:
    noise = Image.effect_noise((800, 600), 90).convert("RGB")
    data = saved(noise, "PNG")
    drawn = await artist.render(job(there, data, 800, 600, format=form, max_bytes=60_000))
    assert isinstance(drawn, RenderedPicture)
    assert len(drawn.data) <= 60_000
    seen = Image.open(BytesIO(drawn.data))
    assert seen.format == form.upper()
    assert seen.size == (drawn.width, drawn.height)
    assert abs(drawn.width / drawn.height - 4 / 3) < 0.05


async def test_the_colours_of_xterm_are_no_others(artist: PictureRenderer, there: Path) -> None:
    drawn = await artist.render(job(there, SEEN["jpeg"], format="cells-256"))
    assert isinstance(drawn, RenderedPicture)
    levels = {0, 95, 135, 175, 215, 255, *range(8, 239, 10)}
    assert set(drawn.data) <= levels
