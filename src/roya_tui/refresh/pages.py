"""Fetch web pages of articles, respecting robots.txt and Retry-After."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from sqlite3 import Connection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx
from msgspec.structs import replace

from roya_tui.config import Config, Paths
from roya_tui.model import Failure, Source
from roya_tui.refresh.parse_jobs import PageJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_and_port, host_of
from roya_tui.sources.http.client import Response, fetch, make_client, make_request
from roya_tui.sources.http.credentials import shares_origin
from roya_tui.sources.pages.known_sites import time_zone_of_site
from roya_tui.store.articles import offline
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.translation import gettext

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage  # imports lxml, which only the workers need

_PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"
_PRODUCT_TOKEN = "roya-tui"
"""The app's name in robots.txt and in the User-Agent header."""
_MAX_ROBOTS_BYTES = 500_000
"""Size limit of a robots.txt (RFC 9309 §2.5)."""


class PageFetcher:
    """Fetches and parses pages; fetches the robots.txt of each site once."""

    def __init__(self, client: httpx.AsyncClient, parsers: ParsePool, config: Config, now: Callable[[], int]) -> None:
        self._client = client
        self._parsers = parsers
        self._config = config
        self._now = now
        self._robots: dict[str, RobotFileParser | None] = {}
        self._robots_locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read(self, url: str, user_url: str, zone: str) -> WebPage | Failure:
        """Return a page that has an article; a failure's message is a sentence.

        `user_url` is the URL that the user entered and that led here, `zone` the time zone for dates without one.
        """
        name = host_of(url)
        allowed = await self._is_allowed(url, user_url)
        if allowed is None:
            return Failure("timeout", gettext("{host} did not return its robots.txt. Try again later.", host=name))
        if not allowed:
            return Failure(
                "robots", gettext("{host} does not allow programs to read this page (robots.txt).", host=name)
            )
        response = await self.fetch(url, user_url, _PAGE_ACCEPT, self._config.refresh.max_bytes)
        if isinstance(response, Failure):
            return response
        zone = zone or time_zone_of_site(response.url)
        job = PageJob((response.document,), response.url, response.content_type, zone, now=self._now())
        page = await self._parsers.read_page(job, name)
        if not isinstance(page, Failure) and page.article is None:
            message = gettext("{host} has no article at this address.", host=name)
            return Failure("no-article", f"{message} {page.no_article_reason}")
        return page

    async def fetch(
        self, url: str, user_url: str, accept: str, max_bytes: int, limit_setting: str = "[refresh] max_bytes"
    ) -> Response | Failure:
        """Fetch `url`, to which `user_url`, entered by the user, led."""
        request = make_request(self._config, url, host_of(url), self._now())
        # Credentials are sent only to the origin that the user entered, not to any URL in an article.
        auth = request.auth if is_same_origin(user_url, url) else ()
        request = replace(request, user_url=user_url, auth=auth, accept=accept)
        return await fetch(self._client, replace(request, max_bytes=max_bytes, limit_setting=limit_setting))

    async def _is_allowed(self, url: str, user_url: str) -> bool | None:
        """Whether robots.txt allows a page; None if it was unreachable, so not now (RFC 9309 §2.3.1)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._robots_locks[site]:
            if site not in self._robots:
                response = await self.fetch(f"{site}/robots.txt", user_url, "text/plain, */*;q=0.1", _MAX_ROBOTS_BYTES)
                self._robots[site] = _parse_robots(response)
                await asyncio.sleep(self._config.refresh.spacing)  # as between any two requests to a host
        rules = self._robots[site]
        return None if rules is None else rules.can_fetch(_PRODUCT_TOKEN, url)


def _parse_robots(response: Response | Failure) -> RobotFileParser | None:
    """Return the rules of a robots.txt; a status 4xx except "too many requests" means that there are none."""
    text = ""
    if not isinstance(response, Failure):
        text = response.document.decompressed().decode("utf-8-sig", "replace")
    elif response.status is None or not 400 <= response.status < 500 or response.status == 429:
        return None
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    return rules


def fetch_page(paths: Paths, config: Config, source: Source, url: str, *, user_url: str, now: int) -> WebPage | Failure:
    """Fetch and parse a page for an article of `source`, unless Retry-After holds its host. Raises StoreError."""
    with closing(open_store(paths.database)) as db:
        host, held = host_and_port(url), schedule.held_hosts(subscriptions.list_all(db), now)
        if host in held:
            message = gettext("{host} is limiting requests. Try again later.", host=host)
            return Failure("held", message, held[host])
        page = asyncio.run(_fetch_page(config, source, url, user_url, now))
        if not isinstance(page, Failure):
            offline.clear_failure(db, url)
        elif page.retry_at is not None:
            for held_host in {host, page.host} - {""}:
                hold_host(db, held_host, page.retry_at)
        return page


async def _fetch_page(config: Config, source: Source, url: str, user_url: str, now: int) -> WebPage | Failure:
    async with make_client(config.refresh) as connection, ParsePool(1) as workers:
        return await PageFetcher(connection, workers, config, lambda: now).read(url, user_url, source.zone)


def hold_host(db: Connection, host: str, until: int) -> None:
    """Postpone all sources of `host` (with its port) to `until` (UTC seconds), as its Retry-After asks."""
    ids = [source.id for source in subscriptions.list_all(db) if schedule.source_host(source) == host]
    checks.postpone(db, ids, until)


def is_same_origin(url: str, other: str) -> bool:
    """Whether secrets for `url` may be sent to `other`."""
    try:
        return shares_origin(httpx.URL(url), httpx.URL(other))
    except httpx.InvalidURL:
        return False
