"""The links of a page: one of them is marked, by key or mouse, and can be opened."""

from __future__ import annotations

from textual import events
from textual.message import Message

from roya_tui.document.blocks import Document, Link
from roya_tui.ui.paper import Paper


class Linked(Paper):
    """A page whose links, and the tags in its head, are walked with keys and clicked."""

    _link = 0
    """The number of the marked link; of one in the head below 0, the first being -1; 0: none is."""

    _note = 0
    """The line that a link within the text led to last."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: list[tuple[Document, int, int]] = []
        """Where such links were followed: the text, its top line, and the link."""

    class LinkOpened(Message):
        """A link of the page was opened, by key or mouse."""

        def __init__(self, url: str) -> None:
            self.url = url
            super().__init__()

    class TagChosen(Message):
        """A tag of the page was opened, by key or mouse."""

        def __init__(self, tag: str) -> None:
            self.tag = tag
            super().__init__()

    class TellingChosen(Message):
        """Another telling of the same story was opened, by key or mouse."""

        def __init__(self, id: int) -> None:
            self.telling = id
            super().__init__()

    @property
    def links(self) -> int:
        """How many links the page has."""
        return len(self._page.document.links) if self._page else 0

    @property
    def has_links(self) -> bool:
        """Whether the page has links, or its head has any: tags, and other tellings."""
        return bool(self.links or (self._page and self._page.header_link_count))

    @property
    def marked_tag(self) -> str:
        """The tag of the head that is marked, "" where none is."""
        page, number = self._page, -self._link - 1
        return page.tags[number] if page is not None and 0 <= number < len(page.tags) else ""

    @property
    def link(self) -> int:
        """The number of the marked link, 0 where none is."""
        return self._link

    @property
    def marked(self) -> Link | None:
        """The marked link."""
        return self._page.document.links[self._link - 1] if self._page is not None and self._link > 0 else None

    def leave(self) -> bool:
        """Leave what one is in the middle of on the page; False if there is nothing of the kind."""
        return self.leave_note()

    def is_current(self, link: int) -> bool:
        return bool(link) and link == self._link

    def turn_link(self, by: int) -> bool:
        """Mark the next (1) or previous (-1) link and bring it into view; False if there is none.

        The links of the head stand before the first one, where one begins: forwards with those of the text.
        """
        tags = self._page.header_link_count if self._page else 0
        around = [*range(-1, -tags - 1, -1), *range(1, self.links + 1)]
        if not around:
            return False
        here = around.index(self._link) if self._link else tags - (by > 0)
        return self.mark_link(around[(here + by) % len(around)])

    def mark_link(self, number: int) -> bool:
        """Mark the link of that number and bring it into view; False if there is none."""
        page = self._page
        if page is None or not number or not -page.header_link_count <= number <= self.links:
            return False
        self._link = number
        self._strips.clear()
        line = page.line_of_link(number)
        if line is not None:
            self.show_line(line)
        self.refresh()
        return True

    def action_open_link(self) -> None:
        link = self.marked
        if link is not None and link.target is not None:
            self._go_to_note(link.target)
        elif link is not None:
            self.post_message(self.LinkOpened(link.url))
        elif (page := self._page) is not None and self._link < 0:
            number, tags = -self._link - 1, len(page.tags)
            chosen = (
                self.TagChosen(page.tags[number])
                if number < tags
                else self.TellingChosen(page.story_ids[number - tags])
            )
            self.post_message(chosen)

    def _go_to_note(self, place: int) -> None:
        """Show a place of the text that a link in it leads to, and mark the link there: mostly it leads back."""
        page = self._page
        if page is None:
            return
        self._left.append((page.document, self.scroll_offset.y, self._link))
        self._link = page.document.next_link(place)
        self._strips.clear()
        self._note = page.line_of_offset(place)
        self.show_line(self._note)
        self.refresh()

    def leave_note(self) -> bool:
        """Go back to where a link within the text was followed; False where none was, or its end is out of sight."""
        page, top = self._page, self.scroll_offset.y
        if not self._left or page is None or not top <= self._note < top + self.lines_shown:
            self._left.clear()
            return False
        document, line, link = self._left.pop()
        if document is not page.document:
            self._left.clear()
            return False
        self._link = link
        self._strips.clear()
        self.jump(line)
        self.refresh()
        return True

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        link = self.link_at(offset.x, offset.y) if offset else 0
        if link and self.mark_link(link):
            self.action_open_link()
