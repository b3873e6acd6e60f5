"""After the feeds: the pages and pictures of articles that someone is likely to read where there is no network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import closing
from typing import Any

import httpx

from roya_tui.config import Config, Paths
from roya_tui.graphics import image_header
from roya_tui.model import Article, Failure, Source
from roya_tui.refresh.host_queue import run_queue
from roya_tui.refresh.pages import PageFetcher, hold_host
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.refresh.prefetch_plan import GIVE_UP_SECONDS, PrefetchItem, PrefetchPlan, user_url_for
from roya_tui.refresh.progress import RefreshContext, RefreshProgress
from roya_tui.refresh.results import EventCallback
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_of
from roya_tui.sources.http.client import make_client
from roya_tui.sources.schedule import HostQueue
from roya_tui.store import picture_cache
from roya_tui.store.articles import offline
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import subscriptions
from roya_tui.text import one_line

MAX_REQUESTS = 8
"""Requests in flight: few, since nobody waits for them."""
PREFETCH_TIMEOUT = 300.0
"""Seconds for all of it; the next refresh goes on where this one ends."""

_PICTURE_ACCEPT = "image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5"
_TRANSIENT_KINDS = frozenset(("timeout", "refused", "reset", "protocol", "dns", "tls", "proxy", "mistake"))
"""Kinds of failure that may be over soon; so are 5xx and 429."""


FetchItem = Callable[[PrefetchItem], Awaitable[Failure | None]]


class Prefetch:
    """Fetches what is wanted, as politely as feeds are fetched, and remembers what could not be had."""

    def __init__(self, context: RefreshContext, only: Sequence[int] = ()) -> None:
        """Of the sources with the ids `only`; of all, where there are none."""
        self._paths, self._config, self._store, self._progress, self._report, self._now = context
        self._limits = context.config.refresh
        self._only = only
        self._running = self._done = self._total = 0
        self._what = ""
        self._has_given_up = False
        self._wake = asyncio.Event()

    async def run(self, client: httpx.AsyncClient, parsers: ParsePool, previous: HostQueue[Source]) -> None:
        """Fetch pages, then pictures, since pages name some. Cancelled, it leaves nothing half done."""
        await self._prepare(client, parsers, previous)
        try:
            async with asyncio.timeout(PREFETCH_TIMEOUT):
                await self._fetch_all("pages", await self._store.call_async(self._plan.pages), self._fetch_page)
                if not self._has_given_up:
                    await self._fetch_all(
                        "pictures", await self._store.call_async(self._plan.pictures), self._fetch_picture
                    )
        except TimeoutError:
            return  # what is left is worth a later refresh

    async def _prepare(self, client: httpx.AsyncClient, parsers: ParsePool, previous: HostQueue[Source]) -> None:
        self._previous = previous
        self._queue: HostQueue[PrefetchItem] = HostQueue((), 1, 0.0, previous)
        self._pages = PageFetcher(client, parsers, self._config, self._now)
        self._plan = await self._store.call_async(PrefetchPlan, self._paths, self._config, self._now(), self._only)

    # Turns

    async def _fetch_all(self, what: str, wants: Iterable[PrefetchItem], work: FetchItem) -> None:
        """Fetch what is wanted, within the limits of number, of each host and of all."""
        chosen = list(wants)[: self._config.offline.count]
        if not chosen:
            return
        self._queue = HostQueue(chosen, self._limits.per_host, self._limits.spacing, self._queue)
        self._what, self._done, self._total = what, 0, len(chosen)
        self._report(self._progress.prefetch_event(what, 0, self._total))
        most = min(MAX_REQUESTS, self._limits.at_once)

        def begin(want: PrefetchItem) -> Coroutine[Any, Any, None]:
            self._running += 1
            return self._process(want, work)

        await run_queue(self._queue, begin, has_room=lambda: self._running < most, wake=self._wake)

    async def _process(self, want: PrefetchItem, work: FetchItem) -> None:
        try:
            failed = await self._try_fetch(want, work)
            if failed is None:
                self._progress.count_kept(self._what)
                await self._store.call_async(offline.clear_failure, want.url)
            else:
                await self._record_miss(want, failed)
        except StoreError as error:
            self._give_up(error.message)
        finally:
            self._running -= 1
            self._queue.release(want)
        self._report_done(1)

    async def _try_fetch(self, want: PrefetchItem, work: FetchItem) -> Failure | None:
        try:
            return await work(want)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001
            # Our own mistake, met by one page: it is remembered, and the others are still worth their turn.
            return Failure("mistake", one_line(repr(error)))

    def _report_done(self, count: int) -> None:
        self._done += count
        self._report(self._progress.prefetch_event(self._what, self._done, self._total))

    def _give_up(self, message: str) -> None:
        """Ask for nothing more, since it could not be kept."""
        self._queue.clear()
        if not self._has_given_up:
            self._report({"event": "warning", "message": message})
        self._has_given_up = True

    async def _record_miss(self, want: PrefetchItem, failed: Failure) -> None:
        """Remember what could not be had; where its host wants to be left alone, leave it alone altogether."""
        if failed.kind == "offline":
            self._queue.clear()
            return
        missed = self._plan.failures.get(want.url)
        again = _next_attempt(failed, 1 + (missed.failures if missed else 0), self._now(), random.random())
        late = {want.url: again}
        if failed.retry_at is not None:
            for name in {host_of(want.url), failed.host} - {""}:
                dropped = self._queue.drop_host(name)
                late |= {other.url: again for other in dropped}
                await self._store.call_async(hold_host, name, again)
                self._report_done(len(dropped))
        await self._store.call_async(offline.record_failures, late, failed.kind)

    # Getting and keeping

    async def _fetch_page(self, want: PrefetchItem) -> Failure | None:
        has = await self._pages.read(want.url, want.user_url, want.source.zone)
        if isinstance(has, Failure):
            return has
        assert has.article is not None
        if not await self._store.call_async(offline.save_page, want.id, has.article.content, has.article.pictures):
            return Failure("no-article", "The page has less text than the feed.")
        return None

    async def _fetch_picture(self, want: PrefetchItem) -> Failure | None:
        most = self._config.offline.picture_bytes
        got = await self._pages.fetch(want.url, want.user_url, _PICTURE_ACCEPT, most)
        if isinstance(got, Failure):
            return got
        data = got.document.decompressed()
        kind = image_header.image_format(data)
        if not kind or not got.content_type.lower().startswith("image/") or len(data) > most:
            return Failure("not-a-picture", "It is no picture that can be shown.")
        try:
            picture_cache.save(self._paths, want.url, data, kind)
        except OSError as error:
            raise StoreError(f"No pictures can be kept in {self._paths.pictures}: {error.strerror}.") from error
        self._plan.room -= len(data)
        if self._plan.room < 0:
            self._queue.clear()
        return None


def _next_attempt(failed: Failure, failures: int, now: int, jitter: float) -> int:
    """Return when to ask again for what failed so often in a row."""
    if failed.retry_at is not None:
        return max(failed.retry_at, now + schedule.MIN_INTERVAL)
    passing = failed.kind in _TRANSIENT_KINDS or (
        failed.status is not None and (failed.status >= 500 or failed.status == 429)
    )
    return schedule.next_retry(failures, now, jitter) if passing else now + GIVE_UP_SECONDS


ARTICLE_PICTURES_TIMEOUT = 60.0
"""Seconds for all of them."""
NOT_RETRIED = "It could not be had before. r in the gallery tries again."


def fetch_pictures(
    paths: Paths,
    config: Config,
    article: Article,
    urls: Sequence[str],
    *,
    retry: bool,
    report: EventCallback,
    now: Callable[[], int],
) -> None:
    """Fetch and keep pictures of an article, and tell of each: `{"event": "picture", "url": …, "why": ""}`.

    `why` is a sentence where it could not be had. What failed lately is asked for only with `again`. Raises StoreError.
    """
    with closing(StoreThread(paths.database)) as keeper:
        source = keeper.call(subscriptions.get, article.headline.source_id)
        if source is None:
            return
        typed = user_url_for(source, article.headline.url)
        wants = [
            PrefetchItem(article.headline.id, url, source, typed) for url in urls if not picture_cache.find(paths, url)
        ]
        asyncio.run(
            _PictureFetch(RefreshContext(paths, config, keeper, RefreshProgress(0), report, now)).fetch(wants, retry)
        )


class _PictureFetch(Prefetch):
    """The second stage of a refresh, for one article, telling of each picture."""

    async def fetch(self, wants: Sequence[PrefetchItem], retry: bool) -> None:
        async with make_client(self._limits) as connection, ParsePool(1) as parsers:
            nobody_before: HostQueue[Source] = HostQueue((), 1, 0.0)
            await self._prepare(connection, parsers, nobody_before)
            if retry:
                self._plan.failures = {}
            wanted = list(self._plan.due_items(wants))
            for want in wants:
                if want not in wanted:
                    self._report_picture(want, NOT_RETRIED)
            try:
                async with asyncio.timeout(ARTICLE_PICTURES_TIMEOUT):
                    await self._fetch_all("pictures", wanted, self._fetch_picture)
            except TimeoutError:
                return  # whoever looks at the article is told at the end which are not there

    async def _try_fetch(self, want: PrefetchItem, work: FetchItem) -> Failure | None:
        failed = await super()._try_fetch(want, work)
        self._report_picture(want, failed.message if failed is not None else "")
        return failed

    def _report_picture(self, want: PrefetchItem, reason: str) -> None:
        self._report({"event": "picture", "url": want.url, "why": reason})
