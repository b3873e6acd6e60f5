"""Pictures rendered by the worker; files that are broken or too large."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from PIL import Image
from tests.graphics.sample_pictures import BLUE, GREEN, RED, SAMPLES, bomb, exif, frames, png, quarters, saved

from roya_tui.graphics.jobs import Refusal, RenderedPicture, RenderJob, RenderLimits, decode_reply
from roya_tui.graphics.renderer import PictureRenderer

pytestmark = pytest.mark.asyncio(loop_scope="module")
PICTURES = {
    **SAMPLES,
    "rotated": saved(quarters().rotate(90, expand=True), "JPEG", exif=exif(6), quality=95),
    "upside down": saved(quarters().rotate(180), "JPEG", exif=exif(3), quality=95),
    "rotated webp": saved(quarters().rotate(90, expand=True), "WEBP", exif=exif(6), lossless=True),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def renderer() -> AsyncIterator[PictureRenderer]:
    one = PictureRenderer()
    yield one
    await one.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "picture"


def job(path: Path, data: bytes, width: int = 80, height: int = 60, **facts: object) -> RenderJob:
    path.write_bytes(data)
    return RenderJob(str(path), width, height, **facts)  # type: ignore[arg-type]


def color_at(drawn: RenderedPicture | Refusal, x: float, y: float) -> tuple[int, ...]:
    """Return the color at a position, in fractions of width and height."""
    assert isinstance(drawn, RenderedPicture), drawn
    place = 3 * (int(y * drawn.height) * drawn.width + int(x * drawn.width))
    return tuple(drawn.data[place : place + 3])


def is_similar(one: tuple[int, ...], other: tuple[int, ...], most: int = 40) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", PICTURES)
async def test_every_format_is_rendered_upright(renderer: PictureRenderer, path: Path, name: str) -> None:
    drawn = await renderer.render(job(path, PICTURES[name]))
    assert isinstance(drawn, RenderedPicture)
    assert (drawn.width, drawn.height) == (40, 30), "never enlarged"
    assert is_similar(color_at(drawn, 0.25, 0.25), RED)
    assert is_similar(color_at(drawn, 0.75, 0.25), GREEN)
    assert is_similar(color_at(drawn, 0.25, 0.75), BLUE)
    assert is_similar(color_at(drawn, 0.75, 0.75), (0, 0, 0))


async def test_16_bit_gray(renderer: PictureRenderer, path: Path) -> None:
    ramp = Image.new("I;16", (16, 16))
    ramp.putdata([x * 4096 for _ in range(16) for x in range(16)])
    drawn = await renderer.render(job(path, saved(ramp, "PNG")))
    assert [color_at(drawn, x, 0.5)[0] // 64 for x in (0.1, 0.4, 0.6, 0.9)] == [0, 1, 2, 3]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
async def test_animation_is_rendered_by_its_first_frame(renderer: PictureRenderer, path: Path, format: str) -> None:
    assert is_similar(color_at(await renderer.render(job(path, frames(format))), 0.5, 0.5), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_background_is_behind_transparent_pixels(renderer: PictureRenderer, path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((255, 255, 255, 255), (10, 0, 20, 20))
    data = saved(clear.convert(mode), "PNG")
    drawn = await renderer.render(job(path, data, background=(12, 34, 56)))
    assert is_similar(color_at(drawn, 0.2, 0.5), (12, 34, 56), 4)
    assert is_similar(color_at(drawn, 0.8, 0.5), (255, 255, 255), 4)


async def test_picture_keeps_aspect_ratio_in_any_box(renderer: PictureRenderer, path: Path) -> None:
    wide = saved(quarters(2000, 500), "JPEG")
    for width, height in ((100, 100), (100, 10), (7, 100), (1, 1)):
        drawn = await renderer.render(job(path, wide, width, height))
        assert isinstance(drawn, RenderedPicture)
        assert drawn.width <= width
        assert drawn.height <= height
        assert drawn.width == width or drawn.height == height or min(drawn.width, drawn.height) == 1
    drawn = await renderer.render(job(path, saved(Image.new("RGB", (20_000, 1), RED), "PNG"), 70, 40))
    assert isinstance(drawn, RenderedPicture)
    assert (drawn.width, drawn.height) == (70, 1), "a line stays a line"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "30000 × 30000 pixels are too many to draw"),
        (b"", "file damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file damaged"),
        (b"II*\0" + bytes(200), "file damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "file damaged"),
        (saved(quarters(400, 300), "JPEG")[:900], "file damaged"),
        (saved(quarters(400, 300), "PNG")[:-40], "file damaged"),
        (png(100, 100, b"no deflate"), "file damaged"),
        (png(100, 100, b"", depth=3), "file damaged"),
        (b"GIF89a" + bytes([255] * 60), "file damaged"),
    ],
)
async def test_broken_and_huge_files_are_refused(renderer, path, data: bytes, reason: str) -> None:
    drawn = await renderer.render(job(path, data))
    assert isinstance(drawn, Refusal)
    assert reason in drawn.reason
    after = await renderer.render(job(path, PICTURES["png"]))
    assert isinstance(after, RenderedPicture), "the next picture is drawn"


async def test_missing_file_is_refused_and_huge_jpeg_is_decoded_at_an_eighth(renderer, path) -> None:
    assert isinstance(await renderer.render(RenderJob(f"{path}-missing", 10, 10)), Refusal)
    drawn = await renderer.render(job(path, saved(quarters(9000, 6000), "JPEG"), 90, 60))
    assert is_similar(color_at(drawn, 0.25, 0.25), RED)


@pytest.mark.skipif(sys.platform == "win32", reason="the kernel's limits are POSIX")
async def test_worker_over_limits_is_replaced(path: Path) -> None:
    large = saved(quarters(6000, 6000), "PNG")
    for limits in (RenderLimits(cpu_seconds=0.05), RenderLimits(memory=320_000_000)):
        renderer = PictureRenderer(limits)
        try:
            drawn = await renderer.render(job(path, large, 4000, 4000))
            assert drawn == Refusal("too large to draw")
            after = await renderer.render(job(path, PICTURES["gif"]))
            assert isinstance(after, RenderedPicture), "by a new process"
        finally:
            await renderer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
async def test_killed_worker_is_replaced(renderer: PictureRenderer, path: Path) -> None:
    await renderer.render(job(path, PICTURES["gif"]))
    assert renderer.pid is not None
    os.kill(renderer.pid, 9)
    assert isinstance(await renderer.render(job(path, PICTURES["gif"])), Refusal)
    assert isinstance(await renderer.render(job(path, PICTURES["gif"])), RenderedPicture)


async def test_idle_worker_ends(path: Path) -> None:
    renderer = PictureRenderer(idle=0.05)
    await renderer.render(job(path, PICTURES["gif"]))
    assert renderer.pid is not None
    end = time.monotonic() + 10
    while renderer.pid is not None and time.monotonic() < end:
        await asyncio.sleep(0.02)
    assert renderer.pid is None
    assert isinstance(await renderer.render(job(path, PICTURES["gif"])), RenderedPicture)
    await renderer.close()


@pytest.mark.parametrize(
    "reply",
    [[], 3, {}, {"type": "Other"}, {"type": "Refusal", "reason": 3}, RenderedPicture(9, 9, b"1"),
     RenderedPicture(0, 0, b""), RenderedPicture(90, 60, bytes(16_200))],
)  # fmt: skip
async def test_decode_reply_rejects_reply_that_does_not_fit_job(reply: object) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        decode_reply(msgspec.msgpack.encode(reply), RenderJob("x", 80, 60))


@pytest.mark.parametrize("format", ["png", "jpeg"])
async def test_file_is_reencoded_within_size_limit(renderer: PictureRenderer, path: Path, format: str) -> None:
    noise = Image.effect_noise((800, 600), 90).convert("RGB")
    data = saved(noise, "PNG")
    drawn = await renderer.render(job(path, data, 800, 600, format=format, max_bytes=60_000))
    assert isinstance(drawn, RenderedPicture)
    assert len(drawn.data) <= 60_000
    seen = Image.open(BytesIO(drawn.data))
    assert seen.format == format.upper()
    assert seen.size == (drawn.width, drawn.height)
    assert abs(drawn.width / drawn.height - 4 / 3) < 0.05


async def test_256_colors_are_those_of_xterm(renderer: PictureRenderer, path: Path) -> None:
    drawn = await renderer.render(job(path, PICTURES["jpeg"], format="cells-256"))
    assert isinstance(drawn, RenderedPicture)
    assert set(drawn.data) <= {0, 95, 135, 175, 215, 255, *range(8, 239, 10)}
