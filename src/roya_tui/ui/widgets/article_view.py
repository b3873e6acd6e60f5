"""The article pane, and the page with inline pictures that it is based on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from msgspec.structs import replace
from rich.color import Color
from rich.style import Style
from textual import events, work
from textual.message import Message

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.lines import NO_PICTURES, Page, PictureBox, PictureRow, PictureSizes, max_picture_rows
from roya_tui.model import Article, Picture
from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
from roya_tui.ui import action_table
from roya_tui.ui.caches import LruCache
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.code_highlighter import CodeHighlighter
from roya_tui.ui.widgets.selectable_page import SelectablePageView

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document
    from roya_tui.graphics.half_blocks import CellRun, Rgb
    from roya_tui.layout.lines import Line

MAX_DRAWINGS = 24
"""Drawings kept in memory, enough for a few screenfuls."""

StyledParts = list[tuple[str, Style]]
InlineDrawing: TypeAlias = "list[list[CellRun]] | str"
"""The rows of a picture, or the reason why it cannot be drawn."""


class PicturePageView(SelectablePageView):
    """Draws the pictures of a page as half blocks and posts `PictureOpened` on a click."""

    class PictureOpened(Message):
        """Posted when a picture of the page was clicked; `number` counts from 1."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self, picture_service: PictureService, *, draws_inline: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture_service = picture_service
        self._draws_inline = draws_inline and picture_service.can_draw
        self._drawings: LruCache[tuple[str, PictureBox, Rgb], InlineDrawing] = LruCache(MAX_DRAWINGS)
        self._is_drawing = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the page, in order."""
        return self._page.document.pictures if self._page is not None else ()

    def picture_in_view(self) -> int:
        """The number of the first picture in view, else of the last one above, else 1."""
        page, top = self._page, self.scroll_offset.y
        if page is None:
            return 1
        blocks = [(index, block.number) for index, block in enumerate(page.document.blocks) if block.number]
        lines = [(page.line_of_block(index), number) for index, number in blocks]
        above = [number for y, number in lines if y < top]
        in_view = [number for y, number in lines if top <= y < top + self.visible_lines]
        return next(iter(in_view), above[-1] if above else 1)

    def picture_sizes(self, document: Document) -> PictureSizes:
        """Return the known sizes of a document's pictures, for its layout."""
        if not self._draws_inline or not document.pictures:
            return NO_PICTURES
        return self._picture_service.read_sizes(document.pictures, max_picture_rows(self.visible_lines))

    def styled_parts(self, line: Line) -> StyledParts:
        if line.picture is None:
            return super().styled_parts(line)
        styled: StyledParts = []
        for run in line.runs:
            styled += (
                self._picture_row(line.picture) if run.style == "cells" else [(run.text, self._style(run.style, False))]
            )
        return styled

    def _picture_row(self, row: PictureRow) -> StyledParts:
        """Return one row of a picture, or of its placeholder while it is not drawn."""
        box = row.box
        url = self._picture_url(row.number)
        drawing = self._drawings.lookup((url, box, self._background)) or self._picture_service.failures.get(url)
        if drawing is None:
            if not self._is_drawing:
                self._is_drawing = True
                self.call_later(self._draw_pictures)
            return self._placeholder_row(row, f"picture {row.number}")
        if isinstance(drawing, str):
            return self._placeholder_row(row, f"picture {row.number}: {drawing}")
        cell_runs = drawing[row.row] if row.row < len(drawing) else []
        styled = [(run.text, half_block_style(run.upper, run.lower)) for run in cell_runs]
        missing = box.columns - sum(run.cells for run in cell_runs)
        return [*styled, (" " * missing, self._style("", False))]

    def _placeholder_row(self, row: PictureRow, text: str) -> StyledParts:
        columns, rows = row.box
        lines = wrap(text, columns)[:rows]
        index = row.row - (rows - len(lines)) // 2
        return [((lines[index] if 0 <= index < len(lines) else "").center(columns), self._style("place", False))]

    def _picture_url(self, number: int) -> str:
        page = self._page
        return page.document.pictures[number - 1].url if page is not None else ""

    # Drawing happens in a child process, one picture at a time, so that keys do not wait.

    @work(exit_on_error=False, group="pictures")
    async def _draw_pictures(self) -> None:
        from roya_tui.graphics.half_blocks import to_rows
        from roya_tui.graphics.jobs import Refusal

        try:
            while (missing := next(self._missing_drawings(), None)) is not None:
                number, box = missing
                url, background = self._picture_url(number), self._background
                answer = await self._picture_service.render_cells(url, box.columns, 2 * box.rows, background)
                drawing = answer.reason if isinstance(answer, Refusal) else to_rows(answer, background)
                self._drawings.put((url, box, background), drawing)
                self._strips.clear()
                self.refresh()
        finally:
            self._is_drawing = False

    def _missing_drawings(self) -> Iterator[tuple[int, PictureBox]]:
        """Yield the pictures without a drawing: in view, then one screenful below, then one above."""
        page, top, height = self._page, self.scroll_offset.y, self.visible_lines
        if page is None or not page.pictures.sizes:
            return
        for lines in (range(top, top + height), range(top + height, top + 2 * height), range(top - height, top)):
            for y in lines:
                row = page.lines[y].picture if 0 <= y < len(page.lines) else None
                if row is not None and self._needs_drawing(self._picture_url(row.number), row.box):
                    yield row.number, row.box

    def _needs_drawing(self, url: str, box: PictureBox) -> bool:
        return (url, box, self._background) not in self._drawings and self._picture_service.find_file(url) is not None

    @property
    def _background(self) -> Rgb:
        """The color behind transparent pictures."""
        return background_color(self._style("", False))

    def picture_fetched(self, url: str) -> None:
        """Redraw after a picture was fetched or failed; no line moves."""
        if any(picture.url == url for picture in self.pictures):
            self._strips.clear()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset, page = event.get_content_offset(self), self._page
        y = offset.y + self.scroll_offset.y if offset else 0
        if offset is None or page is None or y >= len(page.lines) or self.was_dragged:
            return
        line = page.lines[y]
        if line.picture is not None and self.left_margin <= offset.x < self.left_margin + line.cells:
            event.prevent_default()  # if the picture is also a link, its caption opens the link
            self.post_message(self.PictureOpened(line.picture.number))


