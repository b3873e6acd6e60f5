"""A page with its pictures in it: their lines are free until they are drawn, those in view first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, TypeAlias

from rich.color import Color
from rich.style import Style
from textual import events, work
from textual.message import Message

from roya_tui.layout.lines import NO_PICTURES, PictureBox, PictureRow, PictureSizes, max_picture_rows
from roya_tui.model import Picture
from roya_tui.ui.album import Album
from roya_tui.ui.recent import Recent
from roya_tui.ui.selecting import Selecting

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document
    from roya_tui.graphics.half_blocks import CellRun, Rgb
    from roya_tui.layout.lines import Line

KEPT = 24
"""Drawings that are kept: those of some screenfuls."""

Styled = list[tuple[str, Style]]
Drawing: TypeAlias = "list[list[CellRun]] | str"
"""The rows of a picture; or why it cannot be drawn."""


class Pictured(Selecting):
    """Draws the pictures of the page that it is given; a click on one says so."""

    class PictureOpened(Message):
        """A picture of the page was clicked."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self, album: Album, *, inline: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._album = album
        self._inline = inline and album.draws
        self._drawings: Recent[tuple[str, PictureBox, Rgb], Drawing] = Recent(KEPT)
        self._drawing = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those of the page, in their order."""
        return self._page.document.pictures if self._page is not None else ()

    def picture_in_view(self) -> int:
        """The number of the first picture in view, else of the next one above or below."""
        page, top = self._page, self.scroll_offset.y
        if page is None:
            return 1
        blocks = [(index, block.number) for index, block in enumerate(page.document.blocks) if block.number]
        places = [(page.line_of_block(index), number) for index, number in blocks]
        above = [number for y, number in places if y < top]
        from_here = [number for y, number in places if top <= y < top + self.lines_shown]
        return next(iter(from_here), above[-1] if above else 1)

    def known(self, document: Document) -> PictureSizes:
        """What is known of a document's pictures now, for whoever sets its lines."""
        if not self._inline or not document.pictures:
            return NO_PICTURES
        return self._album.known(document.pictures, max_picture_rows(self.lines_shown))

    def inked(self, line: Line) -> Styled:
        if line.picture is None:
            return super().inked(line)
        styled: Styled = []
        for run in line.runs:
            styled += self._row(line.picture) if run.style == "cells" else [(run.text, self._style(run.style, False))]
        return styled

    def _row(self, place: PictureRow) -> Styled:
        """One row of a picture, or of the place that is kept for it."""
        box = place.box
        url = self._url(place.number)
        drawing = self._drawings.recall((url, box, self._paper)) or self._album.refused.get(url)
        if drawing is None:
            if not self._drawing:
                self._drawing = True
                self.call_later(self._draw)
            return self._empty_row(place, f"picture {place.number}")
        if isinstance(drawing, str):
            return self._empty_row(place, f"picture {place.number}: {drawing}")
        patches = drawing[place.row] if place.row < len(drawing) else []
        styled = [(patch.text, style_of(patch.upper, patch.lower)) for patch in patches]
        missing = box.columns - sum(patch.cells for patch in patches)
        return [*styled, (" " * missing, self._style("", False))]

    def _empty_row(self, place: PictureRow, words: str) -> Styled:
        columns, rows = place.box
        lines = wrap(words, columns)[:rows]
        at = place.row - (rows - len(lines)) // 2
        return [((lines[at] if 0 <= at < len(lines) else "").center(columns), self._style("place", False))]

    def _url(self, number: int) -> str:
        page = self._page
        return page.document.pictures[number - 1].url if page is not None else ""

    # Drawing, one after the other: in a process of its own, while keys go on.

    @work(exit_on_error=False, group="pictures")
    async def _draw(self) -> None:
        from roya_tui.graphics.half_blocks import to_rows
        from roya_tui.graphics.jobs import Refusal

        try:
            while (found := next(self._undrawn(), None)) is not None:
                number, box = found
                url, paper = self._url(number), self._paper
                answer = await self._album.cells(url, box.columns, 2 * box.rows, paper)
                drawing = answer.reason if isinstance(answer, Refusal) else to_rows(answer, paper)
                self._drawings.keep((url, box, paper), drawing)
                self._strips.clear()
                self.refresh()
        finally:
            self._drawing = False

    def _undrawn(self) -> Iterator[tuple[int, PictureBox]]:
        """The pictures without a drawing that are in view, then those a screenful further on or back."""
        page, top, height = self._page, self.scroll_offset.y, self.lines_shown
        if page is None or not page.pictures.sizes:
            return
        for lines in (range(top, top + height), range(top + height, top + 2 * height), range(top - height, top)):
            for y in lines:
                place = page.lines[y].picture if 0 <= y < len(page.lines) else None
                if place is not None and self._can_draw(self._url(place.number), place.box):
                    yield place.number, place.box

    def _can_draw(self, url: str, box: PictureBox) -> bool:
        return (url, box, self._paper) not in self._drawings and self._album.file(url) is not None

    @property
    def _paper(self) -> Rgb:
        """What is behind a picture that one can see through."""
        return colour_of(self._style("", False))

    def arrived(self, url: str) -> None:
        """A picture came, or will not: what stands in its place changes, and nothing else moves."""
        if any(picture.url == url for picture in self.pictures):
            self._strips.clear()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset, page = event.get_content_offset(self), self._page
        y = offset.y + self.scroll_offset.y if offset else 0
        if offset is None or page is None or y >= len(page.lines) or self.was_dragged:
            return
        line = page.lines[y]
        if line.picture is not None and self.margin <= offset.x < self.margin + line.cells:
            event.prevent_default()  # of a picture that is a link too, the caption is where one opens that
            self.post_message(self.PictureOpened(line.picture.number))


@lru_cache(8192)
def style_of(upper: Rgb, lower: Rgb) -> Style:
    """How a cell of two colours is written."""
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


def colour_of(paper: Style) -> Rgb:
    """What is behind a picture that one can see through."""
    triplet = paper.bgcolor.triplet if paper.bgcolor is not None else None
    return (triplet.red, triplet.green, triplet.blue) if triplet is not None else (0, 0, 0)
