"""Folders and files that only their owner may read. On Windows, modes mean nothing and all of this changes none."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make `folder` and its missing parents with mode 0700; an existing folder keeps its mode. Raises OSError."""
    if not folder.is_dir():
        # Path.mkdir(parents=True) would give the parents the default mode.
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def create(file: Path) -> BinaryIO:
    """Create a file with mode 0600 and open it for writing. Raises FileExistsError, for a symbolic link too."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(file, flags, 0o600), "wb")


def replace(file: Path, data: bytes) -> None:
    """Write a file with mode 0600: after a crash it is the old one or the new one, whole. Raises OSError."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with create(part) as written:
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    if os.name == "posix":  # elsewhere folders cannot be opened
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def is_exposed(path: Path) -> bool:
    """Whether group or others have any right to a file or folder; a symbolic link is followed."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def restrict(path: Path) -> None:
    """Take all rights of group and others from a file or folder of this user, where the system lets us.

    The mode is changed through a descriptor opened without following links, so that nobody can put a link to something
    else there in between. What belongs to somebody else stays as it is.
    """
    if os.name != "posix":
        return
    with suppress(OSError):
        if not (path.lstat().st_mode & _OTHERS):
            return
        # O_NONBLOCK: opening a named pipe would wait for a writer.
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            found = os.fstat(opened)
            ours = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
            if ours and found.st_uid == os.geteuid():
                os.fchmod(opened, stat.S_IMODE(found.st_mode) & ~_OTHERS)
        finally:
            os.close(opened)
