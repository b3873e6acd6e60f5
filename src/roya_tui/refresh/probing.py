"""One look at one address, for someone who thinks of subscribing to it or wants to know what it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from roya_tui.config import Config, JsonMapping
from roya_tui.model import Failed, is_local
from roya_tui.refresh import Found, Page
from roya_tui.refresh.parsers import Parsers
from roya_tui.refresh.parsing import Job
from roya_tui.sources import local
from roya_tui.sources.addresses import host, shown
from roya_tui.sources.fetch import Request, client, fetch
from roya_tui.sources.local import Files


def probe(
    url: str, config: Config, *, now: int, zone: str, mapping: JsonMapping | None, typed: str
) -> Found | Page | Failed:
    """See `roya_tui.refresh.probe`."""
    if is_local(url):
        return asyncio.run(_probe_path(url, config, now, zone, mapping))
    return asyncio.run(_probe_address(url, config, now, zone, mapping, typed))


async def _probe_address(
    url: str, config: Config, now: int, zone: str, mapping: JsonMapping | None, typed: str
) -> Found | Page | Failed:
    limits = config.refresh
    request = Request(
        url,
        host(url) or "It",
        now,
        typed=host(typed),
        timeout=limits.timeout,
        max_bytes=limits.max_bytes,
    )
    async with client(limits) as connection:
        got = await fetch(connection, request)
    if isinstance(got, Failed):
        return got
    job = Job((got.document,), got.url, got.content_type, zone, mapping, now, rows=False)
    return await _read(job, shown(got.url).partition("://")[2].rstrip("/"), got.url, got.moved_to)


async def _probe_path(
    path: str, config: Config, now: int, zone: str, mapping: JsonMapping | None
) -> Found | Page | Failed:
    got = local.read(path, label="", max_bytes=config.refresh.max_bytes)
    if isinstance(got, Failed):
        return got
    assert isinstance(got, Files)
    job = Job(got.documents, zone=zone, mapping=mapping, now=now, title=Path(path).name, rows=False)
    return await _read(job, job.title, path)


async def _read(job: Job, label: str, url: str, moved_to: str = "") -> Found | Page | Failed:
    body = job.documents[0].unpacked()
    async with Parsers(1) as parsers:
        parsed = await parsers.parse(job, label)
    if not isinstance(parsed, Failed):
        return Found(parsed.feed, url, body, moved_to)
    if parsed.kind == "not-a-feed":
        return Page(url, body, job.content_type, parsed.message)
    return parsed
