"""Jobs and results of the parse workers, and the functions that run a job.

They are sent as MessagePack, not as pickles: a malicious document that runs code in a worker must not run code in
the process that reads its replies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.model import Entry, Failure, Feed
from roya_tui.sources.compression import RawDocument
from roya_tui.store.bodies import FINGERPRINT_SECONDS, PreparedEntry, prepare
from roya_tui.text import one_line, strip_html
from roya_tui.translation import gettext, join_sentences

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage


_MAX_CLUSTERED_AGE = FINGERPRINT_SECONDS + 2 * 86_400
"""Seconds after which the database has deleted an article's fingerprint."""
_MAX_SECONDS = {"day": 86_400, "month": 31 * 86_400, "year": 366 * 86_400}
"""The longest time that a date without a time of day stands for."""
_LEAD_CHARACTERS = 2_000
"""Characters of HTML from which the lead text is taken."""


class ParseJob(Struct, frozen=True, tag=True):
    """Documents of a source to parse, into database rows if `prepare_rows`, else into entries."""

    documents: tuple[RawDocument, ...]
    url: str = ""
    content_type: str = ""
    zone: str = ""
    mapping: JsonMapping | None = None
    now: int | None = None
    first_run: int | None = None
    """When the samples were added, if it is one of them: its dates are moved by that."""
    title: str = ""
    """Title for several documents together."""
    warnings: tuple[str, ...] = ()
    """Messages about documents that were not read."""
    prepare_rows: bool = True
    with_search_document: bool = False
    """Whether rows include their search documents: worthwhile if most of them are new."""

    @property
    def size(self) -> int:
        """Decompressed size in bytes."""
        return sum(document.size for document in self.documents)


class PageJob(ParseJob, frozen=True):
    """A web page to read: its feed links and its article."""


class Parsed(Struct, frozen=True, tag=True):
    """A parsed feed, with its entries either in `rows` or in `feed.entries`."""

    feed: Feed
    rows: tuple[PreparedEntry, ...] = ()


def run_job(job: ParseJob, before_part: Callable[[], None] = lambda: None) -> Parsed | WebPage | Failure:
    """Run a job. `before_part` is called before each part that has its own time limit."""
    before_part()
    if not isinstance(job, PageJob):
        return _read_documents(job, before_part)
    from roya_tui.sources.pages.web_page import read

    (document,) = job.documents
    return read(document.decompressed(), url=job.url, content_type=job.content_type, zone=job.zone, now=job.now)


def _read_documents(job: ParseJob, before_part: Callable[[], None]) -> Parsed | Failure:
    """Parse all documents of a job, skipping those that are not feeds; fail if none is.

    The failure's message is a sentence that begins "It is …".
    """
    from roya_tui.sources.parser import NotAFeed, parse
    from roya_tui.sources.samples import move_dates

    feeds: list[Feed] = []
    skipped: list[tuple[str, str]] = []
    for document in job.documents:
        before_part()
        try:
            data, header, now = document.decompressed(), job.content_type, None if job.first_run else job.now
            feed = parse(data, url=job.url, content_type=header, zone=job.zone, mapping=job.mapping, now=now)
            feeds.append(move_dates(feed, job.first_run, job.now or job.first_run) if job.first_run else feed)
        except NotAFeed as reason:
            skipped.append((one_line(document.name), str(reason)))
    if not feeds and len(job.documents) == 1:
        return Failure("not-a-feed", skipped[0][1])
    if not feeds:
        return Failure("not-a-feed", " ".join(f"{name}: {reason}" for name, reason in skipped[:3]))
    feed = feeds[0] if len(job.documents) == 1 else _merge_feeds(feeds, skipped, job.title)
    feed = replace(feed, warnings=(*feed.warnings, *job.warnings))
    if not job.prepare_rows:
        return Parsed(feed)
    before_part()
    rows = prepare_entries(feed, job.now, with_search_document=job.with_search_document)
    return Parsed(replace(feed, entries=()), rows)


def prepare_entries(
    feed: Feed, now: int | None = None, *, with_search_document: bool = False
) -> tuple[PreparedEntry, ...]:
    """Return the entries of a feed as rows, with a fingerprint unless they are old."""
    from roya_tui.clustering.fingerprint import make_fingerprint

    def fingerprint(entry: Entry) -> bytes:
        if _is_old(entry, now):
            return b""
        lead = strip_html((entry.summary or entry.content)[:_LEAD_CHARACTERS])
        return make_fingerprint(entry.title, lead, entry.language or feed.language)

    return tuple(
        prepare(entry, fingerprint(entry), with_search_document=with_search_document) for entry in feed.entries
    )


def _is_old(entry: Entry, now: int | None) -> bool:
    """Return whether an entry is too old for a story, as most entries of a new source are."""
    moment = entry.updated if entry.published.at is None else entry.published
    if now is None or moment.at is None:
        return False
    return abs(now - moment.at) > _MAX_CLUSTERED_AGE + _MAX_SECONDS.get(moment.form.precision, 0)


def _merge_feeds(feeds: list[Feed], skipped: list[tuple[str, str]], title: str) -> Feed:
    warnings = [join_sentences(gettext("Skipped {name}.", name=name), reason) for name, reason in skipped]
    return Feed(
        format="folder",
        title=title,
        entries=tuple(entry for feed in feeds for entry in feed.entries),
        warnings=(*(w for feed in feeds for w in feed.warnings), *warnings),
    )
