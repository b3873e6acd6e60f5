"""Reading on a real terminal: words found, text copied, a place found again, and the page behind an article."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, server
from tests.ui.homes import Home, home, news
from tests.ui.sight import Reader, Sight
from tests.ui.test_terminal_links import browser, copied, visited

from roya_tui.model import Entry, NewSource

__all__ = ["browser", "home", "news", "server"]

ARABIC = "أعلنت الوزارةُ خطةَ المياه (2026) في Amman اليوم، وقالت: «لا نقص» في هذا العام أبدًا."
SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."


def drag(reader: Reader, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press the mouse at one cell, move it to another and let go; cells are row and column."""
    for code, (row, column), last in ((0, start, "M"), (32, end, "M"), (0, end, "m")):
        reader.send(f"\x1b[<{code};{column + 1};{row + 1}{last}".encode())


def filled(seen: Sight, row: int) -> list[int]:
    """The columns of the article that show something in a row, from the left."""
    cells = seen.screen.cells[row]
    return [n for n in range(seen.article.column, len(cells) - 1) if cells[n].data.strip(" ▐")]


def test_words_are_found_and_the_place_is_found_again_after_a_restart(news: Home) -> None:
    with Reader(news, "--offline", rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1)
        reader.do("enter", until=lambda seen: seen.article.focused)
        reader.do("/", until="words in this article")
        reader.do(*"LINE 05", until=lambda seen: seen.article.footer == "1 of 10" and "Line 050" in seen.article.text)
        reader.do("enter", "n", "n", until=lambda seen: seen.article.footer == "3 of 10")
        reader.do("esc", until=lambda seen: seen.article.footer == "" and seen.article.first_line == "Story 01")
        reader.do("pagedown", "pagedown", "j", until=lambda seen: seen.scrolled)
        here = reader.still().article.first_line
        assert here != "Story 01"
        reader.press("q")
        assert reader.wait_exit() == 0
    with Reader(news, "--offline", rows=24) as again:
        again.until(lambda seen: seen.list.story == 1 and seen.article.first_line == here)


@pytest.mark.parametrize(("columns", "text"), [(140, ARABIC), (100, ARABIC * 3), (140, SENTENCE)])
def test_a_paragraph_is_copied_as_it_is_read_whatever_its_direction(home: Home, columns: int, text: str) -> None:
    home.subscribe(NewSource("https://a.example/feed"), [Entry(title="Water", content=f"<p>{text}</p>")])
    with Reader(home, "--offline", columns=columns, rows=24) as reader:
        seen = reader.until(lambda seen: "Water" in seen.article.first_line)
        rows = [n for n, line in enumerate(seen.article.lines) if line.strip()]
        first, last = (seen.article.row + row for row in (rows[rows.index(3) + 1], rows[-1]))
        step = 1 if text is SENTENCE else -1
        drag(reader, (first, filled(seen, first)[::step][0]), (last, filled(seen, last)[::step][-1]))
        reader.until("y copies")
        reader.do("y", until=f"Copied {len(text)} characters.")
        assert copied(reader.raw) == [text]


def test_dragging_over_a_link_selects_it_and_a_click_opens_it(news: Home, browser: Path) -> None:
    with Reader(news, "--offline", rows=24, environment={"BROWSER": str(browser)}) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and "first link[1]" in seen.article.text)
        row = next(n for n, line in enumerate(seen.article.lines) if "first link" in line)
        place = (seen.article.row + row, seen.article.column + seen.article.lines[row].index("first link"))
        drag(reader, place, (place[0], place[1] + len("first link") - 1))
        reader.until("y copies")
        reader.do("y", until="Copied 10 characters.")
        assert (copied(reader.raw), visited(browser)) == (["first link"], [])
        reader.click(*place)
        reader.until("Opened https://links.example/first")


def test_the_full_text_is_fetched_once_and_there_without_a_network(home: Home, server: Server) -> None:
    page = f"<html><title>Boats</title><body><article><h1>Boats</h1>{f'<p>{SENTENCE}</p>' * 5}</article></body></html>"
    server.serve("/boats", page, "text/html")
    home.settings('[reading]\nmark_read = "never"\n[refresh]\non_start = false\nspacing = "0s"\n')
    teaser = Entry(guid="1", url=f"{server.url}/boats", title="Boats", summary="Boats were counted…")
    home.subscribe(NewSource(f"{server.url}/feed", title="Harbour Post"), [teaser])
    with Reader(home) as reader:
        reader.until("Boats were counted…")
        seen = reader.do("f", until="wrote down each")
        assert "▣" in seen.list.line("Boats")
        assert "full text" in seen.article.text
        reader.do("f", until="Boats were counted…")
    server.stop()
    with Reader(home, "--offline") as again:
        again.until("wrote down each")
    assert len(server.asked("/boats")) == 1
