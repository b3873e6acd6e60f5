"""Choose names and formats for exported files."""

from __future__ import annotations

import itertools
import os.path
import re
from collections.abc import Callable
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.text import one_line

SUFFIXES = {"markdown": ".md", "html": ".html", "epub": ".epub", "text": ".txt", "json": ".json"}
_OTHER_SUFFIXES = {".markdown": "markdown", ".htm": "html", ".xhtml": "html"}
_FORMATS = {suffix: format for format, suffix in SUFFIXES.items()} | _OTHER_SUFFIXES

# Characters with a meaning in shells or file systems, and invisible ones.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f!-*/:-?\[-^`{-~\u00ad\u180e\u200b-\u200f\u061c\u2028-\u202f\ufeff]+")
_HYPHENS = re.compile("[,-]*-[,-]*")  # runs of hyphens and commas, replaced by one hyphen
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?:\.|\Z)", re.I)  # devices on Windows
_MAX_BYTES = 120  # bytes of a name before its suffix: file systems allow 255, encrypted ones 143


def make_file_name(title: str, format: str) -> str:
    """Return a file name for a title, with hyphens for spaces and the format's suffix."""
    return make_stem(title, "article") + SUFFIXES[format]


def make_stem(title: str, kind: str) -> str:
    """Return a file name without a suffix for a title; where it has no usable characters, `kind`."""
    name = _HYPHENS.sub("-", "-".join(_NOT_IN_NAMES.sub(" ", one_line(title)).split()))
    name = name.encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore").strip(",.-~ ")
    if not name or _RESERVED.match(name):
        name = f"{kind}-{name}".rstrip("-")
    return name


def format_of(file: str) -> str:
    """Return the format of a file's suffix, "" if it has none of them."""
    return _FORMATS.get(PurePath(file).suffix.lower(), "")


def _split_suffix(file: str) -> tuple[str, str]:
    """Return a path without the suffix of a format, and that suffix, or ""."""
    suffix = PurePath(file).suffix if format_of(file) else ""
    return file.removesuffix(suffix), suffix


class ExportTarget(Struct, frozen=True):
    """The state of the export dialog: which file to write, and what to export."""

    file: str  # as typed
    format: str
    title: str  # of the current article
    all_title: str  # of all articles as one book
    count: int  # of all articles
    exports_all: bool = False
    scope: str = "shown"  # what all articles are, as a participle

    @classmethod
    def propose(cls, format: str, folder: str, title: str, all_title: str, count: int) -> ExportTarget:
        """Return a target in `folder` for the current article."""
        format = format if format in SUFFIXES else "markdown"
        return cls(os.path.join(folder, make_file_name(title, format)), format, title, all_title, count)

    @property
    def folder(self) -> str:
        return os.path.dirname(self.file)

    def with_file(self, file: str) -> ExportTarget:
        """Return the target with a typed path, and the format of its suffix if it has one."""
        return replace(self, file=file, format=format_of(file) or self.format)

    def with_next_format(self, by: int) -> ExportTarget:
        """Return the target with the next (1) or previous (-1) format."""
        formats = list(SUFFIXES)
        format = formats[(formats.index(self.format) + by) % len(formats)]
        return replace(self, format=format, file=_split_suffix(self.file)[0] + SUFFIXES[format])

    def with_other_scope(self) -> ExportTarget:
        """Switch between one article and all; a name that the user has not edited changes too."""
        before, after = (self.all_title, self.title) if self.exports_all else (self.title, self.all_title)
        name = os.path.basename(self.file)
        if name == make_file_name(before, self.format):
            name = make_file_name(after, self.format)
        return replace(self, exports_all=not self.exports_all, file=os.path.join(self.folder, name))

    def with_free_name(self, is_taken: Callable[[str], bool]) -> ExportTarget:
        """Return the target with the first numbered name that is free."""
        stem, suffix = _split_suffix(self.file)
        names = (f"{stem}-{number}{suffix}" for number in itertools.count(2))
        return replace(self, file=next(name for name in names if not is_taken(name)))
