"""The pane that compares two versions of an article."""

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
from roya_tui.translation import gettext, is_right_to_left, ngettext
from roya_tui.ui import action_table
from roya_tui.ui.widgets.article.page_view import PageView
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import draw_label

if TYPE_CHECKING:
    from roya_tui.layout.lines import Page
    from roya_tui.versions.comparison import Comparison
    from roya_tui.versions.diff_page import DiffPage
    from roya_tui.versions.inline_diff import InlineDiff

NO_CHANGE = -1


class DiffView(PageView, can_focus=True):
    """Shows one comparison and moves between its changes."""

    BINDINGS: ClassVar = action_table.make_bindings("changes")

    class VersionRequested(Message):
        """Posted to compare with another version, the one at index `base`."""

        def __init__(self, base: int) -> None:
            self.base = base
            super().__init__()

    def __init__(self, config: Config, clock: Clock, pointer: str, *, id: str | None = None) -> None:
        super().__init__(config.reading.width, id=id)
        self._config = config
        self._rtl = config.reading.rtl
        self._clock = clock
        self._pointer = pointer
        self.article_id = 0
        """The id of the article whose changes are shown or being computed; 0 for none."""
        self._shown_diff: tuple[Comparison, InlineDiff] | None = None
        self._pending_steps = 0
        """Steps to the next change that were requested while the comparison was being computed."""
        self._diff_page: DiffPage | None = None
        self._change_index = NO_CHANGE
        """The number of the current change; its line is `_change_line`."""
        self._change_line = NO_CHANGE

    def on_mount(self) -> None:
        self.border_title = Content(draw_label(gettext("What changed"), self._rtl))

    def show_waiting(self, article_id: int) -> None:
        """Show that the changes of an article are being computed."""
        self.clear()
        self.article_id = article_id
        self.border_subtitle = Content(draw_label(gettext("comparing"), self._rtl))

    def show(self, comparison: Comparison, inline_diff: InlineDiff, diff_page: DiffPage) -> None:
        """Show a comparison from its top; `diff_page` is its page at the expected width."""
        self._shown_diff, self._change_index, self.links.number = (comparison, inline_diff), NO_CHANGE, 0
        self._set_diff_page(diff_page)
        self.jump(0)
        steps, self._pending_steps = self._pending_steps, 0
        for _ in range(abs(steps)):
            self._step_change(1 if steps > 0 else -1)

    def clear(self) -> None:
        """Show nothing, and drop the comparison."""
        self._shown_diff = self._diff_page = None
        self.article_id = self._pending_steps = 0
        self.set_page(None)

    def _set_diff_page(self, diff_page: DiffPage) -> None:
        self._diff_page = diff_page
        self._change_line = diff_page.line_of_change(self._change_index) if self._change_index >= 0 else NO_CHANGE
        self.set_page(diff_page.page)
        self.show_position()

    def fit_page(self) -> None:
        page, width = self.viewport.page, self.text_width
        if self._shown_diff is None or page is None or not self.columns or page.width == width:
            self.redraw()
            return
        from roya_tui.versions.diff_page import layout_diff

        offset = page.offset_of_line(self.viewport.top)
        comparison, inline_diff = self._shown_diff
        diff_page = layout_diff(comparison, inline_diff, self._clock, width, measure, self._config)
        self._set_diff_page(diff_page)
        if offset is not None:
            self.jump(diff_page.page.line_of_offset(offset))

    def prepare_quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """Quote the selection, else both versions of the block of the current change or top line."""
        if self.selection.range or self._shown_diff is None or self._diff_page is None:
            return super().prepare_quotation(title=title, url=url, source=source)
        from roya_tui.export import markdown
        from roya_tui.export.changes import quote_change

        page, lines = self._diff_page.page, self.viewport.lines
        start = self._diff_page.change_offsets[self._change_index] if self._change_index >= 0 else None
        if start is None or self._change_line not in lines:
            start, end = markdown.block_range_at(page.document, page.offset_of_line(lines.start) or 0)
            if start == end:
                return None
        return partial(
            quote_change, self._shown_diff[0], page.document.block_index_at(start), title=title, url=url, source=source
        )

    # Moving between changes.

    def show_position(self) -> None:
        if self.search.label:
            self.border_subtitle = Content(draw_label(self.search.label, self._rtl))
            return
        if self._diff_page is None:
            return
        count = len(self._diff_page.change_offsets)
        if self._change_index >= 0:
            text = gettext("{number:,} of {count:,}", number=self._change_index + 1, count=count)
        else:
            text = ngettext("{count:,} change", "{count:,} changes", count)
        self.border_subtitle = Content(draw_label(text, self._rtl))

    def action_next_change(self) -> None:
        self._step_change(1)

    def action_previous_change(self) -> None:
        self._step_change(-1)

    def _step_change(self, by: int) -> None:
        if self.search.offset is not None:
            raise SkipAction  # the screen's action for the same key moves between search matches
        if self._diff_page is None:
            self._pending_steps += by
            return
        count = len(self._diff_page.change_offsets)
        index = self._change_index + by
        if not count:
            self.post_message(self.Reported(gettext("There are no changes.")))
        elif not 0 <= index < count:
            text = gettext("This is the last change.") if by > 0 else gettext("This is the first change.")
            self.post_message(self.Reported(text))
        else:
            self._change_index, self._change_line = index, self._diff_page.line_of_change(index)
            self.viewport.show_line(self._change_line)
            self.redraw()
            self.show_position()
            self.post_message(self.Reported(gettext("Change {number} of {count}.", number=index + 1, count=count)))

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
            self.post_message(self.Reported(gettext("No older version is kept.")))
        elif base > len(comparison.versions) - 2:
            self.post_message(self.Reported(gettext("No newer version to compare with.")))
        else:
            self.post_message(self.VersionRequested(base))

    def _draw_page_line(self, page: Page, number: int, width: int) -> Strip:
        drawn = super()._draw_page_line(page, number, width)
        if number == self._change_line:
            pointer = Segment(self._pointer, self.text_styles["pointer"])
            is_rtl = is_right_to_left()
            return Strip([*drawn.crop(0, width - 1), pointer] if is_rtl else [pointer, *drawn.crop(1)], width)
        return drawn
