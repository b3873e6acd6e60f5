"""The input that adds and removes tags, and its completions."""

import pytest

from roya_tui.presentation.tag_input import find_completions, insert_completion, parse_tags

KNOWN = ["Water", "Economy", "Home Economics", "مياه", "Übersee"]


@pytest.mark.parametrize(
    ("text", "present", "added", "removed"),
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
def test_parse_tags(text: str, present: list[str], added: list[str], removed: list[str]) -> None:
    assert parse_tags(text, present) == (added, removed)


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
def test_find_completions(text: str, found: list[str]) -> None:
    assert find_completions(text, KNOWN, 9) == found


@pytest.mark.parametrize(
    ("text", "line"),
    [("ec", "Economy"), ("-ec", "-Economy"), ("water, ec", "water, Economy"), ("سدود،-", "سدود، -Economy")],
)
def test_insert_completion(text: str, line: str) -> None:
    assert insert_completion(text, "Economy") == line
