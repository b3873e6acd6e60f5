"""What one does with the pictures of an article on the main screen: opening the gallery, having them fetched."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from textual import on, work
from textual.timer import Timer

from roya_tui.first_run import PICTURES_AT
from roya_tui.model import Article, Picture
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.child import Child
from roya_tui.ui.rows import Rows
from roya_tui.ui.visiting import Visiting

LOOKED_AT = 0.7
"""Seconds in view after which an article's pictures are fetched: whoever passes by wants none."""
NOT_HAD = "It could not be had now. r in the gallery tries again."


class Picturing(Visiting):
    """Opens the gallery; fetches what is looked at, in another process, and says where it came."""

    _looking: Timer | None = None
    _sought: int = 0
    """The article whose pictures are on their way."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.album.coming = self._coming

    # The gallery.

    def action_pictures(self) -> None:
        """The gallery, beginning with the picture in view."""
        self._open_gallery(self.article.picture_in_view() if self.reading_in_view else 1)

    @on(ArticlePane.PictureOpened)
    def _picture_opened(self, message: ArticlePane.PictureOpened) -> None:
        self._open_gallery(message.number)

    def _open_gallery(self, number: int) -> None:
        from roya_tui.ui.gallery import Gallery

        article = self._article_at_hand()
        pictures = self._pictures_of(article) if article is not None else ()
        if article is None or not pictures:
            self.say_lack("pictures")
        elif self.is_current:
            self.app.push_screen(Gallery(self, article, pictures, number))
            self._seek_missing(article, pictures)

    def _article_at_hand(self) -> Article | None:
        if self.article.shown is not None and self.reading_in_view:
            return self.article.shown
        headline = self.at_hand()
        return self.article_of(headline.id) if headline is not None else None

    def _pictures_of(self, article: Article) -> tuple[Picture, ...]:
        """The pictures of an article, also where the text is shown without them."""
        if self.article.shown == article and (pictures := self.article.pictures):
            return pictures
        from roya_tui.reading.document import document
        from roya_tui.reading.head import whole

        return document(whole(article), article.headline.url).pictures

    # Fetching.

    @property
    def fetches_pictures(self) -> bool:
        """Whether pictures are fetched by themselves once they are looked at."""
        return self.config.offline.pictures and not (self.offline or self.config.refresh.metered or self.is_away)

    def follow(self) -> None:
        super().follow()
        self._look_soon()

    @on(Rows.Opened, "#headlines")
    def _look_soon(self) -> None:
        """Begin to count the time that an article is in view."""
        if self._looking is not None:
            self._looking.stop()
        if self.fetches_pictures and self.config.reading.pictures == "inline":
            self._looking = self.set_timer(LOOKED_AT, self._looked)

    def _looked(self) -> None:
        article = self.article.shown
        if self.article.place is None and self.article.display and self.headlines.selected is not None:
            self._look_soon()  # it is still being set
        elif article is not None and self.reading_in_view and self.app.screen is self:
            self._seek_missing(article, self.article.pictures)

    def _seek_missing(self, article: Article, pictures: Sequence[Picture]) -> None:
        absent = [one.url for one in pictures if self.album.file(one.url) is None and one.url not in self.album.refused]
        if absent and article.headline.id != self._sought and self._coming(absent):
            self.seek(article)

    def _coming(self, urls: Sequence[str]) -> Container[str]:
        """Those of some absent pictures that are fetched when they are looked at."""
        if not self.fetches_pictures:
            return ()
        from roya_tui.store import offline

        late = self.library.now(offline.missed_among, urls, self.now())
        return {url for url in urls if url not in late and not url.startswith(PICTURES_AT)}

    def seek(self, article: Article, url: str = "") -> None:
        """Fetch the pictures of an article that are not kept; or one of them, even if that failed lately."""
        if article.headline.id > 0:  # a page that is read in place is no article of the store
            if url:
                self.album.refused.pop(url, None)
            self._seek(article, url)

    @work(exit_on_error=False, exclusive=True, group="seeking")
    async def _seek(self, article: Article, url: str) -> None:
        self._sought = article.headline.id
        wanted = [url] if url else [picture.url for picture in self._pictures_of(article)]
        link = (f"--link={url}",) if url else ()
        try:
            child = Child(self.program, "show", str(article.headline.id), "--events", "--pictures", *link)
            async for event in child.events():
                if event.get("event") == "picture":
                    self._arrived(str(event["url"]), str(event["why"]))
        finally:
            if self._sought == article.headline.id:  # else another one took its place
                self._sought = 0
        for one in wanted:
            if self.album.file(one) is None and one not in self.album.refused:
                self._arrived(one, NOT_HAD)

    def _arrived(self, url: str, why: str) -> None:
        from roya_tui.ui.gallery import Gallery

        if why:
            self.album.refused.keep(url, why)
        self.article.arrived(url)
        for screen in self.app.screen_stack:
            if isinstance(screen, Gallery):
                screen.arrived(url)
