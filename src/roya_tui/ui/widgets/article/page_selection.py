"""The selection of text in a page, with keys or the mouse."""

from __future__ import annotations

from textual import events
from textual.message import Message

from roya_tui.document import text_ranges
from roya_tui.document.text_ranges import TextRange
from roya_tui.layout.hit_testing import cell_at_offset, offset_at
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.widgets.article.page_search import PageSearch
from roya_tui.ui.widgets.article.page_viewport import PageViewport
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.line_view import column_at


class PageSelection:
    """The selected text of a page, which keys move or, after `v` again, extend."""

    class Toggled(Message):
        """A selection began or ended."""

    class MadeWithMouse(Message):
        """Text was selected with the mouse."""

    def __init__(self, viewport: PageViewport, search: PageSearch) -> None:
        self._viewport = viewport
        self._search = search
        self._start: TextRange | None = None
        """The word or character at which the selection begins; None without a selection."""
        self._caret: TextRange = (0, 0)
        """The word or character at which the selection ends."""
        self._is_extending = False
        """Whether moving keeps the start of the selection."""
        self._caret_cell = 0
        """The column that moving up and down keeps."""
        self._pressed: TextRange | None = None
        """The character at which the mouse button was pressed; None while it is up."""
        self._is_dragged = False
        """Whether the mouse moved to other characters since its button was pressed."""

    @property
    def is_active(self) -> bool:
        return self._start is not None

    @property
    def range(self) -> TextRange | None:
        """The selected range of the text; None without a selection."""
        if self._start is None:
            return None
        return min(self._start[0], self._caret[0]), max(self._start[1], self._caret[1])

    @property
    def text(self) -> str:
        """The selected text in logical order; "" without a selection."""
        selected, page = self.range, self._viewport.page
        return text_ranges.copy_text(page.document, *selected) if selected and page else ""

    def leave(self) -> bool:
        """Clear the selection; False if there is none."""
        was_active = self.is_active
        self._select(None, self._caret)
        return was_active

    def _select(self, start: TextRange | None, caret: TextRange) -> None:
        is_toggled = (self._start is None) != (start is None)
        self._start, self._caret = start, caret
        if is_toggled:
            self._viewport.widget.post_message(self.Toggled())
        self._viewport.set_marks("selected", [Mark(*self.range, "selected")] if self.range else [])

    # With keys.

    def toggle_extending(self) -> None:
        """Select a word in view; with a selection, start or stop extending it."""
        if self._start is None:
            self._begin()
        else:
            self._is_extending = not self._is_extending
            self._move_to(self._caret)

    def _begin(self) -> None:
        page, offset = self._viewport.page, self._search.offset
        if page is None or not page.document.text:
            return
        self._is_extending = False
        self._move_to_word(page.first_offset(self._viewport.lines) if offset is None else offset)

    def _move_to_word(self, offset: int, *, keep_cell: bool = False) -> None:
        if self._viewport.page is not None:
            self._move_to(text_ranges.word_at(self._viewport.page.document, offset), keep_cell=keep_cell)

    def _move_to(self, caret: TextRange, *, keep_cell: bool = False) -> None:
        """Move to a word, and the start of the selection with it unless it is being extended."""
        page = self._viewport.page
        if page is None:
            return
        self._select(self._start if self._is_extending else caret, caret)
        y = page.line_of_offset(caret[0])
        if not keep_cell:
            self._caret_cell = cell_at_offset(page.lines[y], caret[0], measure) or 0
        self._viewport.keep_in_view(y)

    def move_lines(self, by: int) -> None:
        """Move down by `by` lines, not counting blank ones."""
        page = self._viewport.page
        if page is not None:
            y = page.move_line(page.line_of_offset(self._caret[0]), by)
            self._move_to_word(offset_at(page.lines[y], self._caret_cell, measure), keep_cell=True)

    def move_words(self, by: int) -> None:
        """Move to the next (1) or previous (-1) word; without a selection, begin one."""
        page = self._viewport.page
        if self._start is None:
            self._begin()
        elif page is not None:
            offset = self._caret[0] if by < 0 else max(self._caret[0], self._caret[1] - 1)
            self._move_to(text_ranges.next_word(page.document, offset, by))

    def move_paragraph(self, by: int) -> bool:
        """Move to the next (1) or previous (-1) paragraph; False without a selection."""
        page = self._viewport.page
        if page is None or self._start is None:
            return False
        offset = text_ranges.next_paragraph(page.document, self._caret[0], by)
        if by > 0 and offset <= self._caret[0]:
            self.move_to_edge(1)
        else:
            self._move_to_word(offset)
        return True

    def move_to_edge(self, by: int) -> None:
        """Move to the last (1) or the first (-1) word."""
        page = self._viewport.page
        if page is not None:
            self._move_to_word(max(0, len(page.document.text.rstrip()) - 1) if by > 0 else 0)

    # With the mouse. `press`, `drag` and `click` return whether the event was for the selection.

    def press(self, event: events.MouseDown) -> bool:
        """Note where the mouse button was pressed."""
        character = self._character_at(event)
        if event.button != 1 or character is None:
            return False
        self._pressed, self._is_dragged = character, False
        return True

    def drag(self, event: events.MouseMove) -> bool:
        """Select from where the button was pressed to the mouse, scrolling beyond the edges."""
        widget = self._viewport.widget
        if self._pressed is None:
            return False
        if event.button != 1:  # the button was released over another pane
            self.release()
            return True
        if widget.app.mouse_captured is not widget:
            widget.capture_mouse()  # not on mouse down: the next event may be for another pane
        x, y = event.x - widget.gutter.left, event.y - widget.gutter.top
        if not 0 <= y < widget.visible_lines:
            widget.jump(self._viewport.top + (1 if y > 0 else -1))
        character = self._character(x, min(max(y, 0), widget.visible_lines - 1))
        if character is not None and (self._is_dragged or character != self._pressed):
            self._is_dragged = self._is_extending = True
            self._select(self._pressed, character)
        return True

    def release(self) -> None:
        """End dragging."""
        if self._pressed is not None:
            self._pressed = None
            self._viewport.widget.release_mouse()
            if self._is_dragged:
                self._viewport.widget.post_message(self.MadeWithMouse())

    def end_drag(self) -> bool:
        """Return whether a click only ended dragging."""
        was_dragged, self._is_dragged = self._is_dragged, False
        return was_dragged

    def click(self, event: events.Click) -> bool:
        """Select a word on a double click, a paragraph on a triple click; else clear the selection."""
        page, character = self._viewport.page, self._character_at(event)
        if event.chain < 2 or character is None or page is None:
            return self.leave()
        expand = text_ranges.word_at if event.chain == 2 else text_ranges.paragraph_at
        selected = expand(page.document, character[0])
        self._is_extending = True
        self._select(selected, selected)
        self._viewport.widget.post_message(self.MadeWithMouse())
        return True

    def _character_at(self, event: events.MouseEvent) -> TextRange | None:
        """Return the character under the mouse, or the nearest one on its line; None on the thumb."""
        offset = event.get_content_offset(self._viewport.widget)
        if offset is None or column_at(self._viewport.widget, offset.x) is None:
            return None
        return self._character(offset.x, offset.y)

    def _character(self, x: int, y: int) -> TextRange | None:
        page = self._viewport.page
        if page is None or not page.document.text:
            return None
        number = min(y + self._viewport.top, len(page.lines) - 1)
        if number < page.header_height:
            return None
        offset = offset_at(page.lines[number], x - self._viewport.margin, measure)
        return text_ranges.character_at(page.document, offset)
