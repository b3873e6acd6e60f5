"""Marks on articles: read, starred, hidden, tags and notes, and undoing them."""

from __future__ import annotations

import asyncio
import sqlite3
from array import array
from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial, partialmethod
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer

from roya_tui.model import Headline
from roya_tui.presentation.timeline import collect_ids
from roya_tui.query import Query, all_of
from roya_tui.query import view as named_view
from roya_tui.store.search import results
from roya_tui.store.user_data import article_state, stories, tags
from roya_tui.store.user_data.journal import UndoResult, redo_step, undo_step
from roya_tui.translation import gettext, gettext_noop, join_sentences, ngettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.selection import Selection, missing
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.tips import Tips

if TYPE_CHECKING:
    from roya_tui.ui.dialogs.annotations import TagsDialog


class Marks(Controller):
    """Marks articles. A change is shown at once and written in a thread."""

    def __init__(
        self,
        context: Context,
        counts: Counts,
        article_list: ArticleList,
        article: CurrentArticle,
        selection: Selection,
        tips: Tips,
    ) -> None:
        super().__init__(context)
        self._counts = counts
        self._list = article_list
        self._article = article
        self._selection = selection
        self._tips = tips
        self._reading_timer: Timer | None = None

    # Read after some seconds in view.

    def start_reading_timer(self) -> None:
        """Mark the current article read when it has been in view for `[reading] mark_read` seconds."""
        self.stop_reading_timer()
        seconds = self._config.reading.mark_read
        if seconds is not None:
            self._start_timer(seconds)

    def _start_timer(self, seconds: float) -> None:
        self._reading_timer = self._shell.after(seconds, self._seen)

    def stop_reading_timer(self) -> None:
        """Leave the current article as the user marked it."""
        if self._reading_timer is not None:
            self._reading_timer.stop()

    def _seen(self) -> None:
        if self._panes.search_bar.is_open:
            self._start_timer(1)  # a match that is read now would be missing after the next letter
        elif not self._shell.is_current:
            self.start_reading_timer()  # the article comes into view again when the screen on top closes
        elif self._panes.article_visible:
            self.mark_current_read()

    def mark_current_read(self) -> None:
        """Mark the article under the cursor read automatically."""
        headline = self._headline
        if headline is not None and (headline.unread or headline.changed):
            self._mark([headline.id], {"read": True}, by_hand=False)

    def opened(self) -> None:
        """Focus the article that was opened, and mark it read if the configuration says so."""
        self._shell.focus(self._panes.article)
        if self._config.reading.mark_on_open:
            self.mark_current_read()

    def mark_listened(self, headline: Headline) -> None:
        """Mark an article read whose recording was listened to, also while the app quits."""
        now, entire, marks = self._now(), self._marks_entire_stories, {"read": True}
        self._show([headline.id], marks)
        written = self._database.write(mark_articles, [headline.id], now, marks, entire_stories=entire)
        self._report_listened(headline, asyncio.ensure_future(written))

    @background("marks")
    async def _report_listened(self, headline: Headline, written: Future[MarkResult]) -> None:
        done = await written
        ended = gettext("“{title}” has ended.", title=headline.title)
        marked = (article_state.describe_mark("read", True, done.changed), gettext("u: undo")) if done.changed else ()
        self._show_message(join_sentences(ended, *marked))
        self._counts.update_now()

    # Marking.

    def toggle_star(self) -> None:
        self._toggle("starred", lambda headline: not headline.starred)

    def toggle_read(self) -> None:
        self._toggle("read", lambda headline: headline.unread or headline.changed)
        self.stop_reading_timer()

    def toggle_hidden(self) -> None:
        self._toggle("hidden", lambda headline: not headline.hidden)

    def _toggle(self, mark: str, of_one: Callable[[Headline], bool]) -> None:
        """Set a mark, or remove it if all articles have it already."""
        if several := self._selection.several():
            self._toggle_all(several, mark)
            return
        headline = self._article.target
        if ids := self._selection.targets():
            self._mark(ids, {mark: headline is not None and of_one(headline)})

    @background("marks")
    async def _toggle_all(self, ids: list[int], mark: str) -> None:
        now, entire = self._now(), self._marks_entire_stories
        on, done = await self._database.write(toggle_mark, ids, mark, now, entire_stories=entire)
        self._show(done.ids, {mark: on})
        self._report(done, {mark: on})

    def _mark(self, ids: Sequence[int], marks: MarkChanges, *, by_hand: bool = True) -> None:
        """Mark articles: shown at once, then written. Automatic marks are not reported."""
        shown = self._database.story_ids(ids[0]) if marks.get("read") and self._marks_entire_stories else ids
        self._show(shown or ids, marks)
        self._write(list(ids), marks, by_hand)

    def _show(self, ids: Sequence[int], marks: MarkChanges) -> None:
        """Show the marks before they are written."""
        if (read := marks.get("read")) is not None:
            self._headlines.rows.adjust(ids, unread=not read, changed=False)
        if (starred := marks.get("starred")) is not None:
            self._headlines.rows.adjust(ids, starred=starred)
            self._panes.article.mark_star(ids, starred)
        if (hidden := marks.get("hidden")) is not None:
            self._headlines.rows.adjust(ids, hidden=hidden)

    @background("marks")
    async def _write(self, ids: list[int], marks: MarkChanges, by_hand: bool) -> None:
        now, entire = self._now(), self._marks_entire_stories
        done = await self._database.write(mark_articles, ids, now, marks, entire_stories=entire, noticed=not by_hand)
        if len(done.ids) > len(ids) > 1:
            self._headlines.rows.invalidate()  # only the members of one story were shown at once
        if by_hand:
            self._report(done, marks)
        else:
            self._counts.update_soon()

    def _report(self, done: MarkResult, marks: MarkChanges, more: str = "") -> None:
        """Report how many articles were marked if the list does not show it, and update the counts."""
        if len(done.ids) > 1 or marks.get("hidden") is not None or not self._panes.list_visible:
            count = 1 if len(done.ids) == 1 else done.changed
            texts = [article_state.describe_mark(mark, on, count) for mark, on in marks.items() if on is not None]
            hint = gettext("u: undo   .: remove from list") if marks.get("hidden") else gettext("u: undo")
            self._show_message(join_sentences(*texts, more, hint))
        self._tips.marked()
        self._counts.update_now()

    @property
    def _marks_entire_stories(self) -> bool:
        """Whether a story is read when one of its articles is."""
        return self._config.reading.story == "all"

    def mark_all_read(self) -> None:
        if self._headlines.ids:
            self._mark_all_read()
        else:
            self._show_message(gettext(NOTHING_UNREAD))

    @background("marks")
    async def _mark_all_read(self) -> None:
        """Mark only what is shown: articles that were fetched since stay unread."""
        timeline, now, zone = self._headlines.timeline, self._now(), self._zone
        unread = all_of(named_view("unread"), self._state.view.lenient_query(now))
        among = collect_ids(timeline) if timeline.is_complete else None
        self._headlines.rows.adjust(collect_ids(timeline), unread=False)
        # Run as a write, so that no later query interrupts it.
        done = await self._database.write(
            mark_matching_read, unread, now, among, zone=zone, entire_stories=self._marks_entire_stories
        )
        self._headlines.rows.invalidate()
        if not done.ids:
            self._show_message(gettext(NOTHING_UNREAD))
            return
        counted = {id for row in timeline.more_rows.values() for id in row.ids}.intersection(done.ids)
        without_row = (
            ngettext("{count:,} of them is not shown.", "{count:,} of them are not shown.", len(counted))
            if counted
            else ""
        )
        self._report(done, {"read": True}, without_row)

    # Tags and notes.

    def edit_tags(self) -> None:
        from roya_tui.ui.dialogs.annotations import TagsDialog

        ids = self._selection.targets()
        headline = self._article.target
        if not ids:
            return
        title = ngettext("Tags of {count:,} article", "Tags of {count:,} articles", len(ids))
        if headline and not self._selection.several():
            title = gettext("Tags of “{title}”", title=headline.title)
        save, names = partial(self._change_tags, ids), self._panes.sidebar.model.tag_names
        dialog = TagsDialog(title, names, self._rtl, self._services.icons.cursor, save)
        self._shell.open(dialog)
        self._load_tags(dialog, ids)

    @background("tags", exclusive=True)
    async def _load_tags(self, dialog: TagsDialog, ids: list[int]) -> None:
        compute = self._database.compute
        dialog.add_tags(await compute(tags.list_by_use), await compute(tags.count_user_tags, ids))

    async def _change_tags(self, ids: list[int], text: str) -> None:
        (changed, meant), step = await self._database.write_step(apply_tag_input, ids, text, self._now())
        if changed:
            self._report_step(step)
        elif meant:
            self._show_message(gettext("No tags changed."))

    def edit_note(self) -> None:
        from roya_tui.ui.dialogs.annotations import NoteDialog

        headline = self._article.target
        article = None if headline is None or headline.id <= 0 else self._database.article(headline.id)
        if headline is None or article is None:
            self._show_message(missing(headline))
            return
        id = headline.id

        async def save(note: str) -> None:
            if note != article.note:
                await self._set_note(id, note)

        self._shell.open(NoteDialog(headline.title, article.note, self._rtl, save))

    async def _set_note(self, id: int, note: str) -> None:
        _, step = await self._database.write_step(article_state.set_note, id, note, self._now())
        self._headlines.rows.adjust([id], noted=bool(note))
        self._report_step(step)

    def _report_step(self, step: str) -> None:
        """Report a step, and show its result in the article."""
        self._show_message(step + " " + gettext("u: undo"))
        self._article.show_again()
        self._counts.update_now()

    # Undo.

    @background("marks")
    async def _step(self, step: Callable[[sqlite3.Connection, int, int], UndoResult | None], nothing: str) -> None:
        """Undo or redo in one write, and show the result. The cursor does not move."""
        self.stop_reading_timer()  # an article that becomes unread again stays unread
        done = await self._database.write(step, self._now(), self._services.started) or UndoResult(gettext(nothing))
        restore = gettext("{key}: restore them", key=self._services.key("redo"))
        removes = done.removed_sources > 1 and step is undo_step
        self._show_message(f"{done.sentence} {restore}" if removes else done.sentence)
        self._headlines.rows.invalidate()
        self._article.show_again()
        self._counts.update_now()
        if done.sources_changed or await self._belong_in_list(done.articles):
            self._list.load_new_articles()
        elif done.rows_changed:
            self._list.regroup()

    undo = partialmethod(_step, undo_step, gettext_noop("Nothing to undo."))
    redo = partialmethod(_step, redo_step, gettext_noop("Nothing to redo."))

    @background("marks")
    async def undo_pending(self, id: int) -> None:
        """Undo a change that waits for a sync, as a step of its own."""
        from roya_tui.store.sync import outbox  # few users have accounts

        step = await self._database.write(outbox.cancel, id, self._now())
        if step is None:
            self._show_message(gettext("This change is on the server by now."))
        else:
            self._headlines.rows.invalidate()
            self._report_step(step)

    async def _belong_in_list(self, ids: Sequence[int]) -> bool:
        """Return whether the view contains any of these articles that the list does not show."""
        shown, now, view = self._headlines.timeline, self._now(), self._state.view
        if not ids or not shown.is_complete or view.scope.kind == "briefing":
            return False
        query, listed = view.lenient_query(now), collect_ids(shown)
        return await self._database.compute(has_new_matches, query, now, ids, listed, self._zone)


