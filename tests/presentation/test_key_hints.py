"""Which keys a text of the app names, for clicks on them."""

import pytest

from roya_tui.presentation.key_hints import find_in_part, find_in_row, find_in_sentence, wrap_hints

SENTENCES = {
    "Starred 4 articles. u: undo": {"u: undo": ("u",)},
    "u: undo   .: remove from list": {"u: undo": ("u",), ".: remove from list": (".",)},
    "/, then tab: accept   esc: clear the search": {
        "/, then tab: accept": ("/", "tab"),
        "esc: clear the search": ("escape",),
    },
    "No rules. Press a to create one.": {"Press a": ("a",)},
    "3 new, press .": {"press .": (".",)},
    "Unknown tag “watr”. tab: “water”": {"tab: “water”": ("tab",)},
    "⇧tab: back": {"⇧tab: back": ("shift+tab",)},
    "Working offline. W: go online": {"W: go online": ("W",)},
    "No network.\nW: go online": {"W: go online": ("W",)},
    "Go to an article first.": {},
    "picture 1: too large": {},
    "Opened https://news.example/a: b": {},
    "Removed “A: mark all”.": {},
    "Removed “x”. A: all “y”. Kept.": {},
    "Removed “Way. D: remove”. u: undo": {"u: undo": ("u",)},
    "Removed “Way. enter: yes”. u: undo": {"u: undo": ("u",)},
    "Removed “press enter”. u: undo": {"u: undo": ("u",)},
}
"""Messages, and the parts that are buttons with the keys they press."""
ROWS = {
    "enter save   tab complete   esc cancel": [("enter",), ("tab",), ("escape",)],
    "enter, 1-9 share   esc cancel": [("enter",), ("escape",)],
    "r check now · c change address": [("r",), ("c",)],
    "r check now - c change address": [("r",), ("c",)],
    "esc save and close": [("escape",)],
    "words that name none": [],
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_keys_of_a_message_are_found_outside_of_names(sentence: str) -> None:
    found = {sentence[hint.start : hint.end]: hint.keys for hint in find_in_sentence(sentence)}
    assert found == SENTENCES[sentence]


@pytest.mark.parametrize("row", ROWS)
def test_each_hint_of_a_row_has_its_key(row: str) -> None:
    assert [hint.keys for hint in find_in_row(row)] == ROWS[row]


def test_part_of_a_message_has_only_the_keys_of_the_whole() -> None:
    whole = "No unread articles in “The long way. q: quit”. 2: all articles"
    lines = wrap_hints(whole, 38)
    assert any(line.startswith("q: quit") for line in lines)
    assert [hint.keys for line in lines for hint in find_in_part(line, whole)] == [("2",)]


def test_lines_break_between_hints_and_not_inside_them() -> None:
    text = "No articles from today. R: refresh   2: show all"
    assert wrap_hints(text, 30) == ["No articles from today.", "R: refresh   2: show all"]
    assert wrap_hints(text, 20) == ["No articles from", "today. R: refresh", "2: show all"]
