"""Pictures: opening the gallery, and fetching what is looked at in another process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from textual.timer import Timer

from roya_tui.first_run import SAMPLE_PICTURES_URL
from roya_tui.model import Article, Picture
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.links import Links
from roya_tui.ui.controllers.refresh import Refresh
from roya_tui.ui.processes.child_process import ChildProcess

FETCH_AFTER = 0.7
"""Seconds in view after which the pictures of an article are fetched."""
NOT_FETCHED = gettext_noop("The picture could not be fetched.")
_REASONS = {
    "dns": gettext_noop("The host of the picture was not found."),
    "timeout": gettext_noop("The server of the picture did not respond."),
    "refused": gettext_noop("The server of the picture refused the connection."),
    "reset": gettext_noop("The server of the picture closed the connection."),
    "redirect": gettext_noop("The server of the picture redirects to a wrong address."),
    "encoding": gettext_noop("The server of the picture returned damaged data."),
    "bug": gettext_noop("This is a bug in roya-tui."),
    "status 429": gettext_noop("The server of the picture is limiting requests (429)."),
    "status 404": gettext_noop("The picture was not found (404)."),
    "gone 410": gettext_noop("The picture was removed by its server (410)."),
    "address": gettext_noop("The address of the picture is invalid, or in your own network."),
    "tls": gettext_noop("The server of the picture has no valid certificate."),
    "too-big": gettext_noop("The picture is larger than [offline] picture_bytes."),
    "not-a-picture": gettext_noop("This is not a picture that can be shown."),
}
"""Why a picture could not be fetched, by the kind of the failure."""

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
        self._fetching: tuple[str, ...] = ()
        """The addresses of the pictures that are being fetched."""
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
            self._fetch_missing(article, pictures)
            self._open_gallery(article, pictures, number)

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
        if any(not self.is_fetching(url) for url in self._fetchable(missing)):
            self.fetch(article)

    def is_fetching(self, url: str) -> bool:
        """Whether a picture is being fetched."""
        return url in self._fetching

    def _fetchable(self, urls: Sequence[str]) -> Collection[str]:
        """Return those of some missing pictures that are fetched automatically.

        Those that failed at an earlier time are not: why is added to the failures.
        """
        from roya_tui.store.articles import offline

        failed = self._database.read_now(offline.find_failed, urls, self._now()) if urls else {}
        for url, kind in failed.items():
            self._picture_service.failures.put(url, _describe_failure(kind))
        if not self.fetches_automatically:
            return ()
        return {url for url in urls if url not in failed and not url.startswith(SAMPLE_PICTURES_URL)}

    def can_fetch(self, article: Article) -> bool:
        """Whether pictures of an article are fetched: a page that is read in its place is not stored."""
        return article.headline.id > 0

    def fetch(self, article: Article, url: str = "") -> None:
        """Fetch the missing pictures of an article; or one of them, even if it failed lately."""
        if self.can_fetch(article):
            if url:
                self._picture_service.discard(url)
            self._fetching = (url,) if url else tuple(picture.url for picture in self._pictures_of(article))
            self._fetch(article, self._fetching, url)

    @background("fetch pictures", exclusive=True)
    async def _fetch(self, article: Article, wanted: tuple[str, ...], url: str) -> None:
        link = (f"--link={url}",) if url else ()
        command = self._services.command(offline=self._state.offline)
        reason = gettext(NOT_FETCHED)
        try:
            child = ChildProcess(command, "show", str(article.headline.id), "--events", "--pictures", *link)
            async for event in child.events():
                if event.get("event") == "picture":
                    self._fetched(str(event["url"]), _describe_failure(str(event["kind"]), str(event["why"])))
                elif event.get("event") == "failed":
                    reason = str(event["message"])
            if child.error_text:  # for example a full disk
                reason = child.error_text.splitlines()[-1].removeprefix("roya-tui: ")
        finally:
            if self._fetching is wanted:  # otherwise another fetch replaced it
                self._fetching = ()
        for one in wanted:
            if self._picture_service.find_file(one) is None and one not in self._picture_service.failures:
                self._fetched(one, reason)

    def _fetched(self, url: str, error: str) -> None:
        if error:
            self._picture_service.failures.put(url, error)
        else:
            self._picture_service.failures.pop(url, None)  # of an earlier time, found again during the fetch
        self._panes.article.pictures.picture_fetched(url)
        if self.on_fetched is not None:
            self.on_fetched(url)


def _describe_failure(kind: str, message: str = "") -> str:
    """Return why a picture could not be fetched, now or earlier; "" if it was.

    A kind may have a status code. The `message` of a failure is not stored: it is shown for other kinds.
    """
    if not kind:
        return ""
    status = kind.partition(" ")[2]
    if status and kind not in _REASONS:
        return gettext("The server of the picture returned an error ({status}).", status=status)
    return gettext(_REASONS[kind]) if kind in _REASONS else message or gettext(NOT_FETCHED)
