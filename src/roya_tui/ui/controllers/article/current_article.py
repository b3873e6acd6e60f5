"""The article pane: shows the current article, searches in it, and remembers where reading stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from roya_tui.model import Article, Headline
from roya_tui.store.user_data import article_state as marks
from roya_tui.text import capitalize_first
from roya_tui.translation import gettext, join_sentences, ngettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.hints import HintLine
from roya_tui.ui.widgets.search_bar import InputBar

PREPARE_AFTER = 0.04
"""Seconds of quiet before the next article is laid out."""
BOOKMARK_EVERY = 5.0
"""Seconds between two checks of the reading position: one that stayed the same is stored."""
NARROWEST, WIDEST, STEP = 40, 120, 4
"""Columns of text."""


class CurrentArticle(Controller):
    """The article under the cursor, or the page that is read in its place."""

    def __init__(self, context: Context, hints: HintLine) -> None:
        super().__init__(context)
        self._hints = hints
        write_soon = self._database.write_soon
        self._positions = ReadingPositions(lambda id, position: write_soon(marks.set_position, id, position))
        self._search_result = ""
        """The last message in the bottom line about the search in the article."""

    def start(self) -> None:
        self._shell.every(BOOKMARK_EVERY, self._check_position)

    # Which article.

    @property
    def shows_page(self) -> bool:
        """Whether the user reads a web page that is not an article of the list."""
        return bool(self._state.pages) and self._panes.active == "article"

    @property
    def target(self) -> Headline | None:
        """The headline of what is being read: the open page, otherwise the article under the cursor."""
        shown = self._panes.article.shown
        return shown.headline if self.shows_page and shown is not None else self._headline

    def load(self, id: int) -> Article | None:
        """Return an article as it is to be shown; None if it is deleted."""
        article = self._database.article(id)
        if article is None:
            return None
        article = self._positions.apply_to(article)
        return replace(article, full_text="") if id in self._state.excerpts else article

    # Showing it.

    def show_current(self) -> None:
        """Show the article under the cursor, and lay out the next one."""
        article, id = self._panes.article, self._headlines.current_id
        self.store_position()
        article.search.highlight_words(self._state.search_words(self._now()))
        article.show(None if id is None else self.load(id))
        self._prepare_next()

    def show_again(self) -> None:
        """Show the current article as the database has it now."""
        shown = self._panes.article.shown
        if shown is not None and shown.headline.id > 0:
            self._panes.article.show(self.load(shown.headline.id) or shown)

    def show_if_current(self, id: int) -> None:
        """Show an article again if it is the one in the pane."""
        shown = self._panes.article.shown
        if shown is not None and shown.headline.id == id:
            self._panes.article.show(self.load(id))

    @background("prepare", exclusive=True)
    async def _prepare_next(self) -> None:
        """Lay out the next article while nothing happens: after one j another is likely."""
        await asyncio.sleep(PREPARE_AFTER)
        headlines = self._headlines
        index = headlines.index
        if index is not None and index + 1 < len(headlines.ids) and self._panes.article_visible:
            id = headlines.ids[index + 1]
            following = self.load(id) if id >= 0 else None
            if following is not None:
                await self._panes.article.prepare(following)

    # The reading position.

    def store_position(self) -> None:
        article = self._panes.article
        self._positions.save(article.shown, article.reading_position)

    def read_to_end(self) -> None:
        """Note that the article was read to its end, so that it opens at the top the next time."""
        article = self._panes.article
        self._positions.mark_finished(article.shown, article.reading_position)

    def _check_position(self) -> None:
        article = self._panes.article
        self._positions.save_if_unchanged(article.shown, article.reading_position)

    # Searching in the article, or in its changes.

    def open_search(self) -> None:
        """Open the line to search in the article."""
        self._panes.article_bar.focus_after = self._panes.reading
        self._panes.article_bar.open(self._panes.reading.search.text)

    def search(self, words: str) -> None:
        """Search in the article while words are typed."""
        if self._panes.article_bar.has_class("-open") and words != self._panes.reading.search.text:
            self._panes.reading.search.find(words)
            self.show_search_result()

    def close_search(self, message: InputBar.Closed) -> None:
        """Close the line, and keep the search or end it."""
        bar, reading = self._panes.article_bar, self._panes.reading
        bar.close()
        if message.accepted and bar.value != reading.search.text:
            reading.search.find(bar.value)
            self.show_search_result()
        if not message.accepted or not reading.search.text.strip():
            reading.leave()
            self.show_search_result()
        elif reading.search.offset is None:
            self._report_not_found()

    def go_to_hit(self, step: int) -> bool:
        """Go to the next or previous search hit, or report that there is none; return whether a search is active."""
        if self._panes.active != "article" or not self._panes.reading.search.is_active:
            return False
        if self._panes.reading.search.go_to_match(step):
            self.show_search_result()
        else:
            self._report_not_found()
        return True

    def _report_not_found(self) -> None:
        text, key = self._panes.reading.search.text, self._services.key("back")
        self._show_message(gettext("“{text}” is not in this article. {key}: end the search", text=text, key=key))

    def show_search_result(self) -> None:
        bottom, reading = self._panes.bottom, self._panes.reading
        reading.show_position()
        if bottom.message and bottom.message == self._search_result:
            bottom.clear_message()
        if self._shell.has_class("-zen") and reading.search.label:  # there is no frame to show it in
            self._search_result = capitalize_first(reading.search.label)
            self._show_message(self._search_result)

    def leave(self) -> bool:
        """Leave the selection, the search or the footnote in the article; return whether there was one."""
        left = self._panes.article.leave()
        self.show_search_result()
        return left

    # Selecting and copying words.

    def selection_changed(self) -> None:
        """Show the keys for the selection."""
        if self._panes.reading.selection.is_active:
            self._panes.bottom.clear_message()  # the keys are more useful than the last message
        self._hints.update()

    def words_selected(self) -> None:
        """Focus the article after words were selected by mouse."""
        reading = self._panes.reading
        self._shell.focus(reading)
        selected = ngettext("Selected {count} character.", "Selected {count} characters.", len(reading.selection.text))
        self._show_message(join_sentences(selected, gettext("y: copy   esc: clear")))

    def copy_selected(self) -> bool:
        """Copy the selected words; return whether there were any."""
        reading = self._panes.reading
        text = reading.selection.text
        if not text:
            return False
        self._shell.copy(text)
        reading.leave()
        self._show_message(ngettext("Copied {count} character.", "Copied {count} characters.", len(text)))
        return True

    # The width of the text.

    def narrow(self) -> None:
        """Narrow the text, beginning with the width that is visible in small windows."""
        article = self._panes.article
        self._set_width(min(article.wanted_width, article.text_width) - STEP)

    def widen(self) -> None:
        self._set_width(self._panes.article.wanted_width + STEP)

    def _set_width(self, columns: int) -> None:
        article, width = self._panes.article, min(WIDEST, max(NARROWEST, columns))
        article.set_width(width)
        self._services.preferences.set_text_width(self._config.reading.width, width)
        room = article.text_width
        if room == width:
            self._show_message(gettext("Text width: {width} columns.", width=width))
        else:
            text = gettext("Text width: {width} columns. This window has room for {room}.", width=width, room=room)
            self._show_message(text)
        self._panes.changes.set_width(article.wanted_width)


class ReadingPositions:
    """Stores the reading position of each article, and remembers it until the database has it.

    Positions are None while the article is being laid out, or if it has none.
    """

    def __init__(self, write: Callable[[int, int], None]) -> None:
        """`write(id, position)` stores a position."""
        self._write = write
        self._positions: dict[int, int] = {}
        self._finished: tuple[int, int] | None = None
        """The article that was read to its end, and the position of its end."""
        self._last_seen: tuple[int, int] | None = None

    def apply_to(self, article: Article) -> Article:
        """Return the article with the position where reading stopped."""
        return replace(article, position=self._positions.get(article.headline.id, article.position))

    def save(self, article: Article | None, position: int | None) -> None:
        """Store the position, except in a linked page, or in an excerpt: positions count in the full text."""
        if (
            article is None
            or position is None
            or article.headline.id <= 0
            or (article.headline.full and not article.full_text)
        ):
            return
        id = article.headline.id
        if (id, position) == self._finished:
            position = 0
        if position != self._positions.get(id, article.position):
            self._positions[id] = position
            self._write(id, position)

    def save_if_unchanged(self, article: Article | None, position: int | None) -> None:
        """Store the position if it was the same at the previous call."""
        current = _article_position(article, position)
        if current is not None and current == self._last_seen:
            self.save(article, position)
        self._last_seen = current

    def mark_finished(self, article: Article | None, position: int | None) -> None:
        """Note that the article was read to its end, which is `position`."""
        self._finished = _article_position(article, position)


def _article_position(article: Article | None, position: int | None) -> tuple[int, int] | None:
    return None if article is None or position is None else (article.headline.id, position)
