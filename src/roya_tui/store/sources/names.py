"""Labels of sources, and which sources some words match."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from sqlite3 import Connection

from roya_tui.model import display_address
from roya_tui.query import parse_source_number
from roya_tui.store.accounts import stored_address
from roya_tui.text import clean, find_word_starts, fold, has_word_prefix, sort_key

LABELS = """
SELECT id, url, CASE WHEN name <> '' THEN name WHEN title <> '' THEN title ELSE url END
FROM source JOIN feed ON source_id = id
"""
"""Id, address and label of each source, also removed ones."""

_EXACTLY = "SELECT id FROM source WHERE url = ?1 OR id = ?1 AND CAST(id AS TEXT) = ?1"


def find_sources(db: Connection, text: str) -> list[int]:
    """Return the ids of all sources that match `text`, also removed ones."""
    return SourceMatcher(db).find(clean(text))  # command line arguments may be invalid UTF-8


class SourceMatcher:
    """Matches words with sources; labels are read and folded once for several lookups."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._cache: dict[str, list[int]] = {}
        self._counts: dict[str, int] = {}

    def find(self, text: str) -> list[int]:
        """Return the ids of all sources that match `text`; `Name #12` is decided by its number."""
        if text not in self._cache:
            self._cache[text] = self._find(text)
        return self._cache[text]

    def _find(self, text: str) -> list[int]:
        if exact := self._db.execute(_EXACTLY, (stored_address(self._db, text),)).fetchall():
            return [id for (id,) in exact]
        number = parse_source_number(text)
        if number in self._ids and fold(text) not in self._folded:
            return [number]
        wanted = sorted(fold(text).split(), key=self._count_word)
        if not wanted:
            return []
        rarest, *others = wanted
        rows = sorted({bisect_right(self._starts, at) - 1 for at in find_word_starts(self._all, rarest)})
        return [self._ids[row] for row in rows if all(has_word_prefix(self._folded[row], word) for word in others)]

    def _count_word(self, word: str) -> int:
        """Return about how many labels have a word; many labels share some."""
        if word not in self._counts:
            self._counts[word] = self._all.count(word)
        return self._counts[word]

    @cached_property
    def _labels(self) -> list[tuple[int, str, str]]:
        return self._db.execute(LABELS).fetchall()

    @cached_property
    def _ids(self) -> list[int]:
        return [id for id, _, _ in self._labels]

    @cached_property
    def _folded(self) -> list[str]:
        return [" ".join(fold(label).split()) for _, _, label in self._labels]

    @cached_property
    def _all(self) -> str:
        """All labels, a line each: thousands are searched at once."""
        return "\n".join(self._folded)

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(folded) + 1 for folded in self._folded[:-1]), initial=0))


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