_COMPARED_IDS = 20_000
"""Articles compared with the list at a time: a set of all could take several megabytes."""

NOTHING_UNREAD = gettext_noop("This list has no unread articles.")

MarkChanges = Mapping[str, bool | None]
"""Marks to set or remove: `read`, `starred`, `hidden`, as for `article_state.mark`."""


class MarkResult(NamedTuple):
    """The articles to mark, and how many of them were changed."""

    ids: Sequence[int]
    changed: int


def mark_articles(
    db: Connection, ids: Sequence[int], now: int, marks: MarkChanges, *, entire_stories: bool, noticed: bool = False
) -> MarkResult:
    """Mark articles; with `entire_stories`, marking one read marks its whole story read."""
    if marks.get("read") and entire_stories:
        ids = stories.expand_to_stories(db, ids)
    return MarkResult(ids, article_state.mark(db, ids, now, **marks, noticed=noticed))


def mark_matching_read(
    db: Connection, unread: Query, now: int, among: array[int] | None, *, zone: tzinfo | None, entire_stories: bool
) -> MarkResult:
    """Mark the articles of the query `unread` read; with `among`, only those that are in it, too."""
    ids: Sequence[int] = results.find(db, unread, now, zone=zone)
    if among is not None:
        matching = set(ids)
        ids = [id for id in among if id in matching]
    return mark_articles(db, ids, now, {"read": True}, entire_stories=entire_stories)


