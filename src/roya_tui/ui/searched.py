"""Words in a page: those that one looks for in it, walked one by one, and those by which the list found it."""

from __future__ import annotations

from abc import abstractmethod

from roya_tui.document.blocks import Document
from roya_tui.document.text_ranges import FoldedText, TextRange
from roya_tui.layout.page import Page
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.linked import Linked


class Searched(Linked):
    """Marks words. They are set off when a line is drawn, so that no text is too long for it."""

    _foldings: tuple[Document, FoldedText] | None = None
    _words: tuple[str, ...] = ()
    _looked_for: str | None = None
    """What is looked for in the page; None: nothing is."""
    _hits: tuple[TextRange, ...] = ()
    _hit = 0
    _from = 0
    """The line that was at the top before."""

    def lay(self, page: Page | None) -> None:
        other = page is None or self._page is None or page.document is not self._page.document
        super().lay(page)
        if other:
            self._looked_for, self._hits = None, ()
            self._mark_hits()
            self._mark_words()

    def lay_anew(self, page: Page) -> None:
        """Lay another page of the same article: one is still at the same of the places that are looked for."""
        wanted, hit = self._looked_for, self._hit
        self.lay(page)
        if wanted is not None and self._looked_for is None:
            self._looked_for = wanted
            self._hits = self._places(wanted)
            self._hit = min(hit, max(len(self._hits) - 1, 0))
            self._mark_hits()

    # The words of the list's query.

    def look_out_for(self, words: tuple[str, ...]) -> None:
        """Mark these words in whatever is shown from now on."""
        if words != self._words:
            self._words = words
            self._mark_words()

    def _mark_words(self) -> None:
        places = self._text().find_words(self._words) if self._words and self._page else ()
        self.set_off("words", [Mark(start, end, "mark") for start, end in places])

    def _text(self) -> FoldedText:
        """The page's text as it is searched: made once for each document."""
        assert self._page is not None
        document = self._page.document
        if self._foldings is None or self._foldings[0] is not document:
            self._foldings = document, FoldedText(document.text)
        return self._foldings[1]

    # What one looks for here.

    @property
    def is_searched(self) -> bool:
        """Whether something is looked for."""
        return self._looked_for is not None

    @property
    def hit_at(self) -> int | None:
        """Where in the text the place is that one is at; None where nothing is found."""
        return self._hits[self._hit][0] if self._hits else None

    @property
    def looked_for(self) -> str:
        return self._looked_for or ""

    def look_for(self, words: str) -> None:
        """Mark all places of `words`, and go to the first one from where one began."""
        if self._page is None:
            return
        if self._looked_for is None:
            self._from = self.scroll_offset.y
        self._looked_for = words
        self._hits = self._places(words)
        at = self._page.offset_of_line(self._from) or 0
        self._hit = next((number for number, (start, _) in enumerate(self._hits) if start >= at), 0)
        self.jump(self._from)
        self._show_hit()

    def _places(self, words: str) -> tuple[TextRange, ...]:
        return tuple(self._text().find(words)) if words.strip() else ()

    def step_hit(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) place, around the ends; False if nothing is found."""
        if not self._hits:
            return False
        self._hit = (self._hit + by) % len(self._hits)
        self._show_hit()
        return True

    def _show_hit(self) -> None:
        self._mark_hits()
        if self._page is not None and self._hits:
            self.show_line(self._page.line_of_offset(self._hits[self._hit][0]))
        self._left_at = self.scroll_offset.y

    def _mark_hits(self) -> None:
        here = self._hits[self._hit] if self._hits else None
        self.set_off("hits", [Mark(*place, "mark current" if place == here else "mark") for place in self._hits])

    @abstractmethod
    def say_where(self) -> None:
        """Say in the frame at which of the places one is."""

    @property
    def counted(self) -> str:
        """Which of how many places one is at, in words."""
        if not self.looked_for.strip():
            return ""
        return f"{self._hit + 1:,} of {len(self._hits):,}" if self._hits else "not in this article"

    def leave(self) -> bool:
        """Look for nothing more, and go back to where that began, unless one has scrolled since."""
        if self._looked_for is None:
            return super().leave()
        scrolled = self.scroll_offset.y != self._left_at
        self._looked_for, self._hits = None, ()
        self._mark_hits()
        if not scrolled:
            self.jump(self._from)
        return True

    _left_at = 0
    """The line that the last place put at the top."""
