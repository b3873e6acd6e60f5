"""Save a copy of a cached picture under a readable name, never over an existing file."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from roya_tui.translation import gettext

MAX_NAME_LENGTH = 80
"""Characters of a file name without its extension."""
MAX_ATTEMPTS = 1000
"""Names to try: name, name-2, name-3 …"""
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|avif|svg)$", re.I)


def file_name(url: str, caption: str, file: Path) -> str:
    """Return a name for the picture at `url`, cached as `file`, from its URL or caption.

    The name has no folder, does not begin with a dot, and is not a device name of Windows.
    """
    url_name = _safe_name(_EXTENSION.sub("", unquote(urlsplit(url).path).rpartition("/")[2]))
    name = url_name if any(character.isalpha() for character in url_name) else _safe_name(caption) or url_name
    name = f"picture-{name}" if _RESERVED.match(name) else name or "picture"
    return name + {".jpeg": ".jpg"}.get(file.suffix, file.suffix)


def _safe_name(text: str) -> str:
    return _UNSAFE.sub("-", text)[:MAX_NAME_LENGTH].strip("-._ ")


def save_copy(file: Path, target: Path) -> Path:
    """Copy `file` to `target`, or to the next free name, and return its path. Raises OSError."""
    data = file.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, MAX_ATTEMPTS):
        path = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
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
    raise FileExistsError(17, gettext("There are too many files with this name."), str(target))
