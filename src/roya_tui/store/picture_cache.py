"""Cache of picture files on disk, for reading offline. It may be deleted at any time.

A file is named by a hash of the picture's address and has its format as suffix. Its modification time is when it was
last used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from roya_tui import private
from roya_tui.config import Paths

FORMATS = ("jpeg", "png", "webp", "gif", "bmp")
"""Formats that are stored, as `graphics.rasters` detects them from the bytes."""
_ABANDONED_SECONDS = 3600
"""Age at which a partial file counts as abandoned."""
_FILE_NAME = re.compile(rf"([0-9a-f]{{32}})\.(?:{'|'.join(FORMATS)})")
_PARTIAL_NAME = re.compile(r"[0-9a-f]{32}(?:\.[a-z]+)?\.[0-9]+\.part")


class CachedPicture(NamedTuple):
    """The file of one picture."""

    used_at: float
    size: int
    path: Path


def find(paths: Paths, url: str) -> Path | None:
    """Return the file with the picture at `url` and mark it as used; None if it is not cached."""
    stem = _stem(url)
    for kind in FORMATS:
        path = paths.pictures / f"{stem}.{kind}"
        with suppress(OSError):
            if path.stat().st_size:
                with suppress(OSError):  # a read-only cache is still useful
                    os.utime(path)
                return path
    return None


def save(paths: Paths, url: str, data: bytes, format: str) -> Path:
    """Write a picture atomically. Raises OSError, for example for a full disk."""
    private.make_folder(paths.pictures)
    path = paths.pictures / f"{_stem(url)}.{format}"
    private.replace(path, data, durable=False)
    return path


def list_files(paths: Paths) -> list[CachedPicture]:
    """Return the files of all pictures, the least recently used first."""
    return sorted(CachedPicture(stat.st_mtime, stat.st_size, path) for path, stat in _iter_files(paths, _FILE_NAME))


def select_excess(files: Iterable[CachedPicture], max_bytes: int) -> list[CachedPicture]:
    """Return the first of `files` that must be deleted for the rest to fit into `max_bytes`."""
    files = list(files)
    size = sum(file.size for file in files)
    excess = []
    for file in files:
        if size <= max_bytes:
            break
        size -= file.size
        excess.append(file)
    return excess


def select_unreferenced(files: Iterable[CachedPicture], urls: Iterable[str]) -> list[CachedPicture]:
    """Return the files of pictures that are not in `urls`; stops reading when none is left."""
    left = {file.path.stem: file for file in files}
    if left:
        for url in urls:
            left.pop(_stem(url), None)
            if not left:
                break
    return list(left.values())


def list_abandoned(paths: Paths, now: float) -> list[Path]:
    """Return partial files that a refresh did not finish."""
    partial = _iter_files(paths, _PARTIAL_NAME)
    return [path for path, stat in partial if abs(now - stat.st_mtime) > _ABANDONED_SECONDS]


def delete(files: Iterable[Path]) -> None:
    """Delete files, whether or not they still exist."""
    for path in files:
        path.unlink(missing_ok=True)


def _iter_files(paths: Paths, name: re.Pattern[str]) -> Iterator[tuple[Path, os.stat_result]]:
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in list(paths.pictures.iterdir()):
            with suppress(FileNotFoundError):
                if name.fullmatch(path.name):
                    yield path, path.stat()


def _stem(url: str) -> str:
    from hashlib import blake2b  # loads OpenSSL, only needed for pictures

    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
