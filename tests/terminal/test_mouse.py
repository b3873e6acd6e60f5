"""A session by mouse alone, on a real terminal: the keyboard only pastes an address and types a word."""

import pytest
from tests.servers import Server
from tests.terminal.app import App
from tests.terminal.homes import ON_REQUEST, Home, rss_feed, rss_item

from roya_tui.model import NewSource

WHEEL_DOWN = 65


def click(app: App, text: str, *, button: int = 0) -> None:
    """Wait for a text, and click on it. A click on a message brings the key hints back."""
    if text not in app.still(50).text:
        lines = app.screen.cells
        app.click(len(lines) - 1, len(lines[0]) - 1)
    place = app.until(text).screen.where(text)
    assert place is not None
    app.click(*place, button=button)


def wheel_until(app: App, text: str) -> None:
    """Turn the wheel over the middle of the screen until it shows a text."""
    for _ in range(99):
        screen = app.view.screen
        if text in screen.text():
            return
        row, column = len(screen.cells) // 2, len(screen.cells[0]) // 2
        app.send(f"\x1b[<{WHEEL_DOWN};{column + 1};{row + 1}M".encode() * 3)
        app.still(50)
    raise AssertionError(f"no {text}:\n{app.view.text}")


def paste(app: App, text: str) -> None:
    app.send(f"\x1b[200~{text}\x1b[201~".encode())


@pytest.mark.parametrize("size", [(60, 20), (140, 40)])
def test_mouse_alone_subscribes_reads_stars_searches_and_quits(
    home: Home, server: Server, size: tuple[int, int]
) -> None:
    home.configure(ON_REQUEST)
    server.serve("/Kelp", rss_feed())
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))
    columns, rows = size
    address = server.serve("/feed", rss_feed(rss_item(1, "Of figs."), rss_item(2, "Of trams."), rss_item(3)))
    with App(home, columns=columns, rows=rows) as app:
        click(app, "? help")
        click(app, "ctrl+p commands")
        app.until("Search for commands")
        app.press(*"add a source")
        click(app, "Add a source")
        app.until("Type an address")
        paste(app, address)
        click(app, "enter check")
        click(app, "enter add")
        app.until("Added")
        click(app, "show it")
        app.until("Story 03")

        click(app, "Story 02", button=2)
        click(app, "s      star")
        app.until("★")
        place = app.view.screen.where("Story 02")
        assert place is not None
        app.click(*place, times=2)
        app.until("Of trams.")
        if columns < 80:
            click(app, "‹ Back")
        else:
            click(app, "esc back")
        app.until("Story 03")

        click(app, "/ search")
        app.until("enter done")
        app.press(*"figs")
        app.until(lambda seen: "Story 03" not in seen.text)
        click(app, "enter done")
        click(app, "esc back")
        app.until("Story 03")
        if columns < 80:
            click(app, "≡ Views")
        click(app, "Starred")
        app.until(lambda seen: "Story 02" in seen.text and "Story 03" not in seen.text)

        click(app, "? help")
        app.until("esc close")
        wheel_until(app, "Quit")
        click(app, " Quit")
        assert app.wait_exit() == 0
