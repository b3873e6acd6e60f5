"""The rows of the headline list: their headlines and how they are drawn; without Textual."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.one_line import fit_interface_line
from roya_tui.model import Headline
from roya_tui.presentation.headline_rows import (
    LINE_BREAK,
    MIN_NOTE_CELLS,
    HeadlineRow,
    Icons,
    add_side_note,
    free_cells,
    more_row,
    one_line_row,
    section_row,
    two_line_row,
)
from roya_tui.presentation.key_hints import wrap_hints
from roya_tui.presentation.row_heights import RowHeights, find_short_rows
from roya_tui.presentation.timeline import MoreRow, Timeline, count_expanded, name_period, other_count
from roya_tui.translation import gettext, is_right_to_left
from roya_tui.ui.caches import LruCache
from roya_tui.ui.widgets.cells import measure

PAGE_SIZE = 64
"""Headlines loaded at once: slightly more than a screen."""


class HeadlineRows:
    """Loads and draws the headlines of a timeline, and shows changes before they are saved."""

    def __init__(
        self,
        load: Callable[[Sequence[int]], list[Headline]],
        clock: Clock,
        icons: Icons,
        rtl: str,
        selection: ArticleSelection,
        refresh_all: Callable[[], None],
        *,
        refresh_article: Callable[[int], None],
    ) -> None:
        """`load` returns headlines by their ids. `refresh_article` draws the row of an article again."""
        self._load = load
        self._clock = clock
        self._icons = icons
        self._rtl = rtl
        self._selection = selection
        self._refresh_article = refresh_article
        self._refresh_all = refresh_all
        self.timeline = Timeline()
        self.heights = RowHeights()
        """The lines that the rows take."""
        self.has_two_lines = False
        """Whether an article has two lines."""
        self.shows_source = True
        """Whether a row names its source."""
        self.search_words: tuple[str, ...] = ()
        """Words that are highlighted in titles."""
        self.empty_text = ""
        """The text of an empty list."""
        self._headlines: LruCache[int, Headline] = LruCache(PAGE_SIZE * 16)
        self._change_notes: LruCache[tuple[int, int], str] = LruCache(PAGE_SIZE * 16)
        """What changed in an article since it was read, by article id and number of versions."""

    def set_timeline(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.set_two_lines(self.has_two_lines)

    def set_two_lines(self, on: bool) -> None:
        """Give each article two lines, or one."""
        self.has_two_lines = on
        if on and self.timeline.ids:
            self.heights.set_height(2, find_short_rows(self.timeline))
        else:
            self.heights.set_height(1)

    # Headlines.

    def headline_at(self, index: int | None) -> Headline | None:
        """Return the headline at `index`, loaded with its neighbors if needed; None if it is deleted, or for None."""
        if index is None:
            return None
        ids = self.timeline.ids
        id = ids[index]
        if id not in self._headlines and id >= 0:
            start = max(0, index - PAGE_SIZE // 4)
            missing = [n for n in ids[start : start + PAGE_SIZE] if n >= 0 and n not in self._headlines]
            for headline in self._load(missing):
                self._headlines.put(headline.id, headline)
        return self._headlines.lookup(id)

    def section_name(self, row: int) -> str:
        """Return the heading of the section that contains `row`; a month or year if its dates have no day."""
        timeline, section = self.timeline, self.timeline.section_at(row)
        if timeline.days and section:
            period = name_period(self.headline_at(section.start), self._clock)
            if period and period == name_period(self.headline_at(section.stop - 1), self._clock):
                return period
        return timeline.section_of(row)

    def adjust(self, ids: Sequence[int], **facts: object) -> None:
        """Show changed fields (unread, starred, …) of articles at once, before they are saved."""
        for id in self._headlines.keys() & ids:
            self._headlines[id] = replace(self._headlines[id], **facts)
        if len(ids) == 1:
            self._refresh_article(ids[0])
        else:
            self._refresh_all()

    def invalidate(self) -> None:
        """Load the headlines from the database again when they are next drawn."""
        self._headlines.clear()
        self._refresh_all()

    def set_empty_text(self, text: str) -> None:
        """Set the text of an empty list, and show it."""
        self.empty_text = text
        self._refresh_all()

    # Notes on what changed in an article since it was read.

    def show_change_note(self, id: int, revisions: int, note: str) -> None:
        """Show beside an article's title what changed since it was read, if there is room."""
        if self._change_notes.get((id, revisions)) != note:
            self._change_notes.put((id, revisions), note)
            self._refresh_article(id)

    def headlines_without_note(self, rows: Iterable[int], width: int) -> list[Headline]:
        """Return the changed articles in `rows` that have room for a change note but none yet."""
        headlines = []
        for row in rows:
            index = self.timeline.index_of(row)
            headline = self.headline_at(index)
            if index is None or headline is None or not headline.changed or self._change_note(headline) is not None:
                continue
            if free_cells(self._headline_lines(headline, width, index)[-1]) >= MIN_NOTE_CELLS:
                headlines.append(headline)
        return headlines

    def _change_note(self, headline: Headline) -> str | None:
        """Return what changed in an article since it was read; None if nothing did, or if it is unknown."""
        return self._change_notes.get((headline.id, headline.revisions)) if headline.changed else None

    # Drawing.

    def empty_lines(self, columns: int) -> list[str]:
        """Return the text of an empty list as lines that fit."""
        text = self.empty_text if is_right_to_left() else isolate_names(self.empty_text)
        return wrap_hints(text, max(10, columns - 2)) if text else []

    def segments(self, row: int, width: int, is_cursor: bool) -> list[tuple[str, str]]:
        """Return a row as `RowList.row_segments` does."""
        timeline, icons = self.timeline, self._icons
        index = timeline.index_of(row)
        if index is None:
            return self._heading_segments(row, width)
        mark = (icons.cursor if is_cursor else " ", "pointer")
        if (counted := timeline.more_rows.get(timeline.ids[index])) is not None:
            return [mark, *self._more_row_segments(counted, width, count_expanded(timeline, index) > 0)]
        headline = self.headline_at(index)
        if headline is None:
            deleted = fit_interface_line(gettext("(deleted)"), max(8, width - 2), measure, self._rtl, icons.ellipsis)
            return [mark, (f" {deleted}", "read-title")]
        *above, last = self._headline_lines(headline, width, index)
        if note := self._change_note(headline) or timeline.side_notes.get(headline.id):
            last = add_side_note(last, note, measure, icons.ellipsis, self._rtl)
        runs = [*(segment for line in above for segment in (*line, LINE_BREAK, (" ", ""))), *last]
        if headline.hidden or headline.highlighted or not headline.unread:
            title = "title" if headline.unread and not headline.hidden else "read-title"
            title += " strike" if headline.hidden else " highlighted" if headline.highlighted else ""
            runs = [(run[0], run[1].replace("title", title)) if run[1].startswith("title") else run for run in runs]
        return [mark, *runs]

    def _heading_segments(self, row: int, width: int) -> list[tuple[str, str]]:
        """Return a heading, or a line of the text of an empty list."""
        timeline, icons = self.timeline, self._icons
        if not timeline.ids:
            return [(f" {self.empty_lines(width)[row]}", "empty")]
        name = self.section_name(row)
        if timeline.days:
            return [(f" {fit_interface_line(name, max(1, width - 1), measure, self._rtl, icons.ellipsis)}", "day")]
        return section_row(name, width, icons, measure, self._rtl)

    def _more_row_segments(self, counted: MoreRow, width: int, is_expanded: bool) -> list[tuple[str, str]]:
        is_selected = not counted.is_offer and self._selection.ids.issuperset(counted.ids)
        room, icons = max(8, width - 1), self._icons
        icon = icons.collapsed if counted.is_offer else icons.never if is_expanded else icons.only
        return more_row(counted.text, room, icons, measure, self._rtl, icon=icon, is_selected=is_selected)

    def _headline_lines(self, headline: Headline, width: int, index: int) -> list[list[tuple[str, str]]]:
        row = HeadlineRow(
            headline,
            max(8, width - 1),
            self._icons,
            self._clock,
            measure,
            self._rtl,
            with_source=self.shows_source,
            now=self.timeline.now,
            is_selected=headline.id in self._selection.ids,
            words=self.search_words,
            others=other_count(self.timeline, index),
            shown_under=self.timeline.date_of(index),
            with_years=not self.timeline.section_starts,  # all articles of a briefing are new
        )
        return two_line_row(row) if self.has_two_lines else one_line_row(row)


