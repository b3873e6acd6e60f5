"""A database with six articles in several languages."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from roya_tui.model import Enclosure, Entry, Moment, NewSource, Picture
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

NOW = int(datetime(2025, 7, 4, 12, 0, tzinfo=UTC).timestamp())
HOUR = 3_600
DAY = 24 * HOUR

# name: source, hours ago, entry
ARTICLES = {
    "plan": ("roya", 1, Entry(title="Ministry publishes water plan", authors=("K. Haddad",), tags=("Economy", "Water"),
                              content="<p>Forty wells, says the ministry.</p>", language="en")),
    "rail": ("petra", 2, Entry(title="Rail line opens to the coast", authors=("Lina Odeh",), tags=("Economy",),
                               content="<p>" + "Trains run daily. " * 700 + "</p>", language="en-GB")),
    "cup": ("petra", 30, Entry(title="Cup final tonight", tags=("Sport", "Civil defence"), content="<p>Watermelon for "
                               "all.</p>", pictures=(Picture("https://petra.example/cup.jpg"),),
                              enclosures=(Enclosure("https://petra.example/cup.mp3"),))),
    "maa": ("arabic", 50, Entry(title="الماء في الأردن", tags=("اقتصاد",), content="<p>والوزارةُ تنشر خُطّة ٢٠٢٥</p>",
                                language="ar")),
    "tokyo": ("arabic", 70, Entry(title="東京の水計画", content="<p>新しい計画が発表された。</p>", language="ja")),
    "cafe": ("roya", 900, Entry(title="Café Œuvre réopens", content="<p>An ant by the plan of the wells.</p>",
                                url="https://www.youtube.com/watch?v=1")),
}  # fmt: skip
SOURCES = {
    "roya": NewSource("https://roya.example/rss", title="Roya News", folder="Jordan"),
    "petra": NewSource("https://petra.example/rss", title="Petra Agency", name="The Petra", folder="Jordan/Amman"),
    "arabic": NewSource("https://arabic.example/rss", title="رؤيا"),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, dict[int, str]]]:
    db = open_store(tmp_path_factory.mktemp("finding") / "news.db")
    ids = {name: subscriptions.add(db, new, NOW).id for name, new in SOURCES.items()}
    names = {}
    for name, (source, hours, entry) in ARTICLES.items():
        dated = Entry(**{**{f: getattr(entry, f) for f in entry.__slots__}, "published": Moment(NOW - hours * HOUR)})
        (id,) = ingestion.save(db, ids[source], None, [ingestion.prepare(dated)], NOW).new
        names[id] = name
    numbers = {name: id for id, name in names.items()}
    article_state.mark(db, [numbers["rail"], numbers["cup"]], NOW, read=True)
    article_state.mark(db, [numbers["rail"]], NOW, starred=True)
    article_state.set_note(db, numbers["maa"], "translate", NOW)
    article_state.edit_tags(db, [numbers["cafe"]], NOW, add=["Places to go"])
    yield db, names
    db.close()
