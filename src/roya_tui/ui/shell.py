"""The interface of the main screen for controllers: workers, timers, dialogs, focus, the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from roya_tui.ui.key_sequencer import KeySequencer

if TYPE_CHECKING:
    from textual.css.types import PointerShape

P = ParamSpec("P")
T = TypeVar("T")


class Shell:
    """A narrow interface to the main screen and the app."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    @property
    def is_current(self) -> bool:
        """Whether no other screen or dialog covers the main screen.

        `Screen.is_current` is also true directly below the screen on top.
        """
        return self._screen.is_active

    @property
    def is_web(self) -> bool:
        """Whether the app is shown in a browser, perhaps of another computer."""
        return self._screen.app.is_web

    @property
    def focused(self) -> Widget | None:
        return self._screen.focused

    @property
    def size(self) -> Size:
        """Columns and lines of the screen."""
        return self._screen.size

    def focus(self, widget: Widget) -> None:
        self._screen.set_focus(widget)

    @property
    def key_is_held(self) -> bool:
        """Whether the last key is being held down."""
        app = self._screen.app
        return isinstance(app, KeySequencer) and app.is_repeat

    def has_class(self, name: str) -> bool:
        return self._screen.has_class(name)

    def set_class(self, on: bool, name: str) -> None:
        self._screen.set_class(on, name)

    def set_pointer(self, shape: PointerShape) -> None:
        """Set the shape of the mouse pointer, in terminals that support it."""
        self._screen.styles.set_rule("pointer", shape)  # assigning it would draw the screen again
        self._screen.update_pointer_shape()

    def start(
        self, work: Callable[[], Coroutine[Any, Any, T]], *, group: str = "default", exclusive: bool = False
    ) -> Worker[T]:
        """Run a coroutine function as a worker of the main screen, which shows its `StoreError`.

        With `exclusive` the workers of the same group are cancelled first.
        """
        return self._screen.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)

    def cancel(self, group: str) -> None:
        self._screen.workers.cancel_group(self._screen, group)

    def after(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call once after some seconds."""
        return self._screen.set_timer(seconds, callback)

    def every(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call repeatedly, every some seconds."""
        return self._screen.set_interval(seconds, callback)

    def after_refresh(self, callback: Callable[..., object], *args: object) -> None:
        """Call when the screen has been drawn."""
        self._screen.call_after_refresh(callback, *args)

    def open(self, dialog: Screen[T], answered: Callable[[T | None], None] | None = None) -> None:
        """Show a dialog; `answered` receives its result, None if it was cancelled."""
        self._screen.app.push_screen(dialog, answered)

    def copy(self, text: str) -> None:
        self._screen.app.copy_to_clipboard(text)

    def write(self, sequence: str) -> None:
        """Write an escape sequence to the terminal, between two frames."""
        app = self._screen.app
        if app._driver is not None and not app.is_headless:
            app._driver.write(sequence)
            app._driver.flush()

    async def open_url(self, url: str) -> bool:
        """Open an address in the system's browser, or in a new tab of the app's page; return whether it could."""
        if self.is_web:
            self._screen.app.open_url(url)
            return True
        from roya_tui.ui.processes import programs

        return await programs.open_in_browser(url)

    def post_to_app(self, message: Message) -> None:
        self._screen.app.post_message(message)

    def suspend(self) -> AbstractContextManager[None]:
        """Leave the terminal to another program. Raises SuspendNotSupported."""
        return self._screen.app.suspend()

    def redraw(self) -> None:
        self._screen.refresh(layout=True)
