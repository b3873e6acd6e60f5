"""Terminals without UTF-8: everything of the app's own is ASCII, and text of articles never stops it."""

import re
from collections.abc import Mapping

import pytest
from tests.terminal.app import App
from tests.terminal.homes import BY_HAND, Home

from roya_tui.model import Entry, NewSource

KEYS = (
    "?",
    "S",
    "E",
    "a",
    "e",
    "!",
    ";",
    "#",
    "M",
    "F",
    "ctrl+p",
    "/",
    "t",
    "b",
    "s",
    "u",
    "d",
    "tab",
    "c",
    "enter",
    "v",
)
"""Keys that open a screen or dialog or show a message; `esc` follows each."""
SEEN = (
    *("Keys", "No rules", "Add a source", "Export to a file", "Share with", 'Note on "Story 01"'),
    *('Tags of "Story 01"', "Search for commands", "Starred", 'Undone: Starred "Story 01"'),
)
"""Some of the texts that are seen."""


def foreign(app: App) -> list[str]:
    """Return what the app wrote beyond ASCII, with some text around."""
    text = app.raw.decode("utf-8", "replace")
    text = re.sub(r"\x1b\][^\x07]*\x07", "", text)
    return [text[max(0, found.start() - 30) : found.end() + 30] for found in re.finditer(r"[^\x00-\x7f]+", text)][:5]


@pytest.mark.parametrize(
    ("environment", "columns", "rows"),
    [
        ({"LC_ALL": "C"}, 140, 40),
        ({"LANG": "C"}, 60, 20),
        ({"LANG": ""}, 100, 30),
        ({"LANG": "de_DE.ISO-8859-1"}, 40, 12),
    ],
)
def test_screens_and_dialogs_are_ascii_without_a_utf8_locale(
    news: Home, environment: Mapping[str, str], columns: int, rows: int
) -> None:
    with App(news, "--offline", environment=environment, columns=columns, rows=rows) as app:
        app.wait_for("Story 01")
        seen = ""
        for key in KEYS:
            app.press(key)
            app.settled()
            seen += app.screen.text()
            app.press("esc")
            app.settled()
            assert not foreign(app), key
        if columns > 40:
            assert [text for text in SEEN if text not in seen] == []


def test_setting_brings_unicode_back_and_the_option_ascii(news: Home) -> None:
    news.configure(BY_HAND + "[look]\nascii = false\n")
    with App(news, "--offline", environment={"LC_ALL": "C"}) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("s", until=lambda seen: "★" in seen.list.text)
    with App(news, "--offline", "--ascii") as app:
        app.wait_for("Story 01")
        app.settled()
        assert not foreign(app)


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"LC_ALL": "C"}, "日本 ó “x” 本日"),
        ({"PYTHONIOENCODING": "ascii"}, "???? ? ?x? ????"),
        ({"PYTHONIOENCODING": "latin-1"}, "???? "),
    ],
)
def test_text_of_articles_is_kept_or_replaced_by_its_width(
    home: Home, environment: Mapping[str, str], text: str
) -> None:
    home.configure(BY_HAND)
    entry = Entry("1", "https://news.example/1", "日本 ó “x” 本日", content="<p>اخبار</p>")
    home.subscribe(NewSource("https://news.example/feed", title="News"), [entry])
    with App(home, "--offline", environment=environment, columns=60) as app:
        app.wait_for(text)
        app.settled()
        assert {len(line.rstrip()) for line in app.screen.lines[1:-1]} <= {60, 56}, "wide letters take two cells"
        app.press("enter")
        app.settled()
        app.press("q")
        assert app.wait_exit() == 0
