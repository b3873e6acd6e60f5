"""Search and selection in an article, the position after a restart, and the full text from the article's page."""

from __future__ import annotations

import pytest
from tests.servers import Server
from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.conftest import Browser
from tests.terminal.homes import ON_REQUEST, Home

from roya_tui.model import Entry, NewSource

ARABIC = "أعلنت الوزارةُ خطةَ المياه (2026) في Amman اليوم، وقالت: «لا نقص» في هذا العام أبدًا."
SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."


def drag(app: App, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press the mouse at one cell, move it to another and release it; cells are row and column."""
    for code, (row, column), last in ((0, start, "M"), (32, end, "M"), (0, end, "m")):
        app.send(f"\x1b[<{code};{column + 1};{row + 1}{last}".encode())


def filled(seen: AppScreen, row: int) -> list[int]:
    """The columns of the article that are not blank in a row, from the left."""
    cells = seen.screen.cells[row]
    return [n for n in range(seen.article.column, len(cells) - 1) if cells[n].data.strip(" ▐")]


def test_words_are_found_links_dragged_over_and_the_position_restored(news: Home, browser: Browser) -> None:
    with open_news(news, environment=browser.environment) as app:
        seen = app.until(lambda seen: "first link[1]" in seen.article.text)
        row, column = place = seen.article.place("first link")
        drag(app, place, (row, column + len("first link") - 1))
        app.until("y copies")
        app.do("y", until="Copied 10 characters.")
        assert (app.copied, browser.visited) == (["first link"], [])
        app.click(*seen.article.place("Line 002"))
        assert "Opened" not in app.still(100).text
        app.click(*place)
        app.until("Opened https://links.example/first")

        app.do("/", until="words in this article")
        app.do(*"LINE 05", until=lambda seen: seen.article.footer == "1 of 10" and "Line 050" in seen.article.text)
        app.do("enter", "n", "n", until=lambda seen: seen.article.footer == "3 of 10")
        app.do("esc", until=lambda seen: seen.article.footer == "" and seen.article.first_line == "Story 01")
        app.do("pagedown", "pagedown", "j", until=lambda seen: seen.article.first_line != "Story 01")
        here = app.still().article.first_line
        app.quit()
    with App(news, "--offline", rows=24) as again:
        again.until(lambda seen: seen.list.number == 1 and seen.article.first_line == here)


@pytest.mark.parametrize(
    ("columns", "text"), [(140, ARABIC), (100, ARABIC * 3), (140, SENTENCE)], ids=["Arabic", "long", "English"]
)
def test_paragraph_is_copied_in_logical_order(home: Home, columns: int, text: str) -> None:
    home.subscribe(NewSource("https://a.example/feed"), [Entry(title="Water", content=f"<p>{text}</p>")])
    with App(home, "--offline", columns=columns, rows=24) as app:
        seen = app.until(lambda seen: "Water" in seen.article.first_line)
        rows = [n for n, line in enumerate(seen.article.lines) if line.strip()]
        first, last = (seen.article.row + row for row in (rows[rows.index(3) + 1], rows[-1]))
        step = 1 if text is SENTENCE else -1
        drag(app, (first, filled(seen, first)[::step][0]), (last, filled(seen, last)[::step][-1]))
        app.until("y copies")
        app.do("y", until=f"Copied {len(text)} characters.")
        assert app.copied == [text]


def test_full_text_is_fetched_once_and_shown_offline(home: Home, server: Server) -> None:
    page = f"<html><title>Boats</title><body><article><h1>Boats</h1>{f'<p>{SENTENCE}</p>' * 5}</article></body></html>"
    server.serve("/boats", page, "text/html")
    home.configure(ON_REQUEST)
    teaser = Entry(guid="1", url=f"{server.url}/boats", title="Boats", summary="Boats were counted…")
    home.subscribe(NewSource(f"{server.url}/feed", title="Harbour Post"), [teaser])
    with App(home) as app:
        app.until("Boats were counted…")
        seen = app.do("f", until="wrote down each")
        assert "▣" in seen.list.line("Boats")
        assert "full text" in seen.article.text
        app.do("f", until="Boats were counted…")
    server.stop()
    with App(home, "--offline") as again:
        again.until("wrote down each")
    assert len(server.asked("/boats")) == 1
