"""What changed in the article at hand, in its place: the versions above, then the text with its changes marked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.actions import SkipAction
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.text import format_count
from roya_tui.ui import action_table
from roya_tui.ui.themes import resolve_style
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.selectable_page import SelectablePageView

if TYPE_CHECKING:
    from roya_tui.layout.page import Page
    from roya_tui.versions.comparison import Comparison
    from roya_tui.versions.diff_page import DiffPage
    from roya_tui.versions.inline_diff import InlineDiff

NO_CHANGE = -1


def fit_width(wanted: int, columns: int) -> int:
    """The columns of text, where so many are wanted and there are."""
    return max(20, min(wanted, columns - 2))


class DiffView(SelectablePageView, can_focus=True):
    """Shows one comparison, and walks through its changes."""

    BINDINGS: ClassVar = action_table.make_bindings("changes")

    class Reported(Message):
        """Something to tell."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class VersionRequested(Message):
        """Another version is to be compared with: that at the place `base`."""

        def __init__(self, base: int) -> None:
            self.base = base
            super().__init__()

    def __init__(self, config: Config, clock: Clock, pointer: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._config = config
        self._clock = clock
        self._pointer = pointer
        self._width = config.reading.width
        self.article_id = 0
        """The number of the article whose changes are shown, or waited for; 0 for none."""
        self._shown_diff: tuple[Comparison, InlineDiff] | None = None
        self._pending_steps = 0
        """How often one has asked for the next change while there was none to show yet."""
        self._diff_page: DiffPage | None = None
        self._change_index = NO_CHANGE
        """The number of the change that one went to last, and its line."""
        self._change_line = NO_CHANGE

    def on_mount(self) -> None:
        self.border_title = Content("What changed")

    def show_waiting(self, article_id: int) -> None:
        """Show nothing yet: the changes of an article are being looked for."""
        self.clear()
        self.article_id = article_id
        self.border_subtitle = Content("comparing")

    def show(self, comparison: Comparison, inline_diff: InlineDiff, diff_page: DiffPage) -> None:
        """Show a comparison from its top; `changes` is its page, at the width that is likely."""
        self._shown_diff, self._change_index, self._link_number = (comparison, inline_diff), NO_CHANGE, 0
        self._set_diff_page(diff_page)
        self.jump(0)
        ahead, self._pending_steps = self._pending_steps, 0
        for _ in range(abs(ahead)):
            self._step_change(1 if ahead > 0 else -1)

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._shown_diff = self._diff_page = None
        self.article_id = self._pending_steps = 0
        self.set_page(None)

    def _set_diff_page(self, diff_page: DiffPage) -> None:
        self._diff_page = diff_page
        self._change_line = diff_page.line_of_change(self._change_index) if self._change_index >= 0 else NO_CHANGE
        self.set_page(diff_page.page)
        self.show_position()

    def set_width(self, columns: int) -> None:
        """Set the text in so many columns, if there is room for them."""
        self._width = columns
        self.on_resize()

    def on_resize(self) -> None:
        """Set the text anew if it has another width, with the same words at the top."""
        page, width = self._page, fit_width(self._width, self.columns)
        if self._shown_diff is None or page is None or not self.columns or page.width == width:
            self.redraw()
            return
        from roya_tui.versions.diff_page import layout_diff

        at = page.offset_of_line(self.scroll_offset.y)
        comparison, made = self._shown_diff
        changes = layout_diff(comparison, made, self._clock, width, measure, self._config)
        self._set_diff_page(changes)
        if at is not None:
            self.jump(changes.page.line_of_offset(at))

    def prepare_quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """The same; without a selection of the block of the change that one went to, or that at the top, with both."""
        if self.selected_range or self._shown_diff is None or self._page is None or self._diff_page is None:
            return super().prepare_quotation(title=title, url=url, source=source)
        from roya_tui.export import markdown
        from roya_tui.export.changes import quote_change

        document, top = self._page.document, self.scroll_offset.y
        place = self._diff_page.change_offsets[self._change_index] if self._change_index >= 0 else None
        if place is None or not top <= self._change_line < top + self.visible_lines:
            place, end = markdown.block_range_at(document, self._page.offset_of_line(top) or 0)
            if place == end:
                return None
        return partial(
            quote_change, self._shown_diff[0], document.block_index_at(place), title=title, url=url, source=source
        )

    # From change to change.

    def show_position(self) -> None:
        if self.hit_label:
            self.border_subtitle = Content(self.hit_label)
            return
        if self._diff_page is None:
            return
        count = len(self._diff_page.change_offsets)
        self.border_subtitle = Content(
            f"{self._change_index + 1} of {count:,}" if self._change_index >= 0 else format_count(count, "change")
        )

    def action_next_change(self) -> None:
        self._step_change(1)

    def action_previous_change(self) -> None:
        self._step_change(-1)

    def _step_change(self, by: int) -> None:
        if self.hit_offset is not None:
            raise SkipAction  # the screen's action of the same key walks the places of words
        changes = self._diff_page
        if changes is None:
            self._pending_steps += by
            return
        count = len(changes.change_offsets)
        at = self._change_index + by
        if not count:
            self.post_message(self.Reported("There are no changes to go to."))
        elif not 0 <= at < count:
            self.post_message(self.Reported("That was the last change." if by > 0 else "That was the first change."))
        else:
            self._change_index, self._change_line = at, changes.line_of_change(at)
            self.show_line(self._change_line)
            self.redraw()
            self.show_position()
            self.post_message(self.Reported(f"Change {at + 1} of {count}."))

    def action_older_version(self) -> None:
        self._step_version(-1)

    def action_newer_version(self) -> None:
        self._step_version(1)

    def _step_version(self, by: int) -> None:
        if self._shown_diff is None:
            return
        comparison, _ = self._shown_diff
        base = comparison.base + by
        if base < 0:
            self.post_message(self.Reported("No older version is kept."))
        elif base > len(comparison.versions) - 2:
            self.post_message(self.Reported("This is the version before the present one."))
        else:
            self.post_message(self.VersionRequested(base))

    def _draw_page_line(self, page: Page, number: int, width: int) -> Strip:
        drawn = super()._draw_page_line(page, number, width)
        if number == self._change_line:
            return Strip([Segment(self._pointer, resolve_style("pointer")), *drawn.crop(1)], width)
        return drawn
