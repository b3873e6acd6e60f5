"""Home folders with generated articles, for the app on a terminal."""

import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import pytest

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

DAY = 86_400
ARTICLES = 24
"""Number of articles in the fixture `news`."""
PER_DAY = 6
"""Number of articles per day."""
BEGUN = time.time()
"""The newest date of `rss_item`: the same for all, or items of two calls could change their order."""
BY_HAND = '[reading]\nmark_read = "never"\n'
"""Settings with which only keys mark articles as read."""
AT_ONCE = '[refresh]\nspacing = "0s"\n'
"""Settings for sources that are all on one host."""
ON_REQUEST = BY_HAND + AT_ONCE + "on_start = false\n"
"""Settings with which nothing is fetched unless a key asks for it."""


def noon() -> str:
    """Return a TZ in which it is about noon, so that recent articles are from today."""
    return f"NOON{time.gmtime().tm_hour - 12:+d}"


class Home:
    """A folder for `--home`; its database is a copy of `empty`, created when a test first writes to it."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self.folder = folder
        self._empty = empty
        folder.mkdir(parents=True, exist_ok=True)

    def configure(self, text: str) -> None:
        """Write config.toml."""
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    @contextmanager
    def store(self) -> Iterator[sqlite3.Connection]:
        path = self.folder / "news.db"
        if not path.exists():
            shutil.copyfile(self._empty, path)
        db = open_store(path)
        try:
            yield db
        finally:
            db.close()

    def subscribe(self, new: NewSource, entries: Sequence[Entry] = ()) -> int:
        """Add a source with articles, and return its id."""
        now = int(time.time())
        with self.store() as db:
            source = subscriptions.add(db, new, now)
            ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], now)
        return source.id

    def labels(self) -> list[str]:
        """Return the names of all sources."""
        with self.store() as db:
            return [source.label for source in subscriptions.list_all(db)]


def article(number: int, now: int) -> Entry:
    """Return article `number`; 1 is the newest, six a day, a minute apart. The first is long and has three links."""
    paragraphs = [f"<p>Line 001 of story {number:02}.</p>"]
    if number == 1:
        paragraphs += [f"<p>Line {line:03} of story 01{' and on' * 8}.</p>" for line in range(2, 61)]
        for place, name in ((1, "first"), (2, "second"), (60, "third")):
            paragraphs.insert(place, f'<p>Here is the <a href="https://links.example/{name}">{name} link</a>.</p>')
    tags = [name for name, every in (("tides", 1), ("boats", 2), ("trams", 3), ("gardens", 5)) if number % every == 0]
    return Entry(
        guid=f"story-{number:02}",
        url=f"https://news.example/stories/{number:02}",
        title=f"Story {number:02}",
        tags=tuple(tags),
        published=Moment(now - (number - 1) // PER_DAY * DAY - (number - 1) % PER_DAY * 60),
        content="".join(paragraphs),
    )


def rss_item(number: int, text: str = "", *, hours: int = 0) -> str:
    """Return an RSS item for article `number`, so many hours old, with HTML in `text` escaped by the caller."""
    date = formatdate(BEGUN - 3600 * hours - number, usegmt=True)
    return (
        f"<item><guid isPermaLink='false'>{number}</guid><title>Story {number:02}</title><pubDate>{date}</pubDate>"
        f"<link>https://news.example/{number}</link>"
        f"<description>{text or f'Text of story {number:02}.'}</description></item>"
    )


def rss_feed(*items: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Wire</title>{''.join(items)}</channel></rss>"


def add_news(home: Home) -> None:
    """Add two sources with `ARTICLES` articles: odd ones from Alder Post, even ones from Birch Times."""
    now = int(time.time())
    for first, name in ((1, "Alder Post"), (2, "Birch Times")):
        entries = [article(number, now) for number in range(first, ARTICLES + 1, 2)]
        home.subscribe(NewSource(f"https://{name.split()[0].lower()}.example/feed", title=name), entries)


@pytest.fixture
def home(tmp_path: Path, empty_store: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home", empty_store)


@pytest.fixture
def news(home: Home) -> Home:
    """A home with `ARTICLES` articles, where only keys mark articles as read."""
    home.configure(BY_HAND)
    add_news(home)
    return home
