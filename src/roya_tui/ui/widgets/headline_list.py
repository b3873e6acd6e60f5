"""The list of articles, in which a story has one row that can be expanded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual.geometry import Size
from textual.message import Message

from roya_tui.clock import Clock
from roya_tui.layout.one_line import fit_interface_line, shorten_address
from roya_tui.model import Headline
from roya_tui.presentation.headline_rows import Icons, has_two_lines
from roya_tui.presentation.timeline import (
    LoadMembers,
    MoreRow,
    NewMembers,
    Timeline,
    Totals,
    add_member,
    add_new_members,
    collapse_story,
    collect_ids,
    count_expanded,
    describe_size,
    expand_more_rows,
    expand_row,
    find_index,
    keep_expanded,
    nearest_index,
    story_index,
)
from roya_tui.translation import gettext
from roya_tui.ui import action_table
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.headline_rows import ArticleSelection, HeadlineRows
from roya_tui.ui.widgets.interface_text import draw_title
from roya_tui.ui.widgets.line_view import show_frame_title
from roya_tui.ui.widgets.row_list import RowList, RowSegment


class HeadlineList(RowList):
    """Shows the headlines of a `Timeline`; its parts are the rows, stories, the selection and the frame."""

    BINDINGS: ClassVar = action_table.make_bindings("headlines")

    class SelectionChanged(Message):
        """Posted when the selection becomes empty or stops being empty, or a story is expanded: other keys matter."""

    class MoreRequested(Message):
        """Posted to show all articles that a row counts or offers, in their own view."""

        def __init__(self, more_row: MoreRow) -> None:
            self.more_row = more_row
            super().__init__()

    def __init__(
        self,
        load: Callable[[Sequence[int]], list[Headline]],
        clock: Clock,
        icons: Icons,
        rtl: str,
        on_cursor: Callable[[], None],
        load_members: LoadMembers,
        *,
        id: str | None = None,
    ) -> None:
        """`load` returns headlines by their ids.

        `on_cursor` is called when the cursor moves to another article. It is not a message, since that would draw
        the article one frame after the cursor.
        """
        super().__init__(on_cursor, rtl, id=id)
        self.selection = ArticleSelection(self._selection_changed)
        self.rows = HeadlineRows(
            load, clock, icons, rtl, self.selection, self.refresh_rows, refresh_article=partial(_refresh_article, self)
        )
        self.heights = self.rows.heights
        self.line_mode = LineMode(self)
        self.stories = StoryExpansion(self, load_members)
        self.frame = HeadlineFrame(self, icons, rtl)
        self._when_complete: Callable[[], None] | None = None
        """An action on the whole list, delayed until it is loaded."""

    # The article under the cursor.

    @property
    def timeline(self) -> Timeline:
        return self.rows.timeline

    @property
    def ids(self) -> array[int]:
        return self.rows.timeline.ids

    @property
    def index(self) -> int | None:
        """The index of the article under the cursor."""
        return self.timeline.index_of(self.cursor)

    @property
    def current_id(self) -> int | None:
        """The id of the article under the cursor; None on a row that counts articles."""
        index = self.index
        return None if index is None or self.ids[index] < 0 else self.ids[index]

    @property
    def more_row(self) -> MoreRow | None:
        """The row under the cursor if it counts articles, else None."""
        index = self.index
        return None if index is None else self.timeline.more_rows.get(self.ids[index])

    def move_to(self, index: int) -> None:
        """Put the cursor on the article at `index`."""
        row = self.timeline.row_of(index) if self.ids else 0
        if row == self.cursor:
            self._on_cursor()
        else:
            self.cursor = row

    # What it shows.

    def show(self, new: Timeline, *, stay: bool = False) -> None:
        """Show `new` from its top, or with `stay` at the cursor's article or the nearest one."""
        self._when_complete = None
        new = self.stories.keep_expanded(new) if stay else new
        index = nearest_index(self.timeline, self.index, new) if stay else 0
        self.rows.set_timeline(new)
        self.refresh_rows()
        self.move_to(index)
        self.scroll_to_cursor()

    def set_totals(self, totals: Totals | None) -> None:
        """Set how many articles there will be, while only the first ones are loaded."""
        self.rows.set_timeline(replace(self.timeline, totals=totals))
        self.set_line_count(self.heights.line_of(self.count_expected_rows()), keeps_view=True)
        self.frame.show_counts()

    def extend(self, new: Timeline) -> None:
        """Show `new`, a longer version of the timeline, without moving the cursor on the screen."""
        index, old, top = self.index, self.timeline, self.scroll_offset.y
        height, old_lines = self.heights.line_of(self.cursor) - top, self.heights.line_of(old.row_count)
        new = self.stories.keep_expanded(new)
        self.rows.set_timeline(new)
        new_index = None if index is None else find_index(new.ids, old.ids[index])
        row = self.cursor if new_index is None else new.row_of(new_index)
        moved = row != self.cursor
        self.set_reactive(RowList.cursor, row)
        if not moved and top + self.visible_lines <= old_lines and new.starts_with(old):
            self.set_line_count(self.heights.line_of(self.count_expected_rows()), keeps_view=True)
        else:
            self.refresh_rows()
        if moved:
            self.jump(self.heights.line_of(row) - height)
        action, self._when_complete = self._when_complete, None
        if action is not None and self.timeline.is_complete:
            action()

    @property
    def awaits_rest(self) -> bool:
        """Whether an action waits for the rest of the list to load."""
        return self._when_complete is not None

    def when_complete(self, action: Callable[[], None]) -> bool:
        """Return whether the list is fully loaded; if not, run `action` as soon as it is."""
        self._when_complete = None if self.timeline.is_complete else action
        return self.timeline.is_complete

    # Keys.

    def action_open(self) -> None:
        more_row = self.more_row
        if more_row is None:
            super().action_open()
        elif more_row.view is not None:
            self.post_message(self.MoreRequested(more_row))
        elif not self.stories.expand():
            self.stories.collapse()

    def action_expand(self) -> None:
        """Expand the story; open the row if there is nothing to expand."""
        if not self.stories.expand() and (self.more_row is None or self.more_row.is_offer):
            self.action_open()

    def row_clicked(self, row: int, x: int, clicks: int) -> None:
        if clicks == 1 and row == self.cursor and self.more_row is not None and self.more_row.is_offer:
            self.action_open()
        else:
            super().row_clicked(row, x, clicks)

    def step(self, by: int) -> None:
        self._when_complete = None
        super().step(by)

    def action_last(self) -> None:
        super().action_last()
        self.when_complete(self.action_last)

    def action_select_headline(self) -> None:
        more_row, current_id = self.more_row, self.current_id
        if more_row is not None:
            self.selection.toggle_all(more_row.ids)
        elif current_id is not None:
            self.selection.toggle(current_id)
        self.step(1)

    def action_select_range(self) -> None:
        if self.index is not None:
            self.selection.extend_to(self.ids, self.index, partial(expand_more_rows, self.timeline))

    def action_select_all(self) -> None:
        self.selection.toggle_all(collect_ids(self.timeline))
        self.when_complete(self.action_select_all)

    def _selection_changed(self) -> None:
        self.refresh_rows()
        self.frame.show_counts()
        if self.has_selection != bool(self.selection.ids):
            self.has_selection = not self.has_selection
            self.post_message(self.SelectionChanged())

    # Drawing.

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Choose the lines of headlines before they are drawn; `on_resize` is called after that."""
        is_resized = super()._size_updated(size, virtual_size, container_size, layout)
        self.line_mode.update()
        return is_resized

    def on_resize(self) -> None:
        self.frame.show_heading()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.frame.show_heading()

    def count_rows(self) -> int:
        return self.rows.timeline.row_count or len(self.rows.empty_lines(self.columns))

    def count_expected_rows(self) -> int:
        rows, totals = self.count_rows(), self.timeline.totals
        return rows if totals is None else max(rows, totals.rows + len(self.timeline.section_starts))

    def is_selectable(self, row: int) -> bool:
        return self.rows.timeline.index_of(row) is not None

    @property
    def note(self) -> str:
        return self.rows.empty_text

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        return self.rows.segments(row, width, is_cursor)


def _refresh_article(headlines: HeadlineList, id: int) -> None:
    """Draw the row of an article again."""
    index = headlines.index if id == headlines.current_id else find_index(headlines.ids, id)
    if index is not None:
        headlines.refresh_row(headlines.timeline.row_of(index))


class LineMode:
    """Gives the headlines of a list one or two lines."""

    def __init__(self, headlines: HeadlineList) -> None:
        self._list = headlines
        self._mode = "auto"

    def set(self, mode: str) -> None:
        """Set one of `ROW_MODES`."""
        self._mode = mode
        self.update()

    @property
    def suggests_two(self) -> bool:
        """Whether the width of the list suggests two lines."""
        return has_two_lines("auto", self._list.columns - 1)

    def update(self) -> None:
        """Choose one or two lines; the cursor's row stays on its line of the screen unless the list is at its top."""
        headlines, rows, heights = self._list, self._list.rows, self._list.heights
        two_lines, top = has_two_lines(self._mode, headlines.columns - 1), headlines.scroll_offset.y
        if headlines.columns and two_lines != rows.has_two_lines:
            above = heights.line_of(headlines.cursor) - top
            rows.set_two_lines(two_lines)
            headlines.refresh_rows()
            headlines.jump(heights.line_of(headlines.cursor) - above if top else 0)
            headlines.scroll_to_cursor()


