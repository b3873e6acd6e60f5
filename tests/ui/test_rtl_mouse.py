"""The mouse in an article that reads from the right: what is clicked is what stands under the pointer."""

from __future__ import annotations

import pytest
from tests.terminal.homes import Home, home
from tests.ui.conftest import NOW, drawn
from textual.pilot import Pilot

from roya_tui.config import Config, Reading
from roya_tui.layout.bidi.shaping import shape
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.widgets.cells import measure

__all__ = ["home"]

TEXT = (
    '<p>قال <a href="https://a.example/one">نَعَمْ 日本 (3)</a> ثم <a href="https://a.example/two">لا</a>، end.</p>'
    '<ul><li>كما <a href="https://a.example/three">Tide OS</a> هنا</ul>'
)


def places(main: MainScreen, word: str) -> list[tuple[int, int]]:
    """The cells of the article pane on which a word is drawn, counted from its corner."""
    shaped = "".join(reversed(shape(word).text)) if "\u0590" < word[0] < "\u0900" else word
    for y, line in enumerate(drawn(main.article)[5:], 5):  # below the head
        if shaped in line:
            start = measure(line[: line.index(shaped)])
            return [(start + x, y) for x in range(measure(shaped))]
    raise AssertionError(f"{word} is not in view")


@pytest.mark.parametrize("width", [140, 60])
async def test_a_click_in_arabic_opens_the_link_that_is_there(
    home: Home, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    entry = Entry(guid="1", title="خطة", published=Moment(NOW - 10), content=TEXT)
    home.subscribe(NewSource("https://news.example/feed", title="Post"), [entry])
    config = Config(reading=Reading(mark_read=None, mark_on_open=False, rtl="visual"))
    app = RoyaTuiApp(AsyncDatabase(home.folder / "news.db"), config, (), now=lambda: NOW, offline=True)
    opened: list[str] = []
    async with app.run_test(size=(width, 24)) as pilot:
        main = app.screen
        assert isinstance(main, MainScreen)
        monkeypatch.setattr(main.controllers.links, "open", opened.append)
        await pilot.press("enter")
        while not any("Tide OS" in line for line in drawn(main.article)):
            await pilot.pause(0.05)
        for word, page in (("日本", "one"), ("لا", "two"), ("Tide OS", "three"), ("ثم", ""), ("هنا", ""), ("end", "")):
            for x, y in places(main, word):
                assert await clicked(pilot, main, x, y, opened) == page, (word, x)


async def clicked(pilot: Pilot[None], main: MainScreen, x: int, y: int, opened: list[str]) -> str:
    """The end of the address that a click opens, "" if it opens none."""
    opened.clear()
    await pilot.click(main.article, offset=(x + 1, y + 1))
    await pilot.pause(0.05)
    return opened[0].rpartition("/")[2] if opened else ""
