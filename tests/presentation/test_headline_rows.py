"""The parts of a headline row at various widths."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from roya_tui.cli.output import display_width
from roya_tui.clock import Clock
from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.model import Headline
from roya_tui.presentation.headline_rows import UNICODE_ICONS, add_side_note, one_line_row

WORDS = "+2 paragraphs, title changed"
Runs = Sequence[tuple[str, str]]


def row(title: str, width: int, *, at: int = 1_795_400_000, noted: bool = False, **options: Any) -> Runs:
    headline = Headline(1, 1, "Courier", title, at, noted=noted, pictures=int(noted))
    (runs,) = one_line_row(headline, width, UNICODE_ICONS, Clock(zone="UTC"), display_width, **options)
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
