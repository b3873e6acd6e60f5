"""Web pages: the full text of an article, and pages behind links, read in place of the article."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from roya_tui.config import settings_for
from roya_tui.model import Article, Entry, Headline
from roya_tui.store.bodies import PreparedEntry, prepare
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.processes.child_process import ChildProcess
from roya_tui.ui.state import OpenPage

NO_LINK = gettext_noop("Focus a link first. ]: next link")
READ_HERE = gettext_noop("This is the page of the link. esc: back   K: save it")


class Pages(Controller):
    """Fetches pages in another process, shows them, and returns to the article."""

    def __init__(self, context: Context, counts: Counts, article: CurrentArticle) -> None:
        super().__init__(context)
        self._counts = counts
        self._article = article
        self._queue = FetchQueue(lambda: self._services.command(offline=self._state.offline), self._show_busy)

    # The full text.

    def toggle_full_text(self) -> None:
        """Fetch the full text, or switch between it and the feed's text."""
        headline = self._article.target
        if headline is None:
            self._show_message(gettext("Go to an article first."))
        elif self._article.shows_page:
            self._show_message(gettext("This is already the web page."))
        elif not headline.full or self._is_damaged(headline.id):
            self._fetch(FetchRequest(headline.id), gettext("Fetching the full text. x: stop"))
        else:
            self._state.excerpts ^= {headline.id}
            self._article.show_if_current(headline.id)
            if headline.id in self._state.excerpts:
                self._show_message(gettext("Showing the feed's text. f: full text"))
            else:
                self._show_message(gettext("Showing the full text. f: feed's text"))

    def _is_damaged(self, id: int) -> bool:
        article = self._article.load(id)
        return article is not None and article.damaged

    def fetch_full_text_of_opened(self) -> None:
        """Fetch the full text of an opened article if the configuration asks for it."""
        config, headline = self._config, self._article.target
        if headline is None or headline.full or not headline.url or self._state.offline or config.refresh.metered:
            return
        source = self._database.read_now(subscriptions.get, headline.source_id)
        if source is not None and settings_for(config, source).full_text:
            self._fetch(FetchRequest(headline.id), "")

    # Pages behind links.

    def read_link(self) -> None:
        """Read the page of the focused link in place of the article."""
        if url := self._focused_url():
            id = self._headlines.current_id or 0
            self._fetch(FetchRequest(id, url), gettext("Fetching the page. x: stop"))

    def save(self) -> None:
        """Save the page that is read, or the page of the focused link."""
        if self._article.shows_page and self._panes.article.links.focused is None:
            self._save(self._state.pages[-1].page)
        elif url := self._focused_url():
            id = self._headlines.current_id or 0
            self._fetch(FetchRequest(id, url, saves=True), gettext("Fetching the page to save it. x: stop"))

    def _focused_url(self) -> str:
        """Return the web address of the focused link; if there is none, show why and return ""."""
        link = self._panes.article.links.focused
        if link is None:
            self._show_message(gettext(NO_LINK))
        elif not link.url.startswith(("http://", "https://")):
            self._show_message(gettext("This is not a link to a web page. enter: open it"))
        else:
            return link.url
        return ""

    def _open(self, page: PreparedEntry, entry: Entry) -> None:
        article, pages = self._panes.article, self._state.pages
        before = article.shown
        if before is None:
            return
        pages.append(OpenPage(page, before, article.scroll_offset.y, article.links.number))
        article.show(_make_article(entry, -len(pages), page.minutes, self._now()))
        self._shell.focus(article)
        self._show_message(gettext(READ_HERE))

    def _close(self) -> None:
        """Return to what was shown before the page."""
        page, article = self._state.pages.pop(), self._panes.article
        id = page.before.headline.id
        article.show((self._article.load(id) if id > 0 else None) or page.before)
        article.links.focus(page.link)
        article.jump(page.line)
        if self._panes.bottom.message == gettext(READ_HERE) and not self._state.pages:
            self._panes.bottom.clear_message()  # esc would now lead to the list

    @background("marks")
    async def _save(self, page: PreparedEntry) -> None:
        from roya_tui.store.articles import saved_pages

        _, became = await self._database.write(saved_pages.save, page, self._now())
        name, is_same = page.title or page.url, became == "same"
        text = gettext_noop("“{name}” is already saved.") if is_same else gettext_noop("Saved “{name}”. u: undo")
        self._show_message(gettext(text, name=name))
        self._headlines.rows.invalidate()
        self._counts.update_soon()

    # Leaving and stopping.

    def close_for_other_article(self) -> bool:
        """Close all pages when the cursor moves; return False if the same article is still current."""
        if self._state.pages and self._headlines.current_id == self._state.current_article:
            return False  # the list was reloaded, with the same article selected
        self._state.pages.clear()
        self._queue.drop(lambda request: bool(request.link) and not request.saves)
        return True

    def leave(self) -> bool:
        """Stop fetching, or else return from a page; return whether there was something to leave."""
        if self.stop_fetching():
            return True
        if self._article.shows_page:
            self._close()
            return True
        return False

    def stop_fetching(self) -> bool:
        """Stop fetching pages; return whether any were being fetched."""
        if not self._queue:
            return False
        self.cancel()
        self._show_message(gettext("Stopped the download. Nothing was changed."))
        return True

    def cancel(self) -> None:
        """Stop fetching pages without a message."""
        self._queue.drop(lambda request: True)

    # Fetching.

    def _fetch(self, request: FetchRequest, message: str) -> None:
        if self._state.offline:
            self._show_message(gettext("Pages cannot be fetched offline. W: go online"))
        elif request in self._queue:
            self._show_message(gettext("This page is already being fetched. x: stop"))
        else:
            if message:
                self._show_message(message)
            self._queue.add(request)
            if len(self._queue) == 1:
                self._run_queue()

    def _show_busy(self) -> None:
        self._panes.article.show_busy(
            gettext("{icon} fetching page", icon=self._services.icons.busy) if self._queue else ""
        )

    @background("pages")
    async def _run_queue(self) -> None:
        await self._queue.run(self._handle_answer)

    async def _handle_answer(self, request: FetchRequest, answer: dict[str, Any]) -> None:
        match answer.get("event"):
            case "kept":
                self._state.excerpts.discard(request.article)
                self._headlines.rows.invalidate()
                self._article.show_if_current(request.article)
                self._show_message(answer["message"] or gettext("Saved the full text. f: feed's text"))
            case "page":
                entry, page = await self._database.read(lambda db: _prepare(answer["page"]))
                if self._queue.is_first(request):  # not stopped meanwhile
                    self._save(page) if request.saves else self._open(page, entry)
            case "failed":
                self._show_message(str(answer["message"]), 15)
            case _:
                self._show_message(gettext("The page could not be fetched. Same key: try again"))


