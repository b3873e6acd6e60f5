"""What changed in an article: summarized where it is read, and shown in its place."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from roya_tui.model import Headline
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.widgets.article.page_view import fit_width
from roya_tui.ui.widgets.cells import measure

if TYPE_CHECKING:
    from roya_tui.clock import Clock
    from roya_tui.config import Config
    from roya_tui.versions.comparison import Comparison
    from roya_tui.versions.diff_page import DiffPage
    from roya_tui.versions.inline_diff import InlineDiff

SUMMARIZE_AFTER = 0.12
"""Seconds of quiet before the changes of the current article are summarized."""
SUMMARIZE_OTHERS_AFTER = 0.5
"""Seconds of quiet before the same is done for the other articles in view."""
LONGEST = 20
"""Minutes to read; longer articles are summarized only when the cursor moves to them."""
_FRAME = 3
"""Columns of a pane that hold no text, its scrollbar included."""
SUMMARY_PARTS = 4


class Versions(Controller):
    """Compares versions of an article. Where they are long they are read and compared in a thread."""

    def __init__(self, context: Context, article: CurrentArticle, marks: Marks) -> None:
        super().__init__(context)
        self._changes = self._panes.changes
        self._article = article
        self._marks = marks
        self._summary = ""
        """The summary that the bottom line showed last."""

    # In one line.

    def clear_summary(self) -> None:
        """Remove the summary of the previous article from the bottom line."""
        bottom = self._panes.bottom
        if bottom.message and bottom.message == self._summary:
            bottom.clear_message()

    def summarize(self) -> None:
        """Summarize the changes of the current article and of others in view; not while the user types a search."""
        if self._panes.search_bar.is_open:
            return
        headline = self._headline
        if headline is not None and headline.changed:
            self._summarize_current(headline.id)
        self._summarize_others()

    @background("summary", exclusive=True)
    async def _summarize_current(self, id: int) -> None:
        """Show the summary above the article and in the bottom line."""
        await asyncio.sleep(SUMMARIZE_AFTER)
        words = await self._summary_of(id)
        if not words or self._headlines.current_id != id:
            return
        headline, bottom = self._headline, self._panes.bottom
        self._panes.article.show_change_note(id, headline.revisions if headline else 0, words)
        if not bottom.message:
            icon, key = self._services.icons.changed, self._services.key("changes")
            self._summary = gettext("{icon} {changes}. {key}: show", icon=icon, changes=words, key=key)
            self._show_message(self._summary)

    @background("other summaries", exclusive=True)
    async def _summarize_others(self) -> None:
        """Show the summaries of the others in view beside their titles, while no key is pressed."""
        await asyncio.sleep(SUMMARIZE_OTHERS_AFTER)
        headlines = self._headlines
        top = headlines.scroll_offset.y
        in_view = headlines.heights.rows_of(range(top, top + headlines.visible_lines))
        for headline in headlines.rows.headlines_without_note(in_view, headlines.columns):
            if headline.minutes <= LONGEST:
                await self._summary_of(headline.id)

    async def _summary_of(self, id: int) -> str:
        """Summarize the changes of an article, also beside its title; "" if nothing changed."""
        found = await self._database.compute(compare_versions, id)
        if found is None or not found.diff:
            return ""
        from roya_tui.versions.summary import summarize

        minus = "-" if self._config.look.ascii else "−"
        words = summarize(found.diff, minus, SUMMARY_PARTS)
        self._headlines.rows.show_change_note(id, len(found.versions) - 1, words)
        return found.describe_since(words)

    # In full.

    def toggle(self) -> None:
        """Show what changed in place of the article, or the article again."""
        if self._panes.shows_changes:
            self._show_article()
            return
        headline = self._headline
        if headline is None:
            self._show_message(gettext("Go to an article first."))
        elif self._article.shows_page:
            self._show_message(gettext("A page that is not saved has no versions. K: save it"))
        elif not headline.revisions:
            self._show_message(gettext("This article has not been edited."))
        else:
            self._changes.show_waiting(headline.id)
            self._shell.set_class(True, "-changes")
            self._shell.focus(self._changes)  # at once: the next key may follow immediately
            self._marks.start_reading_timer()
            self._compare(headline, None)

    def compare_with(self, base: int) -> None:
        """Compare the current article with another version."""
        headline = self._headline
        if headline is not None:
            self._compare(headline, base)

    def _compare(self, headline: Headline, base: int | None) -> None:
        """Compare in a thread: the length of the earlier versions is unknown before they are read."""
        article = self._panes.article
        width = fit_width(article.wanted_width, article.columns or self._shell.size.width - _FRAME)
        self._load(headline.id, base, width)

    @background("compare", exclusive=True)
    async def _load(self, id: int, base: int | None, width: int) -> None:
        clock, config = self._services.clock, self._config
        self._show(id, base, await self._database.compute(layout_comparison, id, base, clock, width, config))

    def _show(self, id: int, base: int | None, found: tuple[Comparison, InlineDiff, DiffPage] | None) -> None:
        if not self._panes.shows_changes or self._changes.article_id != id:
            return  # the user went on meanwhile
        if found is None:
            self._show_article()
            self._show_message(gettext("The versions of this article are damaged or deleted."))
            return
        self._changes.set_width(self._panes.article.wanted_width)
        self._changes.show(*found)
        if base is None and not any(version.read for version in found[0].versions):
            self._show_message(gettext("You have not read it yet. Showing its latest changes."))

    def page_down(self) -> bool:
        """Scroll what changed a page down, or say that it was all; return whether it is shown."""
        if not self._panes.shows_changes:
            return False
        if not self._changes.page_forward():
            self._show_message(gettext("End of the changes. {key}: back", key=self._services.key("changes")))
        return True

    # Leaving.

    def leave(self) -> bool:
        """Leave the selection or search in what changed, or else what changed; return whether it was shown."""
        if not self._panes.shows_changes:
            return False
        if self._changes.leave():
            self._article.show_search_result()
        else:
            self._show_article()
        return True

    def _show_article(self) -> None:
        focused = self._shell.focused is self._changes
        shown, headline = self._panes.article.shown, self._headline
        if shown is not None and headline is not None and shown.headline.revisions != headline.revisions:
            self._article.show_if_current(headline.id)  # a refresh stored a new version while the old one was read
        self.close()
        if focused:
            self._shell.focus(self._panes.article)

    def close_for_other_article(self) -> None:
        """Show the article if the cursor moved to another one."""
        if self._headlines.current_id != self._changes.article_id:
            self.close()

    def close(self) -> None:
        if self._panes.shows_changes:
            self._shell.set_class(False, "-changes")
            self._changes.clear()
            self._panes.article_bar.focus_after = self._panes.article


def compare_versions(db: sqlite3.Connection, id: int, base: int | None = None) -> Comparison | None:
    """Compare an article with an earlier version; None if there is none."""
    from roya_tui.store.articles import lookup
    from roya_tui.versions.comparison import compare

    article = lookup.load_article(db, id)
    return None if article is None else compare(article, lookup.load_versions(db, id), base)


def layout_comparison(
    db: sqlite3.Connection, id: int, base: int | None, clock: Clock, width: int, config: Config
) -> tuple[Comparison, InlineDiff, DiffPage] | None:
    """Compare an article with an earlier version, merge both into one document, and lay it out."""
    from roya_tui.versions.diff_page import layout_diff, merge_versions

    found = compare_versions(db, id, base)
    if found is None:
        return None
    merged = merge_versions(found, config.look.ascii, measure)
    changes = layout_diff(found, merged, clock, width, measure, config)
    len(changes.page.lines)  # lay it out now, and not when it is drawn
    return found, merged, changes
