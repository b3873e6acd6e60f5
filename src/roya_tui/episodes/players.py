"""Choose a recording of an article, the program that plays it, and its arguments.

An address of a feed is only ever one argument, which begins with http, and a file is an absolute path: neither can
become an option.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from roya_tui.model import Enclosure
from roya_tui.processes import child_environment

Player = tuple[str, ...]
"""A program and its arguments, one of them `PLACEHOLDER`."""
PLACEHOLDER = "{url}"

_PLAYERS: tuple[Player, ...] = (("mpv", "--", PLACEHOLDER), ("vlc", PLACEHOLDER))
_OPENERS: dict[str, Player] = {"darwin": ("open", PLACEHOLDER), "linux": ("xdg-open", PLACEHOLDER)}
"""Programs that open a file with whatever the user has for it, by platform."""


def find_recordings(enclosures: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """Return the audio and video that a player may get, in the feed's order; of several formats only the first."""
    found: dict[str, Enclosure] = {}
    formats: set[tuple[str, str]] = set()
    for enclosure in enclosures:
        if enclosure.medium in ("audio", "video") and is_playable(enclosure.url):
            parts = urlsplit(enclosure.url)
            name = PurePath(parts.path)
            stem, form = f"{name.stem}?{parts.query}", name.suffix or enclosure.type
            if all(other != stem or form == known for other, known in formats):
                found[enclosure.url] = enclosure
                formats.add((stem, form))
    return tuple(found.values())


def is_playable(url: str) -> bool:
    """Return whether a player may get this address: http or https, without spaces and control characters."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url


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


def describe(recording: Enclosure) -> str:
    """Return the name of one of several recordings: its title, else its file name."""
    return recording.title or PurePath(urlsplit(recording.url).path).name or recording.url
