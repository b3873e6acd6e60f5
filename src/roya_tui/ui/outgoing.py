"""Ways out of the reader: articles written to a file, a paragraph quoted, what one reads handed to another program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import work
from textual.app import SuspendNotSupported

from roya_tui.config import Command
from roya_tui.config.commands import filled
from roya_tui.model import Article
from roya_tui.reading.clock import Clock
from roya_tui.reading.isolating import isolated
from roya_tui.reading.unfolding import behind
from roya_tui.text import many
from roya_tui.ui.child import Child
from roya_tui.ui.choosing import Choosing, missing

if TYPE_CHECKING:
    from roya_tui.reading.naming import Proposal
    from roya_tui.ui import programs

MOST = 500
"""Articles of a view that are written into one file."""


class Outgoing(Choosing):
    """The actions that take articles elsewhere. Files are written by a process of their own."""

    # To a file.

    def action_export(self) -> None:
        from roya_tui.reading.naming import Proposal
        from roya_tui.ui.dialogs.export import Export

        chosen = self.chosen()
        if not chosen and self.reads_list and not self.headlines.when_whole(self.action_export):
            self.want_rest()
            return
        headline = next(iter(self.library.headlines(chosen[:1])), None) or self.at_hand()
        if headline is None:
            self.bottom.say("There is no article to write.")
            return
        if self.library.article(headline.id) is None:
            self.bottom.say(missing(headline))
            return
        form, folder = self._memory.exported()
        day = self.clock.name_of(self.clock.day(self.now()), 0)
        all_ids = chosen or behind(self.headlines.timeline, self.headlines.ids)
        proposal = Proposal.of(
            form,
            folder or str(Path.cwd()),
            headline.title,
            f"{self.view.title('-', '-')}, {day}",
            len(all_ids),
        )
        if len(chosen) > 1:
            proposal = replace(proposal, among="selected").toggled()
        ids = list(all_ids[:MOST])

        def answered(answer: Proposal | None) -> None:
            if answer is not None:
                self._memory.keep_exported(answer.form, answer.folder)
                self._export(answer, ids if answer.all else [headline.id])

        self.app.push_screen(Export(proposal, MOST, self.config.reading.rtl, ascii=self.config.look.ascii), answered)

    @work(exit_on_error=False, group="export")
    async def _export(self, wanted: Proposal, ids: Sequence[int]) -> None:
        self.bottom.say(f"Writing “{Path(wanted.file).name}”.", 60)
        title = ("--title", wanted.all_title) if wanted.all else ()
        child = Child(self.program, "show", *map(str, ids), "--format", wanted.form, *title, "--output", wanted.file)
        async for _ in child.events():
            pass
        if child.exit_code == 0:
            self.bottom.say(f"Wrote {many(len(ids), 'article')} to “{wanted.file}”.")
        else:
            why = (child.complaint.splitlines() or [""])[-1].removeprefix("roya-tui: ")
            self.bottom.say(why or "It was not written.", 20)

    # To the clipboard.

    def action_quote(self) -> None:
        """Copy what is selected as a quotation, or the paragraph of the marked link, or that at the top."""
        headline, shown = self.at_hand(), self.article.shown
        if headline is None or shown is None or shown.headline.id != headline.id:
            self.bottom.say("Open an article first: its top paragraph is copied.")
            return
        if self.reading is self.article and self.article.place is None:
            self.bottom.say("Its text is not here yet: it is a long one.")
            return
        self._quote(self.reading.quotation(title=headline.title, url=headline.url, source=headline.source))

    @work(exit_on_error=False, exclusive=True, group="quote")
    async def _quote(self, made: Callable[[], str] | None) -> None:
        words = await asyncio.to_thread(made) if made is not None else ""
        if not words:
            self.bottom.say("There is no text to quote here.")
            return
        self.app.copy_to_clipboard(words)
        self.bottom.say(f"Copied > {isolated(words.splitlines()[0].removeprefix('> '))}")

    # To other programs.

    def action_share(self) -> None:
        from roya_tui.ui.dialogs.share import Share

        headline = self.at_hand()
        article = self.article.shown
        if headline is not None and (article is None or article.headline.id != headline.id):
            article = self.library.article(headline.id)
        if article is None:
            self.bottom.say("There is no article to hand on.")
            return
        commands = self.config.share
        if len(commands) == 1:
            self._share(commands[0], article)
            return

        def chosen(command: Command | None) -> None:
            if command is not None:
                self._share(command, article)

        self.app.push_screen(Share(commands, self.config.reading.rtl), chosen)

    @work(exit_on_error=False, group="share")
    async def _share(self, command: Command, article: Article) -> None:
        from roya_tui.ui import programs

        text = await asyncio.to_thread(_as_markdown, article, self.clock)
        headline = article.headline
        file: Path | None = None
        words = {"url": headline.url, "title": headline.title, "source": headline.source, "text": text}
        try:
            file = programs.file_with(text) if command.wants_file else None
            ended = await self._run(command, filled(command, words | {"file": str(file)}), text)
        except OSError as error:  # there may be no room for what is handed over
            ended = programs.Ended(1, error.strerror or str(error))
        if file is not None and ended.code is not None:
            file.unlink(missing_ok=True)
        if ended.code:
            self.bottom.say(f"{command.name} failed ({command.run[0]}): {ended.why or 'it did not say why'}.", 20)
        elif command.terminal:
            self.bottom.say(f"Back from {command.name}.")

    async def _run(self, command: Command, arguments: Sequence[str], text: str) -> programs.Ended:
        """Run a program beside the screen, or in its place."""
        from roya_tui.ui import programs

        if not command.terminal:
            self.bottom.say(f"Handed to {command.name}.")
            return await programs.run(arguments, text)
        try:
            with self.app.suspend():
                return programs.run_on_terminal(arguments)
        except SuspendNotSupported:
            return programs.Ended(1, "this terminal cannot be left to it")
        finally:
            self.refresh(layout=True)


def _as_markdown(article: Article, clock: Clock) -> str:
    from roya_tui.reading.chapter import chapter
    from roya_tui.reading.markdown import markdown

    made = chapter(article, clock)
    return markdown(made.document, made.title, made.facts, made.url)
