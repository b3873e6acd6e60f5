"""Labels of sources, and which sources some words match."""

from __future__ import annotations

from functools import cached_property
from sqlite3 import Connection

from roya_tui.model import display_address
from roya_tui.query import parse_source_number
from roya_tui.query.vocabulary import NameIndex
from roya_tui.store.credentials import stored_address
from roya_tui.text import clean, fold, has_word_prefix, sort_key

LABELS = """
SELECT id, url, CASE WHEN name <> '' THEN name WHEN title <> '' THEN title ELSE url END
FROM source JOIN feed ON source_id = id
"""
"""Id, address and label of each source, also removed ones."""

_EXACTLY = "SELECT id FROM source WHERE url = ?1 OR id = ?1 AND CAST(id AS TEXT) = ?1"


def find_sources(db: Connection, text: str) -> list[int]:
    """Return the ids of all sources that match `text`, also removed ones; a blank text matches none."""
    text = clean(text)  # command line arguments may be invalid UTF-8
    return SourceMatcher(db).find(text) if fold(text).split() else []


class SourceMatcher:
    """Matches words with sources; labels are read and folded once for several lookups."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._cache: dict[str, list[int]] = {}

    def find(self, text: str) -> list[int]:
        """Return the ids of all sources that match `text`; `Name #12` is decided by its number."""
        if text not in self._cache:
            self._cache[text] = self._find(text)
        return self._cache[text]

    def _find(self, text: str) -> list[int]:
        if exact := self._db.execute(_EXACTLY, (stored_address(self._db, text),)).fetchall():
            return [id for (id,) in exact]
        ids, labels = self._labels
        number = parse_source_number(text)
        if number in ids and not labels.contains(text):
            return [number]
        return [ids[index] for index in labels.with_words(text)]

    @cached_property
    def _labels(self) -> tuple[list[int], NameIndex]:
        """The ids of all sources, and their labels."""
        rows = self._db.execute(LABELS).fetchall()
        return [id for id, _, _ in rows], NameIndex(label for _, _, label in rows)


def ids_by_label(db: Connection) -> list[int]:
    """Return the ids of all sources, also removed ones, sorted by label."""
    return [id for id, _, _ in sorted(db.execute(LABELS), key=lambda row: (sort_key(row[2]), row[0]))]


def load_labels(db: Connection) -> dict[int, str]:
    """Return the label of each source by id, also of removed ones."""
    return {id: display_address(label) for id, _, label in db.execute(LABELS)}


def matches_label(label: str, text: str) -> bool:
    """Whether each word of `text` starts a word of `label`."""
    wanted, folded = fold(text).split(), fold(label)
    return bool(wanted) and all(has_word_prefix(folded, word) for word in wanted)
