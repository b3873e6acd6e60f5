"""The article pane."""

from __future__ import annotations

import asyncio
from collections.abc import Container
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import work
from textual.message import Message

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Document
from roya_tui.layout.lines import Page
from roya_tui.model import Article
from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
from roya_tui.ui import action_table
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.widgets.article.page_pictures import PagePictures
from roya_tui.ui.widgets.article.page_view import PageView
from roya_tui.ui.widgets.interface_text import draw_title
from roya_tui.ui.widgets.line_view import show_frame_title

if TYPE_CHECKING:
    from roya_tui.ui.widgets.article.article_typesetter import ArticleTypesetter


class ArticleView(PageView, can_focus=True):
    """Shows one article from its reading position on; lays out long ones in a thread."""

    BINDINGS: ClassVar = action_table.make_bindings("article")
    pictures: PagePictures

    class PageChanged(Message):
        """Posted when another page is shown."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        picture_service: PictureService,
        recording_keys: tuple[str, str],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(config.reading.width, id=id)
        draws_inline = config.reading.pictures == "inline" and not config.look.ascii
        self.pictures = PagePictures(self.viewport, picture_service, draws_inline=draws_inline)
        self.shown: Article | None = None
        """The article in the pane."""
        self._config = config
        self._clock = clock
        self._recording_keys = recording_keys
        self._star = (ASCII_ICONS if config.look.ascii else UNICODE_ICONS).starred
        self._pending_article: Article | None = None
        self._resize_anchor: tuple[int, int | None] = (-1, None)
        """The top line after the last resize and its text offset, for resizing back."""
        self._is_typesetting = False
        """Whether the page of the article is still being laid out."""
        self._busy_text = ""

    @cached_property
    def _typesetter(self) -> ArticleTypesetter:
        """Made for the first article, since its module is slow to load and the headlines are drawn first."""
        from roya_tui.ui.widgets.article.article_typesetter import ArticleTypesetter

        load, sizes = self._load_highlighter, self.pictures.read_sizes
        return ArticleTypesetter(self._config, self._clock, load, lambda: self.text_width, sizes, self._recording_keys)

    def set_page(self, page: Page | None, *, keep_search: bool = False) -> None:
        if page is not self.viewport.page:
            self.post_message(self.PageChanged())
        super().set_page(page, keep_search=keep_search)

    def show_busy(self, text: str) -> None:
        """Show in the frame what is being done with the article; "" clears it."""
        self._busy_text = text
        self.show_position()

    def show_position(self) -> None:
        """Show in the frame the current search match and what is being done."""
        text = "  ".join(filter(None, (self.search.label, self._busy_text)))
        show_frame_title(self, draw_title(text, self, self._config.reading.rtl), below=True)

    def mark_star(self, ids: Container[int], starred: bool) -> None:
        """Show that the article is starred, or no longer, if it is one of `ids`."""
        if (article := self._pending_article) is not None and article.headline.id in ids:
            self._pending_article = replace(article, headline=replace(article.headline, starred=starred))
        elif self.shown is not None and self.shown.headline.id in ids:
            self._show_star(starred)

    def _show_star(self, starred: bool) -> None:
        """Show in the frame whether the article is starred: the list may be hidden."""
        show_frame_title(self, self._star if starred else "")

    def show(self, article: Article | None) -> None:
        """Show `article` at its reading position; keep the scroll position if it is already shown."""
        self._pending_article = None
        if article is not None and not self.size:
            self._pending_article = article  # the width is unknown before the first layout
            return
        before, self.shown = self.shown, article
        self._show_star(article is not None and article.headline.starred)
        if article is None:
            self.set_page(None)
        elif article != before:
            is_same = before is not None and before.headline.id == article.headline.id
            offset = None if is_same else article.position or -1
            if offset is not None:
                self.links.number = 0
            self._is_typesetting = self._typesetter.needs_thread(article)
            if self._is_typesetting:
                self.set_page(self._typesetter.layout_placeholder(article), keep_search=is_same)
                self._typeset_later(article, None, offset)
            else:
                self._show_page(self._typesetter.page_of(article), offset)
        self.show_position()

    def _show_page(self, page: Page, offset: int | None) -> None:
        """Show a page from a text offset on; -1 is its top, None keeps the scroll position and the search."""
        self.set_page(page, keep_search=offset is None)
        if offset is not None:
            self.jump(0 if offset < 0 else page.line_of_offset(offset))

    @work(group="late", exclusive=True, exit_on_error=False)
    async def _typeset_later(self, article: Article, document: Document | None, offset: int | None) -> None:
        """Lay out a long text in a thread, and show it if its article is still the current one."""
        page: Page | None = None
        while self._is_typesetting and self.shown is article and (page is None or page.width != self.text_width):
            page = await self._typesetter.layout_in_thread(article, document)
            document = page.document
        if page is not None and self._is_typesetting and self.shown is article:
            self._is_typesetting = False
            text, is_searching = self.search.text, self.search.is_active
            self._show_page(page, offset)
            if is_searching:  # the search ran in the placeholder until now
                self.search.find(text)
            self.show_position()

    def _show_pending(self) -> None:
        if self._pending_article is not None:
            self.show(self._pending_article)

    async def prepare(self, article: Article) -> None:
        """Lay out `article` in the background, with pauses for keys."""
        if self._typesetter.needs_thread(article):
            if self._typesetter.can_prepare(article):
                self._typeset_early(article)
        else:
            await self._typesetter.prepare(article)

    @work(group="early", exclusive=True, exit_on_error=False)
    async def _typeset_early(self, article: Article) -> None:
        while self._is_typesetting:  # the article that the user waits for goes first
            await asyncio.sleep(0.05)
        await self._typesetter.layout_in_thread(article)

    @work(group="highlighter", exit_on_error=False)
    async def _load_highlighter(self) -> None:
        await asyncio.to_thread(self._typesetter.highlighter.load_languages)
        self.redraw()

    @property
    def reading_position(self) -> int | None:
        """The text offset of the top line, 0 in the header; None without a laid-out article."""
        page = self.viewport.page
        return None if page is None or self._is_typesetting else page.offset_of_line(self.viewport.top) or 0

    def show_change_note(self, id: int, revisions: int, note: str) -> None:
        """Show in the header of an article what changed in it, without moving the text."""
        article, page = self.shown, self.viewport.page
        is_new = self._typesetter.set_change_note(id, revisions, note)
        if not is_new or self._is_typesetting:  # the header is laid out with the text
            return
        if article is None or page is None or (article.headline.id, article.headline.revisions) != (id, revisions):
            return
        new = self._typesetter.renew_header(article, page)
        top = self.viewport.top
        self.set_page(new)
        if top >= page.header_height:
            self.jump(top + new.header_height - page.header_height)

    def fit_page(self) -> None:
        article, page, top = self.shown, self.viewport.page, self.viewport.top
        if self._pending_article is not None:
            self.call_after_refresh(self._show_pending)
        if self._is_typesetting or article is None or page is None or self._typesetter.fits(page):
            self.redraw()
            return
        offset = self._resize_anchor[1] if self._resize_anchor[0] == top else page.offset_of_line(top)
        if self._typesetter.resize_needs_thread(page):
            self._is_typesetting = True
            self._typeset_later(article, page.document, offset)
            return
        self._show_page(self._typesetter.layout(article, page.document), offset)
        self._resize_anchor = (self.viewport.top, offset)
