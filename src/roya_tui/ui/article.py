"""The article pane: lays out the article at hand, and keeps the place in it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import ClassVar

from msgspec.structs import replace
from textual import work
from textual.message import Message

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.page import Page
from roya_tui.model import Article
from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
from roya_tui.ui import keys
from roya_tui.ui.album import Album
from roya_tui.ui.cells import measure
from roya_tui.ui.highlighting import Highlighter
from roya_tui.ui.pictured import Pictured
from roya_tui.ui.recent import Recent

LONG = 100_000
"""Characters of HTML from which a text is set in a thread, since keys would wait for it."""
_TAG = 20
"""As how many of them a tag counts: to set what it makes takes about as long."""
_MANY_LINES = 5_000
"""Those of a text that is set anew in a thread; it is read already, and to wrap it takes less."""
_STEP, _PAUSE = 20, 0.003
"""Lines that are set in one go while nobody waits, and seconds in which a key that came meanwhile goes first."""
LATE = Document((Block("paragraph", Text(_NOTE := "A long text. It will be here in a moment.")),), text=_NOTE)
"""What stands in its place until then."""


class ArticlePane(Pictured, can_focus=True):
    """Shows one article; keeps the pages of the last few, and of the next one if it is told which."""

    BINDINGS: ClassVar = keys.bindings("reader")

    def __init__(self, config: Config, clock: Clock, album: Album, *, id: str | None = None) -> None:
        super().__init__(album, inline=config.reading.pictures == "inline" and not config.look.ascii, id=id)
        self._config = config
        self._clock = clock
        self._article: Article | None = None
        self._waiting: Article | None = None
        self._anchor: tuple[int, int | None] = (-1, None)
        """The top line after the last resize and the place in the text it was for: resizing back finds it again."""
        self._highlighter = Highlighter(self._learn_to_highlight)
        self._is_late = False
        """Whether the text of the article is still being set."""
        self._busy = ""
        self._width = config.reading.width
        self._pages: Recent[tuple[int, int], tuple[Article, Page]] = Recent(12)
        self._changed: Recent[tuple[int, int], str] = Recent(200)
        """By number and count of versions, what changed in an article since it was read."""

    class Laid(Message):
        """A page stands here that was not there before."""

    def lay(self, page: Page | None) -> None:
        if page is not self._page:
            self.post_message(self.Laid())
        super().lay(page)

    def say_busy(self, words: str) -> None:
        """Say in the frame what goes on about the article; "" when it is over."""
        self._busy = words
        self.say_where()

    def say_where(self) -> None:
        """Say in the frame at which of the places one is that are looked for, and what goes on."""
        self.say_below("  ".join(filter(None, (self.counted, self._busy))))

    def star(self, starred: bool) -> None:
        """Say in the frame that the article is starred, or no more: the list may be out of sight."""
        signs = ASCII_ICONS if self._config.look.ascii else UNICODE_ICONS
        self.say_above(signs.starred if starred else "")

    def show(self, article: Article | None) -> None:
        """Show `article` where one stopped reading it; the one that is shown already stays where it is."""
        self._waiting = None
        if article is not None and not self.size:
            self._waiting = article  # before the first layout there is no width to set it at
            return
        before, self._article = self._article, article
        self.star(article is not None and article.headline.starred)
        if article is None:
            self.lay(None)
        elif article != before:
            at = None if before is not None and before.headline.id == article.headline.id else article.position or -1
            if at is not None:
                self._link = 0
            self._is_late = self._known(article) is None and _is_long(article)
            if self._is_late:
                self._lay(self._set(article, LATE), at)
                self._set_later(article, None, at)
            else:
                self._show_page(self._laid_out(article), at)
        self.say_where()

    def _show_page(self, page: Page, at: int | None) -> None:
        """Show a page from a place of its text on, -1 for its top; None: where the pane is scrolled to."""
        self._lay(page, at)
        if at is not None:
            self.jump(0 if at < 0 else page.line_of_offset(at))

    def _lay(self, page: Page, at: int | None) -> None:
        if at is None:
            self.lay_anew(page)
        else:
            self.lay(page)

    @work(group="late", exclusive=True, exit_on_error=False)
    async def _set_later(self, article: Article, text: Document | None, at: int | None) -> None:
        """Set a long text in a thread, and show it unless one has gone on meanwhile."""
        page: Page | None = None
        while self._is_late and self._article is article and (page is None or page.width != self.text_width):
            page = await self._set_in_thread(article, text)
            text = page.document
        if page is not None and self._is_late and self._article is article:
            self._is_late = False
            wanted, is_searched = self.looked_for, self.is_searched
            self._show_page(page, at)
            if is_searched:  # what was typed meanwhile is looked for in the text, and not in what stood in its place
                self.look_for(wanted)
            self.say_where()

    async def _set_in_thread(self, article: Article, text: Document | None = None) -> Page:
        from roya_tui.layout.article_page import article_document

        if text is None:
            text = await asyncio.to_thread(article_document, article, self._config)
        page = self._set(article, text)
        lines = await asyncio.to_thread(len, page.lines)  # where they end is found out there, too
        if lines > _MANY_LINES:
            self._pages.clear()  # some such pages are millions of objects, which collecting garbage goes through
        return self._pages.keep((article.headline.id, page.width), (_said(article), page))[1]

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self.show(self._waiting)

    async def prepare(self, article: Article) -> None:
        """Lay `article` out now, so that showing it later takes no time; whoever presses a key meanwhile goes first."""
        if not _is_long(article):
            page = self._laid_out(article)
            with contextlib.suppress(IndexError):  # how many lines there are is what is to be found out
                for number in itertools.count(0, _STEP):
                    await asyncio.sleep(_PAUSE)
                    page.lines[number]
        elif self._known(article) is None:
            self._set_early(article)

    @work(group="early", exclusive=True, exit_on_error=False)
    async def _set_early(self, article: Article) -> None:
        while self._is_late:  # the one that is waited for goes first
            await asyncio.sleep(0.05)
        await self._set_in_thread(article)

    @work(group="highlighter", exit_on_error=False)
    async def _learn_to_highlight(self) -> None:
        await asyncio.to_thread(self._highlighter.learn)
        self.draw_anew()

    @property
    def shown(self) -> Article | None:
        return self._article

    @property
    def place(self) -> int | None:
        """Where in the text the top line begins, 0 in the head; None where no article lies."""
        return None if self._page is None or self._is_late else self._page.offset_of_line(self.scroll_offset.y) or 0

    @property
    def wanted_width(self) -> int:
        """The columns that the text has where there is room for them."""
        return self._width

    def set_width(self, columns: int) -> None:
        """Set the text at another width, with the same words at the top."""
        self._width = columns
        self.on_resize()

    def _laid_out(self, article: Article) -> Page:
        page = self._known(article)
        if page is None:
            from roya_tui.layout.article_page import article_document  # with lxml: the headlines are to be drawn before

            page = self._set(article, article_document(article, self._config))
            self._pages.keep((article.headline.id, page.width), (_said(article), page))
        return page

    def _known(self, article: Article) -> Page | None:
        """The page of an article as it was laid out before, if nothing of it has changed."""
        known = self._pages.recall((article.headline.id, self.text_width))
        if known is None or known[0] != _said(article) or known[1].pictures != self.known(known[1].document):
            return None
        return known[1]

    def _set(self, article: Article, text: Document) -> Page:
        from roya_tui.layout.article_page import layout_article

        changed = self._changed.get((article.headline.id, article.headline.revisions), "")
        width = self.text_width
        known = self.known(text)
        return layout_article(
            article, text, self._clock, width, measure, self._config, known, changed, self._highlighter
        )

    def tell(self, id: int, revisions: int, changed: str) -> None:
        """Tell in the head of an article what changed in it; the text stays where it is."""
        article, page, key = self._article, self._page, (id, revisions)
        if self._changed.get(key) == changed:
            return
        self._changed.keep(key, changed)
        if self._is_late:  # the head is set with the text
            return
        if article is None or page is None or (article.headline.id, article.headline.revisions) != key:
            return
        from roya_tui.layout.article_page import layout_header

        head = layout_header(article, page.document, self._clock, page.width, measure, self._config, changed)
        new = self._pages.keep((id, page.width), (_said(article), page.with_header(head)))[1]
        top = self.scroll_offset.y
        self.lay(new)
        if top >= page.header_height:
            self.jump(top + new.header_height - page.header_height)

    @property
    def text_width(self) -> int:
        """The columns that the text has."""
        return max(20, min(self._width, self.columns - 2))

    def on_resize(self) -> None:
        """Set the text anew at the new width, with the same words at the top."""
        article, page = self._article, self._page
        if self._waiting is not None:
            self.call_after_refresh(self._show_waiting)
        fits = page is not None and (page.width, page.pictures) == (self.text_width, self.known(page.document))
        if self._is_late or article is None or page is None or fits:
            self.draw_anew()
            return
        top, at = self._anchor
        if top != self.scroll_offset.y:
            at = page.offset_of_line(self.scroll_offset.y)
        if len(page.lines) > _MANY_LINES:
            self._is_late = True
            self._set_later(article, page.document, at)
            return
        self._show_page(self._set(article, page.document), at)
        self._anchor = (self.scroll_offset.y, at)


def _is_long(article: Article) -> bool:
    return len(article.html) + _TAG * article.html.count("<") > LONG


def _said(article: Article) -> Article:
    """What an article says, whatever place in it one is at."""
    return replace(article, position=0)
