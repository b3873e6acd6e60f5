"""Links: moving between them in the article, opening and copying them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partialmethod

from roya_tui.document.blocks import Link
from roya_tui.model import Headline
from roya_tui.store.articles import lookup
from roya_tui.translation import gettext, ngettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.hooks import Hooks
from roya_tui.ui.controllers.article.selection import Selection

MOST_OPENED = 15
"""Pages that a key opens in the browser at once."""
MOST_COPIED = 1_000
"""Links that a key copies."""


class Links(Controller):
    """The links of the article that is read, and the addresses of articles."""

    def __init__(self, context: Context, article: CurrentArticle, selection: Selection, hooks: Hooks) -> None:
        super().__init__(context)
        self._hooks = hooks
        self._article = article
        self._selection = selection

    # Moving between links.

    def _focus(self, step: int) -> None:
        if self._panes.reading.links.move_focus(step):
            self._show_focused()
        else:
            self.report_missing(gettext("This article has no links."))

    next = partialmethod(_focus, 1)
    previous = partialmethod(_focus, -1)

    def ask_number(self) -> None:
        from roya_tui.ui.dialogs.prompts import LinkNumber

        reading = self._panes.reading

        def entered(number: int | None) -> None:
            if number and reading.links.focus(number):
                self._show_focused()
            elif number:
                self._show_message(gettext("There is no link {number}.", number=number))

        if reading.links.count:
            self._shell.open(LinkNumber(reading.links.count, self._rtl), entered)
        else:
            self.report_missing(gettext("This article has no links."))

    def _show_focused(self) -> None:
        """Show the address of the focused link before it is opened; for another article of a story, nothing."""
        reading, bottom, key = self._panes.reading, self._panes.bottom, self._services.key
        self._shell.focus(reading)
        link, opens = reading.links.focused, key("open-link")
        if tag := reading.links.focused_tag:
            again = tag in (*self._state.view.required_tags, *self._state.view.excluded_tags)
            show = gettext("{key}: show only articles with the tag “{tag}”", key=opens, tag=tag)
            leave = gettext("{key}: stop filtering by the tag “{tag}”", key=opens, tag=tag)
            self._show_message(leave if again else show)
        elif link is None:
            bottom.clear_message()
        elif link.target is not None:
            self._show_message(
                gettext("Link within the text. {key}: go there   {back}: return", key=opens, back=key("back"))
            )
        elif link.url.startswith(("http://", "https://")):
            browser = gettext("{key}: open   {read}: read here   {url}", key=opens, read=key("read-link"), url=link.url)
            self._show_message(browser)
        else:
            self._show_message(gettext("{key}: open {url}", key=opens, url=link.url))

    def report_missing(self, message: str) -> None:
        """Show what the article lacks, or that there is no article."""
        self._show_message(message if self._article.target else gettext("Go to an article first."))

    # Opening.

    def open_articles(self) -> None:
        """Open the selected articles, or the one that is read, in the browser."""
        if several := self._selection.several():
            self._hooks.opened(several[:MOST_OPENED])
            urls = [headline.url for headline in self._load_headlines(several[:MOST_OPENED]) if headline.url]
            self._open_all(urls, len(several))
            return
        headline = self._article.target
        if headline is None or not headline.url:
            self.report_missing(gettext("This article has no address."))
        else:
            self._hooks.opened([headline.id])
            self.open(headline.url)

    @background("browser")
    async def open(self, url: str) -> None:
        if await self._shell.open_url(url):
            self._show_message(gettext("Opened {url}", url=url))
        else:
            self._show_message(gettext("No web browser found. y: copy the address"))

    @background("browser")
    async def _open_all(self, urls: list[str], wanted: int) -> None:
        for number, url in enumerate(urls):
            if not await self._shell.open_url(url):
                self._show_message(gettext("No web browser found. y: copy the addresses"))
                return
            self._show_message(gettext("Opened {number:,} of {count:,}.", number=number + 1, count=wanted))
        if not urls:
            self._show_message(gettext("These articles have no addresses."))
        elif wanted > MOST_OPENED:
            opened = gettext("Opened {number:,} of {count:,}.", number=len(urls), count=wanted)
            self._show_message(opened + " " + gettext("The limit is {count}.", count=MOST_OPENED))

    # Copying.

    def copy(self) -> None:
        """Copy the links of the selected articles, the selected words, or the focused link."""
        if not self._copy_all(lambda headline: headline.url) and not self._article.copy_selected():
            self._copy(lambda link: link.url)

    def copy_markdown(self) -> None:
        """Copy the same links as Markdown."""
        if not self._copy_all(lambda headline: f"* {as_markdown(headline.title, headline.url)}"):
            self._copy(lambda link: as_markdown(link.text, link.url))

    def _copy(self, text_of: Callable[[Link], str]) -> None:
        """Copy the focused link of the article that is read, otherwise the article's own."""
        link = self._panes.reading.links.focused if self._panes.active == "article" else None
        headline = self._article.target
        if (link is None or not link.url) and headline is not None and headline.url:
            link = Link(headline.url, headline.title)
        if link is None or not link.url:
            self.report_missing(gettext("This article has no address to copy."))
            return
        self._shell.copy(text_of(link))
        self._show_message(gettext("Copied {text}", text=text_of(link)), has_keys=False)

    def _copy_all(self, line: Callable[[Headline], str]) -> bool:
        """Copy a line for each selected article that has a link; return whether articles are selected."""
        several = self._selection.several()
        if not several:
            return False
        lines = [line(headline) for headline in self._load_headlines(several[:MOST_COPIED]) if headline.url]
        self._shell.copy("\n".join(lines))
        copied = ngettext("Copied {count:,} address.", "Copied {count:,} addresses.", len(lines))
        limit = gettext("The limit is {count:,} articles.", count=MOST_COPIED)
        self._show_message(f"{copied} {limit}" if len(several) > MOST_COPIED else copied)
        return True

    def _load_headlines(self, ids: Sequence[int]) -> list[Headline]:
        return self._database.read_now(lookup.load_headlines, ids)


def as_markdown(text: str, url: str) -> str:
    """Return a link as Markdown."""
    return f"[{text.translate(_ESCAPED)}](<{url}>)"


_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\[]*_`<>"})
