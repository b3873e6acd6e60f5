"""What stories take in a store of any size: sorting what a refresh brings, one row for each in a view, and bytes."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from sqlite3 import Connection

from tests.bench.invented_news import SOURCES, Invented, headlines

from roya_tui.model import Entry, Feed, Moment, NewSource
from roya_tui.query import Query
from roya_tui.refresh.parse_jobs import prepare_entries
from roya_tui.refresh.story_clustering import StoryClusterer
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.connection import transaction
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import stories
from roya_tui.ui.rows.article_rows import ListOptions, load_rows

_DAY = 86_400
FIRST = 200
"""Articles of which the screen asks the first rows."""
_FRESH = 400
"""Headlines that the measured refresh brings."""


def measure(size: int) -> None:
    """Print what stories take in a store of `size` articles, 360 a day, and what the same takes without them."""
    now = int(time.time())
    made = headlines(size + _FRESH, now - size * _DAY // 360, size * _DAY // 360)
    with tempfile.TemporaryDirectory() as folder, closing(open_store(Path(folder) / "news.db")) as db:
        ids = [
            subscriptions.add(db, NewSource(f"http://source-{number}.invalid/feed"), now).id
            for number in range(SOURCES)
        ]
        _save(db, ids, made[:-_FRESH], now, told=True)
        _save(db, ids, made[-_FRESH:], now, told=False)
        sorting = StoryClusterer()
        first = _seconds(lambda: sorting.cluster_some(db))
        rest = _seconds(lambda: [None for _ in iter(lambda: sorting.cluster_some(db), False)])
        known = db.execute("SELECT count(*) FROM telling WHERE packed IS NOT NULL").fetchone()[0]
        print(f"\n{size:,} stored, {known:,} of them of the last days; {_FRESH} new")
        print(f"  sorting: {first * 1e3:.0f} ms for the first 100, then {rest / (_FRESH - 100) * 1e3:.2f} ms each")
        stories.expire_fingerprints(db, now)
        in_stories = stories.list_members(db)
        whole = load_rows(db, Query(), now)
        print(f"  a view of {len(whole.all_ids):,}, {len(whole.ids):,} rows, {len(in_stories):,} articles in stories")
        for named, limit in (("first rows", FIRST), ("all rows", None)):
            plain, both = (_listing(db, now, limit, fold) for fold in (False, True))
            print(f"    {named}: {plain * 1e3:.1f} ms, folded {both * 1e3:.1f} ms ({both / plain:.2f} times)")
        search_index.index_queue(db)
        with_them = _pages(db)
        db.execute("DROP TABLE telling")
        print(f"  bytes an article: {(with_them - _pages(db)) / size:.1f}")


def _listing(db: Connection, now: int, limit: int | None, fold: bool) -> float:
    """Return the seconds that a view of everything takes, the best of some."""
    return min(
        _seconds(lambda: load_rows(db, Query(), now, limit, options=ListOptions(group_stories=fold))) for _ in range(5)
    )


def _save(db: Connection, ids: list[int], made: list[Invented], now: int, *, told: bool) -> None:
    """Save headlines source by source; those that are `told` are in their stories already, as if seen day by day."""
    by_source = defaultdict(list)
    for one in made:
        by_source[one.source].append(one)
    labels: defaultdict[int, list[int]] = defaultdict(list)
    numbers = count(0 if told else 1_000_000)
    for source, mine in by_source.items():
        entries = tuple(
            Entry(guid=str(next(numbers)), title=one.title, summary=one.lead, language=one.language,
                  published=Moment(one.at))
            for one in mine
        )  # fmt: skip
        feed = Feed("made", entries=entries)
        new = ingestion.save(db, ids[source], feed, prepare_entries(feed, now), now, index=search_index.enqueue).new
        for id, one in zip(new, mine, strict=True):
            labels[one.story].append(id)
    if told:
        with transaction(db):
            for number, members in enumerate((its for its in labels.values() if len(its) > 1), 1_000_000):
                db.executemany(
                    "INSERT INTO telling (article_id, source_id, minutes, story, sorted)"
                    " SELECT id, source_id, minutes, ?2, 1 FROM article WHERE id = ?1"
                    " ON CONFLICT DO UPDATE SET story = ?2",
                    [(id, number) for id in members],
                )
            db.execute("UPDATE telling SET sorted = 1")


def _pages(db: Connection) -> int:
    db.execute("VACUUM")
    return int(db.execute("PRAGMA page_count").fetchone()[0] * db.execute("PRAGMA page_size").fetchone()[0])


def _seconds(job: Callable[[], object]) -> float:
    before = time.perf_counter()
    job()
    return time.perf_counter() - before
