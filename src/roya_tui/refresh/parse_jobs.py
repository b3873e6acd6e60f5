"""What a parse worker is asked and what it answers; the work itself is plain functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.model import Entry, Failure, Feed
from roya_tui.sources.compression import RawDocument
from roya_tui.store.bodies import FINGERPRINT_SECONDS, PreparedEntry, prepare
from roya_tui.text import strip_html

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage


_MAX_CLUSTERED_AGE = FINGERPRINT_SECONDS + 2 * 86_400
"""Seconds after which the store is sure to have let go of what an article is known by."""
_LEAD_CHARACTERS = 2_000
"""Characters of HTML in which the beginning of a text is looked for."""


class ParseJob(Struct, frozen=True):
    """Documents of one source, and what is known about them. `rows` says what is wanted: rows to save, or entries."""

    documents: tuple[RawDocument, ...]
    url: str = ""
    content_type: str = ""
    zone: str = ""
    mapping: JsonMapping | None = None
    now: int | None = None
    title: str = ""
    """What several documents together are called."""
    prepare_rows: bool = True
    with_search_document: bool = False
    """Whether rows bring along what search is to be told of them: worth while where most are new."""

    @property
    def size(self) -> int:
        """Bytes that its documents unpack to."""
        return sum(document.size for document in self.documents)


class PageJob(Struct, frozen=True):
    """A web page that someone wants to know more about: the feeds it offers, the article it is."""

    document: RawDocument
    url: str
    content_type: str = ""
    zone: str = ""
    now: int | None = None

    @property
    def size(self) -> int:
        """Bytes that it unpacks to."""
        return self.document.size


class Parsed(Struct, frozen=True):
    """What the documents say: with `rows` made ready to be saved the feed has no entries, else it has them."""

    feed: Feed
    rows: tuple[PreparedEntry, ...] = ()


def run_job(job: ParseJob | PageJob, before_part: Callable[[], None] = lambda: None) -> Parsed | WebPage | Failure:
    """Do what a job asks for. `begin` is called before each part of it that has a time of its own."""
    before_part()
    return _read_page(job) if isinstance(job, PageJob) else _read_documents(job, before_part)


def _read_page(job: PageJob) -> WebPage:
    from roya_tui.sources.pages.web_page import read

    return read(job.document.decompressed(), url=job.url, content_type=job.content_type, zone=job.zone, now=job.now)


def _read_documents(job: ParseJob, before_part: Callable[[], None]) -> Parsed | Failure:
    """Read all documents of a job. One that is no feed among others is passed over; if none is, that is the failure.

    The failure's message goes on where "This is …" ends.
    """
    from roya_tui.sources.parser import NotAFeed, parse

    feeds: list[Feed] = []
    passed_over: list[str] = []
    for document in job.documents:
        before_part()
        try:
            feed = parse(
                document.decompressed(),
                url=job.url,
                content_type=job.content_type,
                zone=job.zone,
                mapping=job.mapping,
                now=job.now,
            )
            feeds.append(feed)
        except NotAFeed as other:
            passed_over.append(str(other) if len(job.documents) == 1 else f"{document.name}: {other}")
    if not feeds:
        return Failure("not-a-feed", "; ".join(passed_over[:3]))
    feed = feeds[0] if len(job.documents) == 1 else _merge_feeds(feeds, passed_over, job.title)
    if not job.prepare_rows:
        return Parsed(feed)
    before_part()
    return Parsed(
        replace(feed, entries=()), prepare_entries(feed, job.now, with_search_document=job.with_search_document)
    )


def prepare_entries(
    feed: Feed, now: int | None = None, *, with_search_document: bool = False
) -> tuple[PreparedEntry, ...]:
    """Return a feed's entries made ready to be saved, and those that are not old `now` to be sorted into stories."""
    from roya_tui.clustering.fingerprint import make_fingerprint

    return tuple(
        prepare(
            entry,
            b""
            if _is_old(entry, now)
            else make_fingerprint(entry.title, _lead_text(entry), entry.language or feed.language),
            with_search_document=with_search_document,
        )
        for entry in feed.entries
    )


def _is_old(entry: Entry, now: int | None) -> bool:
    """Whether an entry is in no story yet and comes into none: most of what a new source shows."""
    at = entry.updated.at if entry.published.at is None else entry.published.at
    return now is not None and at is not None and abs(now - at) > _MAX_CLUSTERED_AGE


def _lead_text(entry: Entry) -> str:
    return strip_html((entry.summary or entry.content)[:_LEAD_CHARACTERS])


def _merge_feeds(feeds: list[Feed], passed_over: list[str], title: str) -> Feed:
    return Feed(
        format="folder",
        title=title,
        entries=tuple(entry for feed in feeds for entry in feed.entries),
        warnings=(*(w for feed in feeds for w in feed.warnings), *(f"Passed over: {which}." for which in passed_over)),
    )
