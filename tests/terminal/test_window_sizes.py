"""Windows of every size: one, two or three panes, and nothing is lost when the size changes."""

from __future__ import annotations

import re

from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.homes import ARTICLES, Home


def first_line(seen: AppScreen) -> str:
    """The first line in the right pane that is not blank."""
    return next((line.strip() for line in seen.panes[-1].lines if line.strip()), "") if seen.panes else ""


def fills_the_window(seen: AppScreen) -> bool:
    """Whether the panes have been drawn for the present size of the window."""
    cells = seen.screen.cells
    return cells[1][-1].data == "╮" and cells[-2][-1].data == "╯"


def test_small_window_shows_one_pane_and_too_small_ones_say_so(news: Home) -> None:
    with App(news, "--offline", columns=60, rows=20) as app:
        seen = app.until(lambda seen: len(seen.panes) == 1 and seen.panes[0].number == 1)
        assert "Published:" not in seen.text
        seen = app.do("j", "enter", until=lambda seen: first_line(seen) == "Story 02")
        assert "Published:" in seen.text
        app.do("esc", until=lambda seen: len(seen.panes) == 1 and seen.panes[0].number == 2)
        app.do("esc", until="Browse")
        app.do("esc", until=lambda seen: seen.panes[0].number == 2)
        app.do("space", until=lambda seen: first_line(seen) == "Story 02")
        app.do("space", until=lambda seen: first_line(seen) == "Story 03")
        app.do("esc", until=lambda seen: seen.panes[0].number == 3)

        app.resize(40, 12)
        seen = app.until(lambda seen: fills_the_window(seen) and seen.panes[0].number == 3)
        assert all(len(line) <= 40 for line in seen.screen.lines)
        app.do("enter", until=lambda seen: first_line(seen) == "Story 03" and "Published:" in seen.text)
        app.do("esc", until=lambda seen: seen.panes[0].number == 3)

        app.resize(30, 8)
        seen = app.until("too small")
        assert "40 columns and 12 lines" in " ".join(seen.text.split())
        assert seen.panes == ()
        app.resize(60, 20)
        app.until(lambda seen: fills_the_window(seen) and seen.panes[0].number == 3)

        app.resize(100, 30)
        app.until(lambda seen: len(seen.panes) == 2 and "Published:" in seen.article.text and "Browse" not in seen.text)
        app.do("shift+tab", until="Browse")
        assert first_line(app.until("gardens")) == "Story 03", "the article stays beside the sidebar"
        app.do("j", until=lambda seen: re.search(r"▌. All", seen.text))
        seen = app.do("enter", until=lambda seen: "Browse" not in seen.text and seen.list.title == "All")
        assert seen.list.focused


def test_resizing_keeps_the_headline_and_the_position_in_the_article(news: Home) -> None:
    with open_news(news) as app:
        seen = app.do("enter", until=lambda seen: seen.article.focused)
        while "Line 024" not in seen.article.text:
            seen = app.do("pagedown", until=seen.scrolled)
        while not seen.article.first_line.startswith("Line"):
            seen = app.do("j", until=seen.scrolled)
        line = first_line(seen)[: len("Line 000")]
        for columns, rows in ((100, 30), (60, 20), (40, 12), (100, 15), (140, 24)):
            app.resize(columns, rows)
            app.until(lambda seen: fills_the_window(seen) and first_line(seen).startswith(line))
        assert app.view.list.number == 1
        assert app.view.article.focused

        app.do("esc", until=lambda seen: seen.list.focused)
        app.do("G", until=lambda seen: seen.list.number == ARTICLES)
        for columns, rows, count, pane in ((60, 14, 1, 0), (100, 12, 2, 0), (140, 24, 3, 1)):
            app.resize(columns, rows)
            app.until(lambda seen, pane=pane: fills_the_window(seen) and seen.panes[pane].number == ARTICLES)
            assert len(app.view.panes) == count
        app.do("k", until=lambda seen: seen.list.number == ARTICLES - 1)
