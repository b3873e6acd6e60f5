"""Export: articles written to a file, a quotation copied, an article shared with another program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import SuspendNotSupported

from roya_tui.clock import Clock
from roya_tui.config import ShareCommand
from roya_tui.config.share_commands import fill, make_environment
from roya_tui.layout.bidi.controls import isolate
from roya_tui.model import Article
from roya_tui.presentation.timeline import expand_more_rows
from roya_tui.translation import gettext, ngettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.selection import Selection, missing
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.processes.child_process import ChildProcess

if TYPE_CHECKING:
    from roya_tui.export.file_names import ExportTarget
    from roya_tui.ui.processes import programs

MOST = 500
"""Articles of a view that are written into one file."""


class Export(Controller):
    """Takes articles out of the app. Files are written by another process."""

    def __init__(
        self, context: Context, article_list: ArticleList, article: CurrentArticle, selection: Selection
    ) -> None:
        super().__init__(context)
        self._list = article_list
        self._article = article
        self._selection = selection

    # To a file.

    def ask(self) -> None:
        """Ask where to write the article, or all that are selected or shown."""
        from roya_tui.export.file_names import ExportTarget
        from roya_tui.ui.dialogs.export import ExportDialog

        services, headlines = self._services, self._headlines
        several = self._selection.several()
        if not several and self._list.is_loading and not headlines.when_complete(self.ask):
            self._list.request_rest()
            return
        headline = next(iter(self._database.headlines(several[:1])), None) or self._article.target
        if headline is None:
            self._show_message(gettext("There is no article to export."))
            return
        if self._database.article(headline.id) is None:
            self._show_message(missing(headline))
            return
        form, folder = services.preferences.last_export()
        day = services.clock.day_name(services.clock.day(services.now()), 0)
        all_ids = several or expand_more_rows(headlines.timeline, headlines.ids)
        title = f"{self._state.view.title('-', '-')}, {day}"
        proposal = ExportTarget.propose(form, folder or str(Path.cwd()), headline.title, title, len(all_ids))
        if len(several) > 1:
            proposal = replace(proposal, scope="selected").with_other_scope()
        ids = list(all_ids[:MOST])

        def answered(answer: ExportTarget | None) -> None:
            if answer is not None:
                services.preferences.set_last_export(answer.format, answer.folder)
                self._export(answer, ids if answer.exports_all else [headline.id])

        self._shell.open(ExportDialog(proposal, MOST, self._rtl, ascii=self._config.look.ascii), answered)

    @background("export")
    async def _export(self, wanted: ExportTarget, ids: Sequence[int]) -> None:
        self._show_message(gettext("Exporting to “{file}”.", file=Path(wanted.file).name), 60)
        title = ("--title", wanted.all_title) if wanted.exports_all else ()
        command = self._services.command(offline=self._state.offline)
        options = ("--format", wanted.format, *title, "--output", wanted.file)
        child = ChildProcess(command, "show", *map(str, ids), *options)
        async for _ in child.events():
            pass
        if child.exit_code == 0:
            done = ngettext("Exported {count:,} article to “{file}”.", "Exported {count:,} articles to “{file}”.",
                            len(ids), file=wanted.file)  # fmt: skip
            self._show_message(done)
        else:
            why = (child.error_text.splitlines() or [""])[-1].removeprefix("roya-tui: ")
            self._show_message(why or gettext("The export failed. e: try again"), 20)

    # To the clipboard.

    def quote(self) -> None:
        """Copy the selected words as a quotation, or the paragraph of the focused link, or the first one in view."""
        headline, pane = self._article.target, self._panes.article
        if headline is None or pane.shown is None or pane.shown.headline.id != headline.id:
            self._show_message(gettext("Open an article first to copy its top paragraph."))
            return
        if self._panes.reading is pane and pane.reading_position is None:
            self._show_message(gettext("The article is still loading. Try again in a moment."))
            return
        reading = self._panes.reading
        self._quote(reading.prepare_quotation(title=headline.title, url=headline.url, source=headline.source))

    @background("quote", exclusive=True)
    async def _quote(self, quotation: Callable[[], str] | None) -> None:
        words = await asyncio.to_thread(quotation) if quotation is not None else ""
        if not words:
            self._show_message(gettext("There is no text to quote."))
            return
        self._shell.copy(words)
        first = words.splitlines()[0].removeprefix("> ")
        self._show_message(gettext("Copied > {text}", text=isolate(first)), has_keys=False)

    # To other programs.

    def share(self) -> None:
        """Run one of the [share] commands on the article."""
        from roya_tui.ui.dialogs.export import ShareDialog

        headline, article = self._article.target, self._panes.article.shown
        if headline is not None and (article is None or article.headline.id != headline.id):
            article = self._database.article(headline.id)
        if article is None:
            self._show_message(gettext("There is no article to share."))
            return
        commands, problems = self._config.share, self._config.share_problems
        if len(commands) == 1 and not problems:
            self._share(commands[0], article)
            return

        def chosen(command: ShareCommand | None) -> None:
            if command is not None:
                self._share(command, article)

        self._shell.open(ShareDialog(commands, problems, self._rtl), chosen)

    @background("share")
    async def _share(self, command: ShareCommand, article: Article) -> None:
        from roya_tui.ui.processes import programs

        text = await asyncio.to_thread(_as_markdown, article, self._services.clock)
        headline = article.headline
        file: Path | None = None
        values = {"url": headline.url, "title": headline.title, "source": headline.source}
        try:
            if command.needs_file:
                file = programs.write_temporary_file(text)
                values["file"] = str(file)
            ended = await self._run(command, values, text)
        except OSError as error:  # the disk may be full
            ended = programs.ProgramResult(1, error.strerror or str(error))
        if file is not None and ended.exit_code is not None:
            file.unlink(missing_ok=True)
        if ended.exit_code:
            reason = ended.error or gettext("exit code {code}", code=ended.exit_code)
            failed = gettext(
                "“{name}” failed: {reason} ({program})", name=command.name, reason=reason, program=command.run[0]
            )
            self._show_message(failed, 20, has_keys=False)
        elif command.terminal:
            self._show_message(gettext("“{name}” has finished.", name=command.name))

    async def _run(self, command: ShareCommand, values: Mapping[str, str], text: str) -> programs.ProgramResult:
        """Run a program beside the screen, or in its place."""
        from roya_tui.ui.processes import programs

        arguments, environment = fill(command, values), make_environment(values)
        if not command.terminal:
            self._show_message(gettext("Shared with “{name}”.", name=command.name))
            return await programs.run(arguments, text, environment)
        try:
            with self._shell.suspend():
                return programs.run_on_terminal(arguments, environment)
        except SuspendNotSupported:
            return programs.ProgramResult(1, gettext("it needs the terminal, which the app cannot leave"))
        finally:
            self._shell.redraw()


def _as_markdown(article: Article, clock: Clock) -> str:
    from roya_tui.export.chapter import make_chapter
    from roya_tui.export.markdown import to_markdown

    made = make_chapter(article, clock)
    return to_markdown(made.document, made.title, made.facts, made.url)
