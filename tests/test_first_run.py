"""The sources of a new database."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from zoneinfo import ZoneInfo

import pytest

from roya_tui.config import Paths
from roya_tui.first_run import (
    SUBSCRIPTIONS,
    add_first_sources,
    cache_sample_pictures,
    find_samples_folder,
    list_sample_files,
)
from roya_tui.query import Query, parse, view
from roya_tui.store import picture_cache
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import stories

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


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        ("2026-12-02T09:30", "Asia/Amman"), ("2026-12-03T00:10", "Asia/Amman"), ("2027-02-28T00:00", "Asia/Amman"),
        ("2026-12-02T23:59", "America/New_York"), ("2028-03-26T02:30", "Europe/Berlin"),
        ("2025-01-01T00:10", "Pacific/Auckland"),
    ],
)  # fmt: skip
def test_first_run_has_news_of_today_and_none_of_the_future_whenever_it_is(
    db: Connection, moment: str, zone: str
) -> None:
    clock = ZoneInfo(zone)
    now = int(datetime.fromisoformat(moment).replace(tzinfo=clock).timestamp())
    add_first_sources(db, now, find_samples_folder())
    found = lookup.load_headlines(db, results.find(db, Query(), now))
    assert now - 86_400 < min(h.published or 0 for h in found[:10]), "the last hours come first"
    assert max(max(h.published or 0, h.updated or 0) for h in found) == now
    assert results.count(db, view("today"), now, zone=clock) >= 1
    assert results.count(db, view("updated"), now) == 1
    assert max(stories.count_members(db, stories.find_stories(db, [h.id for h in found]).values()).values()) == 3


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_older_samples_keep_their_time_of_day(db: Connection, hour: int) -> None:
    add_first_sources(db, NOW + hour * 3600, find_samples_folder())
    (fog,) = lookup.load_headlines(db, results.find(db, parse('"night editor shook hands"', NOW), NOW))
    assert datetime.fromtimestamp(fog.published or 0, ZoneInfo("Asia/Amman")).strftime("%H:%M") == "23:58"


def test_emptied_database_gets_no_samples(db: Connection) -> None:
    add_first_sources(db, NOW, None)
    for source in subscriptions.list_all(db):
        subscriptions.remove(db, source.id, NOW)
    assert not subscriptions.is_empty(db)
    assert add_first_sources(db, NOW, find_samples_folder()) == 0
    assert subscriptions.list_all(db) == []


def test_every_picture_of_the_samples_is_cached_without_a_network(db: Connection, tmp_path: Path) -> None:
    paths, folder = Paths(tmp_path / "config.toml", tmp_path, tmp_path / "cache"), find_samples_folder()
    assert folder is not None
    add_first_sources(db, NOW, folder)
    cache_sample_pictures(paths, folder)
    urls = {
        picture.url
        for id in results.find(db, Query(), NOW)
        if (article := lookup.load_article(db, id))
        for picture in article.pictures
    }
    assert len(urls) >= 20
    assert [url for url in urls if not picture_cache.find(paths, url)] == []


def test_only_feed_files_are_samples(tmp_path: Path) -> None:
    for name in ("b.rss", "a.json", "notes.md", "c.atom"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in list_sample_files(tmp_path)] == ["a.json", "b.rss", "c.atom"]
