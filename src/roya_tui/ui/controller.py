"""The base class of controllers, and their methods that run in the background."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from textual.worker import Worker

from roya_tui.model import Headline
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell
from roya_tui.ui.state import ReaderState

P = ParamSpec("P")
T = TypeVar("T")


class Context(NamedTuple):
    """What every controller is given."""

    services: Services
    state: ReaderState
    panes: Panes
    shell: Shell


class Controller:
    """The base of controllers; other controllers follow the context in their constructors."""

    def __init__(self, context: Context) -> None:
        self._services, self._state, self._panes, self._shell = context
        self._config = self._services.config
        self._database = self._services.database
        self._now = self._services.now
        self._rtl = self._config.reading.rtl
        self._zone = self._services.clock.zone
        self._headlines = self._panes.headlines
        self._show_message = self._panes.bottom.show_message

    @property
    def _headline(self) -> Headline | None:
        """The headline under the cursor of the list."""
        return self._headlines.rows.headline_at(self._headlines.index)


C = TypeVar("C", bound=Controller)


def background(
    group: str, *, exclusive: bool = False
) -> Callable[[Callable[Concatenate[C, P], Coroutine[Any, Any, T]]], Callable[Concatenate[C, P], Worker[T]]]:
    """Make a controller's coroutine method start a worker: Textual's `work` for plain classes."""

    def decorate(method: Callable[Concatenate[C, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[C, P], Worker[T]]:
        @wraps(method)
        def start(self: C, /, *args: P.args, **kwargs: P.kwargs) -> Worker[T]:
            return self._shell.start(partial(method, self, *args, **kwargs), group=group, exclusive=exclusive)

        return start

    return decorate
