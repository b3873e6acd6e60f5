"""UAX #9: the conformance tests of Unicode, if installed, and lines in drawing order."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.layout.bidi import algorithm
from roya_tui.layout.bidi.algorithm import (
    encode_for_line_reordering,
    encode_for_word_reordering,
    level_runs,
    line_levels,
    reorder_line,
)
from roya_tui.layout.one_line import fit_line

UNICODE = Path("/usr/share/unicode")
NEEDED = "ROYA_TUI_NEEDS_UNICODE" in os.environ
"""Set by .ci/run, where a missing file is a failure."""
requires = {
    name: pytest.mark.skipif(
        not NEEDED and not (UNICODE / name).exists(), reason=f"requires {UNICODE / name} (Debian: unicode-data)"
    )
    for name in ("BidiTest.txt", "BidiCharacterTest.txt", "BidiMirroring.txt", "BidiBrackets.txt")
}


def rows(name: str) -> Iterator[str]:
    with (UNICODE / name).open(encoding="utf-8") as lines:
        for line in lines:
            row = line.split("#")[0].strip()
            if row:
                yield row


def base_level(classes: str) -> int:
    """Return the level of a paragraph without a given one (P2, P3)."""
    return algorithm.first_strong_level(classes, 0, len(classes)) or 0


class Expected:
    """Levels of a line (`x` for what rule X9 removes), and the indexes of the others left to right."""

    def __init__(self, levels: str, visible: str) -> None:
        self._levels = [(place, int(level)) for place, level in enumerate(levels.split()) if level != "x"]
        self._places = {place for place, _ in self._levels}
        self._visible = [int(place) for place in visible.split()]
        self._met: set[bytes] = set()

    def is_met(self, classes: str, text: str, base: int) -> bool:
        resolved = line_levels(classes, algorithm.resolve_levels(classes, base, text), base)
        if resolved not in self._met and self._agrees(resolved):
            self._met.add(resolved)
        return resolved in self._met

    def _agrees(self, resolved: bytes) -> bool:
        runs = ((range(start, end), -1 if is_rtl else 1) for start, end, is_rtl in level_runs(resolved))
        drawn = [place for run, step in runs for place in run[::step] if place in self._places]
        return drawn == self._visible and all(resolved[place] == level for place, level in self._levels)


@requires["BidiCharacterTest.txt"]
def test_unicode_character_cases() -> None:
    failed, count = [], 0
    for row in rows("BidiCharacterTest.txt"):
        codes, direction, base, levels, visible = row.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        classes = algorithm.bidi_classes(text)
        resolved = base_level(classes) if direction == "2" else int(direction)
        count += 1
        if resolved != int(base) or not Expected(levels, visible).is_met(classes, text, resolved):
            failed.append(row)
    assert count > 91_000
    assert not failed, f"{len(failed)} cases, with unicodedata {unicodedata.unidata_version}: {failed[:5]}"


@requires["BidiTest.txt"]
def test_unicode_class_cases() -> None:
    failed, count = [], 0
    levels, expected = "", Expected("", "")
    for row in rows("BidiTest.txt"):
        if row.startswith("@Levels:"):
            levels = row.split(":")[1]
        elif row.startswith("@Reorder:"):
            expected = Expected(levels, row.split(":")[1])
        elif not row.startswith("@"):
            names, bits = row.split(";")
            classes = "".join(map(algorithm.CLASS_LETTERS.__getitem__, names.split()))
            requested = int(bits)  # 1: by the first strong character, 2: left-to-right, 4: right-to-left
            bases = {base_level(classes)} if requested & 1 else set()
            bases |= {0} if requested & 2 else set()
            bases |= {1} if requested & 4 else set()
            count += requested.bit_count()
            if not all(expected.is_met(classes, "", base) for base in bases):
                failed.append(row)
    assert count > 770_000
    assert not failed, f"{len(failed)} cases: {failed[:5]}"


@requires["BidiMirroring.txt"]
def test_mirrored_characters_are_those_of_unicode() -> None:
    pairs = {tuple(chr(int(code, 16)) for code in row.split(";")) for row in rows("BidiMirroring.txt")}
    ours = list(zip(algorithm.MIRRORED[::2], algorithm.MIRRORED[1::2], strict=True))
    assert pairs == {*ours, *((other, one) for one, other in ours)}


@requires["BidiBrackets.txt"]
def test_brackets_are_those_of_unicode() -> None:
    opening = [row.split("; ") for row in rows("BidiBrackets.txt")]
    pairs = {chr(int(one, 16)): chr(int(other, 16)) for one, other, kind in opening if kind == "o"}
    assert pairs == algorithm.CLOSING_BRACKETS


def drawn_line(text: str, base: int | None) -> str:
    classes = algorithm.bidi_classes(text)
    base = base_level(classes) if base is None else base
    return reorder_line(text, line_levels(classes, algorithm.resolve_levels(classes, base, text), base))[0]


@pytest.mark.parametrize(
    ("text", "base", "drawn"),
    [
        ("abc אבג def", None, "abc גבא def"),
        ("אבג abc דהו", None, "והד abc גבא"),
        ("אבג (abc) דהו", None, "והד (abc) גבא"),
        ("אבג (דה) abc", None, "abc (הד) גבא"),
        ("abc (אבג)", None, "abc (גבא)"),
        ("אב 12.5% ג", None, "ג 12.5% בא"),
        ("مم 12.5% ج", None, "ج %12.5 مم"),
        ("a < אב", 1, "בא > a"),
        ("abc.", 1, ".abc"),
        ("אבג.", 0, "גבא."),
        ("‏abc.", None, ".abc‏"),
        ("אב e\u0301 ג", None, "ג e\u0301 בא"),
        ("אָב", None, "באָ"),
        ("אב 👩‍💻 ג", None, "ג 👩‍💻 בא"),
        ("abc \u2067def\u2069 אב", 0, "abc \u2067def\u2069 בא"),
        ("אב\tגד", 0, "בא\tדג"),
        ("ab\tcd", 1, "cd\tab"),
    ],
)
def test_line_is_in_visual_order(text: str, base: int | None, drawn: str) -> None:
    assert drawn_line(text, base) == drawn


def ordered(text: str, base: int) -> tuple[str, list[int]]:
    return reorder_line(text, algorithm.resolve_levels(algorithm.bidi_classes(text), base, text))


@pytest.mark.parametrize(
    ("text", "base", "sent"),
    [
        ("אבג (דה) abc", 1, "abc (דה) אבג"),
        ("אבג[1] ok", 1, "ok אבג[1]"),
        ("(אב גד)", 1, "גד) (אב"),
        ("אב(12)", 1, "אב(21)"),  # reversed as a whole: the terminal reverses the digits back
        ("abc אבג", 0, "abc אבג"),
        ("אבג-abc", 1, "אבג-cba"),
        ("אבג-abc", 0, "גבא-abc"),  # would begin with Latin: neither side reverses it
    ],
)
def test_word_reordering_terminal_gets_reversed_words(text: str, base: int, sent: str) -> None:
    assert encode_for_word_reordering(ordered(text, base)[0]) == sent


@given(st.text("אבج دab12٣ (),.[]-\u05b0", max_size=24), st.sampled_from((0, 1)))
def test_line_reordering_terminal_draws_the_same_line(text: str, base: int) -> None:
    drawn, indexes = ordered(text, base)
    assert sorted(indexes) == list(range(len(text)))
    assert [text[i] for i in indexes if text[i] not in "()[]"] == [c for c in drawn if c not in "()[]"]
    sent, order = encode_for_line_reordering(drawn, indexes, "".join(algorithm.bidi_classes(text)[i] for i in indexes))
    assert [text[i] for i, c in zip(order, sent, strict=True) if c.isalnum()] == [c for c in sent if c.isalnum()]
    again, _ = ordered(sent, 0)
    assert again.replace("\u200e", "") == drawn


def test_columns_keep_order_on_terminal_that_reorders_lines() -> None:
    row = " ".join(fit_line(text, 10, len, "terminal").text for text in ("אבג", "דהו 12", "٣"))
    assert ordered(row, 0)[0].replace("\u200e", "") == "גבא 12 והד ٣"


def test_unassigned_code_points_have_class_of_their_block() -> None:
    assert algorithm.bidi_classes("\U0001e8ff\U0010ffff\u07bf\u20cf") == "RbA%"
