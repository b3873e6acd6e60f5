"""Names for files that articles are written to."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.text import one_line

SUFFIXES = {"markdown": ".md", "html": ".html", "epub": ".epub", "text": ".txt", "json": ".json"}
"""The forms that an article can be written in, and what their files end in."""
_OTHER_SUFFIXES = {".markdown": "markdown", ".htm": "html", ".xhtml": "html"}
_FORMS = {suffix: form for form, suffix in SUFFIXES.items()} | _OTHER_SUFFIXES

# What a shell or some file system takes for more than a letter; and marks nobody sees.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f!-*/:-?\[-^`{-~\u00ad\u200b-\u200f\u061c\u2028-\u202f\ufeff]+")
_HYPHENS = re.compile("[,-]*-[,-]*")
"""Dashes between blanks, and a comma before one: one hyphen says as much."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)  # devices on Windows
_MAX_BYTES = 120
"""Bytes of a name before its suffix: the folders of file systems give it 255, those of encrypted ones 143."""


def make_file_name(title: str, format: str) -> str:
    """Return a name for a file with that title: words in any script, blanks as hyphens, and its form's suffix."""
    name = _HYPHENS.sub("-", "-".join(_NOT_IN_NAMES.sub(" ", one_line(title)).split()))
    name = name.encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore").strip(",.-~ ")
    if not name or _RESERVED.match(name):
        name = f"article-{name}".rstrip("-")
    return name + SUFFIXES[format]


def format_of(file: str) -> str:
    """Return the form that a file's suffix asks for, "" for none that there is."""
    return _FORMS.get(PurePath(file).suffix.lower(), "")


def with_format(file: str, format: str) -> str:
    """Return `file` with the suffix of `form` in place of another form's, or behind its name."""
    stem = file[: -len(PurePath(file).suffix)] if format_of(file) else file
    return stem + SUFFIXES[format]


def add_number(file: str, number: int) -> str:
    """Return `file` with a number before its suffix: what to try where the name is taken."""
    suffix = PurePath(file).suffix if format_of(file) else ""
    return f"{file[: len(file) - len(suffix)]}-{number}{suffix}"


class ExportTarget(Struct, frozen=True):
    """Which file is to be written, and what into it; each change of mind is another one."""

    file: str
    """Its path, as it is typed."""
    format: str
    title: str
    """Of the article at hand."""
    all_title: str
    """Of all that are shown, as a book."""
    count: int
    """How many there are of them."""
    exports_all: bool = False
    """Whether all of them are written, and not the one at hand."""
    scope: str = "shown"
    """What all of them are."""

    @classmethod
    def propose(cls, format: str, folder: str, title: str, all_title: str, count: int) -> ExportTarget:
        """Propose a file in `folder` for the article at hand."""
        format = format if format in SUFFIXES else "markdown"
        return cls(os.path.join(folder, make_file_name(title, format)), format, title, all_title, count)

    @property
    def folder(self) -> str:
        return os.path.dirname(self.file)

    def with_file(self, file: str) -> ExportTarget:
        """The same with what was typed: its suffix says the form, where it is that of one."""
        return replace(self, file=file, format=format_of(file) or self.format)

    def with_next_format(self, by: int) -> ExportTarget:
        """The same in the next (1) or previous (-1) form."""
        forms = list(SUFFIXES)
        form = forms[(forms.index(self.format) + by) % len(forms)]
        return replace(self, format=form, file=with_format(self.file, form))

    def with_other_scope(self) -> ExportTarget:
        """All that are shown in place of one, or one in place of all; a name that was proposed changes with it."""
        before, after = (self.all_title, self.title) if self.exports_all else (self.title, self.all_title)
        name = os.path.basename(self.file)
        if name == make_file_name(before, self.format):
            name = make_file_name(after, self.format)
        return replace(self, exports_all=not self.exports_all, file=os.path.join(self.folder, name))

    def with_free_name(self, is_taken: Callable[[str], bool]) -> ExportTarget:
        """The same under the first name that is not `taken`."""
        number = 2
        while is_taken(add_number(self.file, number)):
            number += 1
        return replace(self, file=add_number(self.file, number))
