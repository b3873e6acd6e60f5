"""The article pane: lays out the article at hand, and keeps the place in it."""

from __future__ import annotations

from dataclasses import replace
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
        self._width = config.reading.width
        self._pages: Recent[tuple[int, int], tuple[Article, Page]] = Recent(12)
        self._changed: Recent[tuple[int, int], str] = Recent(200)
        """By number and count of versions, what changed in an article since it was read."""

    def say_busy(self, words: str) -> None:
        """Say in the frame what goes on about the article; "" when it is over."""
        self._busy = words
        self.say_where()

    def say_where(self) -> None:
        """Say in the frame at which of the places one is that are looked for, and what goes on."""
        self.border_subtitle = Content("  ".join(filter(None, (self.counted, self._busy))))

    def show(self, article: Article | None) -> None:
        """Show `article` where one stopped reading it; the one that is shown already stays where it is."""
        self._waiting = None
        if article is not None and not self.size:
            self._waiting = article  # before the first layout there is no width to set it at
            return
        before, self._article = self._article, article
        if article is None:
            self.lay(None)
        elif article != before:
            page = self._laid_out(article)
            self.lay(page)
            if before is None or before.headline.id != article.headline.id:
                self._link = 0
                self.jump(page.line(article.position) if article.position else 0)
        self.say_where()

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self.show(self._waiting)

    def prepare(self, article: Article) -> None:
        """Lay `article` out now, so that showing it later takes no time."""
        self._laid_out(article)

    @property
    def shown(self) -> Article | None:
        return self._article

    @property
    def place(self) -> int | None:
        """Where in the text the top line begins, 0 in the head; None where no article lies."""
        return None if self._page is None else self._page.offset(self.scroll_offset.y) or 0

    @property
    def wanted_width(self) -> int:
        """The columns that the text has where there is room for them."""
        return self._width

    def set_width(self, columns: int) -> None:
        """Set the text at another width, with the same words at the top."""
        self._width = columns
        self.on_resize()

    def _laid_out(self, article: Article) -> Page:
        key = (article.headline.id, self.text_width)
        known = self._pages.recall(key)
        if known is None or known[0] != _said(article) or known[1].pictures != self.known(known[1].document):
            from roya_tui.reading.composing import text_of  # with lxml: the headlines are to be drawn before

            known = self._pages.keep(key, (_said(article), self._set(article, text_of(article, self._config))))
        return known[1]

    def _set(self, article: Article, text: Document) -> Page:
        from roya_tui.reading.composing import compose

        changed = self._changed.get((article.headline.id, article.headline.revisions), "")
        width = self.text_width
        return compose(article, text, self._clock, width, measure, self._config, self.known(text), changed)

    def tell(self, id: int, revisions: int, changed: str) -> None:
        """Tell in the head of an article what changed in it; the text stays where it is."""
        article, page, key = self._article, self._page, (id, revisions)
        if self._changed.get(key) == changed:
            return
        self._changed.keep(key, changed)
        if article is None or page is None or (article.headline.id, article.headline.revisions) != key:
            return
        from roya_tui.reading.composing import head_of

        head = head_of(article, page.document, self._clock, page.width, measure, self._config, changed)
        new = self._pages.keep((id, page.width), (_said(article), page.below(head)))[1]
        top = self.scroll_offset.y
        self.lay(new)
        if top >= page.head:
            self.jump(top + new.head - page.head)

    @property
    def text_width(self) -> int:
        """The columns that the text has."""
        return max(20, min(self._width, self.columns - 2))

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
                self.text_width,
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


def _said(article: Article) -> Article:
    """What an article says, whatever place in it one is at."""
    return replace(article, position=0)
