"""The parts of a headline row at various widths."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from roya_tui.cli.output import display_width
from roya_tui.clock import Clock
from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.model import Headline
from roya_tui.presentation.headline_rows import (
    ASCII_ICONS,
    UNICODE_ICONS,
    HeadlineRow,
    add_side_note,
    has_two_lines,
    one_line_row,
    two_line_row,
)

WORDS = "+2 paragraphs, title changed"
Runs = Sequence[tuple[str, str]]


def row(title: str, width: int, *, at: int = 1_795_400_000, noted: bool = False, **options: Any) -> Runs:
    headline = Headline(1, 1, "Courier", title, at, noted=noted, pictures=int(noted))
    (runs,) = one_line_row(HeadlineRow(headline, width, UNICODE_ICONS, Clock(zone="UTC"), display_width, **options))
    assert sum(display_width(text) for text, _ in runs) == width
    return runs


def joined(runs: Runs, style: str = "") -> str:
    return "".join(text for text, name in runs if name.startswith(style))


@pytest.mark.parametrize(
    ("title", "width", "shown"),
    [
        ("Bridge open", 60, WORDS),
        ("Bridge open", 34, "+2 paragraphs, ti…"),
        ("Bridge open", 31, ""),
        ("A title that takes all the room that there is, and more", 60, ""),
        ("杏仁湾火灾", 60, WORDS),
    ],
)
def test_side_note_is_at_end_of_row(title: str, width: int, shown: str) -> None:
    runs = add_side_note(row(title, width, with_source=False), WORDS, display_width, "…")
    assert display_width(joined(runs)) == width
    assert joined(runs, "kept") == shown
    assert not shown or joined(runs).endswith(f"  {shown}")
    assert title[:20] in joined(runs)


def test_side_note_is_left_of_rtl_title() -> None:
    runs = row("جسر", 60, with_source=False)
    with_note = add_side_note(runs, WORDS, display_width, "…")
    assert (with_note[-1], with_note[-3]) == (runs[-1], (WORDS, "kept"))
    assert display_width(joined(with_note)) == 60


@pytest.mark.parametrize("title", ["Bridge open", "جسر"])
def test_side_note_isolates_rtl_names(title: str) -> None:
    words = join_isolated(["جسر 15", "Courier"], ", ")
    runs = add_side_note(row(title, 80, with_source=False), words, display_width, "…")
    assert joined(runs, "kept") == "Courier ,15 ﺮﺴﺟ"
    assert display_width(joined(runs)) == 80


@pytest.mark.parametrize(
    ("title", "words", "width", "highlighted"),
    [
        ("Bridge over Harbour opens", ("harb", "OPEN"), 60, "Harb open"),
        ("Bridge over Harbour opens", ("harb", "open"), 24, "Harb"),
        ("Café Œuvre", ("cafe", "oeuvre"), 60, "Café Œuvre"),
        ("الماء في الأردن", ("ماء",), 60, "ﺀﺎﻤ"),
        ("東京の水計画", ("計画",), 60, "計画"),
        ("Нью-Йорк", ("йорк",), 60, "Йорк"),
        ("Bridge", ("river",), 60, ""),
        ("Bridge", (), 60, ""),
    ],
)
def test_search_matches_in_title_are_highlighted(title, words: tuple[str, ...], width: int, highlighted: str) -> None:
    runs = row(title, width, words=words)
    assert joined(runs) == joined(row(title, width))
    assert " ".join(text for text, style in runs if style == "title found") == highlighted


@pytest.mark.parametrize(
    ("title", "width", "others", "shown"),
    [
        ("Bridge open", 40, 2, "Bridge open (3)"),
        ("Bridge open", 40, 1_233, "Bridge open (1,234)"),
        ("Bridge open", 40, -1, "· Bridge open"),
        ("Bridge open", 22, 2, "Bridge open (3)"),
        ("A title that takes all the room that there is", 24, 2, "A title that tak… (3)"),
        ("جسر", 40, 2, "(3) ﺮﺴﺟ"),
        ("جسر", 40, -1, "ﺮﺴﺟ ·"),
        ("جسر", 40, 0, "ﺮﺴﺟ"),
    ],
)
def test_story_count_follows_title_and_members_are_indented(title: str, width: int, others: int, shown: str) -> None:
    assert joined(row(title, width, with_source=False, others=others), "title") == shown


@pytest.mark.parametrize("others", [-1, 2, 123_456])
@pytest.mark.parametrize("title", ["", "Bridge", "جسر", "杏仁湾火灾", "Bridge " * 20])
def test_row_fills_any_width(title: str, others: int) -> None:
    for width in range(4, 70):
        row(title, width, others=others)  # asserts its width


@pytest.mark.parametrize(("width", "shown"), [(60, " ✎▨"), (42, " ✎▨"), (30, " ✎▨"), (29, "")])
def test_note_and_picture_icons_are_shown_without_source(width: int, shown: str) -> None:
    assert joined(row("Bridge open", width, noted=True), "kept") == shown


@pytest.mark.parametrize(
    ("under", "time"), [(None, "14:13"), (date(2026, 11, 22), "14:13"), (date(2026, 11, 23), "22-11")]
)
def test_member_of_another_day_shows_its_date(under: date | None, time: str) -> None:
    assert f"{time} " in joined(row("Bridge open", 60, at=1_795_356_800, others=1, shown_under=under), "time")


@pytest.mark.parametrize(("width", "time"), [(140, " 4 Jul 2025 "), (79, "  2025 ")])
def test_wide_row_without_day_headings_shows_the_full_date(width: int, time: str) -> None:
    assert joined(row("Bridge open", width, at=1_751_630_000, now=1_795_500_000), "time") == time


def two_lines(
    title: str, width: int, *, source: str = "The Courier", noted: bool = False, **options: Any
) -> list[Runs]:
    headline = Headline(1, 1, source, title, 1_795_400_000, noted=noted, pictures=int(noted))
    icons = options.pop("icons", UNICODE_ICONS)
    lines = two_line_row(HeadlineRow(headline, width, icons, Clock(zone="UTC"), display_width, **options))
    assert [sum(display_width(text) for text, _ in line) for line in lines] == [width, width]
    return lines


ARABIC = "خطة المياه الجديدة: صهريج تحت كل مدرسة"


@pytest.mark.parametrize(
    ("title", "width", "options", "first", "second"),
    [
        ("Bridge open", 40, {}, "●  Bridge open", "   02:13 · The Courier"),
        ("Bridge open", 40, {"source": ""}, "●  Bridge open", "   02:13"),
        ("Bridge open", 40, {"with_source": False}, "●  Bridge open", "   02:13"),
        ("Bridge open", 17, {}, "●  Bridge open", "   02:13"),
        ("Bridge open", 19, {}, "●  Bridge open", "   02:13 · The Cou…"),
        ("Bridge over the harbour opens", 20, {}, "●  Bridge over the", "   harbour opens"),
        ("Bridge over the harbour opens", 27, {}, "●  Bridge over the harbour", "   opens · 02:13 · The Cou…"),
        ("Bridge over the harbour opens at noon", 20, {}, "●  Bridge over the", "   harbour opens at…"),
        ("Bridge", 40, {"others": 2, "noted": True}, "●  Bridge", "   02:13 · The Courier            ✎▨ (3)"),
        ("Bridge open", 30, {"others": -1}, "●  · Bridge open", "     02:13 · The Courier"),
        ("Bridge over the harbour", 20, {"others": -1}, "●  · Bridge over the", "     harbour · 02:13"),
        ("Bridge open", 40, {"now": 1_795_500_000}, "●  Bridge open", "   23 Nov · The Courier"),
        ("Bridge open", 30, {"is_selected": True, "icons": ASCII_ICONS}, "* +Bridge open", "   02:13 - The Courier"),
        ("観測ドーム、今夜も猫のため休止", 24, {}, "●  観測ドーム、今夜も猫", "   のため休止 · 02:13"),
        ("Harbour" * 5, 24, {}, "●  HarbourHarbourHarbour", "   HarbourHarbour"),
    ],
)  # fmt: skip
def test_two_lines_have_the_title_then_what_fits(
    title: str, width: int, options: dict[str, Any], first: str, second: str
) -> None:
    assert [joined(line).rstrip() for line in two_lines(title, width, **options)] == [first, second]


@pytest.mark.parametrize(
    ("width", "others", "lines"),
    [
        (28, 0, ["●  ﺞﻳﺮﻬﺻ :ﺓﺪﻳﺪﺠﻟﺍ ﻩﺎﻴﻤﻟﺍ ﺔﻄﺧ", "        02:13 · ﺔﺳﺭﺪﻣ ﻞﻛ ﺖﺤﺗ"]),
        (44, 2, ["●     ﺔﺳﺭﺪﻣ ﻞﻛ ﺖﺤﺗ ﺞﻳﺮﻬﺻ :ﺓﺪﻳﺪﺠﻟﺍ ﻩﺎﻴﻤﻟﺍ ﺔﻄﺧ", "   (3)                   The Courier · 02:13"]),
        (26, -1, ["●    :ﺓﺪﻳﺪﺠﻟﺍ ﻩﺎﻴﻤﻟﺍ ﺔﻄﺧ ·", "      ﺔﺳﺭﺪﻣ ﻞﻛ ﺖﺤﺗ ﺞﻳﺮﻬﺻ  "]),
    ],
)
def test_two_lines_of_rtl_title_are_right_aligned(width: int, others: int, lines: list[str]) -> None:
    assert [joined(line) for line in two_lines(ARABIC, width, others=others)] == lines


@pytest.mark.parametrize("rtl", ["visual", "terminal", "words", "off"])
def test_two_lines_have_all_words_of_rtl_title_in_each_mode(rtl: str) -> None:
    lines = two_lines(ARABIC, 30, rtl=rtl)
    drawn = [joined(line, "title") for line in lines]
    kept = "".join(re.findall(r"[\u0600-\u06ff]", unicodedata.normalize("NFKC", "".join(drawn))))
    assert Counter(kept) == Counter(re.findall(r"[\u0600-\u06ff]", ARABIC))
    is_first = [text.startswith(" " * 3) or style == "rtl-gap" for text, style in lines[0][3:4]]
    assert is_first == [rtl != "off"], "the free cells are left of it"


def test_two_lines_keep_the_order_of_one_paragraph() -> None:
    """The number after an Arabic word at the end of the first line is Arabic in the second one, too (UAX #9, W2)."""
    title = "جدول مباريات فريق الحي 10/5 و Almond!"
    one = joined(row(title, 70, with_source=False), "title").strip()
    first, second = (joined(line, "title").strip() for line in two_lines(title, 26))
    assert f"{second} {first}" == one


@pytest.mark.parametrize(
    "title", ["Bridge over Harbour opens on Harbour Day", "الماء في الأردن أغلى من الماء في المرفأ"]
)
def test_search_matches_are_highlighted_on_both_lines(title: str) -> None:
    lines = two_lines(title, 26, words=("harb", "ماء"))
    assert [sum(style == "title found" for _, style in line) for line in lines] == [1, 1]


def test_side_note_is_on_the_second_line() -> None:
    for title, end in (("Bridge open", f"  {WORDS}"), ("جسر", " 02:13")):
        _, second = two_lines(title, 60)
        with_note = add_side_note(second, WORDS, display_width, "…")
        assert joined(with_note, "kept") == WORDS
        assert joined(with_note).endswith(end)
        assert display_width(joined(with_note)) == 60


@pytest.mark.parametrize("others", [-1, 0, 2, 123_456])
@pytest.mark.parametrize("title", ["", "Bridge", "جسر", "杏仁湾火灾", "Bridge " * 20, "جسر " * 20, "杏仁湾火灾" * 9])
def test_two_lines_fill_any_width(title: str, others: int) -> None:
    for width in range(8, 70):
        two_lines(title, width, others=others, noted=True)  # asserts its width


@pytest.mark.parametrize("width", range(60, 150, 3))
def test_one_line_leaves_out_source_and_time_for_the_title(width: int) -> None:
    long = "Bridge" * 40
    shown = {style for _, style in row(long, width)} & {"source", "time"}
    assert display_width(joined(row(long, width), "title")) >= 50
    assert shown == ({"source", "time"} if width >= 72 else {"time"})
    assert has_two_lines("auto", width) or len(shown) == 2, "rows that have one line by the width have both"


def test_configured_lines_do_not_depend_on_the_width() -> None:
    assert [has_two_lines(mode, width) for mode in ("one", "two", "auto") for width in (40, 120)] == [
        False, False, True, True, True, False,
    ]  # fmt: skip
