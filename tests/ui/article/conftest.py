"""Articles with pictures."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, ONLY_MARKS, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.config import Config, Paths
from roya_tui.model import Entry, Moment, NewSource, Picture
from roya_tui.store import picture_cache
from roya_tui.ui.picture_service import PictureService

PICTURES = "https://pictures.example/"


class PictureArticle:
    """A database with one article, and a cache of pictures."""

    def __init__(self, database: Path, run_app: RunApp) -> None:
        self._database, self._run_app = database, run_app
        self._paths = Paths(database.parent / "config.toml", database.parent, database.parent / "cache")

    def store_picture(self, name: str, data: bytes) -> None:
        picture_cache.save(self._paths, PICTURES + name, data, "png")

    def write(self, html: str, pictures: tuple[Picture, ...] = ()) -> None:
        entry = Entry(guid="one", title="A story", published=Moment(NOW), content=html, pictures=pictures)
        add_articles(self._database, entry, source=NewSource("https://news.example/feed", title="News"))

    def open(self, config: Config = ONLY_MARKS, colors: str = "millions") -> AbstractAsyncContextManager[RunningApp]:
        return self._run_app(config=config, picture_service=PictureService(self._paths, colors))


@pytest.fixture
def picture_article(database: Path, new_store: Callable[[Path], Path], run_app: RunApp) -> PictureArticle:
    new_store(database)  # without the samples
    return PictureArticle(database, run_app)


async def drawn_lines(app: RunningApp) -> list[str]:
    """Return the article's lines once all pictures in view are drawn."""
    await app.wait_idle()
    await app.wait_until(lambda: not app.pane.pictures.is_drawing)
    await app.wait_idle()
    return visible_lines(app.pane)
