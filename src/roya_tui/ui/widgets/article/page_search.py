"""The search in a page, and the words of the list's query that are marked in it."""

from __future__ import annotations

from roya_tui.document.blocks import Document
from roya_tui.document.text_ranges import FoldedText, TextRange
from roya_tui.layout.styled_text import Mark
from roya_tui.translation import gettext
from roya_tui.ui.widgets.article.page_viewport import PageViewport


class PageSearch:
    """Finds text in a page. Matches are styled when a line is drawn: no new layout."""

    def __init__(self, viewport: PageViewport) -> None:
        self._viewport = viewport
        self._folded_text: tuple[Document, FoldedText] | None = None
        self._list_words: tuple[str, ...] = ()
        self._text: str | None = None
        """The text that is searched for; None without a search."""
        self._matches: tuple[TextRange, ...] = ()
        self._index = 0
        """The index of the current match."""
        self._start_line = 0
        """The top line before the search."""
        self._match_top = 0
        """The top line after going to the last match."""

    @property
    def is_active(self) -> bool:
        return self._text is not None

    @property
    def text(self) -> str:
        """The text that is searched for, "" without a search."""
        return self._text or ""

    @property
    def offset(self) -> int | None:
        """The text offset of the current match; None without matches."""
        return self._matches[self._index][0] if self._matches else None

    @property
    def label(self) -> str:
        """The number of the current match and how many there are, in words."""
        if not self.text.strip():
            return ""
        if not self._matches:
            return gettext("not in this article")
        return gettext("{number:,} of {count:,}", number=self._index + 1, count=len(self._matches))

    def find(self, text: str) -> None:
        """Mark all matches of `text`, and go to the first one from where the search began."""
        viewport, page = self._viewport, self._viewport.page
        if page is None:
            return
        if self._text is None:
            self._start_line = viewport.top
        self._set_text(text)
        offset = page.offset_of_line(self._start_line) or 0
        self._index = next((number for number, (start, _) in enumerate(self._matches) if start >= offset), 0)
        viewport.widget.jump(self._start_line)
        self._show_match()

    def go_to_match(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) match, wrapping around; False without matches."""
        if not self._matches:
            return False
        self._index = (self._index + by) % len(self._matches)
        self._show_match()
        return True

    def leave(self) -> bool:
        """End the search, and return to where it began unless the user scrolled since; False without a search."""
        if self._text is None:
            return False
        has_scrolled = self._viewport.top != self._match_top
        self._set_text(None)
        self._mark_matches()
        if not has_scrolled:
            self._viewport.widget.jump(self._start_line)
        return True

    def document_changed(self, *, keep: bool) -> None:
        """Mark words in another document; `keep` keeps the search and its current match."""
        self._folded_text = None  # it would keep the document
        self._set_text(self._text if keep else None)
        self._index = min(self._index, max(len(self._matches) - 1, 0))
        self._mark_matches()
        self._mark_words()

    def highlight_words(self, words: tuple[str, ...]) -> None:
        """Mark these words in this page and in those shown later."""
        if words != self._list_words:
            self._list_words = words
            self._mark_words()

    def _set_text(self, text: str | None) -> None:
        self._text = text
        folded = self._fold_page() if text and text.strip() else None
        self._matches = tuple(folded.find(text)) if text and folded else ()

    def _show_match(self) -> None:
        self._mark_matches()
        if self._viewport.page is not None and self._matches:
            self._viewport.show_line(self._viewport.page.line_of_offset(self._matches[self._index][0]))
        self._match_top = self._viewport.top

    def _mark_matches(self) -> None:
        current = self._matches[self._index] if self._matches else None
        marks = [Mark(*match, "mark current" if match == current else "mark") for match in self._matches]
        self._viewport.set_marks("matches", marks)

    def _mark_words(self) -> None:
        folded = self._fold_page() if self._list_words else None
        ranges = folded.find_words(self._list_words) if folded else ()
        self._viewport.set_marks("words", [Mark(start, end, "mark") for start, end in ranges])

    def _fold_page(self) -> FoldedText | None:
        """Return the page's text folded for searches, cached for each document; None without a page."""
        if self._viewport.page is None:
            return None
        document = self._viewport.page.document
        if self._folded_text is None or self._folded_text[0] is not document:
            self._folded_text = document, FoldedText(document.text)
        return self._folded_text[1]
