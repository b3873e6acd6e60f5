"""Pictures: opening the gallery, and fetching what is looked at in another process."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from textual.timer import Timer

from roya_tui.first_run import SAMPLE_PICTURES_URL
from roya_tui.model import Article, Picture
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.child_process import ChildProcess
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article import CurrentArticle
from roya_tui.ui.controllers.links import Links
from roya_tui.ui.controllers.refresh import Refresh

FETCH_AFTER = 0.7
"""Seconds in view after which the pictures of an article are fetched."""
NOT_FETCHED = gettext_noop("The picture could not be fetched. r in the gallery: try again")

OpenGallery = Callable[[Article, Sequence[Picture], int], None]


class Pictures(Controller):
    """Fetches the pictures of the article that is read."""

    def __init__(
        self, context: Context, article: CurrentArticle, links: Links, refresh: Refresh, open_gallery: OpenGallery
    ) -> None:
        """`open_gallery` shows pictures of an article, beginning with the number, from 1."""
        super().__init__(context)
        self._article = article
        self._links = links
        self._refresh = refresh
        self._open_gallery = open_gallery
        self._picture_service = self._services.picture_service
        self._picture_service.find_pending = self._fetchable
        self._timer: Timer | None = None
        self._fetching = 0
        """The article whose pictures are being fetched."""
        self.on_fetched: Callable[[str], None] | None = None
        """Is called with the address of a picture that was fetched, or could not be."""

    # The gallery.

    def show(self) -> None:
        """Show the pictures of the article, beginning with the one in view."""
        self.show_number(self._panes.article.pictures.first_in_view() if self._panes.article_visible else 1)

    def show_number(self, number: int) -> None:
        """Show the pictures of the article, beginning with a number from 1."""
        article = self._shown_article()
        pictures = self._pictures_of(article) if article is not None else ()
        if article is None or not pictures:
            self._links.report_missing(gettext("This article has no pictures."))
        elif self._shell.is_current:
            self._open_gallery(article, pictures, number)
            self._fetch_missing(article, pictures)

    def _shown_article(self) -> Article | None:
        if self._panes.article.shown is not None and self._panes.article_visible:
            return self._panes.article.shown
        headline = self._article.target
        return self._article.load(headline.id) if headline is not None else None

    def _pictures_of(self, article: Article) -> tuple[Picture, ...]:
        """Return the pictures of an article, also if the text is shown without them."""
        if self._panes.article.shown == article and (pictures := self._panes.article.pictures.all):
            return pictures
        from roya_tui.document.parser import parse_html
        from roya_tui.layout.article_page import article_html

        return parse_html(article_html(article), article.headline.url).pictures

    # Fetching.

    @property
    def fetches_automatically(self) -> bool:
        """Whether pictures are fetched when an article is read."""
        config, offline = self._config, self._state.offline or self._refresh.is_offline
        return config.offline.pictures and not (offline or config.refresh.metered)

    def fetch_soon(self) -> None:
        """Fetch the pictures of the article when it has been in view for a moment."""
        if self._timer is not None:
            self._timer.stop()
        if self.fetches_automatically and self._config.reading.pictures == "inline":
            self._timer = self._shell.after(FETCH_AFTER, self._fetch_shown)

    def _fetch_shown(self) -> None:
        pane = self._panes.article
        article = pane.shown
        if pane.reading_position is None and pane.display and self._headlines.current_id is not None:
            self.fetch_soon()  # it is still being laid out
        elif article is not None and self._panes.article_visible and self._shell.is_current:
            self._fetch_missing(article, pane.pictures.all)

    def _fetch_missing(self, article: Article, pictures: Sequence[Picture]) -> None:
        service, urls = self._picture_service, [picture.url for picture in pictures]
        missing = [url for url in urls if service.find_file(url) is None and url not in service.failures]
        if missing and article.headline.id != self._fetching and self._fetchable(missing):
            self.fetch(article)

    def _fetchable(self, urls: Sequence[str]) -> Container[str]:
        """Return those of some missing pictures that are fetched automatically."""
        if not self.fetches_automatically:
            return ()
        from roya_tui.store.articles import offline

        missed = self._database.read_now(offline.find_failed, urls, self._now())
        return {url for url in urls if url not in missed and not url.startswith(SAMPLE_PICTURES_URL)}

    def fetch(self, article: Article, url: str = "") -> None:
        """Fetch the missing pictures of an article; or one of them, even if it failed lately."""
        if article.headline.id > 0:  # a page that is read in place of the article is not stored
            if url:
                self._picture_service.failures.pop(url, None)
            self._fetch(article, url)

    @background("fetch pictures", exclusive=True)
    async def _fetch(self, article: Article, url: str) -> None:
        id = self._fetching = article.headline.id
        wanted = [url] if url else [picture.url for picture in self._pictures_of(article)]
        link = (f"--link={url}",) if url else ()
        command = self._services.command(offline=self._state.offline)
        try:
            child = ChildProcess(command, "show", str(id), "--events", "--pictures", *link)
            async for event in child.events():
                if event.get("event") == "picture":
                    self._fetched(str(event["url"]), str(event["why"]))
        finally:
            if self._fetching == id:  # otherwise another fetch replaced it
                self._fetching = 0
        for one in wanted:
            if self._picture_service.find_file(one) is None and one not in self._picture_service.failures:
                self._fetched(one, gettext(NOT_FETCHED))

    def _fetched(self, url: str, error: str) -> None:
        if error:
            self._picture_service.failures.put(url, error)
        self._panes.article.pictures.picture_fetched(url)
        if self.on_fetched is not None:
            self.on_fetched(url)
