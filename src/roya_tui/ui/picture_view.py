"""One picture, as large as its place allows: in real pixels where the terminal shows them, else in half blocks."""

from __future__ import annotations

from math import ceil
from textwrap import wrap

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from roya_tui.graphics import protocols
from roya_tui.graphics.half_blocks import CellRun, Rgb, to_rows
from roya_tui.graphics.jobs import Refusal
from roya_tui.graphics.protocols import CellArea
from roya_tui.layout.lines import fit_picture
from roya_tui.ui.album import Album
from roya_tui.ui.ink import ink
from roya_tui.ui.pictured import colour_of, style_of
from roya_tui.ui.recent import Recent

KEPT = 6
"""Drawings that are kept: going back and forth waits for nothing."""
MOST_CELLS = 9000
"""Of a picture in half blocks: with more of them, a frame would take too long."""
MOST_ENLARGED = 3.0
"""Times that a terminal is told to show a small picture larger."""
SETTLED = 0.03
"""Seconds after a frame: screens that change are drawn more than once, and a picture is many bytes."""
USUAL_CELL = 10, 20
"""Pixels of a cell, where the terminal does not tell and fits the picture into its cells by itself."""


class Drawing(Struct, frozen=True):
    """A picture for one size of the view: its cells, or a file for the terminal; or why there is neither."""

    columns: int = 0
    rows: int = 0
    cells: tuple[list[CellRun], ...] = ()
    data: bytes = b""
    why: str = ""


class PictureView(Widget):
    """Shows what it is told to, and prepares what is likely to come next."""

    DEFAULT_CSS = "PictureView { width: 1fr; height: 1fr; }"

    def __init__(self, album: Album, language: str, *, blocks: bool, id: str | None = None) -> None:
        """`language` is one of `terminals.LANGUAGES`, or ""; `blocks` says whether half blocks can be seen."""
        super().__init__(id=id)
        self._album = album
        cell = protocols.cell_size()
        self._language = "" if language == "sixel" and cell is None else language
        self._cell = cell or USUAL_CELL
        self.can_draw = bool(self._language) or blocks
        self._wanted = self._then = self._words = ""
        self._drawings: Recent[tuple[str, Size, Rgb], Drawing] = Recent(KEPT)
        self._busy = self._repainted = self._is_up = False
        self._putting_up: Timer | None = None

    def show(self, url: str, words: str, then: str = "") -> None:
        """Show the picture at `url`, `words` until it is drawn; `then` is the one that may be wanted next."""
        self._wanted, self._words, self._then = url, words, then
        self.draw_anew()

    def draw_anew(self) -> None:
        """Show what is wanted, as far as it is drawn; draw what is not."""
        self.take_away()
        self.refresh()
        if not self._busy and self.size and self.can_draw:
            self._busy = True
            self._draw()

    def on_resize(self) -> None:
        self._drawings.clear()
        self.draw_anew()

    # Drawing.

    @work(exit_on_error=False, group="pictures")
    async def _draw(self) -> None:
        try:
            while url := next((url for url in (self._wanted, self._then) if self._is_undrawn(url)), ""):
                key = self._key(url)
                self._drawings.keep(key, await self._drawn(*key))
                if url == self._wanted:
                    self.refresh()
        finally:
            self._busy = False

    def _is_undrawn(self, url: str) -> bool:
        return bool(url) and self._key(url) not in self._drawings and self._album.file(url) is not None

    def _key(self, url: str) -> tuple[str, Size, Rgb]:
        """What a drawing is for: a picture, the size of the view, and what is behind it."""
        return url, self.size, colour_of(ink(""))

    async def _drawn(self, url: str, size: Size, paper: Rgb) -> Drawing:
        if self._language:
            (wide, high), form = self._cell, protocols.FORMATS[self._language]
            answer = await self._album.graphic(url, size.width * wide, size.height * high, form, paper)
            if isinstance(answer, Refusal):
                return Drawing(why=answer.reason)
            larger = min(size.width * wide / answer.width, size.height * high / answer.height, MOST_ENLARGED)
            larger = 1.0 if self._language == "sixel" else max(1.0, larger)  # which is drawn pixel by pixel
            columns, lines = ceil(answer.width * larger / wide), ceil(answer.height * larger / high)
            return Drawing(min(columns, size.width), min(lines, size.height), data=answer.data)
        shrink = min(1.0, (MOST_CELLS / max(1, size.width * size.height)) ** 0.5)
        columns, lines = max(1, int(size.width * shrink)), max(1, int(size.height * shrink))
        answer = await self._album.cells(url, columns, 2 * lines, paper)
        if isinstance(answer, Refusal):
            return Drawing(why=answer.reason)
        box = fit_picture((answer.width, answer.height), columns, lines)
        return Drawing(box.columns, box.rows, cells=tuple(to_rows(answer, paper)))

    @property
    def _drawing(self) -> Drawing | None:
        return self._drawings.get(self._key(self._wanted))

    # On the screen.

    def render_lines(self, crop: Region) -> list[Strip]:
        self._repainted = True
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        drawing, paper, width = self._drawing, ink(""), self.size.width
        if drawing is None or drawing.why:
            return self._words_at(y, drawing.why if drawing else "", paper)
        left, top = (width - drawing.columns) // 2, (self.size.height - drawing.rows) // 2
        patches = drawing.cells[y - top] if 0 <= y - top < len(drawing.cells) else []
        segments = [Segment(" " * left, paper)]
        segments += [Segment(patch.text, style_of(patch.upper, patch.lower)) for patch in patches]
        return Strip(segments).adjust_cell_length(width, paper)

    def _words_at(self, y: int, why: str, paper: Style) -> Strip:
        lines = wrap(f"{self._words} {why}".strip(), max(10, self.size.width - 4))
        at = y - (self.size.height - len(lines)) // 2
        words = lines[at] if 0 <= at < len(lines) else ""
        return Strip([Segment(words.center(self.size.width), ink("empty"))]).adjust_cell_length(self.size.width, paper)

    def after_frame(self) -> None:
        """Put the picture over its cells, if they were written just now: writing over them took it away."""
        if not self._repainted or (self._is_up and self._language == "kitty"):  # what kitty shows stays over the cells
            return
        self._repainted = False
        if self._putting_up is not None:
            self._putting_up.stop()
        self._putting_up = self.set_timer(SETTLED, self._put_up)

    def _put_up(self) -> None:
        drawing, region = self._drawing, self.content_region
        if drawing is not None and drawing.data and self.screen.is_current:
            left, top = (region.width - drawing.columns) // 2, (region.height - drawing.rows) // 2
            place = CellArea(region.x + left, region.y + top, drawing.columns, drawing.rows)
            self._write(protocols.show_sequence(self._language, drawing.data, place))
            self._is_up = True

    def take_away(self) -> None:
        """Leave nothing of the picture on the screen that is not cells."""
        if self._is_up:
            self._is_up = False
            self._write(protocols.clear_sequence(self._language))

    def _write(self, sequence: str) -> None:
        driver = self.app._driver
        if driver is not None and not self.app.is_headless and sequence:
            driver.write(sequence)
            driver.flush()