def _prepare(json: str) -> tuple[Entry, PreparedEntry]:
    entry = msgspec.json.decode(json, type=Entry)
    return entry, prepare(entry)


def _make_article(page: Entry, id: int, minutes: int, now: int) -> Article:
    """Return a page as an article whose source is its site; `id` must not be in the database."""
    site = urlsplit(page.url).hostname or page.url
    headline = Headline(
        id=id,
        source_id=0,
        source=site.removeprefix("www."),
        title=page.title or page.url,
        at=page.published.at or now,
        published=page.published.at,
        published_form=page.published.form,
        updated=page.updated.at,
        first_seen=now,
        author=", ".join(page.authors),
        url=page.url,
        language=page.language,
        unread=False,
        minutes=minutes,
        pictures=len(page.pictures),
    )
    return Article(headline, authors=page.authors, tags=page.tags, content=page.content, pictures=page.pictures)


class FetchRequest(Struct, frozen=True):
    """A request for an article's web page, or for the page behind one of its links."""

    article: int
    link: str = ""
    saves: bool = False
    """Whether to save the page instead of showing it."""


class FetchQueue:
    """Requests in order; the first is being fetched."""

    def __init__(self, program: Callable[[], tuple[str, ...]], on_change: Callable[[], None]) -> None:
        """`program` returns the command that fetches; `on_change` is called when the queue changes."""
        self._program = program
        self._on_change = on_change
        self._waiting: list[FetchRequest] = []
        self._child: ChildProcess | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, request: FetchRequest) -> bool:
        return request in self._waiting

    def add(self, request: FetchRequest) -> None:
        self._waiting.append(request)
        self._on_change()

    def drop(self, unwanted: Callable[[FetchRequest], bool]) -> None:
        """Remove the requests that are `unwanted`, and stop the first if it is one of them."""
        stops_first = bool(self._waiting) and unwanted(self._waiting[0])
        self._waiting = [request for request in self._waiting if not unwanted(request)]
        if self._child is not None and stops_first:
            self._child.stop()
        self._on_change()

    def is_first(self, request: FetchRequest) -> bool:
        """Return whether this request is being fetched."""
        return bool(self._waiting) and self._waiting[0] is request  # an equal one may follow one that was stopped

    async def run(self, handle: Callable[[FetchRequest, dict[str, Any]], Awaitable[None]]) -> None:
        """Fetch all requests in order, and pass each answer to `handle`.

        An answer is the last event of the process, with the page's JSON as `page`; {} if there was no event.
        """
        while self._waiting:
            request = self._waiting[0]
            try:
                answer = await self._fetch(request)
                if self.is_first(request):
                    await handle(request, answer)
            finally:
                if self.is_first(request):
                    self._waiting.pop(0)
                self._on_change()

    async def _fetch(self, request: FetchRequest) -> dict[str, Any]:
        link = (f"--link={request.link}",) if request.link else ()
        self._child = ChildProcess(self._program(), "show", str(request.article), "--events", *link)
        parts, last = [], {}
        async for event in self._child.events():
            if event.get("event") == "part":
                parts.append(str(event["json"]))
            else:
                last = event
        return last | {"page": "".join(parts)} if parts else last