@lru_cache(8192)
def half_block_style(upper: Rgb, lower: Rgb) -> Style:
    """Return the style of a half block cell."""
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


def background_color(style: Style) -> Rgb:
    """Return the background of `style` as RGB, black if it has none."""
    triplet = style.bgcolor.triplet if style.bgcolor is not None else None
    return (triplet.red, triplet.green, triplet.blue) if triplet is not None else (0, 0, 0)


LONG_TEXT = 100_000
"""Weighted characters of HTML (see `_TAG_WEIGHT`) above which layout runs in a thread."""
_TAG_WEIGHT = 20
"""Characters that one tag counts for: its layout takes about as long."""
_MAX_LINES_AT_ONCE = 5_000
"""Lines above which a resize lays the page out in a thread."""
_PREPARE_LINES, _PREPARE_PAUSE = 20, 0.003
"""Background layout: lines in one go, and seconds of pause after them for keys."""
PLACEHOLDER = Document(
    (Block("paragraph", Text(_PLACEHOLDER_TEXT := "A long text. It will be here in a moment.")),),
    text=_PLACEHOLDER_TEXT,
)
"""Shown while a long text is laid out."""


class ArticleView(PicturePageView, can_focus=True):
    """Shows one article; caches the pages of the last few articles and of prepared ones."""

    BINDINGS: ClassVar = action_table.make_bindings("reader")

    def __init__(self, config: Config, clock: Clock, picture_service: PictureService, *, id: str | None = None) -> None:
        super().__init__(
            picture_service, draws_inline=config.reading.pictures == "inline" and not config.look.ascii, id=id
        )
        self._config = config
        self._clock = clock
        self._article: Article | None = None
        self._pending_article: Article | None = None
        self._resize_anchor: tuple[int, int | None] = (-1, None)
        """The top line after the last resize and its text offset, for resizing back."""
        self._highlighter = CodeHighlighter(self._load_highlighter)
        self._is_typesetting = False
        """Whether the page of the article is still being laid out."""
        self._busy_text = ""
        self._wanted_width = config.reading.width
        self._pages: LruCache[tuple[int, int], tuple[Article, Page]] = LruCache(12)
        self._change_notes: LruCache[tuple[int, int], str] = LruCache(200)
        """What changed in an article since it was read, by id and number of versions."""

    class PageChanged(Message):
        """Posted when another page is shown."""

    def set_page(self, page: Page | None) -> None:
        if page is not self._page:
            self.post_message(self.PageChanged())
        super().set_page(page)

    def show_busy(self, text: str) -> None:
        """Show in the frame what is being done with the article; "" clears it."""
        self._busy_text = text
        self.show_position()

    def show_position(self) -> None:
        """Show in the frame the current search match and what is being done."""
        self.show_border_subtitle("  ".join(filter(None, (self.hit_label, self._busy_text))))

    def show_star(self, starred: bool) -> None:
        """Show in the frame whether the article is starred: the list may be hidden."""
        icons = ASCII_ICONS if self._config.look.ascii else UNICODE_ICONS
        self.show_border_title(icons.starred if starred else "")

    def show(self, article: Article | None) -> None:
        """Show `article` at its reading position; keep the scroll position if it is already shown."""
        self._pending_article = None
        if article is not None and not self.size:
            self._pending_article = article  # the width is unknown before the first layout
            return
        before, self._article = self._article, article
        self.show_star(article is not None and article.headline.starred)
        if article is None:
            self.set_page(None)
        elif article != before:
            is_same = before is not None and before.headline.id == article.headline.id
            offset = None if is_same else article.position or -1
            if offset is not None:
                self._link_number = 0
            self._is_typesetting = self._cached_page(article) is None and _is_long(article)
            if self._is_typesetting:
                self._set_or_replace(self._typeset(article, PLACEHOLDER), offset)
                self._typeset_later(article, None, offset)
            else:
                self._show_page(self._page_of(article), offset)
        self.show_position()

    def _show_page(self, page: Page, offset: int | None) -> None:
        """Show a page from a text offset on; -1 is its top, None keeps the scroll position."""
        self._set_or_replace(page, offset)
        if offset is not None:
            self.jump(0 if offset < 0 else page.line_of_offset(offset))

    def _set_or_replace(self, page: Page, offset: int | None) -> None:
        if offset is None:
            self.replace_page(page)
        else:
            self.set_page(page)

    @work(group="late", exclusive=True, exit_on_error=False)
    async def _typeset_later(self, article: Article, document: Document | None, offset: int | None) -> None:
        """Lay out a long text in a thread, and show it if its article is still the current one."""
        page: Page | None = None
        while self._is_typesetting and self._article is article and (page is None or page.width != self.text_width):
            page = await self._typeset_in_thread(article, document)
            document = page.document
        if page is not None and self._is_typesetting and self._article is article:
            self._is_typesetting = False
            search_text, is_searching = self.search_text, self.is_searching
            self._show_page(page, offset)
            if is_searching:  # the search ran in the placeholder until now
                self.search(search_text)
            self.show_position()

    async def _typeset_in_thread(self, article: Article, document: Document | None = None) -> Page:
        from roya_tui.layout.article_page import article_document

        if document is None:
            document = await asyncio.to_thread(article_document, article, self._config)
        page = self._typeset(article, document)
        lines = await asyncio.to_thread(len, page.lines)  # `len` lays out all lines
        if lines > _MAX_LINES_AT_ONCE:
            self._pages.clear()  # several such pages are millions of objects for the garbage collector
        return self._pages.put((article.headline.id, page.width), (_without_position(article), page))[1]

    def _show_pending(self) -> None:
        if self._pending_article is not None:
            self.show(self._pending_article)

    async def prepare(self, article: Article) -> None:
        """Lay out `article` in the background, with pauses for keys."""
        if not _is_long(article):
            page = self._page_of(article)
            with contextlib.suppress(IndexError):  # `len` would lay out all lines at once
                for number in itertools.count(0, _PREPARE_LINES):
                    await asyncio.sleep(_PREPARE_PAUSE)
                    page.lines[number]
        elif self._cached_page(article) is None:
            self._typeset_early(article)

    @work(group="early", exclusive=True, exit_on_error=False)
    async def _typeset_early(self, article: Article) -> None:
        while self._is_typesetting:  # the article that the user waits for goes first
            await asyncio.sleep(0.05)
        await self._typeset_in_thread(article)

    @work(group="highlighter", exit_on_error=False)
    async def _load_highlighter(self) -> None:
        await asyncio.to_thread(self._highlighter.load_languages)
        self.redraw()

    @property
    def shown(self) -> Article | None:
        return self._article

    @property
    def reading_position(self) -> int | None:
        """The text offset of the top line, 0 in the header; None without a laid-out article."""
        return (
            None if self._page is None or self._is_typesetting else self._page.offset_of_line(self.scroll_offset.y) or 0
        )

    @property
    def wanted_width(self) -> int:
        """The columns of text that were asked for; the pane may have fewer."""
        return self._wanted_width

    def set_width(self, columns: int) -> None:
        """Lay out the text at another width, with the same words at the top."""
        self._wanted_width = columns
        self.on_resize()

    def _page_of(self, article: Article) -> Page:
        page = self._cached_page(article)
        if page is None:
            from roya_tui.layout.article_page import article_document  # imports lxml: the headlines are drawn first

            page = self._typeset(article, article_document(article, self._config))
            self._pages.put((article.headline.id, page.width), (_without_position(article), page))
        return page

    def _cached_page(self, article: Article) -> Page | None:
        """Return the cached page of an article, None if it is missing or outdated."""
        cached, page = self._pages.lookup((article.headline.id, self.text_width)) or (None, None)
        if page is None or cached != _without_position(article) or page.pictures != self.picture_sizes(page.document):
            return None
        return page

    def _typeset(self, article: Article, document: Document) -> Page:
        from roya_tui.layout.article_page import layout_article

        note = self._change_notes.get((article.headline.id, article.headline.revisions), "")
        sizes = self.picture_sizes(document)
        return layout_article(
            article, document, self._clock, self.text_width, measure, self._config, sizes, note, self._highlighter
        )

    def show_change_note(self, id: int, revisions: int, note: str) -> None:
        """Show in the header of an article what changed in it, without moving the text."""
        article, page, key = self._article, self._page, (id, revisions)
        if self._change_notes.get(key) == note:
            return
        self._change_notes.put(key, note)
        if self._is_typesetting:  # the header is laid out with the text
            return
        if article is None or page is None or (article.headline.id, article.headline.revisions) != key:
            return
        from roya_tui.layout.article_page import layout_header

        header = layout_header(article, page.document, self._clock, page.width, measure, self._config, note)
        new = self._pages.put((id, page.width), (_without_position(article), page.with_header(header)))[1]
        top = self.scroll_offset.y
        self.set_page(new)
        if top >= page.header_height:
            self.jump(top + new.header_height - page.header_height)

    @property
    def text_width(self) -> int:
        """The columns of the text."""
        return max(20, min(self._wanted_width, self.columns - 2))

    def on_resize(self) -> None:
        """Lay out the text at the new width, with the same words at the top."""
        article, page = self._article, self._page
        if self._pending_article is not None:
            self.call_after_refresh(self._show_pending)
        fits = page is not None and (page.width, page.pictures) == (self.text_width, self.picture_sizes(page.document))
        if self._is_typesetting or article is None or page is None or fits:
            self.redraw()
            return
        top, offset = self._resize_anchor
        if top != self.scroll_offset.y:
            offset = page.offset_of_line(self.scroll_offset.y)
        if len(page.lines) > _MAX_LINES_AT_ONCE:
            self._is_typesetting = True
            self._typeset_later(article, page.document, offset)
            return
        self._show_page(self._typeset(article, page.document), offset)
        self._resize_anchor = (self.scroll_offset.y, offset)


def _is_long(article: Article) -> bool:
    return len(article.html) + _TAG_WEIGHT * article.html.count("<") > LONG_TEXT


def _without_position(article: Article) -> Article:
    """Return `article` with its reading position cleared, for comparisons."""
    return replace(article, position=0)
