"""What one does to sources: add, remove. The network is another process's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from roya_tui.model import Source
from roya_tui.store import meta, sources
from roya_tui.text import in_order
from roya_tui.ui import keys
from roya_tui.ui.panes import Panes
from roya_tui.ui.view import Place, View

if TYPE_CHECKING:
    from roya_tui.ui.offering import Done

OFFERED = "offered to remove samples"


class Sourcing(Panes):
    """Adding and removing; `u` brings back what was removed."""

    _last_added = 0
    """The source to which one was added last, or a page."""

    # Adding.

    def action_add(self) -> None:
        """Add what the person types; in an article, first of all what its marked link leads to."""
        from roya_tui.ui.dialogs.add import AddSource

        folders = sorted(
            {s.folder for s in self.library.now(sources.all_sources) if s.folder and not s.sample}, key=in_order
        )
        link = self.article.marked if self.pane == "article" else None
        address = link.url if link is not None and link.url.startswith("http") else ""
        dialog = AddSource(self.program, folders, self.clock, self.signs, self.config.reading.rtl, address)
        self.app.push_screen(dialog, self._added)

    def _added(self, done: Done | None) -> None:
        if done is not None:
            sentence = done.sentence
            if done.source is not None:
                self._last_added = done.source
                sentence += f" {keys.key_of(self.actions, 'go-to-added')} goes there."
            self.bottom.say(sentence, 15)
            self.taken_in()
            self.set_view(self.view, hold=True)
            self.offer_to_remove_samples(sentence)

    def action_go_to_added(self) -> None:
        source = self.library.now(sources.source, self._last_added)
        if source is None:
            self.bottom.say("Nothing was added lately. a adds a source.")
        else:
            self.set_view(View(Place("source", source=source.id, label=source.label)))
            self.sidebar.go_to_place()
            self.set_focus(self.headlines)

    # Removing.

    def source_at_hand(self) -> Source | None:
        """In the sidebar the source under its cursor, and no other; else the one shown, or else the article's."""
        if self.pane == "sidebar":
            row = self.sidebar.current
            if row is None or row.kind != "source":
                return None
            wanted = row.source
        elif self.view.place.kind == "source":
            wanted = self.view.place.source
        else:
            index = self.headlines.index
            headline = None if index is None else self.headlines.headline(index)
            if headline is None:
                return None
            wanted = headline.source_id
        return self.library.now(sources.source, wanted)

    def action_remove(self) -> None:
        from roya_tui.ui.dialogs.confirm import Confirm

        source = self.source_at_hand()
        if source is None:
            here = self.pane == "sidebar"
            self.bottom.say(
                "A source, saved feed or folder can be removed."
                if here
                else "Choose a source first: tab goes to the sidebar."
            )
            return

        def decided(yes: bool | None) -> None:
            if yes:
                self.remove_source(source)

        question = f"Remove {source.label}?"
        detail = f"{_leaving(source.total)} u brings it back."
        self.app.push_screen(Confirm(question, detail, "Remove", self.config.reading.rtl), decided)

    @work(exit_on_error=False, group="marks")
    async def remove_source(self, source: Source) -> None:
        """Unsubscribe; `u` brings it back."""
        await self.library.write(sources.remove, source.id, self.now())
        self.sidebar.forget_tags()
        place = self.view.place
        if place.kind == "source" and place.source == source.id:
            self.set_view(View(Place()))
        else:
            self.set_view(self.view)
        self.bottom.say(f"Removed {source.label}. u undoes.")

    # The samples.

    @work(exit_on_error=False, group="offer")
    async def offer_to_remove_samples(self, first: str = "") -> None:
        """Once, when there is real news beside them, and after what is to be said `first`."""
        if not first and self.app.screen is not self:
            return  # It would be told under a dialog, and over by the time that one closes: what comes next tells it.
        known = await self.library.count(sources.all_sources)
        if not any(s.sample for s in known) or not any(s.total for s in known if not (s.sample or s.saved)):
            return
        if not self.library.now(meta.recall, OFFERED):
            await self.library.write(meta.remember, OFFERED, "yes")
            self.bottom.say(f"{first} The first real news is here. X takes the samples away.".strip(), 20)

    def action_remove_samples(self) -> None:
        self._remove_samples()

    @work(exit_on_error=False, group="marks")
    async def _remove_samples(self) -> None:
        if not any(s.sample for s in await self.library.write(sources.all_sources)):
            self.bottom.say("The samples are gone already.")
            return
        await self.library.write(sources.remove_samples, self.now())
        self.sidebar.forget_tags()
        self.set_view(View(Place()) if self.view.place.kind in ("source", "folder") else self.view)
        self.bottom.say("Removed the samples. u undoes.")


def _leaving(count: int) -> str:
    """What becomes of the articles of a source that is removed."""
    match count:
        case 0:
            return "It has no articles."
        case 1:
            return "1 article leaves the lists, unless it is starred or noted."
    return f"{count:,} articles leave the lists; starred and noted ones stay."
