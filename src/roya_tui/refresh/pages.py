"""Fetch web pages of articles, respecting robots.txt and Retry-After."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from sqlite3 import Connection
from typing import TYPE_CHECKING

import httpx

from roya_tui.config import Config, Paths
from roya_tui.model import Failure, Source
from roya_tui.refresh.parse_jobs import PageJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_of
from roya_tui.sources.http.client import Request, Response, fetch, make_client
from roya_tui.sources.http.credentials import shares_origin
from roya_tui.sources.http.robots import MAX_BYTES, RobotsCache
from roya_tui.store.articles import offline
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage  # imports lxml, which only the workers need

_PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"


class PageFetcher:
    """Fetches and parses pages; fetches the robots.txt of each site once."""

    def __init__(self, client: httpx.AsyncClient, parsers: ParsePool, config: Config, now: Callable[[], int]) -> None:
        self._client = client
        self._parsers = parsers
        self._config = config
        self._now = now
        self._robots = RobotsCache()

    async def read(self, url: str, user_url: str, zone: str) -> WebPage | Failure:
        """Return a page that has an article; a failure's message is a sentence.

        `user_url` is the URL that the user entered and that led here, `zone` the time zone for dates without one.
        """
        name = host_of(url)
        allowed = await self._robots.is_allowed(url, lambda robots_url: self._fetch_robots(robots_url, user_url))
        if allowed is None:
            return Failure("timeout", f"{name} does not say now whether programs may read its pages.")
        if not allowed:
            return Failure("robots", f"{name} wants no programs to read this page.")
        response = await self.fetch(url, user_url, _PAGE_ACCEPT, self._config.refresh.max_bytes)
        if isinstance(response, Failure):
            return response
        job = PageJob(response.document, response.url, response.content_type, zone, self._now())
        page = await self._parsers.read_page(job, name)
        if not isinstance(page, Failure) and page.article is None:
            return Failure("no-article", f"{name} shows no article there: this is {page.no_article_reason}.")
        return page

    async def fetch(self, url: str, user_url: str, accept: str, max_bytes: int) -> Response | Failure:
        """Fetch `url`, to which `user_url`, entered by the user, led."""
        limits = self._config.refresh
        # Credentials are sent only to the origin that the user entered, not to any URL in an article.
        auth = self._config.auth if _is_same_origin(user_url, url) else ()
        return await fetch(
            self._client,
            Request(
                url,
                host_of(url),
                self._now(),
                user_url=user_url,
                private_hosts=limits.inside,
                auth=auth,
                accept=accept,
                timeout=limits.timeout,
                max_bytes=max_bytes,
            ),
        )

    async def _fetch_robots(self, url: str, user_url: str) -> Response | Failure:
        """Fetch a robots.txt, then wait as long as between any two requests to a host."""
        response = await self.fetch(url, user_url, "text/plain, */*;q=0.1", MAX_BYTES)
        await asyncio.sleep(self._config.refresh.spacing)
        return response


def fetch_page(paths: Paths, config: Config, source: Source, url: str, *, user_url: str, now: int) -> WebPage | Failure:
    """Fetch and parse a page for an article of `source`, unless Retry-After holds its host.

    Raises StoreError.
    """
    with closing(open_store(paths.database)) as db:
        held = schedule.held_hosts(subscriptions.list_all(db), now)
        if host_of(url) in held:
            return Failure("held", f"{host_of(url)} wants to be left alone for a while.", held[host_of(url)])
        page = asyncio.run(_fetch_page(config, source, url, user_url, now))
        if not isinstance(page, Failure):
            offline.clear_failure(db, url)
        elif page.retry_at is not None:
            for host in {host_of(url), page.host} - {""}:
                hold_host(db, host, page.retry_at)
        return page


async def _fetch_page(config: Config, source: Source, url: str, user_url: str, now: int) -> WebPage | Failure:
    async with make_client(config.refresh) as connection, ParsePool(1) as workers:
        return await PageFetcher(connection, workers, config, lambda: now).read(url, user_url, source.zone)


def hold_host(db: Connection, host: str, until: int) -> None:
    """Postpone all sources of `host` to `until` (UTC seconds), as its Retry-After asks."""
    ids = [source.id for source in subscriptions.list_all(db) if schedule.source_host(source) == host]
    checks.postpone(db, ids, until)


def _is_same_origin(url: str, other: str) -> bool:
    try:
        return shares_origin(httpx.URL(url), httpx.URL(other))
    except httpx.InvalidURL:
        return False
