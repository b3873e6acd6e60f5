"""What one types to tag articles, and what it may become."""

from __future__ import annotations

import pytest

from roya_tui.presentation.tag_input import find_completions, insert_completion, parse_tags

KNOWN = ["Water", "Economy", "Home Economics", "مياه", "Übersee"]


@pytest.mark.parametrize(
    ("text", "have", "on", "off"),
    [
        ("", [], [], []),
        ("dams", [], ["dams"], []),
        (" dams ,  rivers", [], ["dams", "rivers"], []),
        ("-dams", [], [], ["dams"]),
        ("dams", ["Dams"], [], ["dams"]),
        ("dams, Dams, #dams", [], ["dams"], []),
        ("سدود، -مياه", [], ["سدود"], ["مياه"]),
        ("-, ,#,--", [], [], []),
        ("a\x1b[1mb", [], ["a[1mb"], []),
    ],
)
def test_names_are_given_or_taken_off(text: str, have: list[str], on: list[str], off: list[str]) -> None:
    assert parse_tags(text, have) == (on, off)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", KNOWN),
        ("eco", ["Economy", "Home Economics"]),
        ("uber", ["Übersee"]),
        ("water, e", ["Economy", "Home Economics", "Übersee"]),
        ("-مي", ["مياه"]),
        ("#w", ["Water"]),
        ("water", []),
        ("none", []),
    ],
)
def test_what_begins_so_is_offered_first(text: str, found: list[str]) -> None:
    assert find_completions(text, KNOWN, 9) == found


@pytest.mark.parametrize(
    ("text", "line"),
    [("ec", "Economy"), ("-ec", "-Economy"), ("water, ec", "water, Economy"), ("سدود،-", "سدود، -Economy")],
)
def test_a_name_that_is_taken_stands_for_what_was_typed(text: str, line: str) -> None:
    assert insert_completion(text, "Economy") == line
