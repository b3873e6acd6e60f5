"""Links: moving between them in the article, opening and copying them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partialmethod

from roya_tui.document.blocks import Link
from roya_tui.model import Headline
from roya_tui.store.articles import lookup
from roya_tui.text import format_count
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article import CurrentArticle
from roya_tui.ui.controllers.selection import Selection

MOST_OPENED = 15
"""Pages that a key opens in the browser at once."""
MOST_COPIED = 1_000
"""Links that a key copies."""


class Links(Controller):
    """The links of the article that is read, and the addresses of articles."""

    def __init__(self, context: Context, article: CurrentArticle, selection: Selection) -> None:
        super().__init__(context)
        self._article = article
        self._selection = selection

    # Moving between links.

    def _focus(self, step: int) -> None:
        if self._panes.reading.links.move_focus(step):
            self._show_focused()
        else:
            self.report_missing("links")

    next = partialmethod(_focus, 1)
    previous = partialmethod(_focus, -1)

    def ask_number(self) -> None:
        from roya_tui.ui.dialogs.prompts import LinkNumber

        reading = self._panes.reading

        def entered(number: int | None) -> None:
            if number and reading.links.focus(number):
                self._show_focused()
            elif number:
                self._show_message(f"There is no link {number}.")

        if reading.links.count:
            self._shell.open(LinkNumber(reading.links.count, self._rtl), entered)
        else:
            self.report_missing("links")

    def _show_focused(self) -> None:
        """Show the address of the focused link before it is opened; for another article of a story, nothing."""
        reading, bottom, key = self._panes.reading, self._panes.bottom, self._services.key
        self._shell.focus(reading)
        link, opens = reading.links.focused, key("open-link")
        if tag := reading.links.focused_tag:
            again = tag in (*self._state.view.required_tags, *self._state.view.excluded_tags)
            self._show_message(f"{opens}: {'no longer only' if again else 'only'} what has the tag “{tag}”.")
        elif link is None:
            bottom.clear_message()
        elif link.target is not None:
            self._show_message(f"Within the text: {opens} goes there, {key('back')} comes back.")
        elif link.url.startswith(("http://", "https://")):
            self._show_message(f"{opens} opens, {key('read-link')} reads here: {link.url}")
        else:
            self._show_message(f"{opens} opens {link.url}")

    def report_missing(self, what: str) -> None:
        """Say that the article has nothing of the kind that a key is for."""
        lack = f"This article has no {what}." if self._article.target else "Choose an article first."
        self._show_message(lack)

    # Opening.

    def open_articles(self) -> None:
        """Open the selected articles, or the one that is read, in the browser."""
        if several := self._selection.several():
            urls = [headline.url for headline in self._load_headlines(several[:MOST_OPENED]) if headline.url]
            self._open_all(urls, len(several))
            return
        headline = self._article.target
        if headline is None or not headline.url:
            self.report_missing("link")
        else:
            self.open(headline.url)

    @background("browser")
    async def open(self, url: str) -> None:
        from roya_tui.ui import programs

        if await programs.open_in_browser(url):
            self._show_message(f"Opened {url}")
        else:
            self._show_message("No browser was found here. y copies the article's link.")

    @background("browser")
    async def _open_all(self, urls: list[str], wanted: int) -> None:
        from roya_tui.ui import programs

        for number, url in enumerate(urls):
            if not await programs.open_in_browser(url):
                self._show_message("No browser was found here. y copies the articles' links.")
                return
            self._show_message(f"Opened {number + 1:,} of {wanted:,}.")
        more = f" At most {MOST_OPENED} at once." if wanted > MOST_OPENED else ""
        self._show_message(f"Opened {len(urls):,} of {wanted:,}.{more}" if urls else "None of these has a link.")

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
            self.report_missing("link to copy")
            return
        self._shell.copy(text_of(link))
        self._show_message(f"Copied {text_of(link)}")

    def _copy_all(self, line: Callable[[Headline], str]) -> bool:
        """Copy a line for each selected article that has a link; return whether articles are selected."""
        several = self._selection.several()
        if not several:
            return False
        lines = [line(headline) for headline in self._load_headlines(several[:MOST_COPIED]) if headline.url]
        self._shell.copy("\n".join(lines))
        of = f" of the first {MOST_COPIED:,}" if len(several) > MOST_COPIED else ""
        self._show_message(f"Copied {format_count(len(lines), 'link')}{of}.")
        return True

    def _load_headlines(self, ids: Sequence[int]) -> list[Headline]:
        return self._database.read_now(lookup.load_headlines, ids)


def as_markdown(text: str, url: str) -> str:
    """Return a link as Markdown."""
    return f"[{text.translate(_ESCAPED)}](<{url}>)"


_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\[]*_`<>"})
