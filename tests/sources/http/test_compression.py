"""Decompression of responses, with and without isal."""

import gzip
import zlib

import pytest
from tests.servers import bomb

from roya_tui.sources import compression
from roya_tui.sources.compression import BadContentEncoding, Decompressor, RawDocument

TEXT = b"<rss><channel><title>Roya Sample</title></channel></rss>" * 50
COMPRESSED = gzip.compress(TEXT)


@pytest.fixture(params=["zlib", "isal.isal_zlib"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Test with the fast library and without."""
    module = pytest.importorskip(request.param)
    monkeypatch.setattr(compression, "load_zlib", lambda: module)


@pytest.mark.parametrize(
    ("compressed", "encoding", "text"),
    [
        (COMPRESSED, "gzip", TEXT), (COMPRESSED, "X-GZIP", TEXT), (COMPRESSED + COMPRESSED, "gzip", TEXT + TEXT),
        (COMPRESSED + b"\0\0\0", "gzip", TEXT), (TEXT, "gzip", TEXT), (zlib.compress(TEXT), "deflate", TEXT),
        (TEXT, "", TEXT), (COMPRESSED, "", COMPRESSED), (b"", "gzip", b""),
    ],
    ids="gzip old-name twice padded not-packed deflate plain gzip-as-it-is empty".split(),
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 1, len(TEXT), 2 * len(TEXT)])
def test_document_is_decompressed_whatever_its_expected_size(compressed, encoding, text, size) -> None:
    assert RawDocument(compressed, encoding=encoding, size=size).decompressed() == text


@pytest.mark.parametrize(
    ("compressed", "encoding", "message"),
    [
        (COMPRESSED[:-20], "gzip", "truncated"),
        (COMPRESSED[:-6] + bytes(6), "gzip", "damaged"),
        (zlib.compress(TEXT)[:-2] + bytes(2), "deflate", "damaged"),
        (TEXT, "deflate", "damaged"),
    ],
    ids="cut wrong-size wrong-sum not-packed".split(),
)
def test_damaged_document_is_refused(compressed: bytes, encoding: str, message: str) -> None:
    def decompress_all() -> None:
        decompressor = Decompressor(encoding)
        for position in range(0, len(compressed), 50):
            list(decompressor.decompress(compressed[position : position + 50]))
        decompressor.check_end()

    with pytest.raises(BadContentEncoding, match=message):
        decompress_all()


def test_raw_and_zlib_deflate_are_decompressed_and_pieces_are_small() -> None:
    for window in (-15, 15):
        packer = zlib.compressobj(wbits=window)
        compressed = packer.compress(TEXT) + packer.flush()
        assert b"".join(Decompressor("deflate").decompress(compressed)) == TEXT
    sizes = [len(piece) for piece in Decompressor("gzip").decompress(bomb(20))]
    assert max(sizes) <= 256 * 1024, "a limit on the size can stop early"
    assert sum(sizes) >= 19_000_000
