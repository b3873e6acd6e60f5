"""Clicks in a right-to-left article open the link that is drawn under the pointer."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, add_articles, visible_lines

from roya_tui.config import Config, Reading
from roya_tui.layout.bidi.shaping import shape
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.ui.widgets.cells import measure

TEXT = (
    '<p>قال <a href="https://a.example/one">نَعَمْ 日本 (3)</a> ثم <a href="https://a.example/two">لا</a>، end.</p>'
    '<ul><li>كما <a href="https://a.example/three">Tide OS</a> هنا</ul>'
)


@pytest.fixture
def database(tmp_path: Path, new_store: Callable[[Path], Path]) -> Path:
    path = new_store(tmp_path / "news.db")
    entry = Entry(guid="1", title="خطة", published=Moment(NOW - 10), content=TEXT)
    add_articles(path, entry, source=NewSource("https://news.example/feed", title="Post"))
    return path


def find_cells(lines: list[str], word: str) -> list[tuple[int, int]]:
    """Return the first and the last cell in which a word is drawn, below the header."""
    shaped = "".join(reversed(shape(word).text)) if "\u0590" < word[0] < "\u0900" else word
    y, line = next((y, line) for y, line in enumerate(lines) if y >= 5 and shaped in line)
    start = measure(line[: line.index(shaped)])
    return [(start, y), (start + measure(shaped) - 1, y)]


async def test_click_opens_the_link_under_it(run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(reading=Reading(mark_read=None, mark_on_open=False, rtl="visual"))
    opened: list[str] = []
    words = {"日本": "one", "لا": "two", "Tide OS": "three", "ثم": "", "هنا": "", "end": ""}
    async with run_app(config=config) as app:
        monkeypatch.setattr(app.main.controllers.links, "open", opened.append)
        await app.press("enter")
        for width in (140, 60):
            await app.resize(width, 24)
            lines = visible_lines(app.pane)
            for word, page in words.items():
                for x, y in find_cells(lines, word):
                    await app.pilot.click(app.pane, offset=(x + 1, y + 1))
                    await app.wait_idle()
                    assert [url.rpartition("/")[2] for url in opened] == [page] * bool(page), (word, x)
                    opened.clear()
