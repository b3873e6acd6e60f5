"""What one does with several articles at once: those that are selected, or else the one at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on, work

from roya_tui.model import Headline
from roya_tui.reading.unfolding import standing
from roya_tui.store import articles, state, tags
from roya_tui.text import many
from roya_tui.ui import deeds
from roya_tui.ui.headlines import Headlines
from roya_tui.ui.marks import Marks, as_markdown

if TYPE_CHECKING:
    from roya_tui.ui.dialogs.tags import Tags

NOT_YOURS = "This page is not among your articles. K saves it to read later."
_GONE = "This article was let go of meanwhile, and is no longer in the store. j goes on."


def missing(headline: Headline | None) -> str:
    """Say why nothing can be done with the article at hand, which the store does not have."""
    if headline is None:
        return "Choose an article first."
    return NOT_YOURS if headline.id <= 0 else _GONE


MOST_OPENED = 15
"""Pages that a key opens in the browser at once."""
MOST_COPIED = 1_000
"""Links that a key copies."""


class Choosing(Marks):
    """In the reader a key is about what one reads; everywhere else about what is selected, if anything is."""

    @on(Headlines.ChoiceTurned)
    def _choice_turned(self) -> None:
        if self.headlines.chosen.ids:
            self.bottom.hush()
        self.show_hints()

    def chosen(self) -> list[int]:
        """The articles that are selected, those of the list in its order, or else those that the row of the cursor
        counts; none where one reads."""
        pile = self.headlines.pile if self.pane == "headlines" else None
        return self.selection() or ([] if pile is None else list(pile.ids))

    def selection(self) -> list[int]:
        """The articles that are selected; none where one reads."""
        return [] if self.pane == "article" else self.headlines.chosen.ordered(standing(self.headlines.timeline))

    def meant(self) -> list[int]:
        """The articles that the next action is about."""
        if chosen := self.chosen():
            return chosen
        headline = self.at_hand()
        if headline is None or headline.id <= 0:
            self.bottom.say(missing(headline))
            return []
        return [headline.id]

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
        if chosen := self.chosen():
            self._switch_all(chosen, what)
            return
        headline = self.at_hand()
        if ids := self.meant():
            self._mark_as(ids, what, headline is not None and of_one(headline))

    @work(exit_on_error=False, group="marks")
    async def _switch_all(self, ids: list[int], what: str) -> None:
        on, done = await self.library.write(deeds.switched, ids, what, self.now(), whole_stories=self.whole_stories)
        self.show_marked(done.ids, **{what: on})
        self.tell_marked(done, {what: on})

    def _mark_as(self, ids: list[int], what: str, on: bool) -> None:
        match what:
            case "starred":
                self.mark(ids, starred=on)
            case "hidden":
                self.mark(ids, hidden=on)
            case _:
                self.mark(ids, read=on)

    # Tags and notes.

    def action_own_tags(self) -> None:
        from roya_tui.ui.dialogs.tags import Tags

        ids = self.meant()
        headline = self.at_hand()
        if not ids:
            return
        about = f"“{headline.title}”" if headline and not self.chosen() else f"{len(ids):,} articles"

        async def save(text: str) -> None:
            await self._retag(ids, text)

        dialog = Tags(about, self.sidebar.known_tags, self.config.reading.rtl, self.signs.cursor, save)

        self.app.push_screen(dialog)
        self._teach(dialog, ids)

    @work(exit_on_error=False, group="tags", exclusive=True)
    async def _teach(self, dialog: Tags, ids: list[int]) -> None:
        dialog.learn(await self.library.look(tags.most_used), await self.library.look(tags.own, ids))

    async def _retag(self, ids: list[int], text: str) -> None:
        (changed, meant), said = await self.library.do(deeds.retagged, ids, text, self.now())
        if changed:
            self._tell_step(said)
        elif meant:
            self.bottom.say("No tag was changed.")

    def action_note(self) -> None:
        from roya_tui.ui.dialogs.note import Note

        headline = self.at_hand()
        article = None if headline is None or headline.id <= 0 else self.library.article(headline.id)
        if headline is None or article is None:
            self.bottom.say(missing(headline))
            return
        id = headline.id

        async def save(note: str) -> None:
            if note != article.note:
                await self._keep_note(id, note)

        self.app.push_screen(Note(headline.title, article.note, self.config.reading.rtl, save))

    async def _keep_note(self, id: int, note: str) -> None:
        _, said = await self.library.do(state.set_note, id, note, self.now())
        self.headlines.adjust([id], noted=bool(note))
        self._tell_step(said)

    def _tell_step(self, said: str) -> None:
        """Say what was just done, and show it in the head of the article."""
        self.bottom.say(f"{said} u undoes.")
        self.show_again()
        self.count_now()

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
        from roya_tui.ui import browser

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
        self.bottom.say(f"Copied {many(len(lines), 'link')}{of}.")
        return True

    def _headlines(self, ids: Sequence[int]) -> list[Headline]:
        return self.library.now(articles.headlines, ids)
