"""Articles with audio or video: the view Episodes, and their rows in the list."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles

from roya_tui.config import Config, Look
from roya_tui.model import Enclosure, Entry, Moment
from roya_tui.store.database import open_store

AUDIO, VIDEO = Enclosure("https://audio.example/ferries.mp3"), Enclosure("https://audio.example/harbor.mp4")


@pytest.fixture
def podcast(database: Path) -> list[int]:
    """Articles at the top of the list, with audio, video, and neither."""
    files = {"Ferries": (AUDIO,), "Harbor": (VIDEO,), "Letters": ()}
    return add_articles(
        database,
        *(
            Entry(guid=title, title=title, content="Text.", enclosures=found, published=Moment(NOW - 60 * number))
            for number, (title, found) in enumerate(files.items())
        ),
    )


def episodes_row(app: RunningApp) -> str:
    """Return the row of the view in the sidebar."""
    return next((" ".join(line.split()) for line in app.sidebar.splitlines() if "Episodes" in line), "")


async def test_6_shows_articles_with_audio_or_video_newest_first(run_app: RunApp, podcast: list[int]) -> None:
    async with run_app(view=ALL) as app:
        await app.press("6")
        assert app.titles[:2] == ["Ferries", "Harbor"]
        assert "Letters" not in app.titles
        assert episodes_row(app).endswith(f"♪ Episodes {len(app.titles)}")
        await app.press("/", *"harbor", "enter")
        assert app.titles == ["Harbor"]


async def test_sidebar_has_no_episodes_without_audio_and_video(run_app: RunApp, database: Path) -> None:
    with closing(open_store(database)) as db:
        db.execute("UPDATE article SET media = 0")
    async with run_app() as app:
        assert "Today" in app.sidebar
        assert not episodes_row(app)
        await app.press("6")
        assert app.find("No articles with audio or video.")
        assert episodes_row(app)
        await app.press("1")
        assert not episodes_row(app)


async def test_sidebar_shows_the_view_in_ascii(run_app: RunApp, podcast: list[int]) -> None:
    async with run_app(config=Config(look=Look(ascii=True))) as app:
        assert " A Episodes" in f" {episodes_row(app)}"
