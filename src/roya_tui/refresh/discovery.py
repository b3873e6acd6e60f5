"""Probe a URL, file or folder, and discover the feeds of a web page."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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
from roya_tui.sources.compression import EMPTY_DOCUMENT
from roya_tui.sources.hosts import display_url, host_of, is_same_site
from roya_tui.sources.http.client import fetch, make_client, make_request
from roya_tui.sources.pages import feed_links
from roya_tui.sources.pages.feed_links import COMMENTS, DECLARED, Candidate
from roya_tui.sources.pages.known_sites import time_zone_of_site
from roya_tui.sources.pages.web_page import WebPage
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop

ProbeResult = FoundFeed | FoundPage | Failure
OfferPage = Callable[[FoundPage], Awaitable[object]]


def probe(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str | None = None,
    mapping: JsonMapping | None = None,
    user_url: str = "",
) -> FoundFeed | FoundPage | Failure:
    """Fetch and parse a URL, file or folder without saving anything.

    `zone` is the time zone for dates without one; None: that of the site. `user_url` is the URL that the user entered,
    if `url` was found on its page: only hosts that the user entered may be private.
    """

    async def run() -> ProbeResult:
        async with open_prober(config, now, zone, mapping, user_url, parsers=1) as prober:
            return await prober.probe(url)

    return asyncio.run(run())


@asynccontextmanager
async def open_prober(
    config: Config, now: int, zone: str | None, mapping: JsonMapping | None, user_url: str, parsers: int
) -> AsyncIterator[Prober]:
    """Open a `Prober`, and close its connections and parse workers at the end."""
    async with make_client(config.refresh) as connection, ParsePool(parsers) as workers:
        yield Prober(connection, workers, config, now, zone, mapping, user_url)


class Prober(Struct, frozen=True):
    """Fetches and parses URLs, files and folders; `user_url` is the URL that the user entered."""

    connection: httpx.AsyncClient
    parsers: ParsePool
    config: Config
    now: int
    zone: str | None
    mapping: JsonMapping | None
    user_url: str

    async def probe(self, url: str) -> ProbeResult:
        """Fetch and parse a URL, file or folder."""
        return await (self._probe_path(url) if is_local(url) else self._probe_url(url))

    async def _probe_url(self, url: str) -> ProbeResult:
        request = make_request(self.config, url, host_of(url) or display_url(url), self.now)
        response = await fetch(self.connection, replace(request, user_url=self.user_url))
        if isinstance(response, Failure):
            return response
        job = ParseJob((response.document,), response.url, response.content_type)
        found = await self._parse(job, display_name(response.url), response.url)
        if not isinstance(found, FoundFeed):
            return found
        found = replace(found, etag=response.etag, modified=response.modified, body_hash=response.body_hash)
        return replace(found, moved_to=response.moved_to, max_age=response.max_age)

    async def _probe_path(self, path: str) -> ProbeResult:
        files = local_files.read(path, label="", max_bytes=self.config.refresh.max_bytes)
        if isinstance(files, Failure):
            return files
        name = Path(path).name
        found = await self._parse(ParseJob(files.documents, title=name, warnings=files.warnings), one_line(name), path)
        if not isinstance(found, FoundFeed):
            return found
        return replace(found, modified=files.stat_hash, body_hash=files.body_hash)

    async def _parse(self, job: ParseJob, label: str, url: str) -> ProbeResult:
        """Parse a document; one that is not a feed is returned as a page."""
        zone = time_zone_of_site(url) if self.zone is None else self.zone
        job = replace(job, zone=zone, mapping=self.mapping, now=self.now, prepare_rows=False)
        parsed = await self.parsers.parse(job, label)
        if not isinstance(parsed, Failure):
            return FoundFeed(parsed.feed, url)
        is_page = parsed.kind == "not-a-feed"
        return FoundPage(url, job.documents[0], job.content_type, parsed.message) if is_page else parsed


def display_name(url: str) -> str:
    """Return a URL as shown in messages: without scheme and trailing slash."""
    return display_url(url).partition("://")[2].rstrip("/")


MAX_OFFERS = 12
"""Feeds of a page that are probed; the others are offered without."""
MAX_GUESSES = 8
MAX_PER_HOST = 2
DISCOVERY_TIMEOUT = 15.0
"""Seconds for probing the feeds of a page; those that time out are offered without."""
PAGE_OFFER_SECONDS = 1.0
"""Seconds after which a page is offered while its feeds are still checked; a quick site offers all at once."""
PARSE_WORKERS = 2

ProbeResults = list[tuple[Candidate, ProbeResult | None]]
"""Candidates and their results; None if it timed out or was not probed."""


def discover(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str | None = None,
    mapping: JsonMapping | None = None,
    page_zone: str | None = None,
    feeds: bool = True,
    report: ProgressCallback = lambda message: None,
    offer_page: OfferPage | None = None,
) -> FoundFeed | FoundPage | Failure:
    """Probe a URL, file or folder, and for a web page also the feeds that it links to.

    `feeds=False` probes only the page. `page_zone` is the time zone for dates without one in the page's article, `zone`
    that in feeds; None: that of the site.
    `offer_page` offers a page while its feeds are searched, and returns if the search is not needed any more.
    """

    async def run() -> ProbeResult:
        async with open_prober(config, now, zone, mapping, user_url=url, parsers=PARSE_WORKERS) as prober:
            return await _Discovery(prober, url, page_zone, feeds, report, offer_page).run()

    return asyncio.run(run())


class _Discovery:
    def __init__(
        self,
        prober: Prober,
        url: str,
        page_zone: str | None,
        feeds: bool,
        report: ProgressCallback,
        offer_page: OfferPage | None,
    ) -> None:
        self._prober = prober
        self._url = url
        self._page_zone = page_zone
        self._feeds = feeds
        self._report = report
        self._offer_page = offer_page
        self._is_guessing = asyncio.Event()

    async def run(self) -> ProbeResult:
        result = await self._prober.probe(self._url)
        if isinstance(result, FoundFeed) or is_local(self._url):
            return result
        if isinstance(result, Failure):
            return await self._after_refusal(result)
        content = await self._read(result, self._page_zone)
        if isinstance(content, Failure):
            return content
        reason = content.no_article_reason
        no_article = gettext("{address} is not an article.", address=display_name(result.url))
        page = replace(
            result,
            article=content.article,
            is_article=content.is_article,
            no_article_message=f"{no_article} {reason}" if reason else "",
        )
        if not self._feeds:
            return page
        if self._offer_page is None or page.article is None:
            return await self._with_offers(page, content)
        return await self._search_while_offered(page, content, self._offer_page)

    async def _search_while_offered(self, page: FoundPage, content: WebPage, offer_page: OfferPage) -> FoundPage:
        """Search for feeds; if that takes long, offer the page, and stop searching if it is chosen."""
        search = asyncio.create_task(self._with_offers(page, content))
        guessing = asyncio.create_task(self._is_guessing.wait())
        await asyncio.wait((search, guessing), timeout=PAGE_OFFER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        guessing.cancel()
        if search.done():
            return search.result()
        chosen = asyncio.ensure_future(offer_page(page))
        await asyncio.wait((search, chosen), return_when=asyncio.FIRST_COMPLETED)
        if chosen.done():
            search.cancel()
            await asyncio.wait((search,))
            return replace(page, was_offered=True)
        chosen.cancel()
        return replace(search.result(), was_offered=True)

    async def _after_refusal(self, failed: Failure) -> FoundPage | Failure:
        """Try the known feed locations of sites that refuse their pages but serve their feeds."""
        linked = [link for link in feed_links.find_candidates("", self._url) if not link.is_guess]
        if failed.kind != "status" or not self._feeds or not linked:
            return failed
        offers = _rank_offers(await self._probe_all(linked), "")
        return FoundPage(self._url, EMPTY_DOCUMENT, "", failed.message, offers) if offers else failed

    async def _read(self, page: FoundPage, zone: str | None) -> WebPage | Failure:
        zone = time_zone_of_site(page.url) if zone is None else zone
        job = PageJob((page.document,), page.url, page.content_type, zone, now=self._prober.now)
        return await self._prober.parsers.read_page(job, display_name(page.url))

    async def _with_offers(self, page: FoundPage, content: WebPage) -> FoundPage:
        linked = [link for link in content.candidates if not link.is_guess]
        results = await self._probe_all(linked)
        offers = _rank_offers(results, content.language)
        if not offers:
            offers = _rank_offers(await self._probe_all(await self._linked_candidates(results)), content.language)
        if offers:
            return replace(page, offers=offers)
        if any(link.rank == DECLARED for link in linked):
            return replace(page, message=_explain_failure(page, results))
        if page.is_article or not is_same_site(page.url, self._url):
            return page
        return replace(page, offers=await self._probe_guesses([link for link in content.candidates if link.is_guess]))

    async def _probe_all(self, candidates: Sequence[Candidate]) -> ProbeResults:
        """Probe the first MAX_OFFERS candidates, at most MAX_PER_HOST at once on a host."""
        host_slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MAX_PER_HOST))
        first = candidates[:MAX_OFFERS]
        done = 0

        def report(done: int) -> None:
            self._report(gettext("Checking the feeds of the page: {done} of {count}.", done=done, count=len(first)))

        async def probe_one(url: str) -> ProbeResult:
            nonlocal done
            async with host_slots[host_of(url)]:
                result = await self._prober.probe(url)
            done += 1
            report(done)
            return result

        tasks = [asyncio.create_task(probe_one(candidate.url)) for candidate in first]
        if tasks:
            report(0)
            _, late = await asyncio.wait(tasks, timeout=DISCOVERY_TIMEOUT)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        results = [None if task.cancelled() else task.result() for task in tasks]
        return [*zip(first, results, strict=True), *((candidate, None) for candidate in candidates[MAX_OFFERS:])]

    async def _linked_candidates(self, results: ProbeResults) -> list[Candidate]:
        """Return the feeds linked by pages among `results`, which are often lists of feeds."""
        pages = [page for _, page in results if isinstance(page, FoundPage) and is_same_site(page.url, self._url)]
        linked: dict[str, Candidate] = {}
        for page in pages[:MAX_PER_HOST]:
            content = await self._read(page, "")
            if isinstance(content, WebPage):
                linked |= {link.url: link for link in content.candidates if not link.is_guess}
        probed = {candidate.url for candidate, _ in results}
        return [candidate for url, candidate in linked.items() if url not in probed]

    async def _probe_guesses(self, guesses: Sequence[Candidate]) -> tuple[OfferedFeed, ...]:
        """Probe the usual feed locations one by one, until a feed is found or the host fails."""
        guesses = guesses[:MAX_GUESSES]
        if guesses:
            self._is_guessing.set()
        for count, guess in enumerate(guesses, 1):
            message = gettext_noop("No feed declared. Trying usual addresses: {done} of {count}.")
            self._report(gettext(message, done=count, count=len(guesses)))
            result = await self._prober.probe(guess.url)
            if isinstance(result, FoundFeed):
                return (_make_offer(guess, result),)
            if isinstance(result, Failure) and result.kind != "status":
                break
            if count < len(guesses):
                await asyncio.sleep(self._prober.config.refresh.spacing)
        return ()


def _rank_offers(results: ProbeResults, language: str) -> tuple[OfferedFeed, ...]:
    """Return the feeds among `results`, best first, without the same feed in other formats."""
    offers: dict[object, OfferedFeed] = {}
    for candidate, result in results:
        if isinstance(result, FoundFeed):
            offers.setdefault(_identity(result), _make_offer(candidate, result))
        elif result is None:
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
    """Return a key that is equal for two feeds with the same title and entries."""
    titles = tuple(entry.title for entry in found.feed.entries[:10])
    return (found.feed.title, titles) if titles else found.url


def _penalty(offer: OfferedFeed, language: str) -> tuple[bool, bool]:
    if offer.found is None:
        return (False, False)
    feed = offer.found.feed
    foreign = bool(language and feed.language) and not feed.language.lower().startswith(language)
    return (not feed.entries, foreign)


def _explain_failure(page: FoundPage, results: ProbeResults) -> str:
    """Return why the feeds that a page declares could not be read."""
    candidate, result = results[0]
    reason = result.message if isinstance(result, (FoundPage, Failure)) else ""
    message = gettext("{page} offers {feed}.", page=display_name(page.url), feed=display_url(candidate.url))
    return f"{message} {reason}"
