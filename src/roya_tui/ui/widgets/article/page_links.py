"""The links of a page, with the tags and articles in its header."""

from __future__ import annotations

from textual.message import Message

from roya_tui.document.blocks import Link
from roya_tui.layout.hit_testing import link_at
from roya_tui.ui.widgets.article.page_viewport import PageViewport
from roya_tui.ui.widgets.cells import measure


class PageLinks:
    """Focuses and opens links, and returns from targets within the text, such as footnotes."""

    class LinkOpened(Message):
        """A link was opened, by key or mouse."""

        def __init__(self, url: str) -> None:
            self.url = url
            super().__init__()

    class TagOpened(Message):
        """A tag was opened, by key or mouse."""

        def __init__(self, tag: str) -> None:
            self.tag = tag
            super().__init__()

    class MemberOpened(Message):
        """Another article of the same story was opened, by key or mouse."""

        def __init__(self, article_id: int) -> None:
            self.article_id = article_id
            super().__init__()

    def __init__(self, viewport: PageViewport) -> None:
        self._viewport = viewport
        self.number = 0
        """The number of the focused link, 0 for none; links in the header count down from -1."""
        self._return_positions: list[tuple[int, int]] = []
        """Where internal links were followed: the top line and the link."""
        self._target_line = 0
        """The line that an internal link led to last."""

    @property
    def count(self) -> int:
        """How many links the text has."""
        return len(self._viewport.page.document.links) if self._viewport.page else 0

    @property
    def has_any(self) -> bool:
        """Whether the text has links, or the header has any: tags and articles of the same story."""
        return bool(self.count or (self._viewport.page and self._viewport.page.header_link_count))

    @property
    def focused_tag(self) -> str:
        """The focused tag of the header, "" if none is focused."""
        page, index = self._viewport.page, -self.number - 1
        return page.tags[index] if page is not None and 0 <= index < len(page.tags) else ""

    @property
    def focused(self) -> Link | None:
        """The focused link of the text."""
        page = self._viewport.page
        return page.document.links[self.number - 1] if page is not None and self.number > 0 else None

    def move_focus(self, by: int) -> bool:
        """Focus the next (1) or previous (-1) link, in view; False if there is none.

        The links of the header come before those of the text, but the first step forward goes to the text.
        """
        header_links = self._viewport.page.header_link_count if self._viewport.page else 0
        numbers = [*range(-1, -header_links - 1, -1), *range(1, self.count + 1)]
        if not numbers:
            return False
        index = numbers.index(self.number) if self.number else header_links - (by > 0)
        return self.focus(numbers[(index + by) % len(numbers)])

    def focus(self, number: int) -> bool:
        """Focus link `number` and scroll it into view; False if there is no such link."""
        page = self._viewport.page
        if page is None or not number or not -page.header_link_count <= number <= self.count:
            return False
        self.number = number
        line = page.line_of_link(number)
        if line is not None:
            self._viewport.show_line(line)
        self._viewport.draw_again()
        return True

    def clear_focus(self) -> None:
        """Focus no link."""
        if self.number:
            self.number = 0
            self._viewport.draw_again()

    def open(self) -> None:
        """Open the focused link, tag or article, or go to the target within the text."""
        page, post, link = self._viewport.page, self._viewport.widget.post_message, self.focused
        if link is not None and link.target is not None:
            self._go_to_target(link.target)
        elif link is not None:
            post(self.LinkOpened(link.url))
        elif tag := self.focused_tag:
            post(self.TagOpened(tag))
        elif page is not None and self.number < 0:
            post(self.MemberOpened(page.story_ids[-self.number - 1 - len(page.tags)]))

    def open_at(self, line: int, cell: int) -> None:
        """Focus and open the link at a cell of a line, if there is one."""
        if self.focus_at(line, cell):
            self.open()

    def focus_at(self, line: int, cell: int) -> bool:
        """Focus the link at a cell of a line; False if there is none."""
        page = self._viewport.page
        return page is not None and line < len(page.lines) and self.focus(link_at(page.lines[line], cell, measure))

    def _go_to_target(self, offset: int) -> None:
        """Show the target of an internal link, and focus the link there, such as a footnote's."""
        viewport, page = self._viewport, self._viewport.page
        if page is None:
            return
        self._return_positions.append((viewport.top, self.number))
        self.number = page.document.next_link(offset)
        self._target_line = page.line_of_offset(offset)
        viewport.show_line(self._target_line)
        viewport.draw_again()

    def document_changed(self) -> None:
        """Forget where links within the last document were followed."""
        self._return_positions.clear()

    def leave(self) -> bool:
        """Return from the target of an internal link; False if none was followed or is in view."""
        viewport, page = self._viewport, self._viewport.page
        if not self._return_positions or page is None or self._target_line not in viewport.lines:
            self._return_positions.clear()
            return False
        line, link = self._return_positions.pop()
        self.number = link
        viewport.widget.jump(line)
        viewport.draw_again()
        return True
