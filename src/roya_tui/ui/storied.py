"""A list of articles in which stories have one row, and are unfolded and folded again."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence

from roya_tui.presentation.timeline import (
    NO_NEW_MEMBERS,
    MoreRow,
    NewMembers,
    Timeline,
    add_new_members,
    collapse_story,
    collect_ids,
    count_expanded,
    expand_story,
    more_row_of,
    other_count,
    story_index,
)
from roya_tui.ui.rows import Rows


class Storied(Rows):
    """Rows of a `Timeline`: which article the cursor is on, and what stands below its row."""

    def __init__(self, tellings: Callable[[int], Sequence[int]], *, id: str | None = None) -> None:
        """`tellings` gives all that tell the story of an article, the best first."""
        super().__init__(id=id)
        self._tellings = tellings
        self.timeline = Timeline()

    def move_to(self, index: int) -> None:
        """Put the cursor on the article at `index`."""
        row = self.timeline.row_of(index) if self.timeline.ids else 0
        if row == self.cursor:
            self.moved()
        else:
            self.cursor = row

    @property
    def index(self) -> int | None:
        """The index of the article under the cursor."""
        return self.timeline.index_of(self.cursor)

    @property
    def selected(self) -> int | None:
        """The id of the article under the cursor; None on a row that counts articles."""
        index = self.index
        return None if index is None or self.timeline.ids[index] < 0 else self.timeline.ids[index]

    @property
    def pile(self) -> MoreRow | None:
        """What the row of the cursor counts, if it is one that does."""
        index = self.index
        return None if index is None else self.timeline.more_rows.get(self.timeline.ids[index])

    @property
    def ids(self) -> array[int]:
        return self.timeline.ids

    # Stories.

    def action_unfold(self) -> None:
        """Show the other tellings of the story below its row; where there are none, or they are shown, read."""
        if not self.unfold():
            self.action_open()

    def unfold(self) -> bool:
        """Show the other tellings below the row of the cursor; False where there are none to show."""
        index = self.index
        if index is None or other_count(self.timeline, index) < 1 or count_expanded(self.timeline, index):
            return False
        here = self.timeline.new_members.get(self.ids[index], NO_NEW_MEMBERS).ids.union(collect_ids(self.timeline))
        self._show_below(index, here.intersection(self._below(self.ids[index])))
        return count_expanded(self.timeline, index) > 0

    def tell_further(self, come: Mapping[int, NewMembers]) -> None:
        """Let rows count the tellings that came since the list was made, too."""
        self.timeline = add_new_members(self.timeline, come)
        self.changed()

    def fold(self) -> bool:
        """Fold the story of the cursor away, and go to its row; False where it is not unfolded."""
        index = self.index
        row = None if index is None else story_index(self.timeline, index)
        if row is None or not count_expanded(self.timeline, row):
            return False
        self.timeline = collapse_story(self.timeline, row)
        self.changed()
        self.move_to(row)
        return True

    def go_to_telling(self, id: int) -> None:
        """Go to another telling of the cursor's story, whether it stands in this list or not."""
        index = self.index
        place = position(self.ids, id)
        if place is None and index is not None:
            row = story_index(self.timeline, index)
            below = self.ids[row + 1 : row + 1 + count_expanded(self.timeline, row)]
            here = set(self._tellings(id)).intersection(collect_ids(self.timeline))
            self._show_below(row, here.union(below, [id]))
            place = position(self.ids, id)
        if place is not None:
            self.move_to(place)

    def _below(self, row: int) -> Sequence[int]:
        """What is to stand below a row, the first of all in it too: the tellings of its story, or what it counts."""
        pile = self.timeline.more_rows.get(row)
        return self._tellings(row) if pile is None else pile.ids

    def _show_below(self, index: int, wanted: Collection[int]) -> None:
        in_order = [id for id in self._below(self.ids[index]) if id in wanted]
        self.timeline = expand_story(self.timeline, index, in_order)
        self.changed()

    def _with_story(self, new: Timeline) -> Timeline:
        """`new` with the story of the cursor unfolded, if it is now, or if its article stands there without a row."""
        index = self.index
        if index is None or not new.other_counts:
            return new
        id, row = self.ids[index], story_index(self.timeline, index)
        if position(new.ids, id) is None and (counting := more_row_of(new, id)) is not None:
            return expand_story(new, new.ids.index(counting), new.more_rows[counting].ids)
        unfolded_now = count_expanded(self.timeline, row) > 0
        if (pile := new.more_rows.get(self.ids[row])) is not None:
            place = position(new.ids, self.ids[row])
            return new if place is None or not unfolded_now else expand_story(new, place, pile.ids)
        wanted = set(tellings := self._tellings(id)).intersection(collect_ids(new))
        if not unfolded_now and (position(new.ids, id) is not None or id not in wanted):
            return new
        places = (position(new.ids, one) for one in tellings if one in wanted)
        first = next((place for place in places if place is not None), None)
        return new if first is None else expand_story(new, first, [one for one in tellings if one in wanted])


def position(ids: array[int], id: int) -> int | None:
    """Where `id` stands in `ids`, None if it does not."""
    try:
        return ids.index(id)
    except ValueError:
        return None
