"""A packed document is what zlib says it is."""

from __future__ import annotations

import gzip
import zlib

import pytest
from tests.servers import bomb

from roya_tui.sources import compression
from roya_tui.sources.compression import BadContentEncoding, Decompressor, RawDocument

TEXT = b"<rss><channel><title>Roya Sample</title></channel></rss>" * 50
PACKED = gzip.compress(TEXT)


@pytest.fixture(params=["zlib", "isal.isal_zlib"], autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is quick and where that is not to be had."""
    module = pytest.importorskip(request.param)
    monkeypatch.setattr(compression, "load_zlib", lambda: module)


@pytest.mark.parametrize(
    ("packed", "encoding", "text"),
    [
        (PACKED, "gzip", TEXT),
        (PACKED, "X-GZIP", TEXT),
        (PACKED + PACKED, "gzip", TEXT + TEXT),
        (PACKED + b"\0\0\0", "gzip", TEXT),
        (TEXT, "gzip", TEXT),
        (zlib.compress(TEXT), "deflate", TEXT),
        (TEXT, "", TEXT),
        (PACKED, "", PACKED),
        (b"", "gzip", b""),
    ],
    ids="gzip old-name twice padded not-packed deflate plain gzip-as-it-is empty".split(),
)
@pytest.mark.parametrize("size", [0, 1, len(TEXT), 2 * len(TEXT)])
def test_it_is_unpacked_whatever_its_size_was_taken_for(packed: bytes, encoding: str, text: bytes, size: int) -> None:
    assert RawDocument(packed, encoding=encoding, size=size).decompressed() == text


@pytest.mark.parametrize(
    ("packed", "encoding", "message"),
    [
        (PACKED[:-20], "gzip", "broken off in the middle"),
        (PACKED[:-6] + bytes(6), "gzip", "damaged on its way"),
        (zlib.compress(TEXT)[:-2] + bytes(2), "deflate", "damaged on its way"),
        (TEXT, "deflate", "damaged on its way"),
    ],
    ids="cut wrong-size wrong-sum not-packed".split(),
)
def test_what_is_damaged_is_told(packed: bytes, encoding: str, message: str) -> None:
    def unpack() -> None:
        unpacker = Decompressor(encoding)
        for place in range(0, len(packed), 50):
            list(unpacker.decompress(packed[place : place + 50]))
        unpacker.check_end()

    with pytest.raises(BadContentEncoding, match=message):
        unpack()


@pytest.mark.parametrize("window", [-15, 15], ids=["raw", "wrapped"])
def test_deflate_is_read_as_servers_mean_it(window: int) -> None:
    packer = zlib.compressobj(wbits=window)
    packed = packer.compress(TEXT) + packer.flush()
    assert b"".join(Decompressor("deflate").decompress(packed)) == TEXT


def test_a_bomb_comes_in_small_pieces() -> None:
    """Whoever has a limit can stop at it: no piece is larger than the 256 KiB that it was promised."""
    sizes = [len(piece) for piece in Decompressor("gzip").decompress(bomb(20))]
    assert max(sizes) <= 256 * 1024
    assert sum(sizes) >= 19_000_000
