"""The files in the folder of episodes.

A complete one is named by its article's title and its key, `Harbour-talk-12-3f2a9c1b.mp3`; a partial one by its key
alone, since titles change: `12-3f2a9c1b.part`. Files with other names are the user's.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from roya_tui import private
from roya_tui.config import Config, Paths
from roya_tui.export.file_names import make_stem
from roya_tui.model import Enclosure, Episode

_SUFFIXES = frozenset((
    "mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "wav", "wma", "aif", "aiff", "weba", "mp4", "m4v", "mov",
    "webm", "mkv", "ogv", "mpg", "mpeg", "avi", "wmv", "3gp",
))  # fmt: skip
"""All suffixes that a name can get: no system runs such a file as a program."""
_NAME = re.compile(rf"(?:.*-)?([0-9]+-[0-9a-f]{{8}})\.({'|'.join(sorted(_SUFFIXES))}|part)", re.S)


class StoredFile(NamedTuple):
    """A file that the app downloaded, completely or in part."""

    path: Path
    key: str
    size: int
    modified: float
    is_partial: bool


def find_folder(paths: Paths, config: Config) -> Path:
    """Return the folder of episodes. Raises RuntimeError for the home folder of an unknown user."""
    folder = config.episodes.folder
    return Path(folder).expanduser() if folder else paths.data / "episodes"


def make_key(episode: Episode) -> str:
    """Return what identifies a file in its name: the number of the article and a hash of the address."""
    return f"{episode.article_id}-{blake2b(episode.url.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


def make_name(title: str, episode: Episode, enclosure: Enclosure) -> str:
    """Return the name of a complete file; title and address are the feed's, so hostile."""
    suffix = re.split("[?#]", episode.url)[0].rpartition(".")[2].lower()
    if suffix not in _SUFFIXES:  # players recognize the contents
        suffix = "mp4" if enclosure.medium == "video" else "mp3"
    return f"{make_stem(title, 'episode')}-{make_key(episode)}.{suffix}"


def list_files(folder: Path) -> list[StoredFile]:
    """Return the files of the app in the folder; no links and no files of the user."""
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(folder):
            name = _NAME.fullmatch(entry.name)
            if name and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                is_partial = name[2] == "part"
                found.append(StoredFile(Path(entry.path), name[1], status.st_size, status.st_mtime, is_partial))
    return found


def find_file(folder: Path, episode: Episode) -> Path | None:
    """Return the complete file of an episode; None if it is missing, as after the user deleted it."""
    path = folder / os.path.basename(episode.file)
    with suppress(OSError, ValueError):
        if episode.file and stat.S_ISREG(path.lstat().st_mode):
            return path
    return None


def find_download(paths: Paths | None, config: Config, episode: Episode) -> Path | None:
    """Return the complete file of an episode in the configured folder; None also if that has no known home folder."""
    with suppress(RuntimeError):  # of `find_folder`
        return None if paths is None else find_file(find_folder(paths, config), episode)
    return None


class FileInUse(Exception):
    """Another process downloads the episode."""


class PartialFile:
    """The file of a running download, locked against other processes."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    def append(self, data: bytes) -> None:
        """Write at the end. The file has no buffer, so that the bytes outlive a killed process."""
        self._file.seek(self.size)
        while data:
            written = self._file.write(data)
            self.size += written
            data = data[written:]

    def clear(self) -> None:
        """Remove the contents."""
        self._file.truncate(0)
        self.size = 0

    def finish(self, name: str) -> Path:
        """Give the file its final name, with a number if the user has such a file, once it is on the disk."""
        os.fsync(self._file.fileno())
        path = self._path.with_name(name)
        while os.path.lexists(path):
            path = path.with_name(f"2-{path.name}")
        if sys.platform == "win32":  # an open file cannot be renamed there
            self._file.close()
        self._path.rename(path)
        private.sync_folder(path.parent)
        return path


@contextmanager
def open_partial(folder: Path, episode: Episode) -> Iterator[PartialFile]:
    """Open the file of a download, or create it in the private folder.

    Raises FileInUse, and OSError, also for a link in place of the file. An empty file is removed at the end.
    """
    private.make_folder(folder)
    path = folder / f"{make_key(episode)}.part"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NONBLOCK", 0)  # opening a named pipe would wait
    is_ours = False
    with os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0) as file:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode) or opened.st_nlink > 1:  # a hard link to a file of the user
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        _lock(file)
        with suppress(FileNotFoundError):
            is_ours = os.path.samestat(opened, path.lstat())
        if not is_ours:  # another process has just finished, or the name is a link
            raise FileInUse
        part = PartialFile(path, file)
        try:
            yield part
        finally:
            if not part.size:
                if sys.platform == "win32":
                    file.close()
                path.unlink(missing_ok=True)


def _lock(file: FileIO) -> None:
    """Lock a file until it is closed. Raises FileInUse."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 40)  # beyond all data: Windows would refuse to write locked bytes
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise FileInUse from None
