"""Articles with audio or video: the view Episodes, and their rows in the list."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles

from roya_tui.config import Config, Look
from roya_tui.model import Enclosure, Entry, Moment
from roya_tui.store import episodes
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


def row_end(app: RunningApp, title: str) -> str:
    """Return a row of the list without the scroll bar."""
    return app.list_line(title).rstrip(" ▐|")


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


@pytest.fixture
def started(database: Path, podcast: list[int]) -> list[int]:
    """The podcast, with a downloaded first episode that was stopped after 12:34."""
    with closing(open_store(database)) as db:
        episodes.save_position(db, podcast[0], AUDIO.url, 754.0, 4350.0, NOW)
        episodes.finish_download(db, podcast[0], AUDIO.url, "Ferries.mp3", 9, NOW)
    return podcast


@pytest.mark.parametrize(("width", "rows"), [(140, "auto"), (100, "auto"), (60, "auto"), (140, "one"), (100, "one")])
async def test_rows_have_icons_and_the_position(run_app: RunApp, started: list[int], width: int, rows: str) -> None:
    async with run_app(width, view=ALL, config=Config(look=Look(rows=rows))) as app:
        assert row_end(app, "Ferries").endswith(" ♪↓ 12:34")
        assert row_end(app, "Harbor").endswith(" ▷")
        assert row_end(app, "Letters")[-1] not in "♪▷↓"


async def test_rows_are_ascii_where_wanted(run_app: RunApp, started: list[int]) -> None:
    async with run_app(view=ALL, config=Config(look=Look(ascii=True))) as app:
        assert row_end(app, "Ferries").endswith(" AD 12:34")
        assert row_end(app, "Harbor").endswith(" V")


async def test_narrow_rows_have_icons_without_the_position(run_app: RunApp, started: list[int]) -> None:
    async with run_app(40, 20, view=ALL, config=Config(look=Look(rows="one"))) as app:
        assert row_end(app, "Ferries").endswith(" ♪↓")


async def test_article_shows_the_state_of_its_recording(run_app: RunApp, started: list[int]) -> None:
    async with run_app(view=ALL, config=Config(keys={"download": "f7"})) as app:
        shown = " ".join(app.article.split())
        assert "audio · 1 h 12 min · 9 bytes · downloaded · 12:34 of 1:12:30 · P: play · f7: remove" in shown


async def test_keys_are_shown_where_an_article_has_a_recording(run_app: RunApp, podcast: list[int]) -> None:
    async with run_app(view=ALL) as app:
        assert "P play  Q download" in app.bottom_line
        await app.press("enter")
        assert "P play  Q download" in app.bottom_line
        await app.press("escape", "j", "j")
        assert app.selected == "Letters"
        assert "Q download" not in app.bottom_line
