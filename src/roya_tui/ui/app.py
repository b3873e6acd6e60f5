"""The Textual app: themes, keys, the command palette, signals and the exit."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.driver import Driver
from textual.filter import LineFilter
from textual.markup import escape
from textual.screen import ModalScreen, Screen, SystemModalScreen

from roya_tui.clock import Clock
from roya_tui.config import Config, Paths, Problem
from roya_tui.layout.bidi.controls import isolate
from roya_tui.presentation.headline_rows import ASCII_ICONS, choose_icons
from roya_tui.presentation.view import Scope, View
from roya_tui.processes import is_on_web_page
from roya_tui.translation import gettext, is_right_to_left, join_sentences
from roya_tui.ui import terminal
from roya_tui.ui.action_table import apply_config, mirrored_keys
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.key_sequencer import KeySequencer
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.preferences import Preferences
from roya_tui.ui.processes import child_process
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.services import Services
from roya_tui.ui.themes import (
    AUTO,
    BASES,
    DARK,
    LIGHT,
    THEMES,
    FilterChain,
    detect_theme,
    make_filter,
    make_theme,
    raise_thumbs,
)
from roya_tui.ui.widgets import cells
from roya_tui.ui.widgets.line_view import MenuRequested
from roya_tui.ui.widgets.status_bar import BaseScreen, available_actions

EXIT_SECONDS = 5.0
"""Seconds after which the process ends in any case, once it is asked to."""
_HANGUP_EXIT_CODE = 128 + 1
"""Exit code after the terminal was closed, with or without a SIGHUP."""
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class RoyaTuiApp(KeySequencer):
    """The app: creates the main screen and shows it."""

    CSS_PATH = "app.tcss"
    TITLE = "Roya TUI"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = []

    def __init__(
        self,
        database: AsyncDatabase,
        config: Config,
        program: tuple[str, ...],
        *,
        now: Callable[[], int] = lambda: int(time.time()),
        view: View | None = None,
        offline: bool = False,
        greeting: str = "",
        picture_service: PictureService | None = None,
        themes_folder: Path | None = None,
        paths: Paths | None = None,
    ) -> None:
        """`themes_folder` has the themes that the user wrote; without `paths` no downloaded episode is found."""
        self._rtl, self._ascii = config.reading.rtl, config.look.ascii
        self._line_filter = FilterChain(())
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._is_ending = False
        super().__init__()
        self._picture_service = picture_service or PictureService()
        self.after_frame: Callable[[], None] | None = None
        """Called after each frame, so that graphics can be drawn over its cells."""
        for theme in THEMES:
            self.register_theme(theme)
        self._preferences = Preferences(database)
        self._is_ready = False
        self._themes_folder = themes_folder
        self._terminal_theme = self._preferences.terminal_theme(terminal.identify(os.environ)) or detect_theme(
            os.environ
        )
        """The theme for the background of the terminal."""
        self.chosen_theme, theme_problem = self._find_theme(config.look.theme)
        self.show_theme()
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(mirrored_keys() | dict(config.keys))
        keymap = apply_config(config.keys, ascii=config.look.ascii)
        self.set_keys(keymap)
        self.database = database
        self.set_class(self._ascii, "-ascii")
        self.set_class(is_right_to_left(), "-rtl")
        self._main = MainScreen(
            Services(
                database=database,
                preferences=self._preferences,
                config=config,
                now=now,
                clock=Clock(config.dates.format, config.dates.zone),
                icons=choose_icons(config.look.ascii),
                keymap=keymap,
                picture_service=self._picture_service,
                program=program,
                started=now(),
                paths=paths,
            ),
            view=view,
            offline=offline,
            greeting=greeting or theme_problem,
        )

    def get_driver_class(self) -> type[Driver]:
        """Return the driver, with the additions of `terminal`."""
        on_close = partial(self.end, _HANGUP_EXIT_CODE)
        if is_on_web_page(os.environ):
            from roya_tui.ui.web_driver import make_web_driver

            driver = make_web_driver(on_close)
        else:
            driver = terminal.make_reporting_driver(super().get_driver_class(), on_close)
        if self._ascii:
            driver = terminal.make_ascii_driver(driver)
        return terminal.make_explicit_bidi_driver(driver) if self._rtl == "visual" else driver

    @property
    def input_since(self) -> float:
        """When the app began to read the terminal, or again after another program had it (monotonic time)."""
        return getattr(self._driver, "started_at", 0.0)

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme, and draw with enough contrast for it."""
        variables = super().get_css_variables()
        raise_thumbs(variables)
        self._contrast_filter, self._applied_theme = make_filter(variables), self.theme
        return variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return all filters as one: Textual copies each line and its caches once per filter."""
        filters = (*super().get_line_filters(), self._contrast_filter)
        if filters != self._line_filter.filters:
            self._line_filter = FilterChain(filters)
        return [self._line_filter]

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the style sheet again; skipped before the first frame, which has the theme that was set at first."""
        if self._is_ready or self.theme != self._applied_theme:
            super().refresh_css(animate)
            for screen in self.screen_stack[-1:]:
                if isinstance(screen, SystemModalScreen):  # Textual omits the palette
                    self.stylesheet.update(screen, animate=animate)

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._redraw)

    def _redraw(self, _: object) -> None:
        """Draw everything again after a suspension, which clears the terminal without Textual noticing."""
        self.refresh(layout=True)

    def post_display_hook(self) -> None:
        if self.after_frame is not None:
            self.after_frame()

    # Themes.

    def _find_theme(self, configured: str) -> tuple[str, str]:
        """Return the configured theme, or with the default the one used last; and why it cannot be used, or ""."""
        name = (self._preferences.theme() or DARK.name) if configured == DARK.name else configured
        if name == AUTO or name in self.available_themes:
            return name, ""
        problems = self.load_themes(name)
        if name in self.available_themes:
            return name, ""
        problem = problems[0].short if problems else gettext("There is no theme “{name}”.", name=name)
        return DARK.name, join_sentences(problem, gettext("The default theme is used."))

    def load_themes(self, *names: str) -> list[Problem]:
        """Load the user's themes with these names, or all, and return what is invalid in them."""
        from roya_tui.config import user_themes

        problems = []
        found = user_themes.find_names(self._themes_folder) if self._themes_folder else []
        for name in found:
            if name in names or not names:
                assert self._themes_folder is not None
                theme, invalid = user_themes.load_theme(self._themes_folder, name, BASES)
                problems += invalid
                if theme is not None:
                    self.register_theme(make_theme(theme))
        return problems

    def show_theme(self, name: str = "") -> None:
        """Show a theme without storing it; without a name, the chosen one again."""
        name = name or self.chosen_theme
        self.theme = self._terminal_theme if name == AUTO else name

    def choose_theme(self, name: str) -> None:
        """Show a theme, now and in later sessions; `AUTO` is that for the terminal's background."""
        self.chosen_theme = name
        self._preferences.set_theme(name)
        self.show_theme()
        self._ask_background()

    @on(terminal.ColorsChanged)
    def _ask_background(self) -> None:
        driver: Any = self._driver
        if self.chosen_theme == AUTO and hasattr(driver, "ask_background"):
            driver.ask_background()

    @on(terminal.BackgroundReported)
    def _follow_background(self, message: terminal.BackgroundReported) -> None:
        """Show the theme for the background, and remember it: the next start has it from its first frame."""
        theme, before = LIGHT.name if message.is_light else DARK.name, self._terminal_theme
        self._terminal_theme = theme
        if self.chosen_theme == AUTO and theme != before:
            self.show_theme()
        name = terminal.identify(os.environ)
        if self._preferences.terminal_theme(name) != theme:
            self._preferences.set_terminal_theme(name, theme)

    # Exit.

    def run_until_exit(self) -> None:
        """Run until `exit`, a signal or the end of the terminal; the process then has `EXIT_SECONDS` to end.

        Unlike `asyncio.run`, this does not wait for threads: Python cannot stop one that lays out a huge article.
        """
        loop = self._own_loop = asyncio.new_event_loop()
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP
                signal.signal(number, self._end_by_signal)
        try:
            self.run(loop=loop)
            loop.run_until_complete(_cancel_tasks())
        finally:
            self._limit_exit(1)
            loop.close()

    def _end_by_signal(self, number: int, _frame: FrameType | None) -> None:
        if hasattr(signal, "SIGCONT"):  # also sent by a closing terminal: Textual would resume
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
        self.end(128 + number)

    def end(self, code: int) -> None:
        """Exit with `code`. Callable from a signal handler or any thread; only the first call counts.

        Raises nothing, since an exception could interrupt the clean-up.
        """
        if self._own_loop is not None and not self._is_ending:
            self._limit_exit(code)
            self._own_loop.call_soon_threadsafe(self._quit, code)

    def _quit(self, code: int) -> None:
        try:
            if self._main.is_mounted:
                with self._context():
                    self._main.quit()
        finally:
            self.exit(return_code=code)

    def exit(self, result: None = None, return_code: int = 0, message: object = None) -> None:
        """Exit, within `EXIT_SECONDS` in any case."""
        self._limit_exit(return_code)
        super().exit(result, return_code)

    def _limit_exit(self, code: int) -> None:
        if self._own_loop is not None and not self._is_ending:
            self._is_ending = True
            terminal.exit_within(EXIT_SECONDS, code, self._abandon)
            child_process.stop_all()

    def _abandon(self) -> None:
        """Stop child processes and restore the terminal although the main thread is stuck."""
        child_process.stop_all()
        driver: Any = self._driver
        if hasattr(driver, "give_back"):
            driver.give_back()

    def panic(self, *renderables: object) -> None:
        """End without printing over the screen after a thread of Textual failed."""
        super().panic()
        self._exit_renderables.clear()
        if self._exception is None:
            self._exception = RuntimeError("a thread of the screen ended")

    def _handle_exception(self, error: Exception) -> None:
        """End without printing a traceback over the screen; `run` raises the error."""
        super()._handle_exception(error)
        self._exit_renderables.clear()

    def action_command_palette(self) -> None:
        from roya_tui.ui.dialogs.help import Help
        from roya_tui.ui.dialogs.palette import Palette

        if isinstance(self.screen, Help):  # the commands are those of the screen below
            self.screen.dismiss()
        if not isinstance(self.screen, Palette):
            example = gettext("Search for commands, saved searches and sources…")
            self.push_screen(Palette(self._rtl, placeholder=example, id="--command-palette"))

    @on(MenuRequested)
    def _menu_requested(self, request: MenuRequested) -> None:
        """Show a menu beside the pointer, and press the key of the action that is chosen."""
        from roya_tui.ui.dialogs.menu import Menu

        screen = self.screen
        if isinstance(screen, BaseScreen) and (entries := screen.menu(available_actions(screen), request.on_link)):
            self.push_screen(Menu(entries, request.position, self._rtl), self.press_key)

    def search_themes(self) -> None:
        from roya_tui.ui.dialogs.palette import ThemePalette

        self.push_screen(ThemePalette(self._rtl))

    async def action_quit(self) -> None:
        """Quit by ctrl+q. An open dialog stays: it may have text that is not saved."""
        if isinstance(self.screen, ModalScreen):
            self.bell()
        else:
            self._main.quit()

    def action_suspend_process(self) -> None:
        """Stop the process and those in its group, as ctrl+z does, if a shell can continue them."""
        if sys.platform != "win32" and not self.is_web and terminal.has_job_control():
            self._suspend_signal()
            os.killpg(os.getpgrp(), signal.SIGTSTP)  # the driver's handler leaves the screen and stops
        else:
            screen = self.screen if isinstance(self.screen, BaseScreen) else self._main
            screen.bottom.show_message(gettext("The app was not started by a shell that can resume it. q: quit"))

    def action_help_quit(self) -> None:
        """Show how to quit: ctrl+c is what many press first."""
        self._main.bottom.show_message(gettext("q: quit"))

    def get_default_screen(self) -> MainScreen:
        """Return the main screen, so that no empty screen lies below it."""
        return self._main

    def on_ready(self) -> None:
        """Exclude the objects created at startup from later garbage collections, to make those faster."""
        self._is_ready = True
        gc.collect(0)
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        gc.enable()
        self.run_worker(self.database.index_pending())

    async def on_unmount(self) -> None:
        await self._picture_service.close()
        self.database.close()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield the screen's actions and the choice of a theme."""
        if not isinstance(screen, BaseScreen):
            return
        dot = self._main.services.icons.dot
        for action in screen.commands:
            if action.name != "quit":

                async def run(call: str = screen.call_of(action)) -> None:
                    await screen.run_action(call)

                help = f"{gettext(action.group)} {dot} {isolate(action.key_labels)}"
                yield SystemCommand(escape(gettext(action.text)), escape(help), run)
        yield SystemCommand(escape(gettext("Change the theme")), escape(gettext("Look")), self.search_themes)


