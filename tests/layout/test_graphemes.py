"""Grapheme clusters are never split."""

import os
from pathlib import Path

import pytest

from roya_tui.characters import iter_clusters

CASES = Path("/usr/share/unicode/auxiliary/GraphemeBreakTest.txt")


@pytest.mark.parametrize(
    "parts",
    [
        ["a", "b", " ", "c"],
        ["e\u0301", "o\u0302\u0323", "x"],
        ["👩‍👩‍👧‍👦", "👋🏽", "❤️", "1️⃣"],
        ["क्षि", "ते", "हि", "न्दी"],
        ["ก็", "ไ", "ด้", "น้ำ"],
        ["한", "국", "\u1112\u1161\u11ab", "\u1112"],
        ["مَ", "رْ", "ح"],
        ["か\u3099", "き\u3099"],
        ["葛\U000e0100", "城"],
        ["🇯🇴", "🇪🇺", "🇫"],
    ],
)
def test_iter_clusters(parts: list[str]) -> None:
    assert list(iter_clusters("".join(parts))) == parts
    stray = "".join(parts).join(("\u0301", "\u200d\u200d"))
    assert "".join(iter_clusters(stray)) == stray


@pytest.mark.skipif(
    "ROYA_TUI_NEEDS_UNICODE" not in os.environ and not CASES.exists(), reason=f"needs {CASES} (Debian: unicode-data)"
)
def test_clusters_of_unicode_test_file_are_not_split() -> None:
    """We may keep more together than Unicode requires (all that a joiner joins), but never less.

    Control characters are skipped: `clean` removes them.
    """
    cut = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        row = line.split("#")[0].strip().strip("÷ ")
        wanted = ["".join(chr(int(code, 16)) for code in part.split(" × ")) for part in row.split(" ÷ ") if part]
        text = "".join(wanted)
        if any(character < " " or character == "\xad" or character == "\u200b" for character in text):
            continue
        edges = {len("".join(wanted[:i])) for i in range(len(wanted))}
        ours = list(iter_clusters(text))
        if not {len("".join(ours[:i])) for i in range(len(ours))} <= edges:
            cut.append(line)
    assert not cut
