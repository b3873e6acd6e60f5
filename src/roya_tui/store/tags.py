"""Tags: which names are one tag, and whose they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from sqlite3 import Connection

from roya_tui.store.database import told, upsert
from roya_tui.text import fold


def follow(db: Connection, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Let the feed's tags be those that it gives now; the person's own stay."""
    names = {fold_tag(name): name for _, given in rows for name in reversed(given)}
    names.pop("", None)
    db.executemany("INSERT INTO tag (folded, name) VALUES (?, ?) ON CONFLICT DO NOTHING", names.items())
    ids = dict(
        db.execute(
            "SELECT t.folded, t.id FROM json_each(?) AS j CROSS JOIN tag AS t ON t.folded = j.value",
            (json.dumps(list(names)),),
        ).fetchall()
    )
    now = sorted({(id, ids[folded], 1) for id, given in rows for name in given if (folded := fold_tag(name))})
    db.executemany("UPDATE article_tag SET by_feed = 0 WHERE article_id = ?", ((id,) for id, _ in rows))
    upsert(db, "article_tag", ("article_id", "tag_id"), ("by_feed",), now)
    db.executemany(
        "DELETE FROM article_tag WHERE article_id = ? AND by_feed = 0 AND by_person = 0", ((id,) for id, _ in rows)
    )


@told
def most_used(db: Connection) -> list[str]:
    """Return all tags in use: first those that the person gave, of each kind the most used first."""
    rows = db.execute(
        "WITH used AS MATERIALIZED (SELECT tag_id, sum(by_person) AS own, count(*) AS total FROM article_tag"
        " GROUP BY tag_id) SELECT name FROM used LEFT JOIN tag_alias USING (tag_id)"
        " CROSS JOIN tag ON id = coalesce(into_id, tag_id) GROUP BY id ORDER BY sum(own) DESC, sum(total) DESC, folded"
    )
    return [name for (name,) in rows]


@told
def own(db: Connection, ids: Iterable[int]) -> dict[str, int]:
    """Return the tags that the person gave these articles, and how many of them have each."""
    rows = db.execute(
        "SELECT name, count(DISTINCT article_id) FROM json_each(?) AS j"
        " CROSS JOIN article_tag ON article_id = j.value AND by_person LEFT JOIN tag_alias USING (tag_id)"
        " CROSS JOIN tag ON tag.id = coalesce(into_id, tag_id) GROUP BY tag.id ORDER BY 2 DESC, folded",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


@lru_cache(10_000)
def fold_tag(name: str) -> str:
    """Return the form in which tags are the same. A refresh asks for the same few again and again."""
    return " ".join(fold(name).split())


_NAMES = """
SELECT group_concat(char(10) || t.id || ' ' || t.folded || ' ; ' || coalesce(n.folded, '') || ' ', ''), max(t.id)
FROM tag AS t LEFT JOIN tag_alias ON tag_id = t.id LEFT JOIN tag AS n ON n.id = into_id
"""
"""A line for each tag: its number, its name, and that of the tag under which it stands. No name has a line break."""


class TagWords:
    """The names of tags, as long as one asks some questions and nobody merges tags."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._names = ""
        self._newest: int | None = None

    def having(self, words: str) -> list[int]:
        """Return the tags in whose name, or in that of the one under which they stand, `words` (folded) are found."""
        (newest,) = self._db.execute("SELECT max(id) FROM tag").fetchone()
        if newest != self._newest:  # rules give new ones between two questions
            self._names, self._newest = self._db.execute(_NAMES).fetchone()
        return list(self._lines_with(words))

    def _lines_with(self, words: str) -> Iterator[int]:
        at = self._names.find(words)
        while at >= 0:
            line = self._names.rfind("\n", 0, at) + 1
            yield int(self._names[line : self._names.index(" ", line)])
            end = self._names.find("\n", at)
            at = self._names.find(words, end) if end >= 0 else -1
