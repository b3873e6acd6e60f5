"""What one does with the pictures of an article on the main screen."""

from __future__ import annotations

from textual import on

from roya_tui.model import Article, Picture
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.visiting import Visiting


class Picturing(Visiting):
    """Opens the gallery."""

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
            self.bottom.say("This article has no pictures.")
        elif self.is_current:
            self.app.push_screen(Gallery(self, pictures, number, article.headline.title))

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
