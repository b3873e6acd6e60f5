"""The list of articles, in which a story has one row that can be expanded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace
from textual.message import Message

from roya_tui.clock import Clock
from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.model import Headline
from roya_tui.presentation.headline_rows import (
    MIN_NOTE_CELLS,
    Icons,
    add_side_note,
    free_cells,
    headline_row,
    more_row,
    section_row,
)
from roya_tui.presentation.timeline import (
    NO_NEW_MEMBERS,
    MoreRow,
    NewMembers,
    Timeline,
    Totals,
    add_new_members,
    collapse_story,
    collect_ids,
    count_expanded,
    describe_size,
    expand_more_rows,
    expand_story,
    more_row_of,
    other_count,
    story_index,
)
from roya_tui.ui import action_table
from roya_tui.ui.caches import HeadlineCache
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.row_list import RowList, RowSegment


class StoryList(RowList):
    """A list of the rows of a `Timeline`, with stories that expand and collapse."""

    def __init__(self, load_members: Callable[[int], Sequence[int]], *, id: str | None = None) -> None:
        """`load_members` returns the ids of all articles in an article's story, the best first."""
        super().__init__(id=id)
        self._load_members = load_members
        self.timeline = Timeline()

    def move_to(self, index: int) -> None:
        """Put the cursor on the article at `index`."""
        row = self.timeline.row_of(index) if self.timeline.ids else 0
        if row == self.cursor:
            self.cursor_moved()
        else:
            self.cursor = row

    @property
    def index(self) -> int | None:
        """The index of the article under the cursor."""
        return self.timeline.index_of(self.cursor)

    @property
    def current_id(self) -> int | None:
        """The id of the article under the cursor; None on a row that counts articles."""
        index = self.index
        return None if index is None or self.timeline.ids[index] < 0 else self.timeline.ids[index]

    @property
    def more_row(self) -> MoreRow | None:
        """The row under the cursor if it counts articles, else None."""
        index = self.index
        return None if index is None else self.timeline.more_rows.get(self.timeline.ids[index])

    @property
    def ids(self) -> array[int]:
        return self.timeline.ids

    # Stories.

    def action_unfold(self) -> None:
        """Expand the story; open the article if there is nothing to expand."""
        if not self.expand_story():
            self.action_open()

    def expand_story(self) -> bool:
        """Expand the story under the cursor; False if there is nothing to expand."""
        index = self.index
        if index is None or other_count(self.timeline, index) < 1 or count_expanded(self.timeline, index):
            return False
        listed = self.timeline.new_members.get(self.ids[index], NO_NEW_MEMBERS).ids.union(collect_ids(self.timeline))
        self._expand_row(index, listed.intersection(self._expanded_ids(self.ids[index])))
        return count_expanded(self.timeline, index) > 0

    def add_new_members(self, new_members: Mapping[int, NewMembers]) -> None:
        """Include articles fetched since the list was loaded in the counts of their stories."""
        self.timeline = add_new_members(self.timeline, new_members)
        self.refresh_rows()

    def collapse_story(self) -> bool:
        """Collapse the cursor's story and go to its row; False if it is not expanded."""
        index = self.index
        row = None if index is None else story_index(self.timeline, index)
        if row is None or not count_expanded(self.timeline, row):
            return False
        self.timeline = collapse_story(self.timeline, row)
        self.refresh_rows()
        self.move_to(row)
        return True

    def go_to_member(self, id: int) -> None:
        """Go to another article of the cursor's story, adding it to the list if necessary."""
        index = self.index
        target = find_index(self.ids, id)
        if target is None and index is not None:
            row = story_index(self.timeline, index)
            below = self.ids[row + 1 : row + 1 + count_expanded(self.timeline, row)]
            listed = set(self._load_members(id)).intersection(collect_ids(self.timeline))
            self._expand_row(row, listed.union(below, [id]))
            target = find_index(self.ids, id)
        if target is not None:
            self.move_to(target)

    def _expanded_ids(self, row: int) -> Sequence[int]:
        """Return the ids in the story of a row, or those that the row counts."""
        more_row = self.timeline.more_rows.get(row)
        return self._load_members(row) if more_row is None else more_row.ids

    def _expand_row(self, index: int, wanted: Collection[int]) -> None:
        ordered = [id for id in self._expanded_ids(self.ids[index]) if id in wanted]
        self.timeline = expand_story(self.timeline, index, ordered)
        self.refresh_rows()

    def _keep_expanded(self, new: Timeline) -> Timeline:
        """Return `new` with the cursor's story expanded, if it is now or the article needs it."""
        index = self.index
        if index is None or not new.other_counts:
            return new
        id, row = self.ids[index], story_index(self.timeline, index)
        if find_index(new.ids, id) is None and (counting := more_row_of(new, id)) is not None:
            return expand_story(new, new.ids.index(counting), new.more_rows[counting].ids)
        is_expanded = count_expanded(self.timeline, row) > 0
        if (more_row := new.more_rows.get(self.ids[row])) is not None:
            target = find_index(new.ids, self.ids[row])
            return new if target is None or not is_expanded else expand_story(new, target, more_row.ids)
        listed = set(collect_ids(new))
        members = [member for member in self._load_members(id) if member in listed]
        if not is_expanded and (find_index(new.ids, id) is not None or id not in members):
            return new
        indexes = (find_index(new.ids, member) for member in members)
        first = next((index for index in indexes if index is not None), None)
        return new if first is None else expand_story(new, first, members)


