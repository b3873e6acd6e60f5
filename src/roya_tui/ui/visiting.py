"""Pages that the person asks for: the full text of an article, and what is behind a link, read in its place."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from textual import on, work

from roya_tui.config import wishes_for
from roya_tui.model import Article, Entry, Headline
from roya_tui.store import sources
from roya_tui.store.bodies import Prepared, prepare
from roya_tui.ui.errands import Errand, Errands
from roya_tui.ui.moving import Moving
from roya_tui.ui.refreshing import Refreshing
from roya_tui.ui.rows import Rows

NO_LINK = "Mark a link first: ] goes to the next one."
READ_HERE = "Read here. esc goes back, K saves it to read later."


class Visit(Struct, frozen=True):
    """A page that is read in place of the article, and where one was before."""

    page: Prepared
    before: Article
    line: int
    link: int


class Visiting(Moving, Refreshing):
    """Has pages fetched, shows them, and finds the way back."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self._errands = Errands(lambda: self.program, self._show_errands)
        self._excerpts: set[int] = set()
        """Articles that are shown as the feed has them, though their full text is there."""
        self._visits: list[Visit] = []

    # What is shown.

    def follow(self) -> None:
        if self._visits and self.headlines.selected == self._came_to:
            return  # the list was made anew; the article whose link is read is still at hand
        self._visits.clear()
        self._errands.drop(lambda errand: bool(errand.link) and not errand.keep)
        super().follow()

    def article_of(self, id: int) -> Article | None:
        article = super().article_of(id)
        return replace(article, full_text="") if article is not None and id in self._excerpts else article

    def at_hand(self) -> Headline | None:
        if self._is_visiting and self.article.shown is not None:
            return self.article.shown.headline
        return super().at_hand()

    @property
    def _is_visiting(self) -> bool:
        """Whether a page is read that is no article of the list."""
        return bool(self._visits) and self.pane == "article"

    def _show_again(self, id: int) -> None:
        if self.article.shown is not None and self.article.shown.headline.id == id:
            self.article.show(self.article_of(id))

    # The full text.

    def action_full_text(self) -> None:
        headline = self.at_hand()
        if headline is None:
            self.bottom.say("Choose an article first.")
        elif self._is_visiting:
            self.bottom.say("This is the page itself.")
        elif not headline.full or self._is_damaged(headline.id):
            self._send(Errand(headline.id), "The full text is fetched from its page. x stops it.")
        else:
            self._excerpts ^= {headline.id}
            self._show_again(headline.id)
            own = headline.id in self._excerpts
            self.bottom.say(
                "As the feed has it. f shows the full text." if own else "The full text. f shows the feed's."
            )

    def _is_damaged(self, id: int) -> bool:
        article = self.article_of(id)
        return article is not None and article.damaged

    @on(Rows.Opened, "#headlines")
    def _opened_one(self) -> None:
        """Fetch the full text of a source for which config.toml wants it, once someone reads."""
        headline = self.at_hand()
        if headline is None or headline.full or not headline.url or self.offline or self.config.refresh.metered:
            return
        source = self.library.now(sources.source, headline.source_id)
        if source is not None and wishes_for(self.config, source).full_text:
            self._send(Errand(headline.id), "")

    # Links, read here.

    def action_read_link(self) -> None:
        if url := self._link_to_read():
            self._send(Errand(self.headlines.selected or 0, url), "The page is fetched, to be read here. x stops it.")

    def action_keep_page(self) -> None:
        if self._is_visiting and self.article.marked is None:
            self._keep_page(self._visits[-1].page)
        elif url := self._link_to_read():
            self._send(Errand(self.headlines.selected or 0, url, keep=True), "The page is fetched, to be saved.")

    def _link_to_read(self) -> str:
        """The web address of the marked link; "" where there is none, which is said."""
        link = self.article.marked
        if link is None:
            self.bottom.say(NO_LINK)
        elif not link.url.startswith(("http://", "https://")):
            self.bottom.say("This link leads to no page. enter opens it.")
        else:
            return link.url
        return ""

    def _visit(self, page: Prepared, entry: Entry) -> None:
        from roya_tui.reading import visited

        before = self.article.shown
        if before is None:
            return
        self._visits.append(Visit(page, before, self.article.scroll_offset.y, self.article.link))
        self.article.show(visited.article(entry, -len(self._visits), page.minutes, self.now()))
        self.set_focus(self.article)
        self.bottom.say(READ_HERE)

    def _return(self) -> None:
        """Back to where one was before the page."""
        visit = self._visits.pop()
        id = visit.before.headline.id
        self.article.show((self.article_of(id) if id > 0 else None) or visit.before)
        self.article.mark_link(visit.link)
        self.article.jump(visit.line)
        if self.bottom.said == READ_HERE and not self._visits:
            self.bottom.hush()  # esc would go on to the list now

    @work(exit_on_error=False, group="marks")
    async def _keep_page(self, page: Prepared) -> None:
        from roya_tui.store import saved_pages

        _, became = await self.library.write(saved_pages.keep, page, self.now())
        name = f"“{page.title or page.url}”"
        self.bottom.say(f"{name} is saved already." if became == "same" else f"Saved {name}, to read later. u undoes.")
        self.headlines.forget()
        self.count_soon()

    # Leaving and stopping.

    def leave(self) -> bool:
        if super().leave():
            return True
        if self._errands:
            self.action_stop()
        elif self._is_visiting:
            self._return()
        else:
            return False
        return True

    def action_stop(self) -> None:
        if not self._errands:
            super().action_stop()
            return
        self._errands.drop(lambda errand: True)
        self.bottom.say("Stopped. Everything is as it was.")

    def action_quit(self) -> None:
        self._errands.drop(lambda errand: True)
        super().action_quit()

    # Fetching.

    def _send(self, errand: Errand, said: str) -> None:
        if self.offline:
            self.bottom.say("Offline: no page is fetched; what is here stays. W goes online.")
        elif errand in self._errands:
            self.bottom.say("It is being fetched. x stops it.")
        else:
            if said:
                self.bottom.say(said)
            self._errands.add(errand)
            if len(self._errands) == 1:
                self._fetch_all()

    def _show_errands(self) -> None:
        self.article.say_busy(f"{self.signs.busy} page" if self._errands else "")

    @work(exit_on_error=False, group="pages")
    async def _fetch_all(self) -> None:
        await self._errands.run(self._take)

    async def _take(self, errand: Errand, answer: dict[str, Any]) -> None:
        match answer.get("event"):
            case "kept":
                self._excerpts.discard(errand.article)
                self.headlines.forget()
                self._show_again(errand.article)
                self.bottom.say(answer["message"] or "The full text, kept for offline. f shows what the feed has.")
            case "page":
                entry, page = await self.library.read(lambda db: _prepared(answer["page"]))
                if self._errands.is_first(errand):  # or one went on meanwhile
                    self._keep_page(page) if errand.keep else self._visit(page, entry)
            case "failed":
                self.bottom.say(str(answer["message"]), 15)
            case _:
                self.bottom.say("The page could not be fetched. The same key tries again.")


def _prepared(told: str) -> tuple[Entry, Prepared]:
    from roya_tui.reading import visited

    entry = visited.entry(told)
    return entry, prepare(entry)
