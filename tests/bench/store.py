"""What the store takes for the questions that the screen asks, without any screen."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import invented
from tests.bench.figures import Report, Times

from roya_tui.presentation.view import Scope, View
from roya_tui.store import database
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions


def measure(home: Path, column: str, runs: int, report: Report) -> None:
    """Each question some times over on one connection, then the first question on a new one."""
    now = int(time.time())
    db = database.open_store(home / "news.db", readonly=True)
    for name, ask in _questions(db, now):
        report.times(f"store: {name}, ms", column, Times.of(_timed(ask) for _ in range(runs)))
    db.close()
    report.times("store: open, ms", column, Times.of(_timed(lambda: _open_and_close(home)) for _ in range(runs)))
    size = sum(file.stat().st_size for file in home.glob("news.db*"))
    report.number("store: size, MB", column, size / 1e6)


def _questions(db: sqlite3.Connection, now: int) -> list[tuple[str, Callable[[], object]]]:
    unread = View()
    everything = View(scope=Scope(name="all"))
    tag = View(required_tags=("economy",))
    never = View(excluded_tags=("economy",))
    page = list(results.find(db, unread.query(now), now, 64))
    folder = View(scope=Scope("folder", "Folder 3"))
    of_source = View(scope=Scope("source", id=subscriptions.list_all(db)[0].id))

    def found(view: View, limit: int | None = None) -> Callable[[], object]:
        return lambda: results.find(db, view.query(now), now, limit)

    return [
        ("first 64 of unread", found(unread, 64)),
        ("all of unread", found(unread)),
        ("all there is", found(everything)),
        ("unread with a tag", found(tag)),
        ("unread without a tag", found(never)),
        ("unread of a folder", found(folder)),
        ("unread of a source", found(of_source)),
        ("64 headlines", lambda: lookup.load_headlines(db, page)),
        ("an article", lambda: lookup.load_article(db, page[0])),
        ("counts of the views", lambda: results.count_views(db, now)),
        ("tags of unread with counts", lambda: results.count_tags(db, unread.query(now), now)),
        ("tags of unread with a tag", lambda: results.count_tags(db, tag.query(now), now)),
        ("sources with counts", lambda: subscriptions.list_all(db)),
        *(
            (f"find {word} in unread", found(View(search_text=word)))
            for word in ("h", "ha", "har", invented.COMMON_WORD, invented.OCCASIONAL_WORD, invented.RARE_WORD)
        ),
        ("count harbour", lambda: results.count(db, View(search_text=invented.COMMON_WORD).query(now), now)),
        ("tags of harbour", lambda: results.count_tags(db, View(search_text=invented.COMMON_WORD).query(now), now)),
    ]


def _timed(job: Callable[[], object]) -> float:
    before = time.perf_counter()
    job()
    return time.perf_counter() - before


def _open_and_close(home: Path) -> None:
    database.open_store(home / "news.db", readonly=True).close()
