"""Moving about in the article: words in it, headings, its width, and where one stopped reading."""

from __future__ import annotations

from typing import Any

from textual import on

from roya_tui.model import Article
from roya_tui.query import words
from roya_tui.store import state
from roya_tui.text import many
from roya_tui.ui import keys
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.bars import Bar
from roya_tui.ui.bookmarks import Bookmarks
from roya_tui.ui.crossing import Crossing

LOOK_EVERY = 5.0
"""Seconds between two looks at where one is: a place that one stayed at is kept."""
NARROWEST, WIDEST, STEP = 40, 120, 4
"""Columns of text."""


class Moving(Crossing):
    """What one does in the article that changes nothing about it."""

    _counted = ""
    """What was said below of the places of words."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self._bookmarks = Bookmarks(lambda id, place: self.library.write_soon(state.set_position, id, place))

    def on_mount(self) -> None:
        self.set_interval(LOOK_EVERY, self._look_where)

    # Where one stopped.

    def follow(self) -> None:
        self._bookmarks.keep(self.article.shown, self.article.place)
        self.article.look_out_for(self._words())
        super().follow()

    def article_of(self, id: int) -> Article | None:
        article = super().article_of(id)
        return None if article is None else self._bookmarks.put_into(article)

    def read_to_its_end(self) -> None:
        super().read_to_its_end()
        self._bookmarks.end(self.article.shown, self.article.place)

    def _look_where(self) -> None:
        self._bookmarks.keep_if_stayed(self.article.shown, self.article.place)

    def action_quit(self) -> None:
        self._bookmarks.keep(self.article.shown, self.article.place)
        super().action_quit()

    def _words(self) -> tuple[str, ...]:
        """The words by which the list found what it shows."""
        return words(self.view.asked(self.now()))

    # Words in the article, or in what changed in it.

    @on(Bar.Changed, "#article-bar")
    def _words_typed(self, event: Bar.Changed) -> None:
        if self.article_bar.has_class("-open") and event.value != self.reading.looked_for:
            self.reading.look_for(event.value)
            self._say_where()

    @on(Bar.Stepped, "#article-bar")
    def _words_stepped(self, message: Bar.Stepped) -> None:
        self._step_hit(message.by)

    @on(Bar.Left, "#article-bar")
    def _words_left(self, message: Bar.Left) -> None:
        self.article_bar.shut()
        if message.kept and self.article_bar.value != self.reading.looked_for:
            self.reading.look_for(self.article_bar.value)
            self._say_where()
        if not message.kept or not self.reading.looked_for.strip():
            self.reading.leave()
            self._say_where()
        elif self.reading.hit_at is None:
            self._say_not_found()

    def _step_hit(self, by: int) -> bool:
        """Go to another place of the words looked for, or say that there is none; False if none are looked for."""
        if self.pane != "article" or not self.reading.is_searched:
            return False
        if self.reading.step_hit(by):
            self._say_where()
        else:
            self._say_not_found()
        return True

    def _say_not_found(self) -> None:
        key = keys.key_of(self.actions, "back")
        self.bottom.say(f"“{self.reading.looked_for}” is not in this article. {key} ends looking for it.")

    def _say_where(self) -> None:
        self.reading.say_where()
        if self.bottom.said and self.bottom.said == self._counted:
            self.bottom.hush()
        if self.has_class("-zen") and self.reading.counted:  # without a frame to say it in
            self._counted = self.reading.counted.capitalize()
            self.bottom.say(self._counted)

    def action_next_unread(self) -> None:
        if not self._step_hit(1):
            super().action_next_unread()

    def action_previous_unread(self) -> None:
        if not self._step_hit(-1):
            super().action_previous_unread()

    def leave(self) -> bool:
        left = super().leave()
        self._say_where()
        return left

    # Selecting and copying.

    @on(ArticlePane.SelectionTurned)
    def _selection_turned(self) -> None:
        if self.reading.is_selecting:
            self.bottom.hush()  # the keys for it are worth more than what was said before
        self.show_hints()

    @on(ArticlePane.Selected)
    def _selected_words(self) -> None:
        self.set_focus(self.reading)
        self.bottom.say(f"Selected {many(len(self.reading.selected), 'character')}. y copies them, esc lets go.")

    def action_copy_link(self) -> None:
        if not self._copy_selected():
            super().action_copy_link()

    def _copy_selected(self) -> bool:
        """Copy what is selected in the article, or in what changed in it; False if nothing is."""
        text = self.reading.selected
        if not text:
            return False
        self.app.copy_to_clipboard(text)
        self.reading.leave()
        self.bottom.say(f"Copied {many(len(text), 'character')}.")
        return True

    @on(ArticlePane.NothingFurther)
    def _nothing_further(self, message: ArticlePane.NothingFurther) -> None:
        self.bottom.say(message.sentence)

    # Width.

    def action_narrower(self) -> None:
        article = self.article
        self._set_width(min(article.wanted_width, article.text_width) - STEP)  # such that it is seen in small windows

    def action_wider(self) -> None:
        self._set_width(self.article.wanted_width + STEP)

    def _set_width(self, columns: int) -> None:
        width = min(WIDEST, max(NARROWEST, columns))
        self.article.set_width(width)
        self._memory.keep_width(self.config.reading.width, width)
        room = self.article.text_width
        self.bottom.say(f"Text of {width} columns" + ("." if room == width else f"; there is room for {room} here."))
