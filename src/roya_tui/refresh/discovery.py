"""One look at one address, for someone who thinks of subscribing to it or wants to know what it is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import Config, JsonMapping
from roya_tui.model import Failure, is_local
from roya_tui.refresh.parse_jobs import PageJob, ParseJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.refresh.results import FoundFeed, FoundPage, OfferedFeed, ProgressCallback
from roya_tui.sources import local_files
from roya_tui.sources.compression import RawDocument
from roya_tui.sources.hosts import display_url, host_of
from roya_tui.sources.http.client import Request, fetch, make_client
from roya_tui.sources.local_files import LocalFiles
from roya_tui.sources.pages import feed_links
from roya_tui.sources.pages.feed_links import COMMENTS, DECLARED, Candidate
from roya_tui.sources.pages.web_page import WebPage


def probe(
    url: str, config: Config, *, now: int, zone: str, mapping: JsonMapping | None, user_url: str
) -> FoundFeed | FoundPage | Failure:
    """See `roya_tui.refresh.probe`."""

    async def once() -> FoundFeed | FoundPage | Failure:
        async with open_prober(config, now, zone, mapping, user_url, parsers=1) as one:
            return await one.probe(url)

    return asyncio.run(once())


@asynccontextmanager
async def open_prober(
    config: Config, now: int, zone: str, mapping: JsonMapping | None, user_url: str, parsers: int
) -> AsyncIterator[Prober]:
    """Give a `Prober` whose connections and parse workers end with it."""
    async with make_client(config.refresh) as connection, ParsePool(parsers) as workers:
        yield Prober(connection, workers, config, now, zone, mapping, user_url)


class Prober(Struct, frozen=True):
    """Looks at one address after another, all of them for the sake of the one that a person typed."""

    connection: httpx.AsyncClient
    parsers: ParsePool
    config: Config
    now: int
    zone: str
    mapping: JsonMapping | None
    user_url: str

    async def probe(self, url: str) -> FoundFeed | FoundPage | Failure:
        """Look at an address, or at a file or folder."""
        return await (self._probe_path(url) if is_local(url) else self._probe_url(url))

    async def _probe_url(self, url: str) -> FoundFeed | FoundPage | Failure:
        limits = self.config.refresh
        request = Request(
            url,
            host_of(url) or "It",
            self.now,
            user_url=self.user_url,
            private_hosts=limits.inside,
            auth=self.config.auth,
            timeout=limits.timeout,
            max_bytes=limits.max_bytes,
        )
        got = await fetch(self.connection, request)
        if isinstance(got, Failure):
            return got
        job = ParseJob(
            (got.document,), got.url, got.content_type, self.zone, self.mapping, self.now, prepare_rows=False
        )
        parsed = await self.parsers.parse(job, display_name(got.url))
        if isinstance(parsed, Failure):
            return _to_page(parsed, job, got.url)
        body = got.document.decompressed()
        return FoundFeed(parsed.feed, got.url, body, got.moved_to, got.etag, got.modified, got.body_hash, got.max_age)

    async def _probe_path(self, path: str) -> FoundFeed | FoundPage | Failure:
        got = local_files.read(path, label="", max_bytes=self.config.refresh.max_bytes)
        if isinstance(got, Failure):
            return got
        assert isinstance(got, LocalFiles)
        name = Path(path).name
        job = ParseJob(
            got.documents, zone=self.zone, mapping=self.mapping, now=self.now, title=name, prepare_rows=False
        )
        parsed = await self.parsers.parse(job, name)
        if isinstance(parsed, Failure):
            return _to_page(parsed, job, path)
        body = got.documents[0].decompressed()
        return FoundFeed(parsed.feed, path, body, modified=got.stat_hash, body_hash=got.body_hash)


def display_name(url: str) -> str:
    """Return what messages call an address."""
    return display_url(url).partition("://")[2].rstrip("/")


def _to_page(failed: Failure, job: ParseJob, url: str) -> FoundPage | Failure:
    """Return the document that is no feed, or why nothing can be said of it."""
    if failed.kind == "not-a-feed":
        return FoundPage(url, job.documents[0].decompressed(), job.content_type, failed.message)
    return failed


MAX_OFFERS = 12
"""Feeds of one page that are looked at; more are offered unseen."""
MAX_GUESSES = 8
MAX_PER_HOST = 2
DISCOVERY_TIMEOUT = 15.0
"""Seconds for all that a page offers. What has not answered by then is offered unseen."""
PARSE_WORKERS = 2

ProbeResults = list[tuple[Candidate, FoundFeed | FoundPage | Failure | None]]
"""Candidates and what is there; None: it did not answer in time."""


def discover(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str,
    mapping: JsonMapping | None,
    page_zone: str,
    feeds: bool,
    report: ProgressCallback,
) -> FoundFeed | FoundPage | Failure:
    """See `roya_tui.refresh.discover`."""

    async def run() -> FoundFeed | FoundPage | Failure:
        async with open_prober(config, now, zone, mapping, user_url=url, parsers=PARSE_WORKERS) as one:
            return await _Discovery(one, url, page_zone, feeds, report).run()

    return asyncio.run(run())


class _Discovery:
    def __init__(self, prober: Prober, url: str, page_zone: str, feeds: bool, report: ProgressCallback) -> None:
        self._prober = prober
        self._url = url
        self._page_zone = page_zone
        self._feeds = feeds
        self._report = report

    async def run(self) -> FoundFeed | FoundPage | Failure:
        got = await self._prober.probe(self._url)
        if isinstance(got, FoundFeed) or is_local(self._url):
            return got
        if isinstance(got, Failure):
            return await self._after_refusal(got)
        has = await self._read(got, self._page_zone)
        if isinstance(has, Failure):
            return has
        page = replace(
            got,
            article=has.article,
            is_article=has.is_article,
            no_article_message=f"{display_name(got.url)} is no article: this is {has.no_article_reason}."
            if has.no_article_reason
            else "",
        )
        return await self._with_offers(page, has) if self._feeds else page

    async def _after_refusal(self, failed: Failure) -> FoundPage | Failure:
        """Some sites show their pages to people only, and their feeds to everybody."""
        named = [one for one in feed_links.find_candidates("", self._url) if not one.is_guess]
        if failed.kind != "status" or not self._feeds or not named:
            return failed
        offers = _rank_offers(await self._probe_all(named), "")
        return FoundPage(self._url, b"", "", failed.message, offers) if offers else failed

    async def _read(self, page: FoundPage, zone: str) -> WebPage | Failure:
        document = RawDocument(page.body, size=len(page.body))
        job = PageJob(document, page.url, page.content_type, zone, self._prober.now)
        return await self._prober.parsers.read_page(job, display_name(page.url))

    async def _with_offers(self, page: FoundPage, has: WebPage) -> FoundPage:
        named = [one for one in has.candidates if not one.is_guess]
        looks = await self._probe_all(named)
        offers = _rank_offers(looks, has.language)
        if not offers:
            offers = _rank_offers(await self._probe_all(await self._linked_candidates(looks)), has.language)
        if offers:
            return replace(page, offers=offers)
        if any(one.rank == DECLARED for one in named):
            return replace(page, message=_explain_failure(page, looks))
        if page.is_article or not is_same_site(page.url, self._url):
            return page
        return replace(page, offers=await self._probe_guesses([one for one in has.candidates if one.is_guess]))

    async def _probe_all(self, candidates: Sequence[Candidate]) -> ProbeResults:
        """Look at the first of them, a few at once, but never many on one host."""
        turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MAX_PER_HOST))
        first = candidates[:MAX_OFFERS]
        seen = 0

        async def one(url: str) -> FoundFeed | FoundPage | Failure:
            nonlocal seen
            async with turns[host_of(url)]:
                got = await self._prober.probe(url)
            seen += 1
            self._report(f"Looking at what it offers: {seen} of {len(first)}.")
            return got

        tasks = [asyncio.create_task(one(candidate.url)) for candidate in first]
        if tasks:
            self._report(f"Looking at what it offers: 0 of {len(first)}.")
            _, late = await asyncio.wait(tasks, timeout=DISCOVERY_TIMEOUT)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        answers = [None if task.cancelled() else task.result() for task in tasks]
        return [*zip(first, answers, strict=True), *((candidate, None) for candidate in candidates[MAX_OFFERS:])]

    async def _linked_candidates(self, looks: ProbeResults) -> list[Candidate]:
        """Return the feeds that lie one page further: many a link named RSS leads to a page that lists them."""
        lists = [got for _, got in looks if isinstance(got, FoundPage) and is_same_site(got.url, self._url)]
        found: dict[str, Candidate] = {}
        for page in lists[:MAX_PER_HOST]:
            has = await self._read(page, "")
            if isinstance(has, WebPage):
                found |= {one.url: one for one in has.candidates if not one.is_guess}
        asked = {candidate.url for candidate, _ in looks}
        return [candidate for url, candidate in found.items() if url not in asked]

    async def _probe_guesses(self, places: Sequence[Candidate]) -> tuple[OfferedFeed, ...]:
        """Ask at the usual places, one after another, until there is a feed or the host is in trouble."""
        places = places[:MAX_GUESSES]
        for count, place in enumerate(places, 1):
            self._report(f"It names no feed. Trying the usual places: {count} of {len(places)}.")
            got = await self._prober.probe(place.url)
            if isinstance(got, FoundFeed):
                return (_make_offer(place, got),)
            if isinstance(got, Failure) and got.kind != "status":
                break
            if count < len(places):
                await asyncio.sleep(self._prober.config.refresh.spacing)
        return ()


def _rank_offers(looks: ProbeResults, language: str) -> tuple[OfferedFeed, ...]:
    """Return the feeds among what was looked at, the best first, and one feed in several formats once."""
    offers: dict[object, OfferedFeed] = {}
    for candidate, got in looks:
        if isinstance(got, FoundFeed):
            offers.setdefault(_identity(got), _make_offer(candidate, got))
        elif got is None:
            offers.setdefault(candidate.url, _make_offer(candidate, None))
    return tuple(sorted(offers.values(), key=lambda offer: (offer.rank, *_penalty(offer, language))))


def _make_offer(candidate: Candidate, found: FoundFeed | None) -> OfferedFeed:
    rank, title = candidate.rank, candidate.title
    if found is not None:
        title = found.feed.title or title
        if feed_links.is_comment_feed("", title):
            rank = max(rank, COMMENTS)
    url = (found.moved_to if found else "") or candidate.url
    return OfferedFeed(url, title, candidate.kind, rank, found, candidate.is_guess)


def _identity(found: FoundFeed) -> object:
    """Two feeds that tell the same stories are one, served in two formats or at two addresses."""
    titles = tuple(entry.title for entry in found.feed.entries[:10])
    return (found.feed.title, titles) if titles else found.url


def _penalty(offer: OfferedFeed, language: str) -> tuple[bool, bool]:
    if offer.found is None:
        return (False, False)
    feed = offer.found.feed
    foreign = bool(language and feed.language) and not feed.language.lower().startswith(language)
    return (not feed.entries, foreign)


def _explain_failure(page: FoundPage, looks: ProbeResults) -> str:
    """Return why none of the feeds that a page names is one."""
    candidate, got = looks[0]
    reason = got.message if isinstance(got, (FoundPage, Failure)) else ""
    return f"{display_name(page.url)} offers {display_url(candidate.url)}, but: {reason}"


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses have one host: nobody is asked at the usual places who was not named by the person."""
    return host_of(url).removeprefix("www.") == host_of(other).removeprefix("www.")
