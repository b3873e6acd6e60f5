"""A stretch of a page, chosen with the mouse or with keys, to be copied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import events
from textual.actions import SkipAction
from textual.message import Message

from roya_tui.document import text_ranges
from roya_tui.document.text_ranges import TextRange
from roya_tui.layout.hit_testing import cell_at_offset, offset_at
from roya_tui.layout.page import Page
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.page_view import SearchPageView


class SelectablePageView(SearchPageView):
    """Keys first move over words; from where `v` is pressed again they extend what is selected."""

    ALLOW_SELECT = False  # Textual's own selection takes lines as they are drawn

    _selection_start: TextRange | None = None
    """The word or character at which the selection begins; None: nothing is selected."""
    _caret: TextRange = (0, 0)
    """The one at which it ends."""
    _is_extending = False
    """Whether moving leaves the anchor where it is."""
    _caret_cell = 0
    """The cell that moving up and down keeps to."""
    _pressed_range: TextRange | None = None
    """The character at which the mouse went down, as long as it is."""

    class TextSelected(Message):
        """The mouse chose a stretch of the text."""

    class SelectionToggled(Message):
        """Selecting began, or is over."""

    class EndReached(Message):
        """There is no further place of the kind that was asked for, which the sentence says."""

        def __init__(self, sentence: str) -> None:
            self.sentence = sentence
            super().__init__()

    def set_page(self, page: Page | None) -> None:
        if page is None or self._page is None or page.document is not self._page.document:
            self._select(None, self._caret)
        super().set_page(page)

    @property
    def selected_text(self) -> str:
        """What copying takes, in logical order; "" where nothing is selected."""
        return (
            text_ranges.copy_text(self._page.document, *self.selected_range)
            if self.selected_range and self._page
            else ""
        )

    def prepare_quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """Return what quotes, in any thread, what is selected now, or the paragraph of the marked link, or that at the
        top: a page of hostile length takes a second. It gives "" where no words are; None: there is no page."""
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
        """What of the text is selected; None: nothing is."""
        if self._selection_start is None:
            return None
        return min(self._selection_start[0], self._caret[0]), max(self._selection_start[1], self._caret[1])

    def _select(self, anchor: TextRange | None, caret: TextRange) -> None:
        turned = (self._selection_start is None) != (anchor is None)
        self._selection_start, self._caret = anchor, caret
        if turned:
            self.post_message(self.SelectionToggled())
        self._update_selection_mark()

    def _update_selection_mark(self) -> None:
        self.set_marks("selected", [Mark(*self.selected_range, "selected")] if self.selected_range else [])

    def leave(self) -> bool:
        if self._selection_start is None:
            return super().leave()
        self._select(None, self._caret)
        return True

    # With keys.

    def action_select(self) -> None:
        """Begin with a word in view; then let the selection begin at the word at hand, or let go of where it began."""
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
        at = (
            self.hit_offset
            if self.hit_offset is not None
            else next((line.start for line in lines if line.end > line.start), 0)
        )
        self._is_extending = False
        self._move_caret(text_ranges.word_at(page.document, at))

    def _move_caret(self, caret: TextRange, *, keep_cell: bool = False) -> None:
        """Move to a word: with the selection's other end, or without."""
        page = self._page
        if page is None:
            return
        self._select(self._selection_start if self._is_extending else caret, caret)
        y = page.line_of_offset(caret[0])
        if not keep_cell:
            self._caret_cell = cell_at_offset(page.lines[y], caret[0], measure) or 0
        self.keep_in_view(y)

    def _move_lines(self, by: int) -> None:
        """Move by so many lines that show text."""
        page = self._page
        if page is None:
            return
        y, step = page.line_of_offset(self._caret[0]), 1 if by > 0 else -1
        for _ in range(abs(by)):
            other = y + step
            while page.header_height <= other < len(page.lines) and page.lines[other].is_spacer:
                other += step
            if not page.header_height <= other < len(page.lines):
                break
            y = other
        at = offset_at(page.lines[y], self._caret_cell, measure)
        self._move_caret(text_ranges.word_at(page.document, at), keep_cell=True)

    def _move_words(self, by: int) -> None:
        if self._page is None:
            return
        if self._selection_start is None:
            self._begin_selection()
        else:
            at = self._caret[0] if by < 0 else max(self._caret[0], self._caret[1] - 1)
            self._move_caret(text_ranges.next_word(self._page.document, at, by))

    def action_next_word(self) -> None:
        self._move_words(1)

    def action_previous_word(self) -> None:
        if not self.is_selecting:
            raise SkipAction  # the screen's action of the same key opens the briefing
        self._move_words(-1)

    def action_next_heading(self) -> None:
        if not self.move_paragraph(1) and not self.go_to_heading(1):
            self.post_message(self.EndReached("No heading further on."))

    def action_previous_heading(self) -> None:
        if not self.move_paragraph(-1) and not self.go_to_heading(-1):
            self.post_message(self.EndReached("No heading before this."))

    def move_paragraph(self, by: int) -> bool:
        """Move to the next (1) or previous (-1) paragraph; False where nothing is being selected."""
        page = self._page
        if page is None or self._selection_start is None:
            return False
        at = text_ranges.next_paragraph(page.document, self._caret[0], by)
        if by > 0 and at <= self._caret[0]:
            at = max(0, len(page.document.text.rstrip()) - 1)
        self._move_caret(text_ranges.word_at(page.document, at))
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
        place = self.range_at(offset.x, offset.y) if offset is not None and offset.x < self.columns else None
        if event.button == 1 and place is not None:
            self._pressed_range = place
            self._dragged = False
            event.prevent_default()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed_range is None:
            return
        event.prevent_default()
        if event.button != 1:  # it went up over another pane
            self.on_mouse_up()
            return
        if self.app.mouse_captured is not self:
            self.capture_mouse()  # not before: of two quick events the second may be for another pane
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        if not 0 <= y < self.visible_lines:
            self.jump(self.scroll_offset.y + (1 if y > 0 else -1))
        here = self.range_at(x, min(max(y, 0), self.visible_lines - 1))
        if here is not None and (self._dragged or here != self._pressed_range):
            self._dragged = self._is_extending = True
            self._select(self._pressed_range, here)

    def on_mouse_up(self) -> None:
        if self._pressed_range is not None:
            self._pressed_range = None
            self.release_mouse()
            if self._dragged:
                self.post_message(self.TextSelected())

    _dragged = False
    """Whether the mouse moved over other characters since it went down."""

    @property
    def was_dragged(self) -> bool:
        """Whether the click that comes now only ends a selection."""
        return self._dragged

    def on_click(self, event: events.Click) -> None:
        """Two clicks select a word, three a paragraph; one lets go of what was selected, or is for a link."""
        offset = event.get_content_offset(self)
        place = self.range_at(offset.x, offset.y) if offset is not None and offset.x < self.columns else None
        if self._dragged:
            self._dragged = False
            event.prevent_default()
        elif event.chain >= 2 and place is not None and self._page is not None:
            event.prevent_default()
            take = text_ranges.word_at if event.chain == 2 else text_ranges.paragraph_at
            chosen = take(self._page.document, place[0])
            self._is_extending = True
            self._select(chosen, chosen)
            self.post_message(self.TextSelected())
        elif self._selection_start is not None:
            event.prevent_default()
            self._select(None, self._caret)

    def range_at(self, x: int, y: int) -> TextRange | None:
        """The character of the text that is drawn at a cell of the pane, or nearest to it on its line."""
        page = self._page
        if page is None or not page.document.text:
            return None
        number = min(y + self.scroll_offset.y, len(page.lines) - 1)
        if number < page.header_height:
            return None
        return text_ranges.character_at(page.document, offset_at(page.lines[number], x - self.left_margin, measure))