def find_index(ids: array[int], id: int) -> int | None:
    """Return the index of `id` in `ids`, None if it is missing."""
    try:
        return ids.index(id)
    except ValueError:
        return None


class HeadlineList(StoryList):
    """Shows the headlines of a `Timeline` and keeps a selection of articles."""

    BINDINGS: ClassVar = action_table.make_bindings("headlines")

    class SelectionChanged(Message):
        """Posted when the selection becomes empty or stops being empty."""

    class MoreRequested(Message):
        """Posted to show all articles that a row counts, in their own view."""

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
        load_members: Callable[[int], Sequence[int]],
        *,
        id: str | None = None,
    ) -> None:
        """`load` returns headlines by their ids; `load_members` is as for `StoryList`.

        `on_cursor` is called when the cursor moves to another article. It is not a message, since that would draw
        the article one frame after the cursor.
        """
        super().__init__(load_members, id=id)
        self._cursor_callback = on_cursor
        self.clock = clock
        self.icons = icons
        self.rtl = rtl
        self.empty_text = ""
        self.heading = ""
        """The title in the frame, before the day of the first row."""
        self.hidden_count = 0
        """How many articles of this view the user hid."""
        self.selection = ArticleSelection()
        self.shows_source = True
        """Whether a row names its source."""
        self.search_words: tuple[str, ...] = ()
        """Words that are highlighted in titles."""
        self._headline_cache = HeadlineCache(load)
        self._when_complete: Callable[[], None] | None = None
        """An action on the whole list, delayed until it is loaded."""

    # What it shows.

    def cursor_moved(self) -> None:
        self._cursor_callback()

    def show(self, new: Timeline, *, stay: bool = False) -> None:
        """Show `new` from its top, or with `stay` at the cursor's article or the nearest one."""
        self._when_complete = None
        new = self._keep_expanded(new) if stay else new
        index = self._nearest_index(new) if stay else 0
        self.timeline = new
        self.refresh_rows()
        self.move_to(index)
        self.scroll_to_cursor()

    def _nearest_index(self, new: Timeline) -> int:
        """Return the index in `new` of the cursor's article, else of one near it."""
        old, index = self.timeline.ids, self.index
        if index is None or not new.ids:
            return 0
        if (same := find_index(new.ids, old[index])) is not None:
            return same
        new_ids = set(new.ids)
        nearest = next((id for id in chain(old[index + 1 :], reversed(old[:index])) if id in new_ids), None)
        return 0 if nearest is None else new.ids.index(nearest)

    def set_totals(self, totals: Totals | None) -> None:
        """Set how many articles there will be, while only the first ones are loaded."""
        self.timeline = replace(self.timeline, totals=totals)
        self.extend_line_count(self.count_expected_rows())
        self.show_counts()

    def extend(self, new: Timeline) -> None:
        """Show `new`, a longer version of the timeline, without moving the cursor on the screen."""
        index, height = self.index, self.cursor - self.scroll_offset.y
        old, self.timeline = self.timeline, self._keep_expanded(new)
        new = self.timeline
        new_index = None if index is None else find_index(new.ids, old.ids[index])
        row = self.cursor if new_index is None else new.row_of(new_index)
        moved = row != self.cursor
        self.set_reactive(RowList.cursor, row)
        was_full = self.scroll_offset.y + self.visible_lines <= old.row_count
        if not moved and was_full and new.starts_with(old):
            self.extend_line_count(self.count_expected_rows())  # the rows in view do not change
        else:
            self.refresh_rows()
        if moved:
            self.jump(row - height)
        action, self._when_complete = self._when_complete, None
        if action is not None and self.timeline.is_complete:
            action()

    def headline_at(self, index: int) -> Headline | None:
        """Return the headline at `index`; None if it was deleted."""
        return self._headline_cache.headline_at(self.timeline.ids, index)

    def adjust(self, ids: Iterable[int], **facts: object) -> None:
        """Show changed fields (unread, starred, …) of articles at once, before they are saved."""
        adjusted = set(ids)
        self._headline_cache.adjust(adjusted, facts)
        if adjusted == {self.current_id}:
            self.refresh_row(self.cursor)
        else:
            self.refresh_rows()

    def invalidate(self) -> None:
        """Load the headlines from the database again when they are next drawn."""
        self._headline_cache.clear()
        self.refresh_rows()

    def show_change_note(self, id: int, revisions: int, note: str) -> None:
        """Show beside an article's title what changed since it was read, if there is room."""
        if self._headline_cache.set_change_note(id, revisions, note):
            index = find_index(self.timeline.ids, id)
            if index is not None:
                self.refresh_row(self.timeline.row_of(index))

    def unsummarized_headlines(self) -> list[Headline]:
        """Return the changed articles in view that have room for a change note but none yet."""
        headlines = []
        for row in range(self.scroll_offset.y, self.scroll_offset.y + self.visible_lines):
            index = self.timeline.index_of(row)
            headline = None if index is None else self.headline_at(index)
            if (
                index is None
                or headline is None
                or not headline.changed
                or self._headline_cache.change_note(headline) is not None
            ):
                continue
            if free_cells(self._headline_segments(headline, self.columns, index)) >= MIN_NOTE_CELLS:
                headlines.append(headline)
        return headlines

    def set_empty_text(self, text: str) -> None:
        """Set the text of an empty list."""
        self.empty_text = text
        self.refresh_rows()

    def _empty_lines(self) -> list[str]:
        """Return the text of an empty list as lines that fit."""
        return wrap(isolate_names(self.empty_text), max(10, self.columns - 2)) if self.empty_text else []

    def action_open(self) -> None:
        more_row = self.more_row
        if more_row is None:
            super().action_open()
        elif more_row.query:
            self.post_message(self.MoreRequested(more_row))
        elif not self.expand_story():
            self.collapse_story()

    def action_unfold(self) -> None:
        if not self.expand_story() and self.more_row is None:
            self.action_open()

    def step(self, by: int) -> None:
        self._when_complete = None
        super().step(by)

    def action_last(self) -> None:
        super().action_last()
        self.when_complete(self.action_last)

    @property
    def awaits_rest(self) -> bool:
        """Whether an action waits for the rest of the list to load."""
        return self._when_complete is not None

    def when_complete(self, action: Callable[[], None]) -> bool:
        """Return whether the list is fully loaded; if not, run `action` as soon as it is."""
        self._when_complete = None if self.timeline.is_complete else action
        return self.timeline.is_complete

    # Selecting.

    def action_choose(self) -> None:
        more_row, current_id = self.more_row, self.current_id
        if more_row is not None:
            self._change_selection(lambda: self.selection.toggle_all(more_row.ids))
        elif current_id is not None:
            self._change_selection(lambda: self.selection.toggle(current_id))
        self.step(1)

    def action_choose_range(self) -> None:
        index = self.index
        if index is not None:
            self._change_selection(
                lambda: self.selection.extend_to(self.ids, index, partial(expand_more_rows, self.timeline))
            )

    def action_choose_all(self) -> None:
        self._change_selection(lambda: self.selection.toggle_all(collect_ids(self.timeline)))
        self.when_complete(self.action_choose_all)

    def clear_selection(self) -> None:
        """Clear the selection."""
        self._change_selection(self.selection.clear)

    def _change_selection(self, change: Callable[[], None]) -> None:
        before = bool(self.selection.ids)
        change()
        self.refresh_rows()
        self.show_counts()
        if before != bool(self.selection.ids):
            self.post_message(self.SelectionChanged())

    # Drawing.

    def show_counts(self) -> None:
        """Show in the frame how many articles are listed, selected and hidden."""
        hidden = f"{self.hidden_count:,} hidden" if self.hidden_count else ""
        parts = (self.selection.describe(collect_ids(self.timeline)), hidden, describe_size(self.timeline))
        self.show_border_subtitle(f" {self.icons.dot} ".join(filter(None, parts)))

    def show_heading(self) -> None:
        """Show the heading in the frame."""
        top = self.scroll_offset.y
        day = "" if self.timeline.section_name(top) else self.timeline.section_of(top)
        words = f"{self.heading} {self.icons.dot} {day}" if day else self.heading
        self.show_border_title(
            display_text(fit_ltr_line(words, self.columns or len(words), measure, self.rtl, self.icons.ellipsis))
        )

    def on_resize(self) -> None:
        self.show_heading()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.show_heading()

    def count_rows(self) -> int:
        return self.timeline.row_count or len(self._empty_lines())

    def count_expected_rows(self) -> int:
        totals = self.timeline.totals
        return (
            self.count_rows()
            if totals is None
            else max(self.count_rows(), totals.rows + len(self.timeline.section_starts))
        )

    def is_selectable(self, row: int) -> bool:
        return self.timeline.index_of(row) is not None

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        index = self.timeline.index_of(row)
        if index is None:
            if not self.timeline.ids:
                text = fit_ltr_line(self._empty_lines()[row], max(1, width - 1), measure, self.rtl, self.icons.ellipsis)
                return [(f" {display_text(text)}", "empty")]
            name = self.timeline.section_name(row)
            if not self.timeline.days:
                return section_row(name, width, self.icons, measure, self.rtl)
            return [(f" {name}", "day")]
        mark = (self.icons.cursor if is_cursor else " ", "pointer")
        if (more_row := self.timeline.more_rows.get(self.timeline.ids[index])) is not None:
            return [mark, *self._more_row_segments(more_row, width, count_expanded(self.timeline, index) > 0)]
        headline = self.headline_at(index)
        if headline is None:
            return [mark, (" (removed)", "read-title")]
        runs = self._headline_segments(headline, width, index)
        if note := self._headline_cache.change_note(headline) or self.timeline.side_notes.get(headline.id):
            runs = add_side_note(runs, note, measure, self.icons.ellipsis, self.rtl)
        if headline.hidden or headline.highlighted or not headline.unread:
            title = "title" if headline.unread and not headline.hidden else "read-title"
            title += " strike" if headline.hidden else " highlighted" if headline.highlighted else ""
            runs = [(text, name.replace("title", title) if name.startswith("title") else name) for text, name in runs]
        return [mark, *runs]

    def _more_row_segments(self, counted: MoreRow, width: int, is_expanded: bool) -> list[RowSegment]:
        is_selected = self.selection.ids.issuperset(counted.ids)
        words, room = counted.words, max(8, width - 1)
        return more_row(
            len(counted.ids),
            words,
            room,
            self.icons,
            measure,
            self.rtl,
            is_expanded=is_expanded,
            is_selected=is_selected,
        )

    def _headline_segments(self, headline: Headline, width: int, index: int) -> list[RowSegment]:
        return headline_row(
            headline,
            max(8, width - 1),
            self.icons,
            self.clock,
            measure,
            self.rtl,
            with_source=self.shows_source,
            now=self.timeline.now,
            is_selected=headline.id in self.selection.ids,
            words=self.search_words,
            others=other_count(self.timeline, index),
            shown_under=self.timeline.date_of(index) if other_count(self.timeline, index) else None,
        )


