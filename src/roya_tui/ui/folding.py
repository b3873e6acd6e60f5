"""One row for each story: folding the list, and what one does to stories by hand."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from sqlite3 import Connection

from textual import on, work

from roya_tui.reading.unfolding import standing
from roya_tui.store import stories
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.choosing import Choosing
from roya_tui.ui.listing import Capping, Making, come, refolded

MOST_JOINED = 200
"""Articles that a key makes one story: more were selected for something else."""


class Folding(Choosing):
    """Articles that tell the same story stand behind one row, until one unfolds it."""

    @property
    def listing(self) -> Making:
        """How lists are made here."""
        return Making(self.clock.zone, self.folding, self.config.reading.prefer, self._capping())

    def _capping(self) -> Capping | None:
        """Which sources have few rows a day here; None where each article has its own."""
        if not self.view.is_stream:
            return None
        wished = {name: wish.per_day for name, wish in self.config.sources.items() if wish.per_day is not None}
        return Capping(self.clock, wished)

    def action_fold_stories(self) -> None:
        self.folding = not self.folding
        self._memory.keep_folding(self.config.reading.fold, self.folding)
        self.fold_anew()
        self.bottom.say("A row for each story." if self.folding else "A row for each article.")

    def fold_anew(self) -> None:
        if self.headlines.timeline.whole and not self.awaits_list:
            self._refold()
        else:
            self.set_view(self.view)

    @work(exit_on_error=False, exclusive=True, group="view")
    async def _refold(self) -> None:
        """Give the articles that stand in the list the rows that stories, as they are now, ask for."""
        shown, view = self.headlines.timeline, self.view
        every, times = standing(shown), shown.times
        found = await self.library.look(refolded, every, times, making=self.listing)
        if view == self.view and standing(self.headlines.timeline) is every:
            self.headlines.forget()
            self.show_listed(found, stay=True)

    @work(exit_on_error=False, exclusive=True, group="come")
    async def count_tellings(self) -> None:
        shown, now = self.headlines.timeline, self.now()
        query = self.view.asked(now)
        if self.folding and shown.ids:
            rows = array("q", (id for id in shown.ids if id > 0))
            found = await self.library.look(come, query, now, rows, standing(shown), self.clock.zone)
            if found and self.headlines.timeline is shown:
                self.headlines.tell_further(found)

    @on(ArticlePane.TellingChosen)
    def _telling_chosen(self, message: ArticlePane.TellingChosen) -> None:
        self.headlines.go_to_telling(message.telling)

    # By hand.

    def action_join_story(self) -> None:
        ids = self.selection()
        if len(ids) < 2:
            self.bottom.say("Select what tells one story first: v selects a headline.")
            return
        if len(ids) > MOST_JOINED:
            self.bottom.say(f"These are {len(ids):,}: a story is made of {MOST_JOINED} at most.")
            return
        self.headlines.let_go()
        self._do_to_story(stories.join, ids, "These are one story already.")

    def action_part_story(self) -> None:
        index, chosen = self.headlines.index, self.selection()
        if not chosen and index is not None and self.pane == "headlines" and self.headlines.unfold():
            self.bottom.say("The same key takes this article out of the story.")
        elif ids := self.meant():
            self.headlines.let_go()
            self._do_to_story(stories.part, ids, "It is in no story.")

    @work(exit_on_error=False, group="marks")
    async def _do_to_story(
        self, what: Callable[[Connection, Sequence[int], int], int], ids: list[int], none: str
    ) -> None:
        changed, said = await self.library.do(what, ids, self.now())
        if changed:
            self.bottom.say(f"{said} u undoes.")
            self.fold_anew()
            self.show_again()
        else:
            self.bottom.say(none)
