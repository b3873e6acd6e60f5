"""Ways out of the reader, on a real terminal: links, the browser, the clipboard; and help, the palette, the end."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, MANY, Home, home, news
from tests.ui.sight import Reader, Sight

from roya_tui.model import Entry, NewSource
from roya_tui.ui.action_table import ACTIONS

__all__ = ["home", "news"]


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that writes down where it was sent, and is as talkative as real ones."""
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >>{tmp_path}/visited\necho NOISE\necho NOISE >&2\n')
    script.chmod(0o755)
    return script


def visited(browser: Path) -> list[str]:
    file = browser.with_name("visited")
    return file.read_text().splitlines() if file.exists() else []


def copied(raw: bytes) -> list[str]:
    """What was put into the clipboard (OSC 52), as text."""
    pieces = raw.split(b"\x1b]52;c;")[1:]
    return [base64.b64decode(piece.split(b"\x07")[0]).decode() for piece in pieces]


def test_links_are_walked_numbered_and_opened(news: Home, browser: Path) -> None:
    with Reader(news, "--offline", rows=24, environment={"BROWSER": str(browser)}) as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)

        reader.do("]", until=lambda seen: seen.article.focused and marked(seen) == "first link[1]")
        reader.do("enter", until="Opened https://links.example/first")
        reader.wait_for(lambda _: visited(browser) == ["https://links.example/first"])
        seen = reader.do("]", "]", until=lambda seen: marked(seen) == "third link[3]")
        assert "Line 060" in seen.article.text, "a link further down comes into view"
        reader.do("[", until=lambda seen: marked(seen) == "second link[2]")

        reader.do(":", until="Link 1 to 3")
        reader.do("3", "enter", until=lambda seen: seen.article.focused and marked(seen) == "third link[3]")
        reader.do("enter", until="Opened https://links.example/third")
        reader.do(":", until="Link 1 to 3")
        reader.do("9", "enter", until="There is no link 9.")

        reader.do("o", until="Opened https://news.example/stories/01")
        wanted = ["https://links.example/third", "https://news.example/stories/01"]
        reader.wait_for(lambda _: sorted(visited(browser)[1:]) == wanted)
        assert b"NOISE" not in reader.raw, "what a browser prints must not reach the screen"

        assert copied(reader.raw) == []
        reader.do("y", until="Copied https://links.example/third")
        reader.do("esc", until=lambda seen: seen.list.focused)
        reader.do("y", until="Copied https://news.example/stories/01")
        reader.do("Y", until="Copied [Story 01](<https://news.example/stories/01>)")
        assert copied(reader.raw) == [
            "https://links.example/third",
            "https://news.example/stories/01",
            "[Story 01](<https://news.example/stories/01>)",
        ]


def test_enter_goes_to_a_footnote_and_back(home: Home, browser: Path) -> None:
    home.settings(BY_HAND)
    filling = "".join(f"<p>Paragraph {number:02}.</p>" for number in range(60))
    text = f"""<p>Fog<sup id="ref"><a href="#note">1</a></sup> came in.</p>{filling}
        <p id="note">Low cloud. <a href="#ref">back</a></p>"""
    home.subscribe(
        NewSource("https://fog.example/feed"), [Entry(url="https://fog.example/1", title="Fog", content=text)]
    )
    with Reader(home, "--offline", rows=24, environment={"BROWSER": str(browser)}) as reader:
        reader.until("Fog¹ came in.")
        reader.do("]", until="Within the text: enter goes there, esc comes back.")
        reader.do("enter", until=lambda seen: "Low cloud. back" in seen.article.text)
        reader.do("enter", until="Fog¹ came in.")
        reader.do("enter", until="Low cloud. back")
        reader.do("esc", until=lambda seen: seen.article.focused and "Fog¹ came in." in seen.article.text)
        reader.do("esc", until=lambda seen: seen.list.focused)
        assert visited(browser) == []


def marked(seen: Sight) -> str:
    """The links that stand out in reverse."""
    rows = ("".join(cell.data for cell in row if cell.reverse) for row in seen.screen.cells)
    return " ".join(re.findall(r"\w+ link\[\d\]", "\n".join(rows)))


def test_help_palette_and_the_end(news: Home) -> None:
    with Reader(news, "--offline", rows=60) as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)
        told = reader.do("?", until="esc closes").text
        for _ in range(4):
            reader.press("pagedown")
            told += reader.still().text
        told += reader.do("end", until="What / understands").text
        for action in ACTIONS:  # a longer one has two lines
            assert f"{action.key_labels:<16} {action.text[:30]}" in told
        reader.do("esc", until=lambda seen: len(seen.panes) == 3 and "esc closes" not in seen.text)

        reader.do("ctrl+p", until="Search for commands")
        reader.do(*"mark-all", until="Mark all shown read")
        reader.do("enter", until=f"Marked {MANY} read.")
        reader.press("q")
        assert reader.wait_exit() == 0