class ArticleSelection:
    """The ids of selected articles, and the last selected one, where a range begins."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """`changed` is called after each change."""
        self.ids: set[int] = set()
        self._last: int | None = None
        self._changed = changed

    def toggle(self, id: int) -> None:
        """Select or deselect an article."""
        self.ids ^= {id}
        self._last = id
        self._changed()

    def extend_to(self, ids: array[int], index: int, expand_rows: Callable[[Iterable[int]], Iterable[int]]) -> None:
        """Select all from the last selected article, if it is in the list, to `index`.

        `expand_rows` returns the articles of rows.
        """
        start = ids.index(self._last) if self._last is not None and self._last in ids else index
        self.ids.update(expand_rows(ids[min(start, index) : max(start, index) + 1]))
        self._last = ids[index]
        self._changed()

    def toggle_all(self, ids: Iterable[int]) -> None:
        """Select all of these; deselect them if they all are selected."""
        wanted = set(ids)
        if wanted <= self.ids:
            self.ids -= wanted
        else:
            self.ids |= wanted
        self._changed()

    def clear(self) -> None:
        self.ids.clear()
        self._last = None
        self._changed()

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
        if not elsewhere:
            return gettext("{count:,} selected", count=len(self.ids))
        return gettext("{count:,} selected, {others:,} not shown", count=len(self.ids), others=elsewhere)
