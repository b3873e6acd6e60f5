"""What one does to articles: read, star, move to the next unread, take it back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence

from textual import on, work
from textual.timer import Timer

from roya_tui.model import Article, Headline
from roya_tui.query import both
from roya_tui.query import view as named_view
from roya_tui.reading.blocks import Link
from roya_tui.reading.unfolding import standing
from roya_tui.store import undo
from roya_tui.ui import deeds, keys
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.deeds import Marked, Marking
from roya_tui.ui.panes import Panes
from roya_tui.ui.rows import Rows

PREPARE_AFTER = 0.04
"""Seconds of quiet before the next article is laid out."""


class Marks(Panes):
    """The actions on articles. What they change is shown at once and written in a thread."""

    _in_view: Timer | None = None
    _came_to: int | None = None
    """The article that the cursor came to last."""

    # The article of the cursor.

    def follow(self) -> None:
        """Show the article that the cursor came to, and begin to count the time it is in view."""
        id = self.headlines.selected
        self.article.show(None if id is None else self.article_of(id))
        if self._came_to not in (None, id):  # the first article of all was not chosen by anybody
            self._watch_time()
        self._came_to = id
        self._prepare_next()

    def show_again(self) -> None:
        """Show the article that is read with what the store says of it now."""
        shown = self.article.shown
        if shown is not None and shown.headline.id > 0:
            self.article.show(self.article_of(shown.headline.id) or shown)

    def article_of(self, id: int) -> Article | None:
        """The article of that number as it is to be shown; None if it is gone."""
        return self.library.article(id)

    @work(exit_on_error=False, exclusive=True, group="prepare")
    async def _prepare_next(self) -> None:
        """Lay the next article out while nobody waits: whoever presses j once is likely to press it again."""
        await asyncio.sleep(PREPARE_AFTER)
        index = self.headlines.index
        if index is not None and index + 1 < len(self.headlines.ids) and self.reading_in_view:
            id = self.headlines.ids[index + 1]
            following = self.article_of(id) if id >= 0 else None
            if following is not None:
                await self.article.prepare(following)

    def _watch_time(self) -> None:
        if self._in_view is not None:
            self._in_view.stop()
        seconds = self.config.reading.mark_read
        if seconds is not None:
            self._in_view = self.set_timer(seconds, self._seen)

    def _seen(self) -> None:
        if self.reading_in_view and self.app.screen is self:
            self._mark_selected_read()

    def _mark_selected_read(self) -> None:
        headline = self._selected()
        if headline is not None and (headline.unread or headline.changed):
            self.mark([headline.id], read=True, by_hand=False)

    def _selected(self) -> Headline | None:
        index = self.headlines.index
        return None if index is None else self.headlines.headline(index)

    def at_hand(self) -> Headline | None:
        """The headline of what one reads: links are opened and copied of that."""
        return self._selected()

    @on(Rows.Opened, "#headlines")
    def _opened(self) -> None:
        self.set_focus(self.article)
        if self.config.reading.mark_on_open:
            self._mark_selected_read()

    # Marking.

    def mark(
        self,
        ids: Sequence[int],
        *,
        read: bool | None = None,
        starred: bool | None = None,
        hidden: bool | None = None,
        by_hand: bool = True,
    ) -> None:
        """Mark articles: shown at once, then written. What was not done `by_hand` was noticed, and is not told."""
        marks = {"read": read, "starred": starred, "hidden": hidden}
        shown = self.library.tellings(ids[0]) if read and self.whole_stories and len(ids) == 1 else ids
        self.show_marked(shown or ids, **marks)
        self._write_marks(list(ids), marks, by_hand)

    def show_marked(
        self, ids: Sequence[int], *, read: bool | None = None, starred: bool | None = None, hidden: bool | None = None
    ) -> None:
        """Show articles as they are marked, whatever the store says yet."""
        if read is not None:
            self.headlines.adjust(ids, unread=not read, changed=False)
        if starred is not None:
            self.headlines.adjust(ids, starred=starred)
            if self.article.shown is not None and self.article.shown.headline.id in ids:
                self.article.star(starred)
        if hidden is not None:
            self.headlines.adjust(ids, hidden=hidden)

    @work(exit_on_error=False, group="marks")
    async def _write_marks(self, ids: list[int], marks: Marking, by_hand: bool) -> None:
        whole, noticed = self.whole_stories, not by_hand
        done = await self.library.write(deeds.marked, ids, self.now(), marks, whole_stories=whole, noticed=noticed)
        if len(done.ids) > len(ids) > 1:
            self.headlines.forget()  # only those of one were shown at once
        if by_hand:
            self.tell_marked(done, marks)
        else:
            self.count_soon()

    def tell_marked(self, done: Marked, marks: Marking, more: str = "") -> None:
        """Say how many were marked, and `more` of that, where the list does not show it; count anew."""
        if len(done.ids) > 1 or marks.get("hidden") is not None or not self.list_in_view:
            what = "it" if len(done.ids) == 1 else f"{done.changed:,}"
            said = next(_DONE[name, on].format(what) for name, on in marks.items() if on is not None)
            self.bottom.say(said.replace(".", f"{more}.", 1) if more else said)
        self.count_now()

    @property
    def whole_stories(self) -> bool:
        """Whether a story is read when one of its tellings is."""
        return self.config.reading.story == "all"

    def leave_unwatched(self) -> None:
        """Do not count the time that the article of the cursor is in view: the person has said what it is."""
        if self._in_view is not None:
            self._in_view.stop()

    def action_mark_all(self) -> None:
        if self.headlines.ids:
            self._mark_all()
        else:
            self.bottom.say("Nothing here to mark.")

    @work(exit_on_error=False, group="marks")
    async def _mark_all(self) -> None:
        """Only what is shown: what came in since stays unread."""
        timeline, now = self.headlines.timeline, self.now()
        unread = both(named_view("unread"), self.view.asked(now))
        among = standing(timeline) if timeline.whole else None
        self.headlines.adjust(standing(timeline), unread=False)
        # A write, which nothing breaks off: whoever presses A and then 1 means both.
        done = await self.library.write(
            deeds.marked_read, unread, now, among, zone=self.clock.zone, whole_stories=self.whole_stories
        )
        self.headlines.forget()
        if not done.ids:
            self.bottom.say("Nothing here to mark.")
            return
        counted = {id for pile in timeline.piles.values() for id in pile.ids}.intersection(done.ids)
        self.tell_marked(done, {"read": True}, f"; {len(counted):,} of them had no row" if counted else "")

    def action_undo(self) -> None:
        self._walk(undo.back, "Nothing to undo.")

    def action_redo(self) -> None:
        self._walk(undo.forth, "Nothing to redo.")

    def _walk(self, step: Callable[[sqlite3.Connection, int, int], undo.Walk | None], nothing: str) -> None:
        self.leave_unwatched()  # what comes back unread is to stay so
        self._step(step, nothing)

    @work(exit_on_error=False, group="marks")
    async def _step(self, step: Callable[[sqlite3.Connection, int, int], undo.Walk | None], nothing: str) -> None:
        """Take one step, which is one write, and show what it did. The cursor stays: the sentence says what it was."""
        done = await self.library.write(step, self.now(), self.started) or undo.Walk(nothing)
        more = f" {keys.key_of(self.actions, 'redo')} brings them back."
        self.bottom.say(f"{done.said}{more if done.gone > 1 and step is undo.back else ''}")
        self.headlines.forget()
        self.show_again()
        self.count_now()
        if done.sources or await self._brings_back(done.articles):
            self.taken_in()
            self.set_view(self.view, hold=True)
        elif done.rows:
            self.fold_anew()

    async def _brings_back(self, ids: Sequence[int]) -> bool:
        """Whether articles belong into the list again that it was made without."""
        shown, now = self.headlines.timeline, self.now()
        if not ids or not shown.whole or self.view.place.kind == "briefing":
            return False
        query = self.view.asked(now)
        return await self.library.look(deeds.comes_back, query, now, ids, standing(shown), self.clock.zone)

    # Links out.

    def action_browser(self) -> None:
        headline = self.at_hand()
        if headline is None or not headline.url:
            self.say_lack("link")
            return
        self.open_in_browser(headline.url)

    def action_copy_link(self) -> None:
        self._copy(lambda link: link.url)

    def action_copy_markdown(self) -> None:
        self._copy(lambda link: as_markdown(link.text, link.url))

    def _copy(self, made: Callable[[Link], str]) -> None:
        """Copy the marked link of the article that one is in, or else the article's own."""
        link = self.reading.marked if self.pane == "article" else None
        headline = self.at_hand()
        if (link is None or not link.url) and headline is not None and headline.url:
            link = Link(headline.url, headline.title)
        if link is None or not link.url:
            self.say_lack("link to copy")
            return
        self.app.copy_to_clipboard(made(link))
        self.bottom.say(f"Copied {made(link)}")

    def say_lack(self, what: str) -> None:
        """Say that the article at hand has nothing of what a key is for."""
        self.bottom.say("Choose an article first." if self.at_hand() is None else f"This article has no {what}.")

    def leave(self) -> bool:
        """Leave what one is in the middle of in the article; False if that is only the article."""
        return self.article.leave()

    @on(ArticlePane.LinkOpened)
    def _link_opened(self, message: ArticlePane.LinkOpened) -> None:
        self.open_in_browser(message.url)

    @work(exit_on_error=False, group="browser")
    async def open_in_browser(self, url: str) -> None:
        """Open an address, and say so."""
        from roya_tui.ui import browser

        if await browser.open_quietly(url):
            self.bottom.say(f"Opened {url}")
        else:
            self.bottom.say("No browser was found here. y copies the article's link.")

    def action_go_to_link(self) -> None:
        from roya_tui.ui.dialogs.number import LinkNumber

        def entered(number: int | None) -> None:
            if number and self.reading.mark_link(number):
                self._came_to_link()
            elif number:
                self.bottom.say(f"There is no link {number}.")

        if self.reading.links:
            self.app.push_screen(LinkNumber(self.reading.links), entered)
        else:
            self.say_lack("links")

    def action_next_link(self) -> None:
        self._turn_link(1)

    def action_previous_link(self) -> None:
        self._turn_link(-1)

    def _turn_link(self, by: int) -> None:
        if self.reading.turn_link(by):
            self._came_to_link()
        else:
            self.say_lack("links")

    def _came_to_link(self) -> None:
        """Say where the marked link leads, before anyone opens it; other tellings say that by themselves."""
        self.set_focus(self.reading)
        link, opens = self.reading.marked, keys.key_of(self.actions, "open-link")
        if tag := self.reading.marked_tag:
            again = tag in (*self.view.only, *self.view.never)
            self.bottom.say(f"{opens}: {'no longer only' if again else 'only'} what has the tag “{tag}”.")
        elif link is None:
            self.bottom.hush()
        elif link.place is not None:
            self.bottom.say(f"Within the text: {opens} goes there, {keys.key_of(self.actions, 'back')} comes back.")
        elif link.url.startswith(("http://", "https://")):
            self.bottom.say(f"{opens} opens, {keys.key_of(self.actions, 'read-link')} reads here: {link.url}")
        else:
            self.bottom.say(f"{opens} opens {link.url}")


def as_markdown(text: str, url: str) -> str:
    """A link, as Markdown writes it."""
    return f"[{text.translate(_ESCAPED)}](<{url}>)"


_DONE = {
    ("read", True): "Marked {} read. u undoes.",
    ("read", False): "Marked {} unread. u undoes.",
    ("starred", True): "Starred {}. u undoes.",
    ("starred", False): "Took the star off {}. u undoes.",
    ("hidden", True): "Hid {}; . clears the list. u undoes.",
    ("hidden", False): "Unhid {}. u undoes.",
}
_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\[]*_`<>"})
