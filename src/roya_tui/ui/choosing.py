"""What one does with several articles at once: those that are selected, or else the one at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on, work

from roya_tui.model import Headline
from roya_tui.store import articles, state
from roya_tui.ui import browser
from roya_tui.ui.headlines import Headlines
from roya_tui.ui.marks import Marks, as_markdown

NOT_YOURS = "This page is not among your articles. K saves it to read later."
MOST_OPENED = 15
"""Pages that a key opens in the browser at once."""
MOST_COPIED = 1_000
"""Links that a key copies."""


class Choosing(Marks):
    """In the reader a key is about what one reads; everywhere else about what is selected, if anything is."""

    @on(Headlines.ChoiceTurned)
    def _choice_turned(self) -> None:
        self.show_hints()

    def chosen(self) -> list[int]:
        """The articles that are selected, those of the list in its order; none where one reads."""
        return [] if self.pane == "article" else self.headlines.chosen.ordered(self.headlines.ids)

    def meant(self) -> list[int]:
        """The articles that the next action is about."""
        if chosen := self.chosen():
            return chosen
        headline = self.at_hand()
        if headline is not None and headline.id <= 0:
            self.bottom.say(NOT_YOURS)
            return []
        return [] if headline is None else [headline.id]

    # Marking.

    def action_star(self) -> None:
        self._switch("starred", lambda headline: not headline.starred)

    def action_toggle_read(self) -> None:
        self._switch("read", lambda headline: headline.unread or headline.changed)
        self.leave_unwatched()

    def action_hide(self) -> None:
        self._switch("hidden", lambda headline: not headline.hidden)

    def _switch(self, what: str, of_one: Callable[[Headline], bool]) -> None:
        """Mark what is meant as `what`, or take that back where all of it is so already."""
        ids = self.meant()
        headline = self.at_hand()
        if self.chosen():
            self._switch_all(ids, what)
        elif ids and headline is not None:
            self._mark_as(ids, what, of_one(headline))

    @work(exit_on_error=False, group="marks")
    async def _switch_all(self, ids: list[int], what: str) -> None:
        # Asked among the writes, so that a mark on its way counts.
        self._mark_as(ids, what, await self.library.write(state.lacks, ids, what))

    def _mark_as(self, ids: list[int], what: str, on: bool) -> None:
        match what:
            case "starred":
                self.mark(ids, starred=on)
            case "hidden":
                self.mark(ids, hidden=on)
            case _:
                self.mark(ids, read=on)

    # Out of the program.

    def action_browser(self) -> None:
        chosen = self.chosen()
        if not chosen:
            super().action_browser()
            return
        urls = [headline.url for headline in self._headlines(chosen[:MOST_OPENED]) if headline.url]
        self._open_all(urls, len(chosen))

    @work(exit_on_error=False, group="browser")
    async def _open_all(self, urls: list[str], wanted: int) -> None:
        for number, url in enumerate(urls):
            if not await browser.open_quietly(url):
                self.bottom.say("No browser was found here. y copies the articles' links.")
                return
            self.bottom.say(f"Opened {number + 1:,} of {wanted:,}.")
        more = f" At most {MOST_OPENED} at once." if wanted > MOST_OPENED else ""
        self.bottom.say(f"Opened {len(urls):,} of {wanted:,}.{more}" if urls else "None of these has a link.")

    def action_copy_link(self) -> None:
        if not self._copy_all(lambda headline: headline.url):
            super().action_copy_link()

    def action_copy_markdown(self) -> None:
        if not self._copy_all(lambda headline: f"* {as_markdown(headline.title, headline.url)}"):
            super().action_copy_markdown()

    def _copy_all(self, line: Callable[[Headline], str]) -> bool:
        """Copy a line for each selected article that has a link; False where none is selected."""
        chosen = self.chosen()
        if not chosen:
            return False
        lines = [line(headline) for headline in self._headlines(chosen[:MOST_COPIED]) if headline.url]
        self.app.copy_to_clipboard("\n".join(lines))
        of = f" of the first {MOST_COPIED:,}" if len(chosen) > MOST_COPIED else ""
        self.bottom.say(f"Copied {'1 link' if len(lines) == 1 else f'{len(lines):,} links'}{of}.")
        return True

    def _headlines(self, ids: Sequence[int]) -> list[Headline]:
        return self.library.now(articles.headlines, ids)
