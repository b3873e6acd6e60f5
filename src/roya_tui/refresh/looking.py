"""A look at what a person wants to add: a feed, or a page with the feeds that it offers and the article that it is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from roya_tui.config import Config, JsonMapping
from roya_tui.model import Failure, is_local
from roya_tui.refresh.parsing import PageJob
from roya_tui.refresh.probing import Prober, label, prober
from roya_tui.refresh.values import Found, Offer, Page, Progress
from roya_tui.sources import discover
from roya_tui.sources.discover import COMMENTS, DECLARED, Candidate
from roya_tui.sources.page import WebPage
from roya_tui.sources.unpacking import Document
from roya_tui.sources.web.addresses import host, shown

MOST_OFFERS = 12
"""Feeds of one page that are looked at; more are offered unseen."""
MOST_GUESSES = 8
PER_HOST = 2
PATIENCE = 15.0
"""Seconds for all that a page offers. What has not answered by then is offered unseen."""
PARSERS = 2

Looks = list[tuple[Candidate, Found | Page | Failure | None]]
"""Candidates and what is there; None: it did not answer in time."""


def look(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str,
    mapping: JsonMapping | None,
    page_zone: str,
    feeds: bool,
    tell: Progress,
) -> Found | Page | Failure:
    """See `roya_tui.refresh.look`."""

    async def whole() -> Found | Page | Failure:
        async with prober(config, now, zone, mapping, typed=url, parsers=PARSERS) as one:
            return await _Look(one, url, page_zone, feeds, tell).whole()

    return asyncio.run(whole())


class _Look:
    def __init__(self, prober: Prober, url: str, page_zone: str, feeds: bool, tell: Progress) -> None:
        self._prober = prober
        self._url = url
        self._page_zone = page_zone
        self._feeds = feeds
        self._tell = tell

    async def whole(self) -> Found | Page | Failure:
        got = await self._prober.at(self._url)
        if isinstance(got, Found) or is_local(self._url):
            return got
        if isinstance(got, Failure):
            return await self._behind_a_refusal(got)
        has = await self._read(got, self._page_zone)
        if isinstance(has, Failure):
            return has
        page = replace(
            got,
            article=has.article,
            surely_article=has.surely_article,
            no_article=f"{label(got.url)} is no article: this is {has.why_no_article}." if has.why_no_article else "",
        )
        return await self._with_offers(page, has) if self._feeds else page

    async def _behind_a_refusal(self, failed: Failure) -> Page | Failure:
        """Some sites show their pages to people only, and their feeds to everybody."""
        named = [one for one in discover.candidates(b"", self._url) if not one.guess]
        if failed.kind != "status" or not self._feeds or not named:
            return failed
        offers = _offers(await self._look_at(named), "")
        return Page(self._url, b"", "", failed.message, offers) if offers else failed

    async def _read(self, page: Page, zone: str) -> WebPage | Failure:
        document = Document(page.body, size=len(page.body))
        job = PageJob(document, page.url, page.content_type, zone, self._prober.now)
        return await self._prober.parsers.read_page(job, label(page.url))

    async def _with_offers(self, page: Page, has: WebPage) -> Page:
        named = [one for one in has.candidates if not one.guess]
        looks = await self._look_at(named)
        offers = _offers(looks, has.language)
        if not offers:
            offers = _offers(await self._look_at(await self._listed(looks)), has.language)
        if offers:
            return replace(page, offers=offers)
        if any(one.rank == DECLARED for one in named):
            return replace(page, message=_why_not(page, looks))
        if page.surely_article or not same_site(page.url, self._url):
            return page
        return replace(page, offers=await self._guesses([one for one in has.candidates if one.guess]))

    async def _look_at(self, candidates: Sequence[Candidate]) -> Looks:
        """Look at the first of them, a few at once, but never many on one host."""
        turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
        first = candidates[:MOST_OFFERS]
        seen = 0

        async def one(url: str) -> Found | Page | Failure:
            nonlocal seen
            async with turns[host(url)]:
                got = await self._prober.at(url)
            seen += 1
            self._tell(f"Looking at what it offers: {seen} of {len(first)}.")
            return got

        tasks = [asyncio.create_task(one(candidate.url)) for candidate in first]
        if tasks:
            self._tell(f"Looking at what it offers: 0 of {len(first)}.")
            _, late = await asyncio.wait(tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        answers = [None if task.cancelled() else task.result() for task in tasks]
        return [*zip(first, answers, strict=True), *((candidate, None) for candidate in candidates[MOST_OFFERS:])]

    async def _listed(self, looks: Looks) -> list[Candidate]:
        """Return the feeds that lie one page further: many a link named RSS leads to a page that lists them."""
        lists = [got for _, got in looks if isinstance(got, Page) and same_site(got.url, self._url)]
        found: dict[str, Candidate] = {}
        for page in lists[:PER_HOST]:
            has = await self._read(page, "")
            if isinstance(has, WebPage):
                found |= {one.url: one for one in has.candidates if not one.guess}
        asked = {candidate.url for candidate, _ in looks}
        return [candidate for url, candidate in found.items() if url not in asked]

    async def _guesses(self, places: Sequence[Candidate]) -> tuple[Offer, ...]:
        """Ask at the usual places, one after another, until there is a feed or the host is in trouble."""
        places = places[:MOST_GUESSES]
        for count, place in enumerate(places, 1):
            self._tell(f"It names no feed. Trying the usual places: {count} of {len(places)}.")
            got = await self._prober.at(place.url)
            if isinstance(got, Found):
                return (_offer(place, got),)
            if isinstance(got, Failure) and got.kind != "status":
                break
            if count < len(places):
                await asyncio.sleep(self._prober.config.refresh.spacing)
        return ()


def _offers(looks: Looks, language: str) -> tuple[Offer, ...]:
    """Return the feeds among what was looked at, the best first, and one feed in several formats once."""
    offers: dict[object, Offer] = {}
    for candidate, got in looks:
        if isinstance(got, Found):
            offers.setdefault(_sameness(got), _offer(candidate, got))
        elif got is None:
            offers.setdefault(candidate.url, _offer(candidate, None))
    return tuple(sorted(offers.values(), key=lambda offer: (offer.rank, *_worse(offer, language))))


def _offer(candidate: Candidate, found: Found | None) -> Offer:
    rank, title = candidate.rank, candidate.title
    if found is not None:
        title = found.feed.title or title
        if discover.of_comments("", title):
            rank = max(rank, COMMENTS)
    url = (found.moved_to if found else "") or candidate.url
    return Offer(url, title, candidate.kind, rank, found, candidate.guess)


def _sameness(found: Found) -> object:
    """Two feeds that tell the same stories are one, served in two formats or at two addresses."""
    titles = tuple(entry.title for entry in found.feed.entries[:10])
    return (found.feed.title, titles) if titles else found.url


def _worse(offer: Offer, language: str) -> tuple[bool, bool]:
    if offer.found is None:
        return (False, False)
    feed = offer.found.feed
    foreign = bool(language and feed.language) and not feed.language.lower().startswith(language)
    return (not feed.entries, foreign)


def _why_not(page: Page, looks: Looks) -> str:
    """Return why none of the feeds that a page names is one."""
    candidate, got = looks[0]
    reason = got.message if isinstance(got, (Page, Failure)) else ""
    return f"{label(page.url)} offers {shown(candidate.url)}, but: {reason}"


def same_site(url: str, other: str) -> bool:
    """Whether two addresses have one host: nobody is asked at the usual places who was not named by the person."""
    return host(url).removeprefix("www.") == host(other).removeprefix("www.")
