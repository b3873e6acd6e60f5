"""Shared services that do not change while the main screen is open."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.config import Config, Paths
from roya_tui.presentation.headline_rows import Icons
from roya_tui.ui import action_table
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.preferences import Preferences


class Services(Struct, frozen=True):
    """The database, the configuration, the clock, and the tables made from them."""

    database: AsyncDatabase
    preferences: Preferences
    config: Config
    now: Callable[[], int]
    """Returns the time in UTC seconds."""
    clock: Clock
    icons: Icons
    keymap: tuple[action_table.Action, ...]
    picture_service: PictureService
    program: tuple[str, ...]
    """The command that runs this program again on the same database."""
    started: int
    """When this session started, in UTC seconds."""
    paths: Paths | None = None
    """The folders of the app."""

    def command(self, *, offline: bool) -> tuple[str, ...]:
        """Return the command that runs this program again, fetching nothing if `offline`."""
        return (*self.program, "--offline") if offline else self.program

    def key(self, action: str) -> str:
        """Return the first key of an action, as it is shown."""
        return action_table.key_label_of(self.keymap, action)
