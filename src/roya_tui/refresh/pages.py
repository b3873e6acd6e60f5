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
from roya_tui.refresh.parsers import Parsers
from roya_tui.refresh.parsing import PageJob
from roya_tui.sources import schedule
from roya_tui.sources.fetch import Answer, Request, client, fetch
from roya_tui.sources.robots import MOST_BYTES, Robots
from roya_tui.sources.web.addresses import host
from roya_tui.sources.web.credentials import trusts
from roya_tui.store.articles import offline
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions

if TYPE_CHECKING:
    from roya_tui.sources.page import WebPage  # with lxml, which only the workers need

_PAGE = "text/html, application/xhtml+xml, */*;q=0.1"


class Pages:
    """Reads pages one by one; each site is asked for its robots.txt once."""

    def __init__(self, client: httpx.AsyncClient, parsers: Parsers, config: Config, now: Callable[[], int]) -> None:
        self._client = client
        self._parsers = parsers
        self._config = config
        self._now = now
        self._robots = Robots()

    async def read(self, url: str, typed: str, zone: str) -> WebPage | Failure:
        """Return what a page has, if that is an article; a failure's message is a sentence.

        `typed` is the address that a person wrote, for whose sake it is asked; `zone` the clock of its times.
        """
        name = host(url)
        allowed = await self._robots.allow(url, lambda rules: self._rules(rules, typed))
        if allowed is None:
            return Failure("timeout", f"{name} does not say now whether programs may read its pages.")
        if not allowed:
            return Failure("robots", f"{name} wants no programs to read this page.")
        got = await self.fetch(url, typed, _PAGE, self._config.refresh.max_bytes)
        if isinstance(got, Failure):
            return got
        job = PageJob(got.document, got.url, got.content_type, zone, self._now())
        has = await self._parsers.read_page(job, name)
        if not isinstance(has, Failure) and has.article is None:
            return Failure("no-article", f"{name} shows no article there: this is {has.why_no_article}.")
        return has

    async def fetch(self, url: str, typed: str, accept: str, max_bytes: int) -> Answer | Failure:
        """Ask for an address for the sake of the one that a person wrote."""
        limits = self._config.refresh
        # Secrets are for the source that a person subscribed to, not for whatever place its articles name.
        home = _same_place(typed, url)
        return await fetch(
            self._client,
            Request(
                url,
                host(url),
                self._now(),
                typed=typed,
                inside=limits.inside,
                auth=self._config.auth if home else (),
                accept=accept,
                timeout=limits.timeout,
                max_bytes=max_bytes,
            ),
        )

    async def _rules(self, url: str, typed: str) -> Answer | Failure:
        """Ask for a site's rules, and let as much time pass before its first page as between any two questions."""
        got = await self.fetch(url, typed, "text/plain, */*;q=0.1", MOST_BYTES)
        await asyncio.sleep(self._config.refresh.spacing)
        return got


def one(paths: Paths, config: Config, source: Source, url: str, *, typed: str, now: int) -> WebPage | Failure:
    """Read one page that a person asks for, found in an article of `source`; blocks until it is read.

    A host that wants to be left alone (Retry-After) is left alone. Raises StoreError.
    """
    with closing(open_store(paths.database)) as db:
        held = schedule.held_hosts(subscriptions.list_all(db), now)
        if host(url) in held:
            return Failure("held", f"{host(url)} wants to be left alone for a while.", held[host(url)])
        got = asyncio.run(_read(config, source, url, typed, now))
        if not isinstance(got, Failure):
            offline.clear_failure(db, url)
        elif got.retry_at is not None:
            for name in {host(url), got.host} - {""}:
                hold(db, name, got.retry_at)
        return got


async def _read(config: Config, source: Source, url: str, typed: str, now: int) -> WebPage | Failure:
    async with client(config.refresh) as connection, Parsers(1) as workers:
        return await Pages(connection, workers, config, lambda: now).read(url, typed, source.zone)


def hold(db: Connection, name: str, until: int) -> None:
    """Ask no source of the host `name` before `until`: it wants it so (Retry-After)."""
    there = [source.id for source in subscriptions.list_all(db) if schedule.host(source) == name]
    checks.postpone(db, there, until)


def _same_place(one: str, other: str) -> bool:
    try:
        return trusts(httpx.URL(one), httpx.URL(other))
    except httpx.InvalidURL:
        return False
