"""A packed document is what zlib says it is."""

from __future__ import annotations

import gzip
import zlib

import pytest
from tests.servers import bomb

from roya_tui.sources.unpacking import Document, Unpacker

TEXT = b"<rss><channel><title>Roya Sample</title></channel></rss>" * 50
PACKED = gzip.compress(TEXT)


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
    assert Document(packed, encoding=encoding, size=size).unpacked() == text


def test_a_bomb_comes_in_small_pieces() -> None:
    """Whoever has a limit can stop at it: no piece is larger than the 256 KiB that it was promised."""
    sizes = [len(piece) for piece in Unpacker("gzip").pieces(bomb(20))]
    assert max(sizes) <= 256 * 1024
    assert sum(sizes) >= 19_000_000
