"""A page drawn: lines with a margin beside them, and what of the text is under a cell of the screen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual.strip import Strip

from roya_tui.layout.hit_testing import highlight_runs
from roya_tui.layout.lines import Run
from roya_tui.layout.page import Page
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.cells import measure, strip
from roya_tui.ui.ink import ink
from roya_tui.ui.recent import Recent
from roya_tui.ui.tall import Scrolled

if TYPE_CHECKING:
    from roya_tui.layout.lines import Line


class Paper(Scrolled):
    """Draws the page that it is given (`lay`); knows nothing of articles."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._page: Page | None = None
        self._styles: dict[tuple[str, bool], Style] = {}
        self._strips: Recent[int, Strip] = Recent(256)
        self._set_off: dict[str, Sequence[Mark]] = {}

    @property
    def page(self) -> Page | None:
        """What is shown."""
        return self._page

    def lay(self, page: Page | None) -> None:
        """Show another page, or none; where it is scrolled to is the caller's business."""
        self._page = page
        self.draw_anew()

    def set_off(self, name: str, marks: Sequence[Mark]) -> None:
        """Draw stretches of the text (sorted, apart from each other) in a style besides; once more for each `name`."""
        if marks or self._set_off.get(name):
            self._set_off[name] = marks
            self._strips.clear()
            self.refresh()

    def draw_anew(self) -> None:
        """What the lines show is no longer what is drawn."""
        self._strips.clear()
        self.set_lines(len(self._page.lines) if self._page else 0)

    def notify_style_update(self) -> None:
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    @property
    def margin(self) -> int:
        """Blank columns before the text: one, or more where the text is narrower than the pane."""
        return _beside(self._page.width if self._page else 0, self.columns)

    def line(self, number: int, width: int) -> Strip:
        page = self._page
        if page is None or number >= len(page.lines):
            return Strip.blank(width, self._style("", False))
        drawn = self._strips.recall(number)
        if drawn is None or drawn.cell_length != width:
            drawn = self._strips.keep(number, self._drawn(page, number, width))
        return drawn

    def _drawn(self, page: Page, number: int, width: int) -> Strip:
        line, paper = page.lines[number], self._style("", False)
        styled = [(" " * _beside(page.width, width), paper)]
        styled += self.inked(line)
        # Code is a block, not a ragged edge.
        if number >= page.header_height and not line.is_spacer and page.document.blocks[line.block].kind == "code":
            styled.append((" " * (page.width - line.cells), self._style("code pre", False)))
        return strip(styled, width, paper)

    def inked(self, line: Line) -> list[tuple[str, Style]]:
        """The text of a line, each part with its style."""
        runs: Iterable[Run] = line.runs
        for marks in self._set_off.values():
            runs = highlight_runs(runs, marks) if marks else runs
        return [(run.text, self._style(run.style, self.is_current(run.link))) for run in runs]

    def is_current(self, link: int) -> bool:
        """Whether the link of that number is the marked one; 0 is none."""
        return False

    def _style(self, names: str, here: bool) -> Style:
        style = self._styles.get((names, here))
        if style is None:
            style = self._styles[names, here] = ink(f"{names} current" if here else names)
        return style

    # Places.

    def show_line(self, number: int) -> None:
        """Bring a line into view, with two lines above it, unless it is in view."""
        top = self.scroll_offset.y
        if not top <= number < top + self.lines_shown:
            self.jump(max(0, number - 2))

    def keep_in_view(self, number: int) -> None:
        """Scroll just enough for a line to be in view."""
        top = self.scroll_offset.y
        if number < top:
            self.jump(number)
        elif number >= top + self.lines_shown:
            self.jump(number - self.lines_shown + 1)

    def turn_heading(self, by: int) -> bool:
        """Put the next (1) or previous (-1) heading at the top, or the page's top; False if nothing is further on."""
        page, top = self._page, self.scroll_offset.y
        if page is None:
            return False
        blocks, at = page.document.blocks, page.offset_of_line(top)
        here = bisect_left(blocks, -1 if at is None else at, key=lambda block: block.start)
        others = range(here, len(blocks)) if by > 0 else range(min(here, len(blocks) - 1), -1, -1)
        lines = (page.line_of_block(number) for number in others if blocks[number].kind == "heading")
        self.jump(next((line for line in lines if (line - top) * by > 0), 0 if by < 0 else top))
        return self.scroll_offset.y != top

    def link_at(self, x: int, y: int) -> int:
        """The number of the link drawn at a cell of the pane, 0 where there is none."""
        page = self._page
        number = y + self.scroll_offset.y
        if page is None or number >= len(page.lines):
            return 0
        cells = self.margin
        for run in page.lines[number].runs:
            cells += measure(run.text)
            if self.margin <= x < cells:
                return run.link
        return 0


def _beside(text: int, columns: int) -> int:
    """The blank columns before a text of that width, so that it stands in the middle."""
    return max(1, (columns - text) // 2)
