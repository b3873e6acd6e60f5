"""Keys and the mouse that move: through headlines, from pane to pane, and in the article."""

import time
from collections.abc import Callable

from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.homes import ARTICLES, BY_HAND, Home

from roya_tui.model import Entry, Moment, NewSource

ROWS = 24
WHEEL_UP, WHEEL_DOWN = 64, 65


def at(number: int) -> Callable[[AppScreen], bool]:
    """Whether the cursor is on article `number` and the article pane shows it."""
    return lambda seen: seen.list.number == number and f"Story {number:02}" in seen.article.first_line


def test_keys_move_through_headlines_panes_and_article(news: Home) -> None:
    with open_news(news, rows=ROWS) as app:
        seen = app.view
        assert (seen.list.title, seen.list.footer) == ("Unread", str(ARTICLES))
        assert seen.list.numbers == sorted(seen.list.numbers), "newest first"
        for key, number in (("j", 2), ("down", 3), ("k", 2), ("up", 1), ("G", 24), ("k", 23), ("g", 1), ("end", 24)):
            app.do(key, until=at(number))
        app.do("home", until=at(1))
        page = app.do("pagedown", until=lambda seen: seen.list.number > ROWS // 3).list.number
        app.do("ctrl+b", until=at(1))
        app.do("ctrl+f", until=at(page))
        app.do("pageup", until=at(1))

        for enter, leave in (("enter", "esc"), ("l", "h"), ("right", "left"), ("tab", "shift+tab")):
            app.do(enter, until=lambda seen: seen.article.focused)
            app.do(leave, until=lambda seen: seen.list.focused)
        app.do("tab", "tab", until=lambda seen: seen.sidebar.focused)
        app.do("tab", until=lambda seen: seen.list.focused)
        app.do("shift+tab", "j", until=lambda seen: seen.sidebar.focused and "All" in seen.sidebar.cursor)
        app.do("esc", until=lambda seen: seen.list.focused)
        app.do("esc", until=lambda seen: seen.list.focused and "←: sidebar" in seen.text)
        app.do("backspace", "left", until=lambda seen: seen.sidebar.focused)
        app.do("enter", until=lambda seen: seen.list.focused and seen.list.title == "All")

        app.do("l", until=lambda seen: seen.article.first_line == "Story 01")
        app.do("j", until=lambda seen: seen.article.first_line == "Alder Post · tides")
        app.do("up", until=lambda seen: seen.article.first_line == "Story 01")
        app.do("G", until=lambda seen: "Line 060" in seen.article.text)
        app.do("home", until=lambda seen: seen.article.first_line == "Story 01")
        app.do("pagedown", until=lambda seen: "Story 01" not in seen.article.text)
        seen = app.do("ctrl+b", until=lambda seen: seen.article.first_line == "Story 01")
        assert seen.list.number == 1

        app.do("z", until=lambda seen: seen.panes == () and "Story 01" in seen.text)
        app.do("z", until=lambda seen: len(seen.panes) == 3)
        app.press("z", "esc")
        app.until(lambda seen: len(seen.panes) == 3 and seen.list.focused)


def wheel(app: App, at: tuple[int, int], button: int) -> None:
    """Turn the wheel eight steps over a cell."""
    for _ in range(8):
        app.send(f"\x1b[<{button};{at[1] + 1};{at[0] + 1}M".encode())


def test_mouse_selects_opens_scrolls_and_narrows(news: Home) -> None:
    with open_news(news, rows=ROWS) as app:
        seen = app.until(lambda seen: seen.sidebar.line("gardens"))
        app.click(*seen.list.place("Story 05"))
        seen = app.until(at(5))
        app.click(*seen.list.place("Yesterday"))
        assert app.still(100).list.number == 5, "the line of a day cannot be selected"
        app.click(*seen.list.place("Story 01"), times=2)
        seen = app.until(lambda seen: seen.list.number == 1 and seen.article.focused)

        wheel(app, seen.article.place("Line 003"), WHEEL_DOWN)
        seen = app.until(lambda seen: "Story 01" not in seen.article.text)
        wheel(app, seen.article.place("Line"), WHEEL_UP)
        seen = app.until(at(1))
        wheel(app, seen.list.place("Story 05"), WHEEL_DOWN)
        seen = app.until(lambda seen: 1 not in seen.list.numbers)
        assert seen.article.first_line == "Story 01", "the wheel scrolls the list and selects nothing"
        wheel(app, seen.list.place(f"Story {seen.list.numbers[0]:02}"), WHEEL_UP)
        app.until(lambda seen: seen.list.numbers[0] == 1 and seen.list.number == 1)

        for name, title, numbers in (
            ("All", "All", [1]),
            ("gardens", "All · +gardens", [5, 10, 15, 20]),
            ("boats", "All · all of +gardens +boats", [10, 20]),
            ("any", "All · any of +gardens +boats", [2, 4, 5]),
            ("boats", "All · +gardens", [5, 10, 15, 20]),
            ("Birch Times", "Birch Times · +gardens", [10, 20]),
            ("gardens", "Birch Times", [2, 4]),
        ):
            app.click(*app.view.sidebar.place(name))
            app.until(lambda seen, t=title, n=numbers: seen.list.title == t and seen.list.numbers[: len(n)] == n)
        app.until(lambda seen: seen.list.footer == str(ARTICLES // 2))


def test_mouse_drags_the_border_between_list_and_article(news: Home) -> None:
    with open_news(news, rows=ROWS) as app:
        seen = app.view
        row, border = seen.list.place("Story 05")[0], seen.article.column - 2  # the frame of the list

        def report(code: int, column: int, end: str = "M") -> None:
            app.send(f"\x1b[<{code};{column + 1};{row + 1}{end}".encode())

        report(35, border)
        app.until(lambda _: b"\x1b]22;ew-resize" in app.raw)
        report(0, border)
        for column in range(border, border - 20, -1):
            report(32, column)
        report(0, border - 20, "m")
        app.until(lambda now: now.article.column == seen.article.column - 12)
        assert app.still(100).list.number == 1, "the mouse was released in the list"
        app.click(row, border - 12, times=2)
        app.until(lambda now: now.article.column == seen.article.column)


def test_app_responds_after_clicks_faster_than_it_draws(news: Home) -> None:
    with open_news(news, rows=ROWS) as app:
        seen = app.view
        for _ in range(5):
            for pane, text in ((seen.list, "Story 02"), (seen.article, "Line 001"), (seen.sidebar, "All")):
                app.press("z", "z")
                app.click(*pane.place(text))
        # What the clicks met depends on the speed; the help shows that all have been handled.
        app.do("?", until="esc close ")
        seen = app.do("esc", until=lambda seen: "esc close " not in seen.text and seen.list.number > 0)
        app.click(*seen.sidebar.place("All"))
        app.until(lambda seen: seen.list.title == "All" and seen.list.number > 0)
        app.quit()


def test_keys_do_not_wait_while_a_long_article_is_laid_out(home: Home) -> None:
    home.configure(BY_HAND)
    now = int(time.time())
    long = "".join(
        f"<p>Paragraph {number:05} of a report of 900 KB, which a thread lays out.</p>" for number in range(12_000)
    )
    entries = [
        Entry(url="https://report.example/1", title="The report", published=Moment(now), content=long),
        Entry(url="https://report.example/2", title="A note", published=Moment(now - 60), content="<p>Short.</p>"),
    ]
    home.subscribe(NewSource("https://report.example/feed"), entries)
    with App(home, "--offline", rows=30) as app:
        app.until("Paragraph 00000")
        app.do("j", until="Short.")
        app.do("k", until="Paragraph 00000")
        app.do("enter", until=lambda seen: seen.article.focused)
        app.do("G", until="Paragraph 11999")
        app.resize(100, 30)
        app.until("Paragraph 11999")
        app.do("g", until="Paragraph 00000")
