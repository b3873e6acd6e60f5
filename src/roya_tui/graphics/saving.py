"""A copy of a kept picture for the person, under a name that one recognises; never over a file that is there."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

MOST_NAME = 80
"""Characters of a name, without its ending."""
MOST_TRIES = 1000
"""Names that are tried: one, one-2, one-3 …"""
_UNFIT = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_KIND = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|avif|svg)$", re.I)


def name(url: str, caption: str, file: Path) -> str:
    """Return a name for the picture at `url`, kept as `file`: its own, else its caption's, with the ending of its kind.

    Nothing in it leads to another folder, hides the file, or means a device (Windows).
    """
    own = _fit(_KIND.sub("", unquote(urlsplit(url).path).rpartition("/")[2]))
    words = own if any(character.isalpha() for character in own) else _fit(caption) or own
    words = f"picture-{words}" if _RESERVED.match(words) else words or "picture"
    return words + {".jpeg": ".jpg"}.get(file.suffix, file.suffix)


def _fit(text: str) -> str:
    return _UNFIT.sub("-", text)[:MOST_NAME].strip("-._ ")


def save(file: Path, place: Path) -> Path:
    """Copy `file` to `place`, or beside it under the next free name, and return where it is. Raises OSError."""
    data = file.read_bytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST_TRIES):
        path = place if number == 1 else place.with_stem(f"{place.stem}-{number}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as copy:
                copy.write(data)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        return path
    raise FileExistsError(17, "There are too many files of that name", str(place))