class HeadlineFrame:
    """The titles in the frame of the list."""

    def __init__(self, headlines: HeadlineList, icons: Icons, rtl: str) -> None:
        self._list = headlines
        self._icons = icons
        self._rtl = rtl
        self.heading = ""
        """The title, before the day of the first row."""
        self.hidden_count = 0
        """How many articles of this view the user hid."""

    def show_counts(self) -> None:
        """Show how many articles are listed, selected and hidden."""
        timeline = self._list.timeline
        hidden = gettext("{count:,} hidden", count=self.hidden_count) if self.hidden_count else ""
        parts = (self._list.selection.describe(collect_ids(timeline)), hidden, describe_size(timeline))
        counts = f" {self._icons.dot} ".join(filter(None, parts))
        show_frame_title(self._list, draw_title(counts, self._list, self._rtl), below=True)

    def show_heading(self) -> None:
        """Show the heading, and the day of the first row unless that is its own heading."""
        timeline, top = self._list.timeline, self._list.heights.row_at(self._list.scroll_offset.y)
        day = "" if timeline.section_name(top) else self._list.rows.section_name(top)
        below = f" {self._icons.dot} {day}" if day else ""
        # Three cells of the frame and of blanks are on each side.
        room = self._list.outer_size.width - 6 if self._list.columns else len(self.heading + below)
        words = shorten_address(self.heading, room - measure(below), measure, self._icons.ellipsis) + below
        fitted = fit_interface_line(words, room, measure, self._rtl, self._icons.ellipsis)
        show_frame_title(self._list, display_text(fitted))


