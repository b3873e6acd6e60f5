"""The names in use: what may stand behind a field of a query, the most used first."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.query.completing import MERGED, MOST_KNOWN, Known, names
from roya_tui.store.database import told

_NEWEST = 5_000
"""Authors are those of so many newest articles: who wrote last is who one looks for."""

_TAGS = f"""
    WITH used AS MATERIALIZED (SELECT tag_id, count(*) AS uses FROM article_tag GROUP BY tag_id
        ORDER BY uses DESC LIMIT {MOST_KNOWN})
    SELECT name FROM used LEFT JOIN tag_alias USING (tag_id) CROSS JOIN tag ON id = coalesce(into_id, tag_id)
    GROUP BY id ORDER BY sum(uses) DESC, folded
"""
_SOURCES = """
    WITH used AS MATERIALIZED (SELECT source_id, count(*) AS uses FROM article GROUP BY source_id)
    SELECT coalesce(nullif(s.name, ''), nullif(f.title, ''), s.url) AS label, s.folder, coalesce(uses, 0) AS uses
    FROM source AS s LEFT JOIN feed AS f ON f.source_id = s.id LEFT JOIN used ON used.source_id = s.id
    WHERE s.removed_at IS NULL ORDER BY uses DESC, label
"""
_AUTHORS = f"""
    SELECT author FROM (SELECT author FROM article ORDER BY at DESC, id DESC LIMIT {_NEWEST})
    WHERE author <> '' GROUP BY author ORDER BY count(*) DESC, author LIMIT {MOST_KNOWN}
"""
_MERGED = "SELECT name FROM tag_alias CROSS JOIN tag ON id = tag_id"
_FEEDS = "SELECT name FROM saved_feed ORDER BY place, id"
_LANGUAGES = """
    SELECT lower(language) FROM article WHERE language <> '' GROUP BY lower(language) ORDER BY count(*) DESC
"""


@told
def known(db: Connection) -> Known:
    """Return the names of tags, sources, folders, saved feeds, authors and languages."""
    sources = db.execute(_SOURCES).fetchall()
    return {
        "tag": names(name for (name,) in db.execute(_TAGS)),
        MERGED: names(name for (name,) in db.execute(_MERGED)),
        "source": names(dict.fromkeys(label for label, _, _ in sources)),
        "folder": names(dict.fromkeys(folder for _, folder, _ in sources if folder)),
        "author": names(name for (name,) in db.execute(_AUTHORS)),
        "feed": names(name for (name,) in db.execute(_FEEDS)),
        "lang": names(language for (language,) in db.execute(_LANGUAGES)),
    }
