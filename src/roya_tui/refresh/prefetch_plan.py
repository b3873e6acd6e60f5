"""Which pages and pictures are wanted: of articles that someone is likely to read, not here yet, and to be had now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.config import Config, Paths, settings_for
from roya_tui.model import Source
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_of
from roya_tui.store import picture_cache
from roya_tui.store.articles import offline
from roya_tui.store.articles.offline import PrefetchCandidate
from roya_tui.store.sources import subscriptions

TYPICAL_PICTURE_BYTES = 150_000
"""Bytes that a picture is taken to have until it is here."""
GIVE_UP_SECONDS = 30 * 24 * 60 * 60
"""Seconds for which nobody asks again where asking again does not help."""
_NO_USER_URL = "http://nobody.invalid/"


class PrefetchItem(Struct, frozen=True):
    """A page or a picture of an article."""

    id: int
    """Of the article."""
    url: str
    source: Source
    user_url: str
    """The address that a person wrote, for whose sake this is asked for."""

    @property
    def is_local(self) -> bool:
        return False


class PrefetchPlan:
    """Finds what is wanted, by what the store and the cache have. `room` is what the cache has left for pictures."""

    def __init__(self, db: Connection, paths: Paths, config: Config, now: int, only: Sequence[int] = ()) -> None:
        """Of the sources with the ids `only`; of all, where there are none."""
        self._paths = paths
        self._config = config
        self._now = now
        self._only = only
        self.room = config.offline.cache
        self.failures = offline.load_failures(db)
        self._sources = {one.id: one for one in subscriptions.list_all(db)}
        self._held = schedule.held_hosts(list(self._sources.values()), now)

    def has_any(self, db: Connection) -> bool:
        """Return whether there is anything at all to ask for."""
        return bool(self.pages(db) or self.pictures(db))

    def pages(self, db: Connection) -> list[PrefetchItem]:
        """Return the pages whose text is wanted."""
        wanted = {id for id, source in self._sources.items() if settings_for(self._config, source).full_text}
        found = (
            PrefetchItem(one.id, one.url, source, user_url_for(source, one.url))
            for one in self._candidates(db)
            for source in (self._sources[one.source_id],)
            if one.source_id in wanted and not one.full and not source.is_saved_pages and one.url
        )
        return list(self.due_items(found))

    def pictures(self, db: Connection) -> list[PrefetchItem]:
        """Return the pictures that are not kept: first the leading one of each article, which is seen first."""
        if not self._config.offline.pictures:
            return []
        articles = self._candidates(db)
        shown = offline.picture_urls(db, [one.id for one in articles if one.pictures])
        wants = [
            [PrefetchItem(one.id, url, source, user_url_for(source, one.url)) for url in shown.get(one.id, ())]
            for one in articles
            for source in (self._sources[one.source_id],)
        ]
        named = [*(want for several in wants for want in several[:1]), *(w for several in wants for w in several[1:])]
        return list(self._missing_items(self.due_items(named)))

    def due_items(self, wants: Iterable[PrefetchItem]) -> Iterator[PrefetchItem]:
        """Leave out what need not be asked for now, and what is named twice."""
        now, seen = self._now, set[str]()
        for want in wants:
            missed = self.failures.get(want.url)
            may = missed is None or not now < missed.again_at <= now + GIVE_UP_SECONDS
            if may and want.url not in seen and host_of(want.url) not in self._held:
                seen.add(want.url)
                yield want

    def _candidates(self, db: Connection) -> list[PrefetchCandidate]:
        limits = self._config.offline
        return offline.list_candidates(db, self._now - limits.days * schedule.DAY, limits.count, self._only)

    def _missing_items(self, wants: Iterable[PrefetchItem]) -> Iterator[PrefetchItem]:
        """Leave out what is kept, and what there would be no room for beside all that is wanted more."""
        left = self.room
        for want in wants:
            file = picture_cache.find(self._paths, want.url)
            left -= file.stat().st_size if file else TYPICAL_PICTURE_BYTES
            if left < 0:
                return
            if file is None:
                yield want
            else:
                self.room -= file.stat().st_size


def user_url_for(source: Source, url: str) -> str:
    """Return what a person wrote to have the article at `url`; what a local file names, nobody did."""
    return _NO_USER_URL if source.is_local else url if source.is_saved_pages else source.url
