"""How large a picture is to be seen, told without decoding it."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.graphics.made import bomb, exif, frames, png, quarters, saved

from roya_tui.graphics.image_header import read_size


def told(data: bytes) -> tuple[int, int] | None:
    return read_size(BytesIO(data))


GOOD = {
    "jpeg": saved(quarters(), "JPEG"),
    "progressive jpeg": saved(quarters(), "JPEG", progressive=True),
    "cmyk jpeg": saved(quarters(mode="CMYK"), "JPEG"),
    "jpeg with a comment": saved(quarters(), "JPEG", comment=b"x" * 60_000),
    "png": saved(quarters(), "PNG"),
    "palette png": saved(quarters(mode="P"), "PNG"),
    "gif": saved(quarters(), "GIF"),
    "bmp": saved(quarters(), "BMP"),
    "webp": saved(quarters(), "WEBP"),
    "lossless webp": saved(quarters(), "WEBP", lossless=True),
    "webp with alpha": saved(quarters(mode="RGBA"), "WEBP", exif=exif(1)),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_every_format_tells_its_size(data: bytes) -> None:
    assert told(data) == (40, 30)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_as_large_as_its_first_picture(form: str) -> None:
    assert told(frames(form)) == (20, 20)


@pytest.mark.parametrize(
    ("orientation", "seen"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40)), (9, (40, 30))]
)
def test_a_photograph_is_as_wide_as_it_is_seen(orientation: int, seen: tuple[int, int]) -> None:
    assert told(saved(quarters(), "JPEG", exif=exif(orientation))) == seen


def test_a_bomb_says_how_large_it_would_be() -> None:
    assert told(bomb()) == (30_000, 30_000)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1\xff", b"BM", b"RIFF0000WEBPVP8?", b"<svg/>",
             png(0, 5, b"")]
)  # fmt: skip
def test_what_tells_no_size_has_none(data: bytes) -> None:
    assert told(data) is None


def test_a_jpeg_without_end_is_not_read_to_the_end() -> None:
    file = BytesIO(b"\xff\xd8\xff" + b"\xe0\x00\x02\xff" * 1_000_000)
    assert read_size(file) is None
    assert file.tell() < 10_000


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_broken_bytes_are_no_mistake_of_ours(name: str, data: st.DataObject) -> None:
    broken = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, min(len(broken), 300) - 1))] = data.draw(st.integers(0, 255))
    del broken[data.draw(st.integers(0, len(broken))) :]
    found = told(bytes(broken))
    assert found is None or min(found) > 0
