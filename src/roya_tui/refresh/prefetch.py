"""Fetch pages and pictures of articles for offline reading, after the sources."""

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
from roya_tui.sources.hosts import host_and_port
from roya_tui.sources.http.client import make_client
from roya_tui.sources.schedule import HostQueue
from roya_tui.store import picture_cache
from roya_tui.store.articles import offline
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import subscriptions
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop

MAX_REQUESTS = 8
"""Concurrent requests: few, because nothing waits for them."""
PREFETCH_TIMEOUT = 300.0
"""Seconds for all pages and pictures; the next refresh continues."""

_PICTURE_ACCEPT = "image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5"
_TRANSIENT_KINDS = frozenset(("timeout", "refused", "reset", "protocol", "dns", "tls", "proxy", "bug"))
"""Kinds of failure worth an early retry; so are 5xx and 429."""


FetchItem = Callable[[PrefetchItem], Awaitable[Failure | None]]


class Prefetch:
    """Fetches pages and pictures within the limits for each host, and records failures."""

    def __init__(self, context: RefreshContext, only: Sequence[int] = ()) -> None:
        """Fetch for the sources with the ids `only`, or for all if it is empty."""
        self._paths, self._config, self._store, self._progress, self._report, self._now = context
        self._limits = context.config.refresh
        self._only = only
        self._running = self._done = self._total = 0
        self._what = ""
        self._has_given_up = False
        self._wake = asyncio.Event()

    async def run(self, client: httpx.AsyncClient, parsers: ParsePool, previous: HostQueue[Source]) -> None:
        """Fetch pages, then pictures, since pages contain some. Cancelling leaves no partial item."""
        await self._prepare(client, parsers, previous)
        try:
            async with asyncio.timeout(PREFETCH_TIMEOUT):
                await self._fetch_all("pages", await self._store.call_async(self._plan.pages), self._fetch_page)
                if not self._has_given_up:
                    pictures = await self._store.call_async(self._plan.pictures)
                    await self._fetch_all("pictures", pictures, self._fetch_picture)
        except TimeoutError:
            return  # the next refresh continues

    async def _prepare(self, client: httpx.AsyncClient, parsers: ParsePool, previous: HostQueue[Source]) -> None:
        self._queue: HostQueue[PrefetchItem] = HostQueue((), 1, 0.0, previous)
        self._pages = PageFetcher(client, parsers, self._config, self._now)
        self._plan = await self._store.call_async(PrefetchPlan, self._paths, self._config, self._now(), self._only)

    async def _fetch_all(self, what: str, items: Iterable[PrefetchItem], fetch: FetchItem) -> None:
        """Fetch the first of `items`, within the limits for each host and overall."""
        chosen = list(items)[: self._config.offline.count]
        if not chosen:
            return
        self._queue = HostQueue(chosen, self._limits.per_host, self._limits.spacing, self._queue)
        self._what, self._done, self._total = what, 0, len(chosen)
        self._report(self._progress.prefetch_event(what, 0, self._total))
        max_requests = min(MAX_REQUESTS, self._limits.at_once)

        def start(item: PrefetchItem) -> Coroutine[Any, Any, None]:
            self._running += 1
            return self._process(item, fetch)

        await run_queue(self._queue, start, has_room=lambda: self._running < max_requests, wake=self._wake)

    async def _process(self, item: PrefetchItem, fetch: FetchItem) -> None:
        try:
            failed = await self._try_fetch(item, fetch)
            if failed is None:
                self._progress.counts[self._what] += 1
                await self._store.call_async(offline.clear_failure, item.url)
            else:
                await self._record_failure(item, failed)
        except StoreError as error:  # fetch nothing more, because it cannot be saved
            self._queue.clear()
            if not self._has_given_up:
                self._report({"event": "warning", "message": error.message})
            self._has_given_up = True
        finally:
            self._running -= 1
            self._queue.release(item)
        self._report_done(1)

    async def _try_fetch(self, item: PrefetchItem, fetch: FetchItem) -> Failure | None:
        try:
            return await fetch(item)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001
            # A bug of ours is recorded for this item and must not stop the others.
            return Failure("bug", gettext("This is a bug in roya-tui ({error}).", error=one_line(repr(error))))

    def _report_done(self, count: int) -> None:
        self._done += count
        self._report(self._progress.prefetch_event(self._what, self._done, self._total))

    async def _record_failure(self, item: PrefetchItem, failed: Failure) -> None:
        """Record a failure; after Retry-After, drop all items of its host."""
        if failed.kind == "offline":
            self._queue.clear()
            return
        last = self._plan.failures.get(item.url)
        retry_at = _next_attempt(failed, 1 + (last.failures if last else 0), self._now(), random.random())
        retries = {item.url: retry_at}
        if failed.retry_at is not None:
            for host in {host_and_port(item.url), failed.host} - {""}:
                dropped = self._queue.drop_host(host)
                retries |= {other.url: retry_at for other in dropped}
                await self._store.call_async(hold_host, host, retry_at)
                self._report_done(len(dropped))
        await self._store.call_async(offline.record_failures, retries, _kind_of(failed))

    async def _fetch_page(self, item: PrefetchItem) -> Failure | None:
        page = await self._pages.read(item.url, item.user_url, item.source.zone)
        if isinstance(page, Failure):
            return page
        assert page.article is not None
        if not await self._store.call_async(offline.save_page, item.id, page.article.content, page.article.pictures):
            return Failure("no-article", gettext("The page has less text than the feed."))
        return None

    async def _fetch_picture(self, item: PrefetchItem) -> Failure | None:
        max_bytes = self._config.offline.picture_bytes
        setting = "[offline] picture_bytes"
        response = await self._pages.fetch(item.url, item.user_url, _PICTURE_ACCEPT, max_bytes, setting)
        if isinstance(response, Failure):
            return response
        data = response.document.decompressed()
        kind = image_header.image_format(data)
        if not kind or not response.content_type.lower().startswith("image/") or len(data) > max_bytes:
            return Failure("not-a-picture", gettext("This is not a picture that can be shown."))
        try:
            picture_cache.save(self._paths, item.url, data, kind)
        except OSError as error:
            message = gettext_noop("Pictures could not be saved in {folder}: {error}.")
            raise StoreError(gettext(message, folder=self._paths.pictures, error=error.strerror)) from error
        self._plan.room -= len(data)
        if self._plan.room < 0:
            self._queue.clear()
        return None


