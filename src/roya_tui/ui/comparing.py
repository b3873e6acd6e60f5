"""What changed in an article: told where one reads it, and shown in its place."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from textual import on, work

from roya_tui.model import Headline
from roya_tui.store import articles
from roya_tui.ui import keys
from roya_tui.ui.cells import measure
from roya_tui.ui.changes_pane import ChangesPane, width_of
from roya_tui.ui.rows import Rows
from roya_tui.ui.visiting import Visiting

if TYPE_CHECKING:
    from roya_tui.config import Config
    from roya_tui.reading.changes_page import ChangesPage
    from roya_tui.reading.clock import Clock
    from roya_tui.reading.merging import Merged
    from roya_tui.reading.versions import Comparison

TELL_AFTER = 0.12
"""Seconds of quiet before it is worked out what changed in the article of the cursor."""
TELL_ALL_AFTER = 0.5
"""Seconds of quiet before the same is done for the other articles in view."""
LONGEST = 20
"""Minutes to read, beyond which that is left until someone comes to it."""
_FRAME = 3
"""Columns of a pane that hold no text, the thumb's included."""
MOST_TOLD = 4
"""Parts of a summary."""


class Comparing(Visiting):
    """The actions on the versions of an article. Where they are long they are read and compared in a thread."""

    _told_below = ""
    """What was last said below by itself."""

    # In one line.

    def follow(self) -> None:
        if self.headlines.selected != self.changes.article:
            self._close_changes()
        super().follow()
        if self.bottom.said and self.bottom.said == self._told_below:
            self.bottom.hush()
        self.tell_changes()

    def tell_changes(self) -> None:
        """Tell what changed in the article of the cursor and in others in view; not while one types to find some."""
        if self.find_bar.is_open:
            return
        headline = self._selected()
        if headline is not None and headline.changed:
            self._tell_what_changed(headline.id)
        self._tell_beside_titles()

    @work(exit_on_error=False, exclusive=True, group="told")
    async def _tell_what_changed(self, id: int) -> None:
        """Tell it of the article of the cursor: in its head and below."""
        await asyncio.sleep(TELL_AFTER)
        words = await self._in_words(id)
        if not words or self.headlines.selected != id:
            return
        headline = self._selected()
        self.article.tell(id, headline.revisions if headline else 0, words)
        if not self.bottom.said:
            key = keys.key_of(self.actions, "changes")
            self._told_below = f"{self.signs.changed} {words}. {key} shows it."
            self.bottom.say(self._told_below)

    @work(exit_on_error=False, exclusive=True, group="told beside")
    async def _tell_beside_titles(self) -> None:
        """Tell it of the others in view, one after the other, while nobody presses a key."""
        await asyncio.sleep(TELL_ALL_AFTER)
        for headline in self.headlines.untold():
            if headline.minutes <= LONGEST:
                await self._in_words(headline.id)

    async def _in_words(self, id: int) -> str:
        """Work out in a few words what changed in an article, which goes beside its title; "" where nothing did."""
        found = await self.library.look(compared, id)
        if found is None or not found.changes:
            return ""
        from roya_tui.reading.summary import summary

        words = summary(found.changes, "-" if self.config.look.ascii else "−", MOST_TOLD)
        self.headlines.tell(id, len(found.versions) - 1, words)
        return f"{words} {found.since}"

    # In full.

    def action_changes(self) -> None:
        """What changed, in the place of the article; and back to the article."""
        if self.has_class("-changes"):
            self._back_to_the_article()
            return
        headline = self._selected()
        if headline is None:
            self.bottom.say("Choose an article first.")
        elif self._is_visiting:
            self.bottom.say("This page is not among your articles: it has no versions.")
        elif not headline.revisions:
            self.bottom.say("Unchanged since it came: there is one version.")
        else:
            self.changes.await_for(headline.id)
            self.add_class("-changes")
            self.set_focus(self.changes)  # at once: the next key may be on its way
            self._watch_time()
            self._compare(headline, None)

    def _compare(self, headline: Headline, base: int | None) -> None:
        """Compare in a thread: how long the earlier versions are, nobody knows before they are read."""
        width = width_of(self.article.wanted_width, self.article.columns or self.size.width - _FRAME)
        self._compare_apart(headline.id, base, self.clock, width, self.config)

    @work(exit_on_error=False, exclusive=True, group="compare")
    async def _compare_apart(self, id: int, base: int | None, clock: Clock, width: int, config: Config) -> None:
        self._show_changes(id, base, await self.library.look(set_out, id, base, clock, width, config))

    def _show_changes(self, id: int, base: int | None, found: tuple[Comparison, Merged, ChangesPage] | None) -> None:
        if not self.has_class("-changes") or self.changes.article != id:
            return  # one went on meanwhile
        if found is None:
            self._back_to_the_article()
            self.bottom.say("No versions to compare: they are damaged, or not kept.")
            return
        self.changes.set_width(self.article.wanted_width)
        self.changes.show(*found)
        if base is None and not any(version.read for version in found[0].versions):
            self.bottom.say("You have not read it before: this is what changed last.")

    def _set_width(self, columns: int) -> None:
        super()._set_width(columns)
        self.changes.set_width(self.article.wanted_width)

    def leave(self) -> bool:
        if self.has_class("-changes"):
            if self.changes.leave():
                self._say_where()
            else:
                self._back_to_the_article()
            return True
        return super().leave()

    def _back_to_the_article(self) -> None:
        focused = self.focused is self.changes
        shown, headline = self.article.shown, self._selected()
        if shown is not None and headline is not None and shown.headline.revisions != headline.revisions:
            self._show_again(headline.id)  # a refresh brought the present version while one read
        self._close_changes()
        if focused:
            self.set_focus(self.article)

    def _close_changes(self) -> None:
        """Let the article be seen again, if it is not."""
        if self.has_class("-changes"):
            self.remove_class("-changes")
            self.changes.forget()
            self.article_bar.home = self.article

    @on(Rows.Opened, "#headlines")
    def _opened_the_article(self) -> None:
        self._close_changes()

    @on(ChangesPane.Said)
    def _changes_said(self, message: ChangesPane.Said) -> None:
        self.bottom.say(message.words)

    @on(ChangesPane.Wanted)
    def _other_version(self, message: ChangesPane.Wanted) -> None:
        headline = self._selected()
        if headline is not None:
            self._compare(headline, message.base)

    def action_advance(self) -> None:
        if not self.has_class("-changes"):
            super().action_advance()
        elif not self.changes.page_on():
            key = keys.key_of(self.actions, "changes")
            self.bottom.say(f"That was all. {key} goes back to the article.")


def compared(db: sqlite3.Connection, id: int, base: int | None = None) -> Comparison | None:
    """Compare an article with an earlier version; None where there is none."""
    from roya_tui.reading.versions import compare
    from roya_tui.store import revisions

    article = articles.article(db, id)
    return None if article is None else compare(article, revisions.revisions(db, id), base)


def set_out(
    db: sqlite3.Connection, id: int, base: int | None, clock: Clock, width: int, config: Config
) -> tuple[Comparison, Merged, ChangesPage] | None:
    """Compare an article with an earlier version, make one document of both, and set it."""
    from roya_tui.reading.changes_page import compose_changes, in_one

    found = compared(db, id, base)
    if found is None:
        return None
    made = in_one(found, config.look.ascii, measure)
    changes = compose_changes(found, made, clock, width, measure, config)
    len(changes.page.lines)  # now, and not when they are drawn
    return found, made, changes
