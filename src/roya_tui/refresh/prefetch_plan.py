"""Select the pages and pictures to prefetch: of recent articles, missing, and not on hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.config import Config, Paths, settings_for
from roya_tui.model import Enclosure, Source
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_and_port
from roya_tui.store import picture_cache
from roya_tui.store.articles import offline
from roya_tui.store.articles.offline import PrefetchCandidate
from roya_tui.store.sources import subscriptions

TYPICAL_PICTURE_BYTES = 150_000
"""Estimated bytes of a picture before it is fetched."""
GIVE_UP_SECONDS = 30 * 24 * 60 * 60
"""Seconds before another attempt after a permanent failure."""
_NO_USER_URL = "http://nobody.invalid/"


class PrefetchItem(Struct, frozen=True):
    """A page or picture of an article to fetch."""

    id: int
    """Id of the article."""
    url: str
    source: Source
    user_url: str
    """The URL that the user entered and that led here."""

    @property
    def is_local(self) -> bool:
        return False


class PrefetchPlan:
    """Selects what to fetch. `room` is the free space of the cache in bytes."""

    def __init__(self, db: Connection, paths: Paths, config: Config, now: int, only: Sequence[int] = ()) -> None:
        """Plan for the sources with the ids `only`, or for all if it is empty."""
        self._paths = paths
        self._config = config
        self._now = now
        self._only = only
        self.room = config.offline.cache
        self.failures = offline.load_failures(db)
        self._sources = {source.id: source for source in subscriptions.list_all(db)}
        self._held = schedule.held_hosts(list(self._sources.values()), now)

    def pages(self, db: Connection) -> list[PrefetchItem]:
        """Return the missing pages of sources with full text."""
        full_text = {id for id, source in self._sources.items() if settings_for(self._config, source).full_text}
        items = (
            self._make_item(article, article.url)
            for article in self._candidates(db)
            if article.source_id in full_text and not article.full and article.url
            if not Enclosure(article.url).medium
            if not self._sources[article.source_id].is_saved_pages
        )
        return list(self.due_items(items))

    def pictures(self, db: Connection) -> list[PrefetchItem]:
        """Return the missing pictures: first the leading picture of each article."""
        if not self._config.offline.pictures:
            return []
        articles = self._candidates(db)
        urls = offline.picture_urls(db, [article.id for article in articles if article.pictures])
        groups = [[self._make_item(article, url) for url in urls.get(article.id, ())] for article in articles]
        items = [*(item for group in groups for item in group[:1]), *(item for group in groups for item in group[1:])]
        return list(self._missing_items(self.due_items(items)))

    def _make_item(self, article: PrefetchCandidate, url: str) -> PrefetchItem:
        source = self._sources[article.source_id]
        return PrefetchItem(article.id, url, source, user_url_for(source, article.url))

    def due_items(self, items: Iterable[PrefetchItem]) -> Iterator[PrefetchItem]:
        """Yield each of `items` once, except those on hold or not yet due for a retry."""
        now, seen = self._now, set[str]()
        for item in items:
            failed = self.failures.get(item.url)
            is_due = failed is None or not now < failed.again_at <= now + GIVE_UP_SECONDS
            if is_due and item.url not in seen and host_and_port(item.url) not in self._held:
                seen.add(item.url)
                yield item

    def _candidates(self, db: Connection) -> list[PrefetchCandidate]:
        limits = self._config.offline
        return offline.list_candidates(db, self._now - limits.days * schedule.DAY, limits.count, self._only)

    def _missing_items(self, items: Iterable[PrefetchItem]) -> Iterator[PrefetchItem]:
        """Yield the items to fetch until the cache would be full; subtract the others from `room`."""
        left = self.room
        for item in items:
            file = picture_cache.find(self._paths, item.url)
            left -= file.stat().st_size if file else TYPICAL_PICTURE_BYTES
            if left < 0:
                return
            if file is None:
                yield item
            else:
                self.room -= file.stat().st_size


def user_url_for(source: Source, url: str) -> str:
    """Return the URL that the user entered for the article at `url`; no URL for a local file."""
    return _NO_USER_URL if source.is_local else url if source.is_saved_pages else source.url