def toggle_mark(
    db: Connection, ids: Sequence[int], mark: str, now: int, *, entire_stories: bool
) -> tuple[bool, MarkResult]:
    """Set `mark`, or remove it if all articles have it; return whether it was set."""
    on = article_state.has_unmarked(db, ids, mark)
    return on, mark_articles(db, ids, now, {mark: on}, entire_stories=entire_stories)


def apply_tag_input(db: Connection, ids: Sequence[int], text: str, now: int) -> tuple[int, bool]:
    """Add and remove the typed tags; return how many articles changed, and whether any tag was typed."""
    from roya_tui.presentation.tag_input import parse_tags

    counts = tags.count_user_tags(db, ids)
    on, off = parse_tags(text, (name for name, count in counts.items() if count == len(ids)))
    return article_state.edit_tags(db, ids, now, add=on, remove=off), bool(on or off)


def has_new_matches(
    db: Connection, query: Query, now: int, ids: Sequence[int], listed: array[int], zone: tzinfo | None
) -> bool:
    """Return whether any of these articles matches `query` and is not in `listed`."""
    parts = (set(ids[at : at + _COMPARED_IDS]).difference(listed) for at in range(0, len(ids), _COMPARED_IDS))
    return any(part and results.filter_ids(db, query, part, now, zone=zone) for part in parts)
