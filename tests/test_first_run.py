"""The sources of a new database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from roya_tui.config import Paths
from roya_tui.first_run import (
    SUBSCRIPTIONS,
    add_first_sources,
    cache_sample_pictures,
    find_samples_folder,
    list_sample_files,
)
from roya_tui.query import Query
from roya_tui.store import picture_cache
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions

NOW = 1_795_000_000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_store(tmp_path / "news.db")) as opened:
        yield opened


def test_samples_and_subscriptions_are_added_once_and_completely(db, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(subscriptions, "add", fail)
        with pytest.raises(StoreError):
            add_first_sources(db, NOW, find_samples_folder())
    assert subscriptions.is_empty(db)
    count = add_first_sources(db, NOW, find_samples_folder())
    assert results.count(db, Query(), NOW) == count >= 45
    assert not subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) == 0
    assert results.count(db, Query(), NOW) == count
    known = subscriptions.list_all(db)
    assert {source.url for source in known if not source.sample} == {new.url for new in SUBSCRIPTIONS}
    assert all(Path(source.url).is_file() for source in known if source.sample)


def test_emptied_database_gets_no_samples(db: Connection) -> None:
    add_first_sources(db, NOW, None)
    for source in subscriptions.list_all(db):
        subscriptions.remove(db, source.id, NOW)
    assert not subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) == 0
    assert subscriptions.list_all(db) == []


def test_pictures_of_the_samples_are_cached_without_a_network(tmp_path: Path) -> None:
    paths, folder = Paths(tmp_path / "config.toml", tmp_path, tmp_path / "cache"), find_samples_folder()
    assert folder is not None
    cache_sample_pictures(paths, folder)
    for name in ("courier/almond-line-first-train", "olive/khatt-al-lawz"):
        assert picture_cache.find(paths, f"https://pictures.example/{name}.png")


def test_only_feed_files_are_samples(tmp_path: Path) -> None:
    for name in ("b.rss", "a.json", "notes.md", "c.atom"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in list_sample_files(tmp_path)] == ["a.json", "b.rss", "c.atom"]
