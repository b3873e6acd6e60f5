"""What is packed comes back to the byte, whoever packed it; what was harmed says so."""

from __future__ import annotations

import zlib
from contextlib import suppress
from types import ModuleType

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from roya_tui.model import Entry
from roya_tui.store import bodies

PACKERS = [zlib, pytest.importorskip("isal.isal_zlib")]
_markup = st.sampled_from(["<p>", "</p>\\n<p>", "المدينة ", "the well ", "山", '"summary":"', "\0", " من "])
written = st.binary() | st.lists(_markup).map("".join).map(str.encode)


@pytest.mark.parametrize("unpacker", PACKERS)
@pytest.mark.parametrize("packer", PACKERS)
@given(written)
def test_each_reads_what_the_other_packed(packer: ModuleType, unpacker: ModuleType, written: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "load_zlib", lambda: packer)
        packed = bodies.compress(written)
    assert bodies.decompress(packed, unpacker) == written


@pytest.mark.parametrize("unpacker", PACKERS)
@given(written)
def test_what_earlier_versions_packed_is_read(unpacker: ModuleType, written: bytes) -> None:
    for packer in PACKERS:
        assert bodies.decompress(packer.compress(written, 3), unpacker) == written


@pytest.mark.parametrize("unpacker", PACKERS)
@given(written, st.integers(0, 1_000), st.integers(1, 255))
def test_what_is_harmed_never_comes_back_as_something_else(
    unpacker: ModuleType, written: bytes, place: int, other: int
) -> None:
    packed = bytearray(bodies.compress(written))
    assume(place < len(packed))
    with pytest.raises(bodies.DamagedError):
        bodies.decompress(bytes(packed[:place]), unpacker)
    packed[place] ^= other
    with suppress(bodies.DamagedError):
        assert bodies.decompress(bytes(packed), unpacker) == written


def test_the_dictionary_is_that_of_all_stores() -> None:
    """What is packed with it names it so: another one is chosen by another number, beside this one."""
    assert bodies.compress(b"<p>")[2:6].hex() == f"{zlib.adler32(bodies._DICTIONARY):08x}" == "2c57fc57"


def test_a_short_article_takes_little_room() -> None:
    entry = Entry(guid="1", title="Wells", summary="<p>Forty wells are to be dug by the river.</p>")
    assert len(bodies.prepare(entry).body) < 80