class ArticleSelection:
    """The ids of selected articles, and the last selected one, where a range begins."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self._last: int | None = None

    def toggle(self, id: int) -> None:
        """Select or deselect an article."""
        self.ids ^= {id}
        self._last = id

    def extend_to(self, ids: array[int], index: int, expand_rows: Callable[[Iterable[int]], Iterable[int]]) -> None:
        """Select all from the last selected article, if it is in the list, to `index`.

        `expand_rows` returns the articles of rows.
        """
        start = ids.index(self._last) if self._last is not None and self._last in ids else index
        self.ids.update(expand_rows(ids[min(start, index) : max(start, index) + 1]))
        self._last = ids[index]

    def toggle_all(self, ids: Iterable[int]) -> None:
        """Select all of these; deselect them if they all are selected."""
        wanted = set(ids)
        if wanted <= self.ids:
            self.ids -= wanted
        else:
            self.ids |= wanted

    def clear(self) -> None:
        self.ids.clear()
        self._last = None

    def ordered(self, ids: Sequence[int]) -> list[int]:
        """Return the selected ids in the order of `ids`, then those not in it."""
        if not self.ids:
            return []
        listed = [id for id in ids if id in self.ids]
        return listed if len(listed) == len(self.ids) else [*listed, *sorted(self.ids.difference(listed))]

    def describe(self, ids: Iterable[int]) -> str:
        """Return how many are selected, and how many of them are not in `ids`; "" for none."""
        if not self.ids:
            return ""
        elsewhere = len(self.ids.difference(ids))
        return f"{len(self.ids):,} selected" + (f", {elsewhere:,} not shown" if elsewhere else "")
