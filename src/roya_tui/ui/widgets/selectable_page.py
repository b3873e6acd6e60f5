"""Selecting text of a page with mouse or keys, to copy it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import events
from textual.actions import SkipAction
from textual.message import Message

from roya_tui.document import text_ranges
from roya_tui.document.text_ranges import TextRange
from roya_tui.layout.hit_testing import cell_at_offset, offset_at
from roya_tui.layout.lines import Page
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.page_view import SearchPageView


class SelectablePageView(SearchPageView):
    """A page with a text selection, which keys move or, after `v` again, extend."""

    ALLOW_SELECT = False  # Textual's own selection copies text in display order

    _selection_start: TextRange | None = None
    """The word or character at which the selection begins; None without a selection."""
    _caret: TextRange = (0, 0)
    """The word or character at which the selection ends."""
    _is_extending = False
    """Whether moving keeps the start of the selection."""
    _caret_cell = 0
    """The column that moving up and down keeps."""
    _pressed_range: TextRange | None = None
    """The character at which the mouse button was pressed; None while it is up."""

    class TextSelected(Message):
        """Text was selected with the mouse."""

    class SelectionToggled(Message):
        """A selection began or ended."""

    class EndReached(Message):
        """There is nothing to move to in that direction; `sentence` is the message for the user."""

        def __init__(self, sentence: str) -> None:
            self.sentence = sentence
            super().__init__()

    def set_page(self, page: Page | None) -> None:
        if page is None or self._page is None or page.document is not self._page.document:
            self._select(None, self._caret)
        super().set_page(page)

    @property
    def selected_text(self) -> str:
        """The selected text in logical order; "" without a selection."""
        return (
            text_ranges.copy_text(self._page.document, *self.selected_range)
            if self.selected_range and self._page
            else ""
        )

    def prepare_quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """Return a function that quotes the selection, else the paragraph in view.

        That is the paragraph of the focused link or of the top line. The function may run in any thread, since a very
        long page takes a second, and returns "" if there is no text. Without a page, None is returned.
        """
        page = self._page
        if page is None:
            return None
        from roya_tui.export import markdown

        top = page.offset_of_line(self.scroll_offset.y) or 0
        return partial(
            markdown.quote_selection,
            page.document,
            self.selected_range,
            top,
            max(0, self._link_number),
            title=title,
            url=url,
            source=source,
        )

    @property
    def is_selecting(self) -> bool:
        return self._selection_start is not None

    @property
    def selected_range(self) -> TextRange | None:
        """The selected range of the text; None without a selection."""
        if self._selection_start is None:
            return None
        return min(self._selection_start[0], self._caret[0]), max(self._selection_start[1], self._caret[1])

    def _select(self, start: TextRange | None, caret: TextRange) -> None:
        is_toggled = (self._selection_start is None) != (start is None)
        self._selection_start, self._caret = start, caret
        if is_toggled:
            self.post_message(self.SelectionToggled())
        self.set_marks("selected", [Mark(*self.selected_range, "selected")] if self.selected_range else [])

    def leave(self) -> bool:
        if self._selection_start is None:
            return super().leave()
        self._select(None, self._caret)
        return True

    # With keys.

    def action_select(self) -> None:
        """Select a word in view; with a selection, start or stop extending it."""
        if self._selection_start is None:
            self._begin_selection()
        else:
            self._is_extending = not self._is_extending
            self._move_caret(self._caret)

    def _begin_selection(self) -> None:
        page = self._page
        if page is None or not page.document.text:
            return
        top = self.scroll_offset.y
        lines = (
            page.lines[y] for y in range(max(top, page.header_height), min(len(page.lines), top + self.visible_lines))
        )
        offset = self.hit_offset
        if offset is None:
            offset = next((line.start for line in lines if line.end > line.start), 0)
        self._is_extending = False
        self._move_caret(text_ranges.word_at(page.document, offset))

    def _move_caret(self, caret: TextRange, *, keep_cell: bool = False) -> None:
        """Move to a word, and the start of the selection with it unless it is being extended."""
        page = self._page
        if page is None:
            return
        self._select(self._selection_start if self._is_extending else caret, caret)
        y = page.line_of_offset(caret[0])
        if not keep_cell:
            self._caret_cell = cell_at_offset(page.lines[y], caret[0], measure) or 0
        self.keep_in_view(y)

    def _move_lines(self, by: int) -> None:
        """Move by `by` lines, not counting blank ones."""
        page = self._page
        if page is None:
            return
        y, step = page.line_of_offset(self._caret[0]), 1 if by > 0 else -1
        for _ in range(abs(by)):
            next_y = y + step
            while page.header_height <= next_y < len(page.lines) and page.lines[next_y].is_spacer:
                next_y += step
            if not page.header_height <= next_y < len(page.lines):
                break
            y = next_y
        offset = offset_at(page.lines[y], self._caret_cell, measure)
        self._move_caret(text_ranges.word_at(page.document, offset), keep_cell=True)

    def _move_words(self, by: int) -> None:
        if self._page is None:
            return
        if self._selection_start is None:
            self._begin_selection()
        else:
            offset = self._caret[0] if by < 0 else max(self._caret[0], self._caret[1] - 1)
            self._move_caret(text_ranges.next_word(self._page.document, offset, by))

    def action_next_word(self) -> None:
        self._move_words(1)

    def action_previous_word(self) -> None:
        if not self.is_selecting:
            raise SkipAction  # the screen's action for the same key opens the briefing
        self._move_words(-1)

    def action_next_heading(self) -> None:
        if not self.move_paragraph(1) and not self.go_to_heading(1):
            self.post_message(self.EndReached("No heading further on."))

    def action_previous_heading(self) -> None:
        if not self.move_paragraph(-1) and not self.go_to_heading(-1):
            self.post_message(self.EndReached("No heading before this."))

    def move_paragraph(self, by: int) -> bool:
        """Move to the next (1) or previous (-1) paragraph; False without a selection."""
        page = self._page
        if page is None or self._selection_start is None:
            return False
        offset = text_ranges.next_paragraph(page.document, self._caret[0], by)
        if by > 0 and offset <= self._caret[0]:
            offset = max(0, len(page.document.text.rstrip()) - 1)
        self._move_caret(text_ranges.word_at(page.document, offset))
        return True

    def action_down(self) -> None:
        self._move_lines(1) if self._selection_start else super().action_down()

    def action_up(self) -> None:
        self._move_lines(-1) if self._selection_start else super().action_up()

    def action_page_down(self) -> None:
        self._move_lines(self._screenful) if self._selection_start else super().action_page_down()

    def action_page_up(self) -> None:
        self._move_lines(-self._screenful) if self._selection_start else super().action_page_up()

    def action_half_down(self) -> None:
        self._move_lines(self._screenful // 2) if self._selection_start else super().action_half_down()

    def action_half_up(self) -> None:
        self._move_lines(-(self._screenful // 2)) if self._selection_start else super().action_half_up()

    def action_first(self) -> None:
        if self._selection_start and self._page:
            self._move_caret(text_ranges.word_at(self._page.document, 0))
        else:
            super().action_first()

    def action_last(self) -> None:
        if self._selection_start and self._page:
            text = self._page.document.text.rstrip()
            self._move_caret(text_ranges.word_at(self._page.document, max(0, len(text) - 1)))
        else:
            super().action_last()

    # With the mouse.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        offset = event.get_content_offset(self)
        character = self.range_at(offset.x, offset.y) if offset is not None and offset.x < self.columns else None
        if event.button == 1 and character is not None:
            self._pressed_range = character
            self._dragged = False
            event.prevent_default()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed_range is None:
            return
        event.prevent_default()
        if event.button != 1:  # the button was released over another pane
            self.on_mouse_up()
            return
        if self.app.mouse_captured is not self:
            self.capture_mouse()  # not on mouse down: the next event may be for another pane
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        if not 0 <= y < self.visible_lines:
            self.jump(self.scroll_offset.y + (1 if y > 0 else -1))
        character = self.range_at(x, min(max(y, 0), self.visible_lines - 1))
        if character is not None and (self._dragged or character != self._pressed_range):
            self._dragged = self._is_extending = True
            self._select(self._pressed_range, character)

    def on_mouse_up(self) -> None:
        if self._pressed_range is not None:
            self._pressed_range = None
            self.release_mouse()
            if self._dragged:
                self.post_message(self.TextSelected())

    _dragged = False
    """Whether the mouse moved to other characters since its button was pressed."""

    @property
    def was_dragged(self) -> bool:
        """Whether the current click only ends a selection."""
        return self._dragged

    def on_click(self, event: events.Click) -> None:
        """Select a word on a double click, a paragraph on a triple click; else clear."""
        offset = event.get_content_offset(self)
        character = self.range_at(offset.x, offset.y) if offset is not None and offset.x < self.columns else None
        if self._dragged:
            self._dragged = False
            event.prevent_default()
        elif event.chain >= 2 and character is not None and self._page is not None:
            event.prevent_default()
            expand = text_ranges.word_at if event.chain == 2 else text_ranges.paragraph_at
            selected = expand(self._page.document, character[0])
            self._is_extending = True
            self._select(selected, selected)
            self.post_message(self.TextSelected())
        elif self._selection_start is not None:
            event.prevent_default()
            self._select(None, self._caret)

    def range_at(self, x: int, y: int) -> TextRange | None:
        """Return the character at a cell of the pane, or the nearest one on its line."""
        page = self._page
        if page is None or not page.document.text:
            return None
        number = min(y + self.scroll_offset.y, len(page.lines) - 1)
        if number < page.header_height:
            return None
        return text_ranges.character_at(page.document, offset_at(page.lines[number], x - self.left_margin, measure))