class StoryExpansion:
    """Expands and collapses the story under the cursor of the list."""

    def __init__(self, headlines: HeadlineList, load_members: LoadMembers) -> None:
        self._list = headlines
        self._load_members = load_members

    def _show(self, timeline: Timeline) -> None:
        self._list.rows.set_timeline(timeline)
        self._list.refresh_rows()

    def expand(self) -> bool:
        """Expand the story under the cursor; False if there is nothing to expand."""
        index, timeline = self._list.index, self._list.timeline
        expanded = timeline if index is None else expand_row(timeline, index, self._load_members)
        if index is None or expanded is timeline:
            return False
        self._show(expanded)
        self._list.post_message(HeadlineList.SelectionChanged())
        return count_expanded(expanded, index) > 0

    def collapse(self) -> bool:
        """Collapse the cursor's story and go to its row; False if it is not expanded."""
        index, timeline = self._list.index, self._list.timeline
        row = None if index is None else story_index(timeline, index)
        if row is None or not count_expanded(timeline, row):
            return False
        self._show(collapse_story(timeline, row))
        self._list.move_to(row)
        return True

    def go_to_member(self, id: int) -> None:
        """Go to another article of the cursor's story, adding it to the list if necessary."""
        index = self._list.index
        if index is not None and find_index(self._list.ids, id) is None:
            self._show(add_member(self._list.timeline, index, id, self._load_members))
        target = find_index(self._list.ids, id)
        if target is not None:
            self._list.move_to(target)

    def add_new_members(self, new_members: Mapping[int, NewMembers]) -> None:
        """Include articles fetched since the list was loaded in the counts of their stories."""
        self._show(add_new_members(self._list.timeline, new_members))

    def keep_expanded(self, new: Timeline) -> Timeline:
        """Return `new` with the cursor's story expanded, if it is now or the article needs it."""
        return keep_expanded(self._list.timeline, self._list.index, new, self._load_members)
