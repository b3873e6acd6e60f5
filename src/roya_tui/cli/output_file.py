"""Files that a command writes: whole or not at all, and never over one that is there unless that is asked for."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from roya_tui import private
from roya_tui.cli.session import CommandError
from roya_tui.model import display_address
from roya_tui.store.sources.refresh_lock import is_running

_PART_NAME = re.compile(r"\.roya-tui-([0-9]{1,9})\.part")
_ABANDONED_SECONDS = 3_600
"""Seconds after which a file that nobody writes on was left behind; a book of thousands takes minutes."""


def write_file(file: Path, fill: Callable[[IO[bytes]], object], *, force: bool = False, secret: bool = False) -> None:
    """Let `fill` write a file; `force` puts it in the place of the one that is there. Devices and pipes are written to.

    It is written beside its place first: killed at any moment, there is the old file, the new one, or none. With
    `secret`, only the owner may read it. Raises `CannotDo`.
    """
    name = display_address(str(file))
    try:
        place = Path(os.path.realpath(os.path.expanduser(file)))  # a link goes on pointing where it does
        if place.exists() and not place.is_file():
            with place.open("wb") as there:
                fill(there)
            return
        if place.exists() and not force:
            raise FileExistsError
        part = place.with_name(f".roya-tui-{os.getpid()}.part")
        _delete_abandoned(place.parent)
        try:
            with private.create(part) if secret else part.open("xb") as written:
                fill(written)
            part.replace(place) if force else _move_exclusively(part, place)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError:
        raise CommandError(f"{name} is there already. Take another name, or --force to write over it.") from None
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror or error}.") from None


def _delete_abandoned(folder: Path) -> None:
    """Delete what a command that was killed has left in a folder: its process is gone, and nobody wrote for a while."""
    long_ago = time.time() - _ABANDONED_SECONDS
    with suppress(OSError), os.scandir(folder) as files:  # it may be closed to looks; or another one sweeps, too
        for file in files:
            owner = _PART_NAME.fullmatch(file.name)
            left = owner and file.is_file(follow_symlinks=False) and not is_running(int(owner[1]))
            if left and file.stat(follow_symlinks=False).st_mtime < long_ago:
                os.unlink(file.path)


def _move_exclusively(part: Path, place: Path) -> None:
    """Give a file its name, unless somebody took that meanwhile (FileExistsError)."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # not every file system has links
        place.open("xb").close()
        part.replace(place)
