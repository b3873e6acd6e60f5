"""Normalize an address or path on the command line to the URL of a source."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from roya_tui.cli.session import CommandError
from roya_tui.sources.urls import InvalidUrl, normalize
from roya_tui.text import hide_credentials_typed, one_line
from roya_tui.translation import gettext

_PATH_PREFIX = re.compile(r"(?:/|~|\.{1,2}(?:[/\\]|\Z)|[A-Za-z]:[/\\]|\\\\)")


def resolve(text: str) -> str:
    """Return a URL, or the absolute path of an existing file, which has precedence. Raises `CommandError`."""
    text = text.strip()
    if text.lower().startswith("file:"):
        path = url2pathname(urlsplit(text).path)
    elif _PATH_PREFIX.match(text) or _exists(text):
        path = text
    else:
        try:
            return normalize(text)
        except InvalidUrl as error:
            raise CommandError(str(error)) from None
    if not _exists(path):
        path = hide_credentials_typed(one_line(path))
        raise CommandError(gettext("There is no file or folder {path}.", path=path))
    return os.path.abspath(Path(path).expanduser())


def _exists(path: str) -> bool:
    try:
        return path != "" and Path(path).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
