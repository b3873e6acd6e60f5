"""A copy of a kept picture for the person, under a name that one recognises; never over a file that is there."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

MAX_NAME_LENGTH = 80
"""Characters of a name, without its ending."""
MAX_ATTEMPTS = 1000
"""Names that are tried: one, one-2, one-3 …"""
_UNFIT = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_KIND = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|avif|svg)$", re.I)


def file_name(url: str, caption: str, file: Path) -> str:
    """Return a name for the picture at `url`, kept as `file`: its own, else its caption's, with the ending of its kind.

    Nothing in it leads to another folder, hides the file, or means a device (Windows).
    """
    own = _safe_name(_KIND.sub("", unquote(urlsplit(url).path).rpartition("/")[2]))
    words = own if any(character.isalpha() for character in own) else _safe_name(caption) or own
    words = f"picture-{words}" if _RESERVED.match(words) else words or "picture"
    return words + {".jpeg": ".jpg"}.get(file.suffix, file.suffix)


def _safe_name(text: str) -> str:
    return _UNFIT.sub("-", text)[:MAX_NAME_LENGTH].strip("-._ ")


def save_copy(file: Path, place: Path) -> Path:
    """Copy `file` to `place`, or beside it under the next free name, and return where it is. Raises OSError."""
    data = file.read_bytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, MAX_ATTEMPTS):
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
