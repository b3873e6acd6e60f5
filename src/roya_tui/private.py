"""Make files and folders readable only by their owner. On Windows, this changes nothing."""

from __future__ import annotations

import os
import stat
import sys
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


def replace(file: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file with mode 0600, atomically; `durable`: wait for the disk. Raises OSError."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with create(part) as file_object:
            file_object.write(data)
            if durable:
                file_object.flush()
                os.fsync(file_object.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    if durable:
        sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if sys.platform != "win32":  # Windows cannot open folders
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def is_exposed(path: Path) -> bool:
    """Return whether group or others have any permission on a file or folder; follows symbolic links."""
    try:
        return sys.platform != "win32" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def restrict(path: Path) -> None:
    """Remove the permissions of group and others from a file or folder of this user, if possible.

    The mode is changed through a descriptor that was opened without following links, so that a link to another file,
    created in between, has no effect.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError):
        if not (path.lstat().st_mode & _OTHERS):
            return
        # O_NONBLOCK: opening a named pipe would wait for a writer.
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            status = os.fstat(opened)
            is_plain = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
            if is_plain and status.st_uid == os.geteuid():
                os.fchmod(opened, stat.S_IMODE(status.st_mode) & ~_OTHERS)
        finally:
            os.close(opened)
