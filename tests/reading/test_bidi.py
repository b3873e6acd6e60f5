"""UAX #9 by Unicode's own test files, where the system has them, and the order of lines by hand."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from roya_tui.reading import bidi, bidi_data
from roya_tui.reading.reorder import line_levels, order, visual, visual_words

UNICODE = Path("/usr/share/unicode")
ALL = "ROYA_TUI_ALL_BIDI" in os.environ
"""Whether to run every one of the 600,000 cases rather than an eleventh of them."""
needs = {
    name: pytest.mark.skipif(not (UNICODE / name).exists(), reason=f"needs {UNICODE / name} (Debian: unicode-data)")
    for name in ("BidiTest.txt", "BidiCharacterTest.txt", "BidiMirroring.txt", "BidiBrackets.txt")
}


def rows(name: str) -> Iterator[str]:
    with (UNICODE / name).open(encoding="utf-8") as lines:
        for line in lines:
            row = line.split("#")[0].strip()
            if row:
                yield row


def wrong(classes: str, text: str, base: int, levels: list[str], visible: list[str]) -> bool:
    """Whether a case comes out otherwise than the file says; `x` stands for characters that rule X9 removes."""
    resolved = line_levels(classes, bidi.levels(classes, base, text), base)
    kept = [str(i) for i in order(resolved) if levels[i] != "x"]
    return kept != visible or any(
        wanted not in ("x", str(level)) for wanted, level in zip(levels, resolved, strict=True)
    )


@needs["BidiCharacterTest.txt"]
def test_every_character_case_of_unicode() -> None:
    failed = []
    for number, row in enumerate(rows("BidiCharacterTest.txt")):
        if number % 11 and not ALL:
            continue
        codes, direction, base, levels, visible = row.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        classes = bidi.classes(text)
        resolved = bidi.base_level(classes) if direction == "2" else int(direction)
        if resolved != int(base) or wrong(classes, text, resolved, levels.split(), visible.split()):
            failed.append(row)
    assert not failed, f"{len(failed)} cases, with unicodedata {unicodedata.unidata_version}: {failed[:5]}"


@needs["BidiTest.txt"]
def test_every_class_case_of_unicode() -> None:
    failed = []
    levels: list[str] = []
    visible: list[str] = []
    for number, row in enumerate(rows("BidiTest.txt")):
        if row.startswith("@Levels:"):
            levels = row.split(":")[1].split()
        elif row.startswith("@Reorder:"):
            visible = row.split(":")[1].split()
        elif number % 11 == 0 or ALL:
            names, bits = row.split(";")
            classes = "".join(bidi.LETTERS[name] for name in names.split())
            asked = int(bits)  # 1: by the first strong character, 2: left-to-right, 4: right-to-left
            bases = [bidi.base_level(classes)] * (asked & 1) + [0] * (asked >> 1 & 1) + [1] * (asked >> 2 & 1)
            if any(wrong(classes, "", base, levels, visible) for base in set(bases)):
                failed.append(row)
    assert not failed, f"{len(failed)} cases: {failed[:5]}"


@needs["BidiMirroring.txt"]
def test_the_mirrors_are_unicodes() -> None:
    pairs = {tuple(chr(int(code, 16)) for code in row.split(";")) for row in rows("BidiMirroring.txt")}
    ours = list(zip(bidi_data.MIRRORED[::2], bidi_data.MIRRORED[1::2], strict=True))
    assert pairs == {*ours, *((other, one) for one, other in ours)}


@needs["BidiBrackets.txt"]
def test_the_brackets_are_unicodes() -> None:
    opening = [row.split("; ") for row in rows("BidiBrackets.txt")]
    pairs = {chr(int(one, 16)) + chr(int(other, 16)) for one, other, kind in opening if kind == "o"}
    assert pairs == {bidi_data.BRACKETS[i : i + 2] for i in range(0, len(bidi_data.BRACKETS), 2)}


def seen(text: str, base: int | None = None) -> str:
    classes = bidi.classes(text)
    base = bidi.base_level(classes) if base is None else base
    return visual(text, line_levels(classes, bidi.levels(classes, base, text), base))[0]


@pytest.mark.parametrize(
    ("text", "base", "drawn"),
    [
        ("abc", None, "abc"),
        ("אבג", None, "גבא"),
        ("abc אבג def", None, "abc גבא def"),
        ("אבג abc דהו", None, "והד abc גבא"),
        ("אבג (abc) דהו", None, "והד (abc) גבא"),
        ("אבג (דה) abc", None, "abc (הד) גבא"),
        ("abc (אבג)", None, "abc (גבא)"),
        ("אב 12.5% ג", None, "ג 12.5% בא"),
        ("مم 12.5% ج", None, "ج %12.5 مم"),
        ("אב [1] ג", None, "ג [1] בא"),
        ("a < אב", 1, "בא > a"),
        ("abc", 1, "abc"),
        ("abc.", 1, ".abc"),
        ("אבג.", 0, "גבא."),
        ("‏abc.", None, ".abc‏"),
        ("אב e\u0301 ג", None, "ג e\u0301 בא"),
        ("אָב", None, "באָ"),
        ("אב 👩‍💻 ג", None, "ג 👩‍💻 בא"),
        ("abc \u2067def\u2069 אב", 0, "abc \u2067def\u2069 בא"),
    ],
)
def test_lines_are_drawn_in_visual_order(text: str, base: int | None, drawn: str) -> None:
    assert seen(text, base) == drawn


def test_the_index_map_leads_back() -> None:
    text = "abc (אָבג) 12"
    classes = bidi.classes(text)
    drawn, indexes = visual(text, bidi.levels(classes, 1, text))
    assert sorted(indexes) == list(range(len(text)))
    assert [text[i] for i in indexes if text[i] not in "()"] == [c for c in drawn if c not in "()"]


def test_words_change_places_but_not_their_letters() -> None:
    text = "אבג (דה) abc"
    classes = bidi.classes(text)
    drawn, indexes = visual_words(text, bidi.levels(classes, 1, text))
    assert drawn == "abc (דה) אבג"
    assert [text[i] for i in indexes] == list(drawn)


def test_code_points_of_later_versions_have_the_class_of_their_block() -> None:
    assert bidi.classes("\U0001e8ff\U0010ffff\u07bf\u20cf") == "RbA%"
