"""The names in use, for completion after a field of a query, the most used first.

Reads counts from `tally` and sorts no articles, since it runs while you type.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.query.vocabulary import MAX_NAMES, MERGED_TAG, NameIndex, Vocabulary

_NEWEST = 5_000
"""Newest articles whose authors are offered, and by whose use languages are sorted."""
_MAX_AUTHORS = 3_000

_TAGS = f"""
    WITH used AS MATERIALIZED (SELECT tag_id, sum(total) AS uses FROM tally WHERE tag_id > 0
        GROUP BY tag_id HAVING EXISTS (SELECT 1 FROM article_tag WHERE article_tag.tag_id = tally.tag_id)
        ORDER BY uses DESC LIMIT {MAX_NAMES})
    SELECT name FROM used LEFT JOIN tag_alias USING (tag_id) CROSS JOIN tag ON id = coalesce(into_id, tag_id)
    GROUP BY id ORDER BY sum(uses) DESC, folded
"""
_SOURCES = """
    WITH used AS MATERIALIZED (SELECT source_id, total AS uses FROM tally WHERE tag_id = 0)
    SELECT coalesce(nullif(s.name, ''), nullif(f.title, ''), s.url) AS label, s.folder, coalesce(uses, 0) AS uses
    FROM source AS s LEFT JOIN feed AS f ON f.source_id = s.id LEFT JOIN used ON used.source_id = s.id
    WHERE s.removed_at IS NULL ORDER BY uses DESC, label
"""
_AUTHORS = f"""
    SELECT author FROM (SELECT author FROM article ORDER BY at DESC, id DESC LIMIT {_NEWEST})
    WHERE author <> '' GROUP BY author ORDER BY count(*) DESC, author LIMIT {_MAX_AUTHORS}
"""
_MERGED = "SELECT name FROM tag_alias CROSS JOIN tag ON id = tag_id"
_SAVED_SEARCHES = "SELECT name FROM saved_feed ORDER BY place, id"
_LANGUAGES = f"""
    WITH used AS MATERIALIZED (SELECT lower(language) AS language, count(*) AS uses
        FROM (SELECT language FROM article ORDER BY at DESC, id DESC LIMIT {_NEWEST}) GROUP BY lower(language))
    SELECT k.language FROM (SELECT DISTINCT lower(language) AS language FROM (SELECT DISTINCT language FROM article)
        WHERE language <> '') AS k LEFT JOIN used ON used.language = k.language
    ORDER BY uses DESC, k.language
"""


_QUERIES = {
    "tag": _TAGS,
    MERGED_TAG: _MERGED,
    "source": _SOURCES,
    "folder": f"SELECT folder FROM ({_SOURCES}) WHERE folder <> ''",
    "author": _AUTHORS,
    "search": _SAVED_SEARCHES,
    "lang": _LANGUAGES,
}
"""Field → the query for its names; further columns are only for the order."""


def load(db: Connection) -> Vocabulary:
    """Return the names of tags, sources, folders, saved searches, authors and languages."""
    return {field: NameIndex(load_names(db, field)) for field in _QUERIES}


def load_names(db: Connection, field: str) -> Iterable[str]:
    """Return the names of one field; none for a field without names."""
    return dict.fromkeys(name for name, *_ in db.execute(_QUERIES[field])) if field in _QUERIES else ()
