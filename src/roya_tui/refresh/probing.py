"""One look at one address, for someone who thinks of subscribing to it or wants to know what it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from msgspec import Struct

from roya_tui.config import Config, JsonMapping
from roya_tui.model import Failure, is_local
from roya_tui.refresh.parsers import Parsers
from roya_tui.refresh.parsing import Job
from roya_tui.refresh.values import Found, Page
from roya_tui.sources import local
from roya_tui.sources.fetch import Request, client, fetch
from roya_tui.sources.local import Files
from roya_tui.sources.web.addresses import host, shown


def probe(
    url: str, config: Config, *, now: int, zone: str, mapping: JsonMapping | None, typed: str
) -> Found | Page | Failure:
    """See `roya_tui.refresh.probe`."""

    async def once() -> Found | Page | Failure:
        async with prober(config, now, zone, mapping, typed, parsers=1) as one:
            return await one.at(url)

    return asyncio.run(once())


@asynccontextmanager
async def prober(
    config: Config, now: int, zone: str, mapping: JsonMapping | None, typed: str, parsers: int
) -> AsyncIterator[Prober]:
    """Give a `Prober` whose connections and parse workers end with it."""
    async with client(config.refresh) as connection, Parsers(parsers) as workers:
        yield Prober(connection, workers, config, now, zone, mapping, typed)


class Prober(Struct, frozen=True):
    """Looks at one address after another, all of them for the sake of the one that a person typed."""

    connection: httpx.AsyncClient
    parsers: Parsers
    config: Config
    now: int
    zone: str
    mapping: JsonMapping | None
    typed: str

    async def at(self, url: str) -> Found | Page | Failure:
        """Look at an address, or at a file or folder."""
        return await (self._path(url) if is_local(url) else self._address(url))

    async def _address(self, url: str) -> Found | Page | Failure:
        limits = self.config.refresh
        request = Request(
            url,
            host(url) or "It",
            self.now,
            typed=self.typed,
            inside=limits.inside,
            auth=self.config.auth,
            timeout=limits.timeout,
            max_bytes=limits.max_bytes,
        )
        got = await fetch(self.connection, request)
        if isinstance(got, Failure):
            return got
        job = Job((got.document,), got.url, got.content_type, self.zone, self.mapping, self.now, rows=False)
        parsed = await self.parsers.parse(job, label(got.url))
        if isinstance(parsed, Failure):
            return _other(parsed, job, got.url)
        body = got.document.unpacked()
        return Found(parsed.feed, got.url, body, got.moved_to, got.etag, got.modified, got.body_hash, got.max_age)

    async def _path(self, path: str) -> Found | Page | Failure:
        got = local.read(path, label="", max_bytes=self.config.refresh.max_bytes)
        if isinstance(got, Failure):
            return got
        assert isinstance(got, Files)
        name = Path(path).name
        job = Job(got.documents, zone=self.zone, mapping=self.mapping, now=self.now, title=name, rows=False)
        parsed = await self.parsers.parse(job, name)
        if isinstance(parsed, Failure):
            return _other(parsed, job, path)
        body = got.documents[0].unpacked()
        return Found(parsed.feed, path, body, modified=got.stamp, body_hash=got.body_hash)


def label(url: str) -> str:
    """Return what messages call an address."""
    return shown(url).partition("://")[2].rstrip("/")


def _other(failed: Failure, job: Job, url: str) -> Page | Failure:
    """Return the document that is no feed, or why nothing can be said of it."""
    if failed.kind == "not-a-feed":
        return Page(url, job.documents[0].unpacked(), job.content_type, failed.message)
    return failed
