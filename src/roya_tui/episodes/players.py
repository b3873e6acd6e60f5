"""Choose a recording of an article, the program that plays it, and its arguments.

An address of a feed is only ever one argument, which begins with http, and a file is an absolute path: neither can
become an option.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath

from roya_tui.model import Enclosure, group_formats
from roya_tui.processes import child_environment

Player = tuple[str, ...]
"""A program and its arguments, one of them `PLACEHOLDER`."""
PLACEHOLDER = "{url}"

_PLAYERS: tuple[Player, ...] = (("mpv", "--", PLACEHOLDER), ("vlc", PLACEHOLDER))
_OPENERS: dict[str, Player] = {"darwin": ("open", PLACEHOLDER), "linux": ("xdg-open", PLACEHOLDER)}
"""Programs that open a file with whatever the user has for it, by platform."""


def find_recordings(enclosures: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """Return the audio and video that a player may get, in the feed's order; of several formats only the first."""
    return tuple(formats[0] for formats in group_formats(enclosures))


def find_player(configured: Player) -> Player:
    """Return the configured player, else the first that is installed, else ()."""
    if configured:
        return configured
    path = child_environment().get("PATH")
    for player in (*_PLAYERS, *filter(None, [_OPENERS.get(sys.platform)])):
        program = shutil.which(player[0], path=path)
        if program and PurePath(program).is_absolute():  # Windows also searches the current folder
            return (program, *player[1:])
    return ()


def is_mpv(player: Player) -> bool:
    """Return whether the player can be followed: Windows passes no sockets to programs."""
    return sys.platform != "win32" and PurePath(player[0]).name == "mpv"


def fill(player: Player, url: str, file: Path | None) -> list[str]:
    """Return the program and its arguments, with the downloaded file or else the address."""
    place = url if file is None else str(file.absolute())
    return [place if argument == PLACEHOLDER else argument for argument in player]
