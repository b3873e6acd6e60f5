"""The bytes of pictures on disk, so that they can be seen without a network: a cache that may be lost at any time.

A file is named by a hash of the picture's address, and ends in its kind: what it is and how large can be told without
opening it. When it was last changed tells when it was last of use.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from roya_tui import private
from roya_tui.config import Paths

FORMATS = ("jpeg", "png", "webp", "gif", "bmp")
"""What a kept picture may be; `sources.rasters.kind` tells it from its bytes."""
_ABANDONED_SECONDS = 3600
"""Seconds after which a half-written file is nobody's."""
_FILE_NAME = re.compile(rf"([0-9a-f]{{32}})\.(?:{'|'.join(FORMATS)})")
_PARTIAL_NAME = re.compile(r"[0-9a-f]{32}\.[0-9]+\.part")


class CachedPicture(NamedTuple):
    """One picture's file."""

    used_at: float
    size: int
    path: Path


def find(paths: Paths, url: str) -> Path | None:
    """Return the file with the picture at `url`, and note that it is of use; None if it is not kept."""
    stem = _stem(url)
    for kind in FORMATS:
        path = paths.pictures / f"{stem}.{kind}"
        with suppress(OSError):
            if path.stat().st_size:
                with suppress(OSError):  # a cache that may only be read is one all the same
                    os.utime(path)
                return path
    return None


def save(paths: Paths, url: str, data: bytes, format: str) -> Path:
    """Keep a picture, whole or not at all. Raises OSError, as for a full disk."""
    private.make_folder(paths.pictures)
    path = paths.pictures / f"{_stem(url)}.{format}"
    part = path.with_suffix(f".{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with private.create(part) as file:
            file.write(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path


def list_files(paths: Paths) -> list[CachedPicture]:
    """Return the files of all pictures, the one that was longest of no use first."""
    found = []
    for path in _list_folder(paths):
        with suppress(FileNotFoundError):
            if _FILE_NAME.fullmatch(path.name):
                facts = path.stat()
                found.append(CachedPicture(facts.st_mtime, facts.st_size, path))
    return sorted(found)


def select_excess(files: Iterable[CachedPicture], max_bytes: int) -> list[CachedPicture]:
    """Return those of `files`, the oldest use first, that must go for the rest to have at most `most` bytes."""
    files = list(files)
    left = sum(file.size for file in files)
    gone = []
    for file in files:
        if left <= max_bytes:
            break
        left -= file.size
        gone.append(file)
    return gone


def select_unreferenced(files: Iterable[CachedPicture], urls: Iterable[str]) -> list[CachedPicture]:
    """Return those of `files` that hold the picture of none of `urls`; asks for no more of them than it must."""
    left = {file.path.stem: file for file in files}
    if left:
        for url in urls:
            left.pop(_stem(url), None)
            if not left:
                break
    return list(left.values())


def list_abandoned(paths: Paths, now: float) -> list[Path]:
    """Return the files that a refresh began to write and never ended."""
    found = []
    for path in _list_folder(paths):
        with suppress(FileNotFoundError):
            if _PARTIAL_NAME.fullmatch(path.name) and abs(now - path.stat().st_mtime) > _ABANDONED_SECONDS:
                found.append(path)
    return found


def delete(files: Iterable[Path]) -> None:
    """Delete files; one that is gone already is no matter."""
    for path in files:
        path.unlink(missing_ok=True)


def _list_folder(paths: Paths) -> list[Path]:
    try:
        return list(paths.pictures.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _stem(url: str) -> str:
    from hashlib import blake2b  # with OpenSSL, and only for what has pictures

    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
