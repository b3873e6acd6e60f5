"""Names for files that articles are written to."""

from __future__ import annotations

import re
from pathlib import PurePath

from roya_tui.text import one_line

SUFFIXES = {"markdown": ".md", "html": ".html", "epub": ".epub", "text": ".txt", "json": ".json"}
"""The forms that an article can be written in, and what their files end in."""
_ALSO = {".markdown": "markdown", ".htm": "html", ".xhtml": "html"}
_FORMS = {suffix: form for form, suffix in SUFFIXES.items()} | _ALSO

# What a file system, a shell's eye or another system's file system takes for more than a letter; and marks nobody sees.
_NO_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u00ad\u200b-\u200f\u061c\u2028-\u202f\ufeff]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)  # devices on Windows
_MOST = 120
"""Bytes of a name before its suffix: the folders of file systems give it 255, those of encrypted ones 143."""


def file_name(title: str, form: str) -> str:
    """Return a name for a file with that title: words in any script, blanks as hyphens, and its form's suffix."""
    name = "-".join(_NO_NAME.sub(" ", one_line(title)).split())
    name = name.encode("utf-8", "ignore")[:_MOST].decode("utf-8", "ignore").strip(".-~ ")
    if not name or _RESERVED.match(name):
        name = f"article-{name}".rstrip("-")
    return name + SUFFIXES[form]


def form_of(file: str) -> str:
    """Return the form that a file's suffix asks for, "" for none that there is."""
    return _FORMS.get(PurePath(file).suffix.lower(), "")


def in_form(file: str, form: str) -> str:
    """Return `file` with the suffix of `form` in place of another form's, or behind its name."""
    stem = file[: -len(PurePath(file).suffix)] if form_of(file) else file
    return stem + SUFFIXES[form]


def another(file: str, number: int) -> str:
    """Return `file` with a number before its suffix: what to try where the name is taken."""
    suffix = PurePath(file).suffix if form_of(file) else ""
    return f"{file[: len(file) - len(suffix)]}-{number}{suffix}"
