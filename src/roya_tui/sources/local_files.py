"""Files and folders of this machine as sources. Only an address that is a path comes here: nothing that a feed, a
redirect or a subscription list says can make the program read a file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from roya_tui.model import Failure
from roya_tui.sources.compression import RawDocument
from roya_tui.text import one_line

FEED_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".rdf", ".json", ".jsonfeed", ".feed"})
FOLDER_FACTOR = 5
"""All files of a folder together may have this many times `max_bytes`."""


class LocalFiles(Struct, frozen=True):
    """What is there now. `unchanged` ones have no documents.

    `stamp` stands for names, sizes and times of change, `body_hash` for the bytes: the one saves reading, the other
    parsing.
    """

    documents: tuple[RawDocument, ...] = ()
    stat_hash: str = ""
    body_hash: str = ""
    not_modified: bool = False


def read(path: str, *, label: str, stat_hash: str = "", body_hash: str = "", max_bytes: int) -> LocalFiles | Failure:
    """Read the file at `path`, or the feed files of that folder. `stamp` and `body_hash` are those of the last time."""
    place = Path(path)
    label = one_line(label or place.name)
    try:
        paths = feed_files(place) if place.is_dir() else [place]
        if not paths:
            return Failure("missing", f"{label} is a folder without feed files in it.")
        return _read(paths, label, stat_hash, body_hash, max_bytes, folder=place.is_dir())
    except FileNotFoundError:
        return Failure("missing", f"{label} is not there any more: {one_line(path)}.")
    except PermissionError:
        return Failure("missing", f"{label} may not be read by you: {one_line(path)}.")
    except (OSError, ValueError) as error:
        return Failure(
            "missing", f"{label} could not be read: {one_line(getattr(error, 'strerror', None) or str(error))}."
        )


def feed_files(folder: Path) -> list[Path]:
    """Return the files in `folder` that are named like feeds, by name; hidden ones and folders within are left out."""
    return sorted(
        p for p in folder.iterdir() if p.suffix.lower() in FEED_SUFFIXES and not p.name.startswith(".") and p.is_file()
    )


def _read(
    paths: Sequence[Path], label: str, stat_hash: str, body_hash: str, max_bytes: int, *, folder: bool
) -> LocalFiles | Failure:
    facts = [(p, p.stat()) for p in paths]
    for path, fact in facts:
        if not stat.S_ISREG(fact.st_mode):
            return Failure("missing", f"{label} is neither a file nor a folder.")
        if fact.st_size > max_bytes:
            return _too_big(label, path, max_bytes, folder)
    if folder and sum(fact.st_size for _, fact in facts) > max_bytes * FOLDER_FACTOR:
        return Failure("too-big", f"{label} holds more than {max_bytes * FOLDER_FACTOR / 1_000_000:g} MB of feeds.")
    new_stamp = _hash_parts(os.fsencode(p) + f"\0{fact.st_size}\0{fact.st_mtime_ns}".encode() for p, fact in facts)
    if new_stamp == stat_hash:
        return LocalFiles(stat_hash=stat_hash, body_hash=body_hash, not_modified=True)
    documents = []
    for path in paths:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            return _too_big(label, path, max_bytes, folder)
        documents.append(RawDocument(data, path.name, size=len(data), received_bytes=len(data)))
    new_hash = _hash_parts(part for d in documents for part in (os.fsencode(d.name), d.data))
    if new_hash == body_hash:
        return LocalFiles(stat_hash=new_stamp, body_hash=body_hash, not_modified=True)
    return LocalFiles(tuple(documents), new_stamp, new_hash)


def _too_big(label: str, path: Path, max_bytes: int, folder: bool) -> Failure:
    which = f"{label} ({one_line(path.name)})" if folder else label
    return Failure("too-big", f"{which} is larger than {max_bytes / 1_000_000:g} MB, and was not read.")


def _hash_parts(parts: Iterable[bytes]) -> str:
    """One hash over the parts, each with its length, so that no two lists of parts run into the same bytes."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()
