"""Lays out articles, and caches their pages; without Textual. Slow to import, since it needs lxml."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.article_page import article_document, layout_article, layout_header
from roya_tui.layout.lines import Page, PictureSizes
from roya_tui.model import Article
from roya_tui.translation import gettext
from roya_tui.ui.caches import LruCache
from roya_tui.ui.code_highlighter import CodeHighlighter
from roya_tui.ui.widgets.cells import measure

LONG_TEXT = 100_000
"""Weighted characters of HTML (see `_TAG_WEIGHT`) above which layout runs in a thread."""
_TAG_WEIGHT = 20
"""Characters that one tag counts for: its layout takes about as long."""
_MOST_KEPT = 3_000_000
"""Weighted characters of the articles whose pages are kept; one that has more is kept alone, and not made early.

A page takes up to 100 bytes for each.
"""
_MAX_LINES_AT_ONCE = 5_000
"""Lines above which a resize lays the page out in a thread."""
_PREPARE_LINES, _PREPARE_PAUSE = 20, 0.003
"""Background layout: lines in one go, and seconds of pause after them for keys."""


class ArticleTypesetter:
    """Makes pages of articles; keeps those of the last few articles and of prepared ones."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        load_languages: Callable[[], object],
        width: Callable[[], int],
        picture_sizes: Callable[[Document], PictureSizes],
        recording_keys: tuple[str, str],
    ) -> None:
        """`load_languages` should call that of `highlighter` in a thread.

        `width` returns the columns of the text, `picture_sizes` what is known of a document's pictures.
        `recording_keys` are the labels of the keys that play and download a recording.
        """
        self._config = config
        self._clock = clock
        self.highlighter = CodeHighlighter(load_languages)
        self._width = width
        self._picture_sizes = picture_sizes
        self._recording_keys = recording_keys
        self._pages: LruCache[tuple[int, int], tuple[Article, Page]] = LruCache(12)
        """By article id and width."""
        self._change_notes: LruCache[tuple[int, int], str] = LruCache(200)
        """What changed in an article since it was read, by id and number of versions."""

    def page_of(self, article: Article) -> Page:
        """Return the page of an article, from the cache or newly laid out."""
        page = self.cached_page(article)
        if page is None:
            page = self._store(article, self.layout(article, article_document(article, self._config)))
        return page

    def cached_page(self, article: Article) -> Page | None:
        """Return the cached page of an article, None if it is missing or outdated."""
        cached, page = self._pages.lookup((article.headline.id, self._width())) or (None, None)
        return page if page is not None and cached == _without_position(article) and self._fits_pictures(page) else None

    def fits(self, page: Page) -> bool:
        """Return whether a page is laid out for the width and the pictures of now."""
        return page.width == self._width() and self._fits_pictures(page)

    def _fits_pictures(self, page: Page) -> bool:
        return page.pictures == self._picture_sizes(page.document)

    def _store(self, article: Article, page: Page) -> Page:
        self._make_room(article)
        return self._pages.put((article.headline.id, page.width), (_without_position(article), page))[1]

    def _make_room(self, article: Article) -> None:
        """Drop the pages that would take too much memory together with that of an article."""
        room = _MOST_KEPT - _weight(article)
        for key, (kept, _) in reversed([*self._pages.items()]):
            room -= _weight(kept)
            if room < 0:
                del self._pages[key]

    def layout(self, article: Article, document: Document) -> Page:
        """Lay out a document of the article; does not cache the page."""
        note = self._change_notes.get((article.headline.id, article.headline.revisions), "")
        sizes = self._picture_sizes(document)
        return layout_article(
            article, document, self._clock, self._width(), measure, self._config, sizes, note, self.highlighter,
            self._recording_keys,
        )  # fmt: skip

    async def layout_in_thread(self, article: Article, document: Document | None = None) -> Page:
        """Lay out all lines of an article in a thread, and cache the page."""
        if document is None:
            self._make_room(article)
            document = await asyncio.to_thread(article_document, article, self._config)
        page = self.layout(article, document)
        await asyncio.to_thread(len, page.lines)  # `len` lays out all lines
        return self._store(article, page)

    def layout_placeholder(self, article: Article) -> Page:
        """Return the page that is shown while a long text is laid out."""
        text = gettext("Loading a long text…")
        return self.layout(article, Document((Block("paragraph", Text(text)),), text=text))

    def needs_thread(self, article: Article) -> bool:
        """Return whether an article is not cached, and so long that its layout needs a thread."""
        return _is_long(article) and self.cached_page(article) is None

    def can_prepare(self, article: Article) -> bool:
        """Return whether there is memory for the page of an article beside the one that is shown."""
        return _weight(article) <= _MOST_KEPT // 2

    def resize_needs_thread(self, page: Page) -> bool:
        """Return whether a page is so long that laying it out again needs a thread."""
        return len(page.lines) > _MAX_LINES_AT_ONCE

    async def prepare(self, article: Article) -> None:
        """Lay out a text with pauses for keys, unless it is long."""
        if _is_long(article):
            return
        page = self.page_of(article)
        with contextlib.suppress(IndexError):  # `len` would lay out all lines at once
            for number in itertools.count(0, _PREPARE_LINES):
                await asyncio.sleep(_PREPARE_PAUSE)
                page.lines[number]

    def set_change_note(self, id: int, revisions: int, note: str) -> bool:
        """Set what changed in an article, for its header; False if the note is not new."""
        is_new = self._change_notes.get((id, revisions)) != note
        if is_new:
            self._change_notes.put((id, revisions), note)
        return is_new

    def renew_header(self, article: Article, page: Page) -> Page:
        """Lay out the header of a page again, with the note on what changed."""
        note = self._change_notes.get((article.headline.id, article.headline.revisions), "")
        header = layout_header(
            article, page.document, self._clock, page.width, measure, self._config, note, self._recording_keys
        )
        return self._store(article, page.with_header(header))


def _is_long(article: Article) -> bool:
    return len(article.html) > LONG_TEXT or _weight(article) > LONG_TEXT


def _weight(article: Article) -> int:
    return len(article.html) + _TAG_WEIGHT * article.html.count("<")


def _without_position(article: Article) -> Article:
    """Return `article` with its reading position cleared, for comparisons."""
    return replace(article, position=0)
