"""Delete files of episodes that you removed, and forget those that are missing."""

from __future__ import annotations

import re
from pathlib import Path
from sqlite3 import Connection

from roya_tui.episodes import files
from roya_tui.store import episodes

ABANDONED_SECONDS = 30 * 24 * 60 * 60
"""Time after which an interrupted download is deleted."""


def find_unused(db: Connection, folder: Path, now: int) -> list[files.StoredFile]:
    """Return files of removed downloads and sources, and abandoned partial ones; not files of other databases."""
    known = {files.make_key(episode): episode for episode in episodes.list_all(db)}
    unlisted = set(map(files.make_key, episodes.list_unlisted(db)))

    def is_unused(file: files.StoredFile) -> bool:
        if file.is_partial:
            return now - file.modified > ABANDONED_SECONDS
        episode = known.get(file.key)
        if episode is None or episode.size != file.size:  # edited by the user
            return False
        if not episode.file:
            return True
        if _without_number(file.path.name) != _without_number(episode.file):  # renamed by the user
            return False
        return file.key in unlisted or (file.path.name != episode.file and (folder / episode.file).exists())

    return [file for file in files.list_files(folder) if is_unused(file)]


def _without_number(name: str) -> str:
    """Return a name without what `PartialFile.finish` adds if there is such a file."""
    return re.sub("^(?:2-)+", "", name)


def delete_unused(db: Connection, folder: Path, now: int) -> None:
    """Delete files of removed downloads and sources, and abandoned partial ones. Raises OSError."""
    for file in find_unused(db, folder, now):
        file.path.unlink(missing_ok=True)


def clean_up(db: Connection, folder: Path, now: int) -> None:
    """Delete unused files, and forget those that are missing. Raises StoreError and OSError."""
    delete_unused(db, folder, now)
    if folder.is_dir():  # else it is on a disk that is not there now
        renamed = {file.key for file in files.list_files(folder) if not file.is_partial}
        missing = [one for one in episodes.list_all(db) if files.find_file(folder, one) is None]
        episodes.forget_files(db, [one for one in missing if files.make_key(one) not in renamed])
