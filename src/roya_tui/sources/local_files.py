"""Read local files and folders as sources.

Only paths that the user typed are read, never addresses in feeds, redirects or subscription lists.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import Failure
from roya_tui.sources.compression import RawDocument
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop, join_sentences

FEED_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".rdf", ".json", ".jsonfeed", ".feed"})
FOLDER_FACTOR = 5
"""The files of a folder may have this many times `max_bytes` together."""
MAX_DEPTH = 8
"""Levels of subfolders that are read."""
_MAX_WARNINGS = 5
"""Links and subfolders that messages name."""
MAX_ENTRIES = 20_000
"""Files and subfolders that are looked at: some tenths of a second. A home folder has more."""


class LocalFiles(Struct, frozen=True):
    """The content of a file or folder."""

    documents: tuple[RawDocument, ...] = ()
    stat_hash: str = ""
    """Hash of names, sizes and modification times: if unchanged, the files are not read."""
    body_hash: str = ""
    """Hash of the bytes: if unchanged, the files are not parsed."""
    not_modified: bool = False
    """Whether nothing has changed; `documents` is empty then."""
    warnings: tuple[str, ...] = ()
    """Messages about links and subfolders that were not read."""


def read(path: str, *, label: str, stat_hash: str = "", body_hash: str = "", max_bytes: int) -> LocalFiles | Failure:
    """Read the file at `path`, or the feed files in that folder, if they changed since the given hashes."""
    root = Path(path)
    label = one_line(label or root.name)
    try:
        if not root.is_dir():
            return _read([root], root.parent, label, stat_hash, body_hash, max_bytes, is_folder=False)
        folder = _Folder(root)
        if folder.entries_left < 0:
            message = gettext_noop("{source} has more than {count:,} files and subfolders. Add a smaller folder.")
            return Failure("too-big", gettext(message, source=label, count=MAX_ENTRIES))
        if not folder.paths:
            message = gettext("{source} is a folder without feed files.", source=label)
            return Failure("missing", join_sentences(message, *folder.warnings))
        found = _read(folder.paths, root, label, stat_hash, body_hash, max_bytes, is_folder=True)
        return replace(found, warnings=folder.warnings) if isinstance(found, LocalFiles) else found
    except FileNotFoundError:
        return Failure("missing", gettext("{source} was not found: {path}.", source=label, path=one_line(path)))
    except PermissionError:
        message = gettext(
            "{source} could not be read: permission denied for {path}.", source=label, path=one_line(path)
        )
        return Failure("missing", message)
    except (OSError, ValueError) as error:
        reason = one_line(getattr(error, "strerror", None) or str(error))
        return Failure("missing", gettext("{source} could not be read: {reason}.", source=label, reason=reason))


class _Folder:
    """The feed files of a folder and its subfolders, in order; hidden ones, pipes and devices are left out.

    Links that lead out of the folder are not followed, since a downloaded folder could name any file of yours.
    """

    def __init__(self, root: Path) -> None:
        self._root, self._target = root, root.resolve()
        self.paths: list[Path] = []
        self._skipped: list[str] = []
        self.entries_left = MAX_ENTRIES
        """Negative if there are too many, and not all were looked at."""
        self._add_files(root, 0)

    def _add_files(self, folder: Path, depth: int) -> None:
        with os.scandir(folder) as found:
            entries = sorted(islice(found, max(0, self.entries_left) + 1), key=lambda entry: entry.name)
        self.entries_left -= len(entries)
        subfolders = []
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(path)
            elif path.suffix.lower() in FEED_SUFFIXES and path.is_file():
                if entry.is_symlink() and not path.resolve().is_relative_to(self._target):
                    self._warn(path, gettext("It is a link to a file outside the folder."))
                else:
                    self.paths.append(path)
            elif entry.is_symlink() and entry.is_dir():
                self._warn(path, gettext("It is a link to a folder."))
        for path in subfolders:
            if depth == MAX_DEPTH:
                self._warn(path, gettext("Only {count} levels of subfolders are read.", count=MAX_DEPTH))
            elif self.entries_left >= 0:
                try:
                    self._add_files(path, depth + 1)
                except OSError as error:
                    reason = one_line(error.strerror or str(error))
                    self._warn(path, gettext("It could not be read: {reason}.", reason=reason))

    def _warn(self, path: Path, reason: str) -> None:
        name = one_line(str(path.relative_to(self._root)))
        self._skipped.append(join_sentences(gettext("Skipped {name}.", name=name), reason))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Messages about what was not read."""
        first, more = self._skipped[:_MAX_WARNINGS], len(self._skipped) - _MAX_WARNINGS
        return (*first, *((gettext("… and {count:,} more", count=more),) if more > 0 else ()))


def _read(
    paths: Sequence[Path], root: Path, label: str, stat_hash: str, body_hash: str, max_bytes: int, *, is_folder: bool
) -> LocalFiles | Failure:
    stats = [(path, path.stat()) for path in paths]
    for path, info in stats:
        if not stat.S_ISREG(info.st_mode):
            return Failure("missing", gettext("{source} is neither a file nor a folder.", source=label))
        if info.st_size > max_bytes:
            return _too_big(label, path, max_bytes, is_folder)
    if is_folder and sum(info.st_size for _, info in stats) > max_bytes * FOLDER_FACTOR:
        size, factor = f"{max_bytes * FOLDER_FACTOR / 1_000_000:g}", FOLDER_FACTOR
        message = gettext_noop(
            "{source} has more than {size} MB of feed files. Limit: {factor} times [refresh] max_bytes."
        )
        return Failure("too-big", gettext(message, source=label, size=size, factor=factor))
    new_stat_hash = _hash_parts(os.fsencode(p) + f"\0{info.st_size}\0{info.st_mtime_ns}".encode() for p, info in stats)
    if new_stat_hash == stat_hash:
        return LocalFiles(stat_hash=stat_hash, body_hash=body_hash, not_modified=True)
    documents = []
    for path in paths:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            return _too_big(label, path, max_bytes, is_folder)
        name = one_line(path.relative_to(root).as_posix())
        documents.append(RawDocument(data, name, size=len(data), received_bytes=len(data)))
    new_hash = _hash_parts(part for d in documents for part in (os.fsencode(d.name), d.data))
    if new_hash == body_hash:
        return LocalFiles(stat_hash=new_stat_hash, body_hash=body_hash, not_modified=True)
    return LocalFiles(tuple(documents), new_stat_hash, new_hash)


def _too_big(label: str, path: Path, max_bytes: int, is_folder: bool) -> Failure:
    name = f"{label} ({one_line(path.name)})" if is_folder else label
    size, setting = f"{max_bytes / 1_000_000:g}", "[refresh] max_bytes"
    message = gettext_noop("{source} is larger than {size} MB and was not read. Limit: {setting}.")
    return Failure("too-big", gettext(message, source=name, size=size, setting=setting))


def _hash_parts(parts: Iterable[bytes]) -> str:
    """Hash parts with their lengths, so that different splits of the same bytes differ."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
