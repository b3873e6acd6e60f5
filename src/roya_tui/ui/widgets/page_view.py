"""Drawing a laid-out page, with its links and the matches of a search."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from roya_tui.document.blocks import Document, Link
from roya_tui.document.text_ranges import FoldedText, TextRange
from roya_tui.layout.hit_testing import highlight_runs
from roya_tui.layout.lines import Page, Run
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.caches import LruCache
from roya_tui.ui.themes import resolve_style
from roya_tui.ui.widgets.cells import make_strip, measure
from roya_tui.ui.widgets.line_view import ScrollingLineView

if TYPE_CHECKING:
    from roya_tui.layout.lines import Line


class PageView(ScrollingLineView):
    """Draws the page given to `set_page`."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._page: Page | None = None
        self._styles: dict[tuple[str, bool], Style] = {}
        self._strips: LruCache[int, Strip] = LruCache(256)
        self._marks: dict[str, Sequence[Mark]] = {}

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    def set_page(self, page: Page | None) -> None:
        """Show another page, or none; does not scroll."""
        self._page = page
        self.redraw()

    def set_marks(self, name: str, marks: Sequence[Mark]) -> None:
        """Replace the marks called `name`: sorted, disjoint text ranges with a style."""
        if marks or self._marks.get(name):
            self._marks[name] = marks
            self._strips.clear()
            self.refresh()

    def redraw(self) -> None:
        """Draw all lines again."""
        self._strips.clear()
        self.set_line_count(len(self._page.lines) if self._page else 0)

    def notify_style_update(self) -> None:
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    @property
    def left_margin(self) -> int:
        """Blank columns before the text, at least 1."""
        return _side_margin(self._page.width if self._page else 0, self.columns)

    def draw_line(self, number: int, width: int) -> Strip:
        page = self._page
        if page is None or number >= len(page.lines):
            return Strip.blank(width, self._style("", False))
        drawn = self._strips.lookup(number)
        if drawn is None or drawn.cell_length != width:
            drawn = self._strips.put(number, self._draw_page_line(page, number, width))
        return drawn

    def _draw_page_line(self, page: Page, number: int, width: int) -> Strip:
        line, background = page.lines[number], self._style("", False)
        styled = [(" " * _side_margin(page.width, width), background)]
        styled += self.styled_parts(line)
        # The background of code is a rectangle.
        if number >= page.header_height and not line.is_spacer and page.document.blocks[line.block].kind == "code":
            styled.append((" " * (page.width - line.cells), self._style("code pre", False)))
        return make_strip(styled, width, background)

    def styled_parts(self, line: Line) -> list[tuple[str, Style]]:
        """Return the text of a line in parts, each with its style."""
        runs: Iterable[Run] = line.runs
        for marks in self._marks.values():
            runs = highlight_runs(runs, marks) if marks else runs
        return [(run.text, self._style(run.style, self.is_focused_link(run.link))) for run in runs]

    def is_focused_link(self, link: int) -> bool:
        """Return whether link number `link` is focused; 0 is no link."""
        return False

    def _style(self, names: str, is_focused: bool) -> Style:
        style = self._styles.get((names, is_focused))
        if style is None:
            style = self._styles[names, is_focused] = resolve_style(f"{names} current" if is_focused else names)
        return style

    # Scrolling to lines and headings.

    def show_line(self, number: int) -> None:
        """Scroll a line into view with two lines above it, unless it is in view."""
        top = self.scroll_offset.y
        if not top <= number < top + self.visible_lines:
            self.jump(max(0, number - 2))

    def keep_in_view(self, number: int) -> None:
        """Scroll just enough to bring a line into view."""
        top = self.scroll_offset.y
        if number < top:
            self.jump(number)
        elif number >= top + self.visible_lines:
            self.jump(number - self.visible_lines + 1)

    def go_to_heading(self, by: int) -> bool:
        """Scroll to the next (1) or previous (-1) heading; False if nothing scrolled."""
        page, top = self._page, self.scroll_offset.y
        if page is None:
            return False
        blocks, offset = page.document.blocks, page.offset_of_line(top)
        start = bisect_left(blocks, -1 if offset is None else offset, key=lambda block: block.start)
        indexes = range(start, len(blocks)) if by > 0 else range(min(start, len(blocks) - 1), -1, -1)
        lines = (page.line_of_block(index) for index in indexes if blocks[index].kind == "heading")
        self.jump(next((line for line in lines if (line - top) * by > 0), 0 if by < 0 else top))
        return self.scroll_offset.y != top

    def link_at(self, x: int, y: int) -> int:
        """Return the number of the link at a cell of the pane, 0 if there is none."""
        page = self._page
        number = y + self.scroll_offset.y
        if page is None or number >= len(page.lines):
            return 0
        cells = self.left_margin
        for run in page.lines[number].runs:
            cells += measure(run.text)
            if self.left_margin <= x < cells:
                return run.link
        return 0


