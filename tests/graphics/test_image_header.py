"""The size of a picture from its header."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.graphics.sample_pictures import SAMPLES, bomb, exif, frames, png, quarters, saved

from roya_tui.graphics.image_header import read_size


def size_of(data: bytes) -> tuple[int, int] | None:
    return read_size(BytesIO(data))


GOOD = {
    **SAMPLES,
    "jpeg with a comment": saved(quarters(), "JPEG", comment=b"x" * 60_000),
    "lossy webp": saved(quarters(), "WEBP"),
    "webp with alpha": saved(quarters(mode="RGBA"), "WEBP", exif=exif(1)),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_size_of_every_format(data: bytes) -> None:
    assert size_of(data) == (40, 30)


def test_size_of_animation_and_decompression_bomb() -> None:
    assert {size_of(frames(form)) for form in ("GIF", "WEBP", "PNG")} == {(20, 20)}
    assert size_of(bomb()) == (30_000, 30_000)


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40)), (9, (40, 30))]
)
def test_size_respects_exif_orientation(orientation: int, size: tuple[int, int]) -> None:
    assert size_of(saved(quarters(), "JPEG", exif=exif(orientation))) == size


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1\xff", b"BM", b"RIFF0000WEBPVP8?", b"<svg/>",
             png(0, 5, b"")]
)  # fmt: skip
def test_data_without_size(data: bytes) -> None:
    assert size_of(data) is None


def test_endless_jpeg_is_not_read_completely() -> None:
    file = BytesIO(b"\xff\xd8\xff" + b"\xe0\x00\x02\xff" * 1_000_000)
    assert read_size(file) is None
    assert file.tell() < 10_000


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_broken_header_raises_nothing(name: str, data: st.DataObject) -> None:
    broken = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, min(len(broken), 300) - 1))] = data.draw(st.integers(0, 255))
    del broken[data.draw(st.integers(0, len(broken))) :]
    found = size_of(bytes(broken))
    assert found is None or min(found) > 0
