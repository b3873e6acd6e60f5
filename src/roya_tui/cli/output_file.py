"""Write output files atomically, and replace existing ones only with --force."""

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
from roya_tui.translation import gettext

_PART_NAME = re.compile(r"\.roya-tui-([0-9]{1,9})\.part")
_ABANDONED_SECONDS = 3_600
"""Age of a temporary file at which it is deleted if its process is gone; a large book takes minutes."""


def write_file(file: Path, fill: Callable[[IO[bytes]], object], *, force: bool = False, secret: bool = False) -> None:
    """Write a file atomically with `fill`, or write to a device or pipe. Raises `CommandError`.

    `force` replaces an existing file. With `secret`, only the owner can read the file.
    """
    name = display_address(str(file))
    try:
        target = Path(os.path.realpath(os.path.expanduser(file)))  # a symbolic link is kept
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                fill(device)
            return
        if target.exists() and not force:
            raise FileExistsError
        part = target.with_name(f".roya-tui-{os.getpid()}.part")
        _delete_abandoned(target.parent)
        try:
            with private.create(part) if secret else part.open("xb") as opened:
                fill(opened)
            part.replace(target) if force else _move_exclusively(part, target)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError:
        message = gettext("{file} already exists. Use another name, or --force to overwrite it.", file=name)
        raise CommandError(message) from None
    except OSError as error:
        reason = error.strerror or error
        message = gettext("Could not write {file}: {reason}. Use another name or folder.", file=name, reason=reason)
        raise CommandError(message) from None


def _delete_abandoned(folder: Path) -> None:
    """Delete old temporary files of killed commands from a folder."""
    oldest = time.time() - _ABANDONED_SECONDS
    with suppress(OSError), os.scandir(folder) as files:  # unreadable, or another process deletes them too
        for file in files:
            owner = _PART_NAME.fullmatch(file.name)
            is_orphan = owner and file.is_file(follow_symlinks=False) and not is_running(int(owner[1]))
            if is_orphan and file.stat(follow_symlinks=False).st_mtime < oldest:
                os.unlink(file.path)


def _move_exclusively(part: Path, target: Path) -> None:
    """Rename a file; raises FileExistsError if the target exists by now."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # not every file system has links
        target.open("xb").close()
        part.replace(target)
