"""What a new store begins with."""

from __future__ import annotations

from pathlib import Path

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


def test_the_samples_are_loaded_once_and_whole(tmp_path: Path) -> None:
    db = open_store(tmp_path / "news.db")
    assert subscriptions.is_empty(db)
    count = add_first_sources(db, NOW, find_samples_folder())
    assert count >= 45
    assert results.count(db, Query(), NOW) == count
    assert not subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) == 0
    assert results.count(db, Query(), NOW) == count
    known = subscriptions.list_all(db)
    assert {source.url for source in known if not source.sample} == {new.url for new in SUBSCRIPTIONS}
    assert all(Path(source.url).is_file() for source in known if source.sample)
    db.close()


def test_the_pictures_of_the_samples_are_there_without_a_network(tmp_path: Path) -> None:
    paths, folder = Paths(tmp_path / "config.toml", tmp_path, tmp_path / "cache"), find_samples_folder()
    assert folder is not None
    cache_sample_pictures(paths, folder)
    assert picture_cache.find(paths, "https://pictures.example/courier/almond-line-first-train.png")
    assert picture_cache.find(paths, "https://pictures.example/olive/khatt-al-lawz.png")


def test_a_store_that_was_emptied_is_not_fresh(tmp_path: Path) -> None:
    db = open_store(tmp_path / "news.db")
    add_first_sources(db, NOW, None)
    for source in subscriptions.list_all(db):
        subscriptions.remove(db, source.id, NOW)
    assert not subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) == 0
    assert subscriptions.list_all(db) == []
    db.close()


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_store(tmp_path / "news.db")

    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(subscriptions, "add", full)
        with pytest.raises(StoreError):
            add_first_sources(db, NOW, find_samples_folder())
    assert subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) >= 45
    db.close()


def test_sample_files_are_feeds_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.rss", "a.json", "notes.md", "c.atom"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in list_sample_files(tmp_path)] == ["a.json", "b.rss", "c.atom"]