def run(
    paths: Paths,
    config: Config,
    *,
    program: Sequence[str],
    query: str = "",
    offline: bool = False,
    greeting: str = "",
    colors: str = "millions",
    readonly: bool = False,
) -> int:
    """Run the app on the database of `paths` and return its exit code.

    `program` is the command that runs this program with the same home, `query` the first view, and `greeting` a message
    to show at the start. `colors` are those of the terminal, as returned by `cli.terminal`. With `readonly` nothing is
    written, as on a full disk. Raises StoreError if the database cannot be opened, and any error of the app.
    """
    view = View(Scope("query", query, label=query)) if query else None
    terminal.patch_decoder()
    terminal.patch_escape()
    terminal.replace_unknown_characters()
    cells.patch_strip_divide()
    if config.look.ascii:
        cells.patch_ellipsis(ASCII_ICONS.ellipsis)
    app = RoyaTuiApp(
        AsyncDatabase(paths.database, readonly=readonly),
        config,
        tuple(program),
        view=view,
        offline=offline,
        greeting=greeting,
        picture_service=PictureService(paths, colors),
        themes_folder=paths.themes,
        paths=paths,
    )
    app.run_until_exit()
    if app._exception is not None:
        raise app._exception
    return app.return_code or 0


async def _cancel_tasks() -> None:
    """Cancel all other tasks, and give them half a second to clean up."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=0.5)