def _kind_of(failed: Failure) -> str:
    """Return a failure's kind, with its status code."""
    return f"{failed.kind} {failed.status or ''}".rstrip()


def _next_attempt(failed: Failure, failures: int, now: int, jitter: float) -> int:
    """Return when to retry (UTC seconds) after so many consecutive failures."""
    if failed.retry_at is not None:
        return max(failed.retry_at, now + schedule.MIN_INTERVAL)
    status = failed.status or 0
    is_transient = failed.kind in _TRANSIENT_KINDS or status >= 500 or status == 429
    return schedule.next_retry(failures, now, jitter) if is_transient else now + GIVE_UP_SECONDS


ARTICLE_PICTURES_TIMEOUT = 60.0
"""Seconds for all pictures of an article."""


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
    """Fetch and save pictures of an article.

    Reports each as `{"event": "picture", "url": …, "kind": "", "why": ""}`; if it failed, `kind` is the one that is
    stored, and `why` a sentence. Pictures that failed recently are fetched only with `retry`. Raises StoreError.
    """
    with closing(StoreThread(paths.database)) as store:
        source = store.call(subscriptions.get, article.headline.source_id)
        if source is None:
            return
        user_url = user_url_for(source, article.headline.url)
        missing = [url for url in urls if not picture_cache.find(paths, url)]
        items = [PrefetchItem(article.headline.id, url, source, user_url) for url in missing]
        context = RefreshContext(paths, config, store, RefreshProgress(0, config), report, now)
        asyncio.run(_PictureFetch(context).fetch(items, retry))


class _PictureFetch(Prefetch):
    """Fetches the pictures of one article and reports each."""

    async def fetch(self, items: Sequence[PrefetchItem], retry: bool) -> None:
        async with make_client(self._limits) as connection, ParsePool(1) as parsers:
            await self._prepare(connection, parsers, HostQueue((), 1, 0.0))
            if retry:
                self._plan.failures = {}
            due = list(self._plan.due_items(items))
            try:
                async with asyncio.timeout(ARTICLE_PICTURES_TIMEOUT):
                    await self._fetch_all("pictures", due, self._fetch_picture)
            except TimeoutError:
                return  # the caller finds out which are missing

    async def _try_fetch(self, item: PrefetchItem, fetch: FetchItem) -> Failure | None:
        failed = await super()._try_fetch(item, fetch)
        facts = {"kind": "", "why": ""} if failed is None else {"kind": _kind_of(failed), "why": failed.message}
        self._report({"event": "picture", "url": item.url, **facts})
        return failed