def _side_margin(text_width: int, columns: int) -> int:
    """Return the blank columns before a text of that width, to center it."""
    return max(1, (columns - text_width) // 2)


class LinkPageView(PageView):
    """A page whose links, and the tags in its header, can be focused with keys and clicked."""

    _link_number = 0
    """The number of the focused link, 0 for none; links in the header count down from -1."""

    _anchor_line = 0
    """The line that an internal link led to last."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._return_positions: list[tuple[Document, int, int]] = []
        """Where internal links were followed: the document, its top line and the link."""

    class LinkOpened(Message):
        """A link of the page was opened, by key or mouse."""

        def __init__(self, url: str) -> None:
            self.url = url
            super().__init__()

    class TagOpened(Message):
        """A tag of the page was opened, by key or mouse."""

        def __init__(self, tag: str) -> None:
            self.tag = tag
            super().__init__()

    class MemberOpened(Message):
        """Another article of the same story was opened, by key or mouse."""

        def __init__(self, article_id: int) -> None:
            self.article_id = article_id
            super().__init__()

    @property
    def link_count(self) -> int:
        """How many links the text has."""
        return len(self._page.document.links) if self._page else 0

    @property
    def has_links(self) -> bool:
        """Whether the text has links, or the header has any: tags and articles of the same story."""
        return bool(self.link_count or (self._page and self._page.header_link_count))

    @property
    def focused_tag(self) -> str:
        """The focused tag of the header, "" if none is focused."""
        page, number = self._page, -self._link_number - 1
        return page.tags[number] if page is not None and 0 <= number < len(page.tags) else ""

    @property
    def link_number(self) -> int:
        """The number of the focused link, 0 if none is focused."""
        return self._link_number

    @property
    def focused_link(self) -> Link | None:
        """The focused link."""
        return (
            self._page.document.links[self._link_number - 1]
            if self._page is not None and self._link_number > 0
            else None
        )

    def leave(self) -> bool:
        """End the innermost mode of the page, such as a search; False if there is none."""
        return self.return_from_anchor()

    def is_focused_link(self, link: int) -> bool:
        return bool(link) and link == self._link_number

    def move_link_focus(self, by: int) -> bool:
        """Focus the next (1) or previous (-1) link, in view; False if there is none.

        The links of the header come before those of the text, but the first step forward goes to the text.
        """
        header_links = self._page.header_link_count if self._page else 0
        numbers = [*range(-1, -header_links - 1, -1), *range(1, self.link_count + 1)]
        if not numbers:
            return False
        index = numbers.index(self._link_number) if self._link_number else header_links - (by > 0)
        return self.focus_link(numbers[(index + by) % len(numbers)])

    def focus_link(self, number: int) -> bool:
        """Focus link `number` and scroll it into view; False if there is no such link."""
        page = self._page
        if page is None or not number or not -page.header_link_count <= number <= self.link_count:
            return False
        self._link_number = number
        self._strips.clear()
        line = page.line_of_link(number)
        if line is not None:
            self.show_line(line)
        self.refresh()
        return True

    def action_open_link(self) -> None:
        link = self.focused_link
        if link is not None and link.target is not None:
            self._go_to_anchor(link.target)
        elif link is not None:
            self.post_message(self.LinkOpened(link.url))
        elif (page := self._page) is not None and self._link_number < 0:
            number, tags = -self._link_number - 1, len(page.tags)
            self.post_message(
                self.TagOpened(page.tags[number]) if number < tags else self.MemberOpened(page.story_ids[number - tags])
            )

    def _go_to_anchor(self, offset: int) -> None:
        """Show the target of an internal link, and focus the link there, such as a footnote's."""
        page = self._page
        if page is None:
            return
        self._return_positions.append((page.document, self.scroll_offset.y, self._link_number))
        self._link_number = page.document.next_link(offset)
        self._strips.clear()
        self._anchor_line = page.line_of_offset(offset)
        self.show_line(self._anchor_line)
        self.refresh()

    def return_from_anchor(self) -> bool:
        """Return from the target of an internal link; False if none was followed or is in view."""
        page, top = self._page, self.scroll_offset.y
        if not self._return_positions or page is None or not top <= self._anchor_line < top + self.visible_lines:
            self._return_positions.clear()
            return False
        document, line, link = self._return_positions.pop()
        if document is not page.document:
            self._return_positions.clear()
            return False
        self._link_number = link
        self._strips.clear()
        self.jump(line)
        self.refresh()
        return True

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        link = self.link_at(offset.x, offset.y) if offset else 0
        if link and self.focus_link(link):
            self.action_open_link()


class SearchPageView(LinkPageView):
    """A page with search. Matches are styled when a line is drawn: no new layout."""

    _folded_text: tuple[Document, FoldedText] | None = None
    _list_words: tuple[str, ...] = ()
    _search_text: str | None = None
    """The words that are searched for in the page; None without a search."""
    _hits: tuple[TextRange, ...] = ()
    _hit_index = 0
    _search_start_line = 0
    """The top line before the search."""

    def set_page(self, page: Page | None) -> None:
        is_other_document = page is None or self._page is None or page.document is not self._page.document
        super().set_page(page)
        if is_other_document:
            self._search_text, self._hits = None, ()
            self._update_hit_marks()
            self._update_word_marks()

    def replace_page(self, page: Page) -> None:
        """Show another page of the same article, and keep the search and its current match."""
        search_text, hit_index = self._search_text, self._hit_index
        self.set_page(page)
        if search_text is not None and self._search_text is None:
            self._search_text = search_text
            self._hits = self._find_hits(search_text)
            self._hit_index = min(hit_index, max(len(self._hits) - 1, 0))
            self._update_hit_marks()

    # Words of the query in the list.

    def highlight_words(self, words: tuple[str, ...]) -> None:
        """Mark these words in this page and in those shown later."""
        if words != self._list_words:
            self._list_words = words
            self._update_word_marks()

    def _update_word_marks(self) -> None:
        ranges = self._page_text().find_words(self._list_words) if self._list_words and self._page else ()
        self.set_marks("words", [Mark(start, end, "mark") for start, end in ranges])

    def _page_text(self) -> FoldedText:
        """Return the page's text folded for searches, cached for each document."""
        assert self._page is not None
        document = self._page.document
        if self._folded_text is None or self._folded_text[0] is not document:
            self._folded_text = document, FoldedText(document.text)
        return self._folded_text[1]

    # Search in the page.

    @property
    def is_searching(self) -> bool:
        """Whether a search is active."""
        return self._search_text is not None

    @property
    def hit_offset(self) -> int | None:
        """The text offset of the current match; None without matches."""
        return self._hits[self._hit_index][0] if self._hits else None

    @property
    def search_text(self) -> str:
        return self._search_text or ""

    def search(self, words: str) -> None:
        """Mark all matches of `words`, and go to the first one from where the search began."""
        if self._page is None:
            return
        if self._search_text is None:
            self._search_start_line = self.scroll_offset.y
        self._search_text = words
        self._hits = self._find_hits(words)
        offset = self._page.offset_of_line(self._search_start_line) or 0
        self._hit_index = next((number for number, (start, _) in enumerate(self._hits) if start >= offset), 0)
        self.jump(self._search_start_line)
        self._show_hit()

    def _find_hits(self, words: str) -> tuple[TextRange, ...]:
        return tuple(self._page_text().find(words)) if words.strip() else ()

    def go_to_hit(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) match, wrapping around; False without matches."""
        if not self._hits:
            return False
        self._hit_index = (self._hit_index + by) % len(self._hits)
        self._show_hit()
        return True

    def _show_hit(self) -> None:
        self._update_hit_marks()
        if self._page is not None and self._hits:
            self.show_line(self._page.line_of_offset(self._hits[self._hit_index][0]))
        self._hit_top_line = self.scroll_offset.y

    def _update_hit_marks(self) -> None:
        current = self._hits[self._hit_index] if self._hits else None
        self.set_marks("hits", [Mark(*hit, "mark current" if hit == current else "mark") for hit in self._hits])

    @abstractmethod
    def show_position(self) -> None:
        """Show the number of the current match in the frame."""

    @property
    def hit_label(self) -> str:
        """The number of the current match and how many there are, in words."""
        if not self.search_text.strip():
            return ""
        return f"{self._hit_index + 1:,} of {len(self._hits):,}" if self._hits else "not in this article"

    def leave(self) -> bool:
        """End the search, and return to where it began unless the user scrolled since."""
        if self._search_text is None:
            return super().leave()
        has_scrolled = self.scroll_offset.y != self._hit_top_line
        self._search_text, self._hits = None, ()
        self._update_hit_marks()
        if not has_scrolled:
            self.jump(self._search_start_line)
        return True

    _hit_top_line = 0
    """The top line after going to the last match."""
