"""What does not change while the main screen is open, and every controller may use."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.presentation.headline_rows import Icons
from roya_tui.ui import keys
from roya_tui.ui.album import Album
from roya_tui.ui.library import Library
from roya_tui.ui.memory import Memory


class Services(Struct, frozen=True):
    """The database, the configuration, the clock, and the tables made from them."""

    library: Library
    memory: Memory
    config: Config
    now: Callable[[], int]
    """Returns the time in UTC seconds."""
    clock: Clock
    signs: Icons
    actions: tuple[keys.Action, ...]
    album: Album
    program: tuple[str, ...]
    """The command that runs this program again on the same database."""
    started: int
    """When this session started, in UTC seconds."""

    def command(self, *, offline: bool) -> tuple[str, ...]:
        """Return the command that runs this program again, fetching nothing if `offline`."""
        return (*self.program, "--offline") if offline else self.program

    def key(self, action: str) -> str:
        """Return the first key of an action, as it is shown."""
        return keys.key_of(self.actions, action)
