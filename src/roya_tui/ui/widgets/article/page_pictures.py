"""The pictures of a page, drawn as half blocks between its lines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, TypeAlias

from rich.color import Color
from rich.style import Style
from textual.message import Message
from textual.worker import Worker

from roya_tui.layout.lines import NO_PICTURES, PictureBox, PictureRow, PictureSizes, max_picture_rows
from roya_tui.model import Picture
from roya_tui.translation import gettext
from roya_tui.ui.caches import LruCache
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.widgets.article.page_viewport import PageViewport

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document
    from roya_tui.graphics.half_blocks import CellRun, Rgb
    from roya_tui.layout.lines import Line

MAX_DRAWINGS = 24
"""Drawings kept in memory, enough for a few screenfuls."""

StyledParts = list[tuple[str, Style]]
InlineDrawing: TypeAlias = "list[list[CellRun]] | str"
"""The rows of a picture, or the reason why it cannot be drawn."""


class PagePictures:
    """Draws the pictures of a page and posts `Opened` for a click on one."""

    class Opened(Message):
        """A picture was clicked; `number` counts from 1."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self, viewport: PageViewport, service: PictureService, *, draws_inline: bool) -> None:
        self._viewport = viewport
        self._service = service
        self._draws_inline = draws_inline and service.can_draw
        self._drawings: LruCache[tuple[str, PictureBox, Rgb], InlineDrawing] = LruCache(MAX_DRAWINGS)
        self.is_drawing = False

    @property
    def all(self) -> tuple[Picture, ...]:
        """The pictures of the page, in order."""
        return self._viewport.page.document.pictures if self._viewport.page is not None else ()

    def first_in_view(self) -> int:
        """Return the number of the first picture in view, else of the last one above, else 1."""
        return self._viewport.page.find_picture(self._viewport.lines) if self._viewport.page is not None else 1

    def read_sizes(self, document: Document) -> PictureSizes:
        """Return the known sizes of a document's pictures, for its layout."""
        if not self._draws_inline or not document.pictures:
            return NO_PICTURES
        return self._service.read_sizes(document.pictures, max_picture_rows(self._viewport.widget.visible_lines))

    def picture_fetched(self, url: str) -> None:
        """Redraw after a picture was fetched or failed; no line moves."""
        if any(picture.url == url for picture in self.all):
            self._viewport.draw_again()

    def open_at(self, line: int, cell: int) -> bool:
        """Open the picture at a cell of a line; False if there is none."""
        page = self._viewport.page
        if page is None or line >= len(page.lines):
            return False
        shown = page.lines[line]
        if shown.picture is None or not 0 <= cell < shown.cells:
            return False
        self._viewport.widget.post_message(self.Opened(shown.picture.number))
        return True

    # Drawing, in a child process, one picture at a time, so that keys do not wait.

    def line_parts(self, line: Line, row: PictureRow) -> StyledParts:
        """Return the text of a line that shows a row of a picture, each part with its style."""
        styled: StyledParts = []
        for run in line.runs:
            styled += self._row_parts(row) if run.style == "cells" else [(run.text, self._style(run.style))]
        return styled

    def _row_parts(self, row: PictureRow) -> StyledParts:
        """Return one row of a picture, or of its placeholder while it is not drawn."""
        box, url = row.box, self._url(row.number)
        drawing = self._drawings.lookup((url, box, self._background)) or self._service.failures.get(url)
        if drawing is None:
            if not self.is_drawing:
                self.is_drawing = True
                self._viewport.widget.call_later(self._start_drawing)
            return self._placeholder_row(row, gettext("picture {number}", number=row.number))
        if isinstance(drawing, str):
            text = gettext("picture {number}: {error}", number=row.number, error=drawing)
            return self._placeholder_row(row, text)
        cell_runs = drawing[row.row] if row.row < len(drawing) else []
        styled = [(run.text, half_block_style(run.upper, run.lower)) for run in cell_runs]
        missing = box.columns - sum(run.cells for run in cell_runs)
        return [*styled, (" " * missing, self._style(""))]

    def _placeholder_row(self, row: PictureRow, text: str) -> StyledParts:
        columns, rows = row.box
        lines = wrap(text, columns)[:rows]
        index = row.row - (rows - len(lines)) // 2
        return [((lines[index] if 0 <= index < len(lines) else "").center(columns), self._style("place"))]

    def _start_drawing(self) -> Worker[None]:
        return self._viewport.widget.run_worker(self._draw_missing, group="pictures", exit_on_error=False)

    async def _draw_missing(self) -> None:
        from roya_tui.graphics.half_blocks import to_rows
        from roya_tui.graphics.jobs import Refusal

        try:
            while (missing := next(self._missing_drawings(), None)) is not None:
                number, box = missing
                url, background = self._url(number), self._background
                answer = await self._service.render_cells(url, box.columns, 2 * box.rows, background)
                drawing = answer.reason if isinstance(answer, Refusal) else to_rows(answer, background)
                self._drawings.put((url, box, background), drawing)
                self._viewport.draw_again()
        finally:
            self.is_drawing = False

    def _missing_drawings(self) -> Iterator[tuple[int, PictureBox]]:
        """Yield the pictures without a drawing: in view, then one screenful below, then one above."""
        page, top, height = self._viewport.page, self._viewport.top, self._viewport.widget.visible_lines
        if page is None or not page.pictures.sizes:
            return
        for lines in (range(top, top + height), range(top + height, top + 2 * height), range(top - height, top)):
            for y in lines:
                row = page.lines[y].picture if 0 <= y < len(page.lines) else None
                if row is not None and self._needs_drawing(self._url(row.number), row.box):
                    yield row.number, row.box

    def _needs_drawing(self, url: str, box: PictureBox) -> bool:
        return (url, box, self._background) not in self._drawings and self._service.find_file(url) is not None

    def _url(self, number: int) -> str:
        return self.all[number - 1].url if self._viewport.page is not None else ""

    def _style(self, names: str) -> Style:
        return self._viewport.widget.text_styles[names]

    @property
    def _background(self) -> Rgb:
        """The color behind transparent pictures."""
        return background_color(self._style(""))


@lru_cache(8192)
def half_block_style(upper: Rgb, lower: Rgb) -> Style:
    """Return the style of a half block cell."""
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


def background_color(style: Style) -> Rgb:
    """Return the background of `style` as RGB, black if it has none."""
    triplet = style.bgcolor.triplet if style.bgcolor is not None else None
    return (triplet.red, triplet.green, triplet.blue) if triplet is not None else (0, 0, 0)
