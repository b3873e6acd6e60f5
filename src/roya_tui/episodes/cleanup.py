"""Delete files of episodes that you removed, and forget those that are missing."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.episodes import files
from roya_tui.store import episodes

ABANDONED_SECONDS = 30 * 24 * 60 * 60
"""Time after which an interrupted download is deleted."""


class FolderContents(Struct, frozen=True):
    """The files in the folder of episodes."""

    used: list[files.StoredFile]
    unused: list[files.StoredFile]
    """Files of removed downloads and sources, and abandoned partial ones."""
    orphaned: list[files.StoredFile]
    """Files of no article: only the user deletes them, since they may belong to another database."""


def inspect_folder(db: Connection, folder: Path, now: int) -> FolderContents:
    """Return what the files in the folder are for."""
    known = {files.make_key(episode): episode for episode in episodes.list_all(db)}
    unlisted = set(map(files.make_key, episodes.list_unlisted(db)))
    found = FolderContents([], [], [])
    for file in files.list_files(folder):
        episode = known.get(file.key)
        if file.is_partial:
            is_unused = now - file.modified > ABANDONED_SECONDS
        elif episode is None:
            found.orphaned.append(file)
            continue
        else:  # a file of another size was edited by the user
            is_unused = episode.size == file.size and (file.key in unlisted or episode.file != file.path.name)
        (found.unused if is_unused else found.used).append(file)
    return found


def delete_unused(db: Connection, folder: Path, now: int) -> None:
    """Delete files of removed downloads and sources, and abandoned partial ones. Raises OSError."""
    for file in inspect_folder(db, folder, now).unused:
        file.path.unlink(missing_ok=True)


def clean_up(db: Connection, folder: Path, now: int) -> None:
    """Delete unused files, and forget those that are missing. Raises StoreError and OSError."""
    delete_unused(db, folder, now)
    if folder.is_dir():  # else it is on a disk that is not there now
        missing = [one for one in episodes.list_all(db) if files.find_file(folder, one) is None]
        episodes.forget_files(db, missing)
