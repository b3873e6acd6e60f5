"""Web pages of articles, asked for as their sites want it: by a refresh for many articles, by a person for one."""

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
    from roya_tui.sources.pages.web_page import WebPage  # with lxml, which only the workers need

_PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"


class PageFetcher:
    """Reads pages one by one; each site is asked for its robots.txt once."""

    def __init__(self, client: httpx.AsyncClient, parsers: ParsePool, config: Config, now: Callable[[], int]) -> None:
        self._client = client
        self._parsers = parsers
        self._config = config
        self._now = now
        self._robots = RobotsCache()

    async def read(self, url: str, user_url: str, zone: str) -> WebPage | Failure:
        """Return what a page has, if that is an article; a failure's message is a sentence.

        `typed` is the address that a person wrote, for whose sake it is asked; `zone` the clock of its times.
        """
        name = host_of(url)
        allowed = await self._robots.is_allowed(url, lambda rules: self._fetch_robots(rules, user_url))
        if allowed is None:
            return Failure("timeout", f"{name} does not say now whether programs may read its pages.")
        if not allowed:
            return Failure("robots", f"{name} wants no programs to read this page.")
        got = await self.fetch(url, user_url, _PAGE_ACCEPT, self._config.refresh.max_bytes)
        if isinstance(got, Failure):
            return got
        job = PageJob(got.document, got.url, got.content_type, zone, self._now())
        has = await self._parsers.read_page(job, name)
        if not isinstance(has, Failure) and has.article is None:
            return Failure("no-article", f"{name} shows no article there: this is {has.no_article_reason}.")
        return has

    async def fetch(self, url: str, user_url: str, accept: str, max_bytes: int) -> Response | Failure:
        """Ask for an address for the sake of the one that a person wrote."""
        limits = self._config.refresh
        # Secrets are for the source that a person subscribed to, not for whatever place its articles name.
        home = _is_same_origin(user_url, url)
        return await fetch(
            self._client,
            Request(
                url,
                host_of(url),
                self._now(),
                user_url=user_url,
                private_hosts=limits.inside,
                auth=self._config.auth if home else (),
                accept=accept,
                timeout=limits.timeout,
                max_bytes=max_bytes,
            ),
        )

    async def _fetch_robots(self, url: str, user_url: str) -> Response | Failure:
        """Ask for a site's rules, and let as much time pass before its first page as between any two questions."""
        got = await self.fetch(url, user_url, "text/plain, */*;q=0.1", MAX_BYTES)
        await asyncio.sleep(self._config.refresh.spacing)
        return got


def fetch_page(paths: Paths, config: Config, source: Source, url: str, *, user_url: str, now: int) -> WebPage | Failure:
    """Read one page that a person asks for, found in an article of `source`; blocks until it is read.

    A host that wants to be left alone (Retry-After) is left alone. Raises StoreError.
    """
    with closing(open_store(paths.database)) as db:
        held = schedule.held_hosts(subscriptions.list_all(db), now)
        if host_of(url) in held:
            return Failure("held", f"{host_of(url)} wants to be left alone for a while.", held[host_of(url)])
        got = asyncio.run(_fetch_page(config, source, url, user_url, now))
        if not isinstance(got, Failure):
            offline.clear_failure(db, url)
        elif got.retry_at is not None:
            for name in {host_of(url), got.host} - {""}:
                hold_host(db, name, got.retry_at)
        return got


async def _fetch_page(config: Config, source: Source, url: str, user_url: str, now: int) -> WebPage | Failure:
    async with make_client(config.refresh) as connection, ParsePool(1) as workers:
        return await PageFetcher(connection, workers, config, lambda: now).read(url, user_url, source.zone)


def hold_host(db: Connection, name: str, until: int) -> None:
    """Ask no source of the host `name` before `until`: it wants it so (Retry-After)."""
    there = [source.id for source in subscriptions.list_all(db) if schedule.source_host(source) == name]
    checks.postpone(db, there, until)


def _is_same_origin(one: str, other: str) -> bool:
    try:
        return shares_origin(httpx.URL(one), httpx.URL(other))
    except httpx.InvalidURL:
        return False
