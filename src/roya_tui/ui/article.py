"""The article pane: lays out the article at hand, and keeps the place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from roya_tui.config import Config
from roya_tui.model import Article
from roya_tui.reading.clock import Clock
from roya_tui.reading.page import Page
from roya_tui.ui import keys
from roya_tui.ui.album import Album
from roya_tui.ui.cells import measure
from roya_tui.ui.pictured import Pictured
from roya_tui.ui.recent import Recent

if TYPE_CHECKING:
    from roya_tui.reading.blocks import Document


class ArticlePane(Pictured, can_focus=True):
    """Shows one article; keeps the pages of the last few, and of the next one if it is told which."""

    BINDINGS: ClassVar = keys.bindings("reader")

    def __init__(self, config: Config, clock: Clock, album: Album, *, id: str | None = None) -> None:
        super().__init__(album, inline=config.reading.pictures == "inline" and not config.look.ascii, id=id)
        self._config = config
        self._clock = clock
        self._article: Article | None = None
        self._waiting: Article | None = None
        self._anchor: tuple[int, int | None] = (-1, None)
        """The top line after the last resize and the place in the text it was for: resizing back finds it again."""
        self._busy = ""
        self._pages: Recent[tuple[int, int], tuple[Article, Page]] = Recent(12)

    @property
    def busy(self) -> str:
        """What goes on about it, said in the frame."""
        return self._busy

    @busy.setter
    def busy(self, words: str) -> None:
        self._busy = words
        self.border_subtitle = Content(words)

    def show(self, article: Article | None) -> None:
        """Show `article` from its top; the one that is shown already stays where it is."""
        self._waiting = None
        if article is not None and not self.size:
            self._waiting = article  # before the first layout there is no width to set it at
            return
        before, self._article = self._article, article
        if article is None:
            self.lay(None)
        elif article != before:
            self._page = self._laid_out(article)
            if before is None or before.headline.id != article.headline.id:
                self._link = 0
                self.jump(0)
            self.draw_anew()

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self.show(self._waiting)

    def prepare(self, article: Article) -> None:
        """Lay `article` out now, so that showing it later takes no time."""
        self._laid_out(article)

    @property
    def shown(self) -> Article | None:
        return self._article

    def _laid_out(self, article: Article) -> Page:
        key = (article.headline.id, self._text_width())
        known = self._pages.recall(key)
        if known is None or known[0] != article or known[1].pictures != self.known(known[1].document):
            from roya_tui.reading.composing import text_of  # with lxml: the headlines are to be drawn before

            known = self._pages.keep(key, (article, self._set(article, text_of(article, self._config))))
        return known[1]

    def _set(self, article: Article, text: Document) -> Page:
        from roya_tui.reading.composing import compose

        return compose(article, text, self._clock, self._text_width(), measure, self._config, self.known(text))

    def _text_width(self) -> int:
        return max(20, min(self._config.reading.width, self.columns - 2))

    def on_resize(self) -> None:
        """Set the text anew at the new width, with the same words at the top."""
        article, page = self._article, self._page
        if self._waiting is not None:
            self.call_after_refresh(self._show_waiting)
        if (
            article is None
            or page is None
            or (page.width, page.pictures)
            == (
                self._text_width(),
                self.known(page.document),
            )
        ):
            self.draw_anew()
            return
        top, at = self._anchor
        if top != self.scroll_offset.y:
            at = page.offset(self.scroll_offset.y)
        page = self._set(article, page.document)
        self.lay(page)
        if at is not None:
            self.jump(page.line(at))
        self._anchor = (self.scroll_offset.y, at)
