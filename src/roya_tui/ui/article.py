"""The article pane: draws the lines of the article at hand."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from roya_tui.config import Config
from roya_tui.model import Article
from roya_tui.reading.clock import Clock
from roya_tui.ui import keys
from roya_tui.ui.cells import measure, strip
from roya_tui.ui.ink import ink
from roya_tui.ui.recent import Recent
from roya_tui.ui.tall import Scrolled

if TYPE_CHECKING:
    from roya_tui.reading.blocks import Document
    from roya_tui.reading.lines import Line


@dataclass(frozen=True, slots=True)
class Page:
    """An article laid out at one width: the lines of its head, then those of its text."""

    article: Article
    document: Document
    lines: tuple[Line, ...]
    head: int
    """How many of the lines are the head's."""
    width: int


class ArticlePane(Scrolled, can_focus=True):
    """Shows one article; keeps the pages of the last few, and of the next one if it is told which."""

    BINDINGS: ClassVar = keys.bindings("reader")

    class LinkOpened(Message):
        """A link of the article was opened, by key or mouse."""

        def __init__(self, url: str) -> None:
            self.url = url
            super().__init__()

    def __init__(self, config: Config, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._config = config
        self._clock = clock
        self._page: Page | None = None
        self._waiting: Article | None = None
        self._link = 0
        self._anchor: tuple[int, int | None] = (-1, None)
        """The top line after the last resize and the place in the text it was for: resizing back finds it again."""
        self._pages: Recent[tuple[int, int], Page] = Recent(12)
        self._styles: dict[tuple[str, bool], Style] = {}
        self._strips: Recent[int, Strip] = Recent(256)

    # What it shows.

    def show(self, article: Article | None) -> None:
        """Show `article` from its top; the one that is shown already stays where it is."""
        self._waiting = None
        if article is not None and not self.size:
            self._waiting = article  # before the first layout there is no width to set it at
            return
        shown = self._page
        if article is None:
            self._page = None
            self._drawn_anew()
            return
        if shown is not None and shown.article == article:
            return
        same = shown is not None and shown.article.headline.id == article.headline.id
        self._page = self._laid_out(article)
        if not same:
            self._link = 0
            self.jump(0)
        self._drawn_anew()

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self.show(self._waiting)

    def prepare(self, article: Article) -> None:
        """Lay `article` out now, so that showing it later takes no time."""
        self._laid_out(article)

    @property
    def shown(self) -> Article | None:
        return self._page.article if self._page else None

    @property
    def links(self) -> int:
        """How many links the article has."""
        return len(self._page.document.links) if self._page else 0

    def _laid_out(self, article: Article) -> Page:
        width = self._text_width()
        key = (article.headline.id, width)
        page = self._pages.recall(key)
        if page is None or page.article != article:
            page = self._set(article, self._document(article), width)
            self._pages.keep(key, page)
        return page

    def _document(self, article: Article) -> Document:
        from roya_tui.reading.document import document  # with lxml: the headlines are to be drawn before
        from roya_tui.reading.head import whole, without_pictures

        text = document(whole(article), article.headline.url)
        return without_pictures(text) if self._config.reading.pictures == "off" else text

    def _set(self, article: Article, text: Document, width: int) -> Page:
        from roya_tui.reading.blocks import Block, Document, Text
        from roya_tui.reading.head import head
        from roya_tui.reading.layout import layout
        from roya_tui.reading.lines import Line, Run

        look, reading = self._config.look, self._config.reading
        above: list[Line] = []
        dot = "-" if look.ascii else "·"
        for words, style in head(article, text, self._clock, dot):
            row = Document((Block("paragraph", Text(words)),), text=words)
            for line in layout(row, width, measure, ascii=look.ascii, rtl=reading.rtl):
                runs = tuple(Run(run.text, style) for run in line.runs)
                above.append(Line(runs, line.cells, rtl=line.rtl))
        above.append(Line())
        below = layout(text, width, measure, ascii=look.ascii, rtl=reading.rtl)
        return Page(article, text, (*above, *below), len(above), width)

    def _text_width(self) -> int:
        return max(20, min(self._config.reading.width, self.columns - 2))

    def on_resize(self) -> None:
        """Set the text anew at the new width, with the same words at the top."""
        page = self._page
        if self._waiting is not None:
            self.call_after_refresh(self._show_waiting)
        if page is None or page.width == self._text_width():
            self._drawn_anew()
            return
        top, at = self._anchor
        if top != self.scroll_offset.y:
            at = self._top_offset(page)
        self._page = page = self._set(page.article, page.document, self._text_width())
        self._drawn_anew()
        if at is not None:
            self._scroll_to_offset(page, at)
        self._anchor = (self.scroll_offset.y, at)

    def _top_offset(self, page: Page) -> int | None:
        """Where in the text the top of the pane is; None in the head."""
        top = self.scroll_offset.y
        return page.lines[top].start if page.head <= top < len(page.lines) else None

    def _scroll_to_offset(self, page: Page, offset: int) -> None:
        starts = [line.start for line in page.lines[page.head :]]
        self.jump(page.head + bisect_right(starts, offset) - 1)

    def _drawn_anew(self) -> None:
        self._strips.clear()
        self.set_lines(len(self._page.lines) if self._page else 0)

    def notify_style_update(self) -> None:
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    # How it is drawn.

    @property
    def _margin(self) -> int:
        """Blank columns before the text: one, or more where the text is narrower than the pane."""
        width = self._page.width if self._page else 0
        return max(1, (self.columns - width) // 2)

    def line(self, number: int, width: int) -> Strip:
        page = self._page
        if page is None or number >= len(page.lines):
            return Strip.blank(width, self._style("", False))
        drawn = self._strips.recall(number)
        if drawn is None or drawn.cell_length != width:
            line, paper = page.lines[number], self._style("", False)
            styled = [(" " * self._margin, paper)]
            styled += [
                (run.text, self._style(run.style, bool(run.link) and run.link == self._link)) for run in line.runs
            ]
            if line.runs and "pre" in line.runs[-1].style.split():  # code is a block, not a ragged edge
                styled.append((" " * (page.width - line.cells), self._style(line.runs[-1].style, False)))
            drawn = self._strips.keep(number, strip(styled, width, paper))
        return drawn

    def _style(self, names: str, here: bool) -> Style:
        style = self._styles.get((names, here))
        if style is None:
            style = self._styles[names, here] = ink(f"{names} current" if here else names)
        return style

    # Links.

    def turn_link(self, by: int) -> bool:
        """Mark the next (1) or previous (-1) link and bring it into view; False if there is none."""
        if not self.links:
            return False
        self.mark_link((self._link + by - 1) % self.links + 1 if self._link else (1 if by > 0 else self.links))
        return True

    def mark_link(self, number: int) -> bool:
        """Mark the link of that number and bring it into view; False if there is none."""
        page = self._page
        if page is None or not 1 <= number <= self.links:
            return False
        self._link = number
        self._strips.clear()
        for y, line in enumerate(page.lines):
            if any(run.link == number for run in line.runs):
                top = self.scroll_offset.y
                if not top <= y < top + self.lines_shown:
                    self.jump(max(0, y - 2))
                break
        self.refresh()
        return True

    def action_open_link(self) -> None:
        if self._page is not None and self._link:
            self.post_message(self.LinkOpened(self._page.document.links[self._link - 1].url))

    def link_at(self, x: int, y: int) -> int:
        """The number of the link drawn at a place of the pane, 0 where there is none."""
        page = self._page
        number = y + self.scroll_offset.y
        if page is None or number >= len(page.lines):
            return 0
        cells = self._margin
        for run in page.lines[number].runs:
            cells += measure(run.text)
            if self._margin <= x < cells:
                return run.link
        return 0

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        link = self.link_at(offset.x, offset.y) if offset else 0
        if link and self.mark_link(link):
            self.action_open_link()
