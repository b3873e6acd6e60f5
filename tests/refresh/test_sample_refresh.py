"""Refreshes of the samples after the first run."""

import shutil
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.refresh.conftest import NOW, App

from roya_tui.first_run import add_first_sources, find_samples_folder
from roya_tui.query import Query
from roya_tui.store import connection
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import undo_step


@pytest.fixture
def samples(app: App, tmp_path: Path) -> Path:
    """A copy of the samples, added at `NOW` without the subscriptions."""
    folder = find_samples_folder()
    assert folder is not None
    copy = Path(shutil.copytree(folder, tmp_path / "samples"))
    add_first_sources(app.db, NOW, copy, with_subscriptions=False)
    return copy


def content(db: Connection) -> list[tuple[object, ...]]:
    """Return what the database has of each article, except whether it was read."""
    return db.execute(
        "SELECT a.id, guid, title, at, published, updated, digest, revisions, changed_at, feed"
        " FROM article AS a JOIN body ON article_id = a.id ORDER BY a.id"
    ).fetchall()


def ids_of_samples(app: App) -> list[int]:
    return [source.id for source in subscriptions.list_all(app.db)]


def test_samples_change_once_a_minute_after_the_first_run(app: App, samples: Path) -> None:
    before = content(app.db)
    keys = app.found('"Ten keys"')
    article_state.mark(app.db, [*keys, *app.found('"Almond Line opens"')], NOW, read=True)
    app.now = NOW + 59
    assert app.refresh(offline=True).asked == 0
    app.now = NOW + 60
    summary = app.refresh(offline=True)
    assert (summary.asked, summary.new, summary.changed) == (4, 0, 2)
    changed = {headline.title[:8] for headline in app.headlines() if headline.changed}
    assert changed == {"Ten keys", "Almond L", "Correcti"}
    versions = lookup.load_versions(app.db, keys[0])
    article = lookup.load_article(app.db, keys[0])
    assert article is not None
    assert ["an eleventh key" in version.content for version in (article, *versions)] == [True, False]
    assert sum(one != other for one, other in zip(before, content(app.db), strict=True)) == 2
    assert app.refresh(offline=True).asked == 0


@pytest.mark.parametrize("seconds", [61, 90_000, 400 * 86_400])
def test_samples_keep_their_dates_when_they_are_read_again(app: App, samples: Path, seconds: int) -> None:
    app.now = NOW + 60
    app.refresh()
    before = content(app.db)
    app.now = NOW + seconds
    for file in samples.glob("*.*"):
        file.touch()
    summary = app.refresh(*ids_of_samples(app))
    assert (summary.asked, summary.new, summary.changed, summary.failed) == (4, 0, 0, 0)
    assert content(app.db) == before


def test_a_refresh_by_hand_in_the_first_minute_does_not_delay_the_change(app: App, samples: Path) -> None:
    app.now = NOW + 30
    assert app.refresh(*ids_of_samples(app)).changed == 0
    app.now = NOW + 61
    assert app.refresh().changed == 2


def test_samples_of_an_earlier_version_stay_as_they_are(app: App, samples: Path) -> None:
    connection.set_value(app.db, subscriptions.SAMPLES_ADDED, "")
    app.db.execute("UPDATE feed SET next_check = NULL")
    before = content(app.db)
    app.now = NOW + 90_000
    assert app.refresh().asked == 0
    summary = app.refresh(*ids_of_samples(app))
    assert (summary.asked, summary.changed, summary.failed) == (4, 0, 0)
    assert content(app.db) == before


def test_restored_samples_keep_their_dates(app: App, samples: Path) -> None:
    before = content(app.db)
    subscriptions.remove_samples(app.db, NOW + 5)
    assert results.count(app.db, Query(), NOW) == 0
    undo_step(app.db, NOW + 6)
    app.now = NOW + 7
    app.refresh(*ids_of_samples(app))
    assert content(app.db) == before


@pytest.mark.parametrize("stored", ["", "soon", "-5", "1e9", "9" * 30, "\x00"])
def test_samples_stay_as_they_are_when_the_time_of_the_first_run_is_damaged(
    app: App, samples: Path, stored: str
) -> None:
    before = content(app.db)
    connection.set_value(app.db, subscriptions.SAMPLES_ADDED, stored)
    app.now = NOW + 60
    summary = app.refresh(offline=True)
    assert (summary.asked, summary.failed) == (4, 0)
    assert content(app.db) == before
