"""The headline list: ids in an array, headlines read by the page as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    MoreRow,
    Timeline,
    Totals,
    collect_ids,
    count_expanded,
    describe_size,
    expand_more_rows,
    other_count,
)
from roya_tui.ui import keys
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.chosen import Chosen
from roya_tui.ui.known import Known
from roya_tui.ui.rows import Rows, Run
from roya_tui.ui.storied import Storied, position


class Headlines(Storied):
    """Shows a `Timeline`; the cursor is a row, `selected` the article on it, `chosen` those to do something with."""

    BINDINGS: ClassVar = keys.bindings("headlines")

    class ChoiceTurned(Message):
        """The first headline was selected, or there is none any more."""

    class Led(Message):
        """One wants to see all that a row counts, where it belongs."""

        def __init__(self, pile: MoreRow) -> None:
            self.pile = pile
            super().__init__()

    def __init__(
        self,
        load: Callable[[Sequence[int]], list[Headline]],
        clock: Clock,
        signs: Icons,
        rtl: str,
        moved: Callable[[], None],
        tellings: Callable[[int], Sequence[int]],
        *,
        id: str | None = None,
    ) -> None:
        """`load` gives headlines by their ids; `moved` is called when the cursor comes to another article; `tellings`
        gives all that tell the story of an article, the best first.

        A message would come a frame later: the article would be drawn after the cursor, and not with it.
        """
        super().__init__(tellings, id=id)
        self._moved = moved
        self.clock = clock
        self.signs = signs
        self.rtl = rtl
        self.empty_words = ""
        self.heading = ""
        """What the frame says; the day of the first line is added where its own line is out of sight."""
        self.hidden = 0
        """How many more there are that the person hid."""
        self.chosen = Chosen()
        self.with_source = True
        """Whether a row says which source it comes from."""
        self.words: tuple[str, ...] = ()
        """What titles are looked through for: these words are set off in them."""
        self._known = Known(load)
        self._once_whole: Callable[[], None] | None = None
        """What was asked of all that is in the list, while some of it is still being read."""

    # What it shows.

    def moved(self) -> None:
        self._moved()

    def show(self, new: Timeline, *, stay: bool = False) -> None:
        """Show `new` from its top; with `stay` at the article of the cursor, or at the nearest one that is there."""
        self._once_whole = None
        new = self._with_story(new) if stay else new
        index = self._nearest(new) if stay else 0
        self.timeline = new
        self.changed()
        self.move_to(index)
        self.show_cursor()

    def _nearest(self, new: Timeline) -> int:
        """Where in `new` the cursor's article is; if it is gone, the next one below it that is not, or above it."""
        old, index = self.timeline.ids, self.index
        if index is None or not new.ids:
            return 0
        if (place := position(new.ids, old[index])) is not None:
            return place
        there = set(new.ids)
        nearest = next((id for id in chain(old[index + 1 :], reversed(old[:index])) if id in there), None)
        return 0 if nearest is None else new.ids.index(nearest)

    def expect(self, totals: Totals | None) -> None:
        """Say how many there will be, where the first of them are shown already."""
        self.timeline = replace(self.timeline, totals=totals)
        self.set_more_lines(self.extent())
        self.say_how_many()

    def extend(self, new: Timeline) -> None:
        """Show `new`, which has what is shown already and more: the cursor's row stays where it is on the screen."""
        index, height = self.index, self.cursor - self.scroll_offset.y
        old, self.timeline = self.timeline, self._with_story(new)
        new = self.timeline
        place = None if index is None else position(new.ids, old.ids[index])
        row = self.cursor if place is None else new.row_of(place)
        moved = row != self.cursor
        self.set_reactive(Rows.cursor, row)
        all_there = self.scroll_offset.y + self.lines_shown <= old.row_count
        if not moved and all_there and new.starts_with(old):
            self.set_more_lines(self.extent())  # what is drawn already stays as it is
        else:
            self.changed()
        if moved:
            self.jump(row - height)
        once_whole, self._once_whole = self._once_whole, None
        if once_whole is not None and self.timeline.is_complete:
            once_whole()

    def headline(self, index: int) -> Headline | None:
        """The headline at `index`; None if it is gone."""
        return self._known.headline(self.timeline.ids, index)

    def adjust(self, ids: Iterable[int], **facts: object) -> None:
        """Show other facts (unread, starred, …) of these articles at once, before the store has them."""
        touched = set(ids)
        self._known.adjust(touched, facts)
        if touched == {self.selected}:
            self.changed_row(self.cursor)
        else:
            self.changed()

    def forget(self) -> None:
        """Read the headlines anew when they are next shown: the store knows better."""
        self._known.forget()
        self.changed()

    def tell(self, id: int, revisions: int, changed: str) -> None:
        """Tell beside the title of an article what changed in it since it was read, where there is room."""
        if self._known.keep_change(id, revisions, changed):
            index = position(self.timeline.ids, id)
            if index is not None:
                self.changed_row(self.timeline.row_of(index))

    def untold(self) -> list[Headline]:
        """The changed articles in view of which it could be told what changed, and is not yet."""
        found = []
        for row in range(self.scroll_offset.y, self.scroll_offset.y + self.lines_shown):
            index = self.timeline.index_of(row)
            headline = None if index is None else self.headline(index)
            if index is None or headline is None or not headline.changed or self._known.change(headline) is not None:
                continue
            if free_cells(self._set(headline, self.columns, index)) >= MIN_NOTE_CELLS:
                found.append(headline)
        return found

    def say_nothing(self, words: str) -> None:
        """Say something else in a list that is empty and stays so."""
        self.empty_words = words
        self.changed()

    def _empty_lines(self) -> list[str]:
        """What an empty list says, as lines that fit."""
        return wrap(isolate_names(self.empty_words), max(10, self.columns - 2)) if self.empty_words else []

    def action_open(self) -> None:
        pile = self.pile
        if pile is None:
            super().action_open()
        elif pile.query:
            self.post_message(self.Led(pile))
        elif not self.unfold():
            self.fold()

    def action_unfold(self) -> None:
        if not self.unfold() and self.pile is None:
            self.action_open()

    def step(self, by: int) -> None:
        self._once_whole = None
        super().step(by)

    def action_last(self) -> None:
        super().action_last()
        self.when_whole(self.action_last)

    @property
    def awaits_whole(self) -> bool:
        """Whether something is to be done as soon as all is there that is still being read."""
        return self._once_whole is not None

    def when_whole(self, action: Callable[[], None]) -> bool:
        """Whether all that is in the list is there; if not, `action` is done as soon as it is."""
        self._once_whole = None if self.timeline.is_complete else action
        return self.timeline.is_complete

    # Selecting.

    def action_choose(self) -> None:
        pile, selected = self.pile, self.selected
        if pile is not None:
            self._choose(lambda: self.chosen.take(pile.ids))
        elif selected is not None:
            self._choose(lambda: self.chosen.turn(selected))
        self.step(1)

    def action_choose_range(self) -> None:
        index = self.index
        if index is not None:
            self._choose(lambda: self.chosen.reach(self.ids, index, partial(expand_more_rows, self.timeline)))

    def action_choose_all(self) -> None:
        self._choose(lambda: self.chosen.take(collect_ids(self.timeline)))
        self.when_whole(self.action_choose_all)

    def let_go(self) -> None:
        """Select nothing any more."""
        self._choose(self.chosen.clear)

    def _choose(self, change: Callable[[], None]) -> None:
        before = bool(self.chosen.ids)
        change()
        self.changed()
        self.say_how_many()
        if before != bool(self.chosen.ids):
            self.post_message(self.ChoiceTurned())

    # How it is drawn.

    def say_how_many(self) -> None:
        """Say in the frame how many there are, how many of them are selected, and how many are hidden."""
        hidden = f"{self.hidden:,} hidden" if self.hidden else ""
        told = (self.chosen.told(collect_ids(self.timeline)), hidden, describe_size(self.timeline))
        self.say_below(f" {self.signs.dot} ".join(filter(None, told)))

    def say_where(self) -> None:
        """Say in the frame what is shown."""
        top = self.scroll_offset.y
        day = "" if self.timeline.section_name(top) else self.timeline.section_of(top)
        words = f"{self.heading} {self.signs.dot} {day}" if day else self.heading
        self.say_above(shown(fit_ltr_line(words, self.columns or len(words), measure, self.rtl, self.signs.ellipsis)))

    def on_resize(self) -> None:
        self.say_where()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.say_where()

    def count(self) -> int:
        return self.timeline.row_count or len(self._empty_lines())

    def extent(self) -> int:
        totals = self.timeline.totals
        return self.count() if totals is None else max(self.count(), totals.rows + len(self.timeline.section_starts))

    def selectable(self, row: int) -> bool:
        return self.timeline.index_of(row) is not None

    def runs(self, row: int, width: int, here: bool) -> list[Run]:
        index = self.timeline.index_of(row)
        if index is None:
            if not self.timeline.ids:
                said = fit_ltr_line(self._empty_lines()[row], max(1, width - 1), measure, self.rtl, self.signs.ellipsis)
                return [(f" {shown(said)}", "empty")]
            name = self.timeline.section_name(row)
            if not self.timeline.days:
                return section_row(name, width, self.signs, measure, self.rtl)
            return [(f" {name}", "day")]
        mark = (self.signs.cursor if here else " ", "pointer")
        if (pile := self.timeline.more_rows.get(self.timeline.ids[index])) is not None:
            return [mark, *self._counting(pile, width, count_expanded(self.timeline, index) > 0)]
        headline = self.headline(index)
        if headline is None:
            return [mark, (" (removed)", "read-title")]
        runs = self._set(headline, width, index)
        if words := self._known.change(headline) or self.timeline.side_notes.get(headline.id):
            runs = add_side_note(runs, words, measure, self.signs.ellipsis, self.rtl)
        if headline.hidden or headline.highlighted or not headline.unread:
            title = "title" if headline.unread and not headline.hidden else "read-title"
            title += " strike" if headline.hidden else " lit" if headline.highlighted else ""
            runs = [(text, name.replace("title", title) if name.startswith("title") else name) for text, name in runs]
        return [mark, *runs]

    def _counting(self, pile: MoreRow, width: int, open: bool) -> list[Run]:
        chosen = self.chosen.ids.issuperset(pile.ids)
        words, room = pile.words, max(8, width - 1)
        return more_row(len(pile.ids), words, room, self.signs, measure, self.rtl, is_expanded=open, is_selected=chosen)

    def _set(self, headline: Headline, width: int, index: int) -> list[Run]:
        return headline_row(
            headline,
            max(8, width - 1),
            self.signs,
            self.clock,
            measure,
            self.rtl,
            with_source=self.with_source,
            now=self.timeline.now,
            is_selected=headline.id in self.chosen.ids,
            words=self.words,
            others=other_count(self.timeline, index),
            shown_under=self.timeline.date_of(index) if other_count(self.timeline, index) else None,
        )
