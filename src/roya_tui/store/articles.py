"""Articles as they are read: narrow, a row of a list, or whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection, Cursor

from roya_tui.model import Also, Article, Headline, shown_address
from roya_tui.store import bodies, muting, stories, tags
from roya_tui.store.database import told
from roya_tui.store.tag_aliases import renamed
from roya_tui.store.wide import wide

_LABEL = "CASE WHEN o.name <> '' THEN o.name WHEN f.title <> '' THEN f.title ELSE o.url END AS source"
_HEADLINE = f"""
SELECT a.id, a.source_id, {_LABEL},
    a.title, a.at, o.zone, a.published, a.updated, a.first_seen, a.author, a.url, a.language, a.minutes, a.pictures,
    a.revisions, s.read_at IS NULL AS unread, s.starred_at IS NOT NULL AS starred,
    s.read_at IS NOT NULL AND s.read_digest IS NOT a.digest AS changed,
    {muting.HIDDEN} IS NOT NULL AS hidden, s.lit_by IS NOT NULL AS highlighted,
    a.full, coalesce(s.note, '') <> '' AS noted, {stories.STORY} AS story, {stories.SIZE} AS tellings
"""
_JOINED = """
CROSS JOIN source AS o ON o.id = a.source_id CROSS JOIN feed AS f ON f.source_id = a.source_id
LEFT JOIN state AS s ON s.article_id = a.id LEFT JOIN telling AS t ON t.article_id = a.id
"""
_FLAGS = ("unread", "starred", "changed", "hidden", "highlighted", "full", "noted")


def _headlines(rows: Cursor) -> dict[int, Headline]:
    names = [column[0] for column in rows.description]
    found = {}
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        facts.update((flag, bool(facts[flag])) for flag in _FLAGS)
        facts["source"] = shown_address(facts["source"])
        if facts["tellings"] < 2:
            facts |= {"story": None, "tellings": 1}
        found[row[0]] = Headline(**facts)
    return found


@told
def newest(db: Connection) -> int:
    """Return the number of the newest article; 0 if there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])


@told
def headlines(db: Connection, ids: Iterable[int]) -> list[Headline]:
    """Return the headlines of `ids` in their order; those that are not there are left out."""
    ids = list(ids)
    rows = db.execute(
        f"{_HEADLINE} FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value {_JOINED}", (json.dumps(ids),)
    )
    found = _headlines(rows)
    return [found[id] for id in ids if id in found]


@told
def article(db: Connection, id: int) -> Article | None:
    """Return an article whole, or None."""
    headline = next(iter(headlines(db, [id])), None)
    if headline is None:
        return None
    guid, note, position = db.execute(
        "SELECT guid, coalesce(note, ''), coalesce(position, 0) FROM article LEFT JOIN state ON article_id = id"
        " WHERE id = ?",
        (id,),
    ).fetchone()
    feed, page = wide(db, id)
    rows = db.execute(
        "SELECT name FROM article_tag JOIN tag ON id = tag_id WHERE article_id = ? AND by_person ORDER BY folded", (id,)
    )
    own = renamed(db, [name for (name,) in rows])
    folded = set(map(tags.fold_tag, own))
    given = (name for name in renamed(db, feed["tags"]) if tags.fold_tag(name) not in folded)
    return Article(
        headline=headline,
        guid=guid,
        authors=tuple(feed["authors"]),
        tags=(*given, *own),
        own_tags=own,
        published_raw=feed["published"],
        updated_raw=feed["updated"],
        summary=feed["summary"],
        content=feed["content"],
        full_text=page.get("html", ""),
        pictures=bodies.pictures(feed, page),
        enclosures=bodies.enclosures(feed),
        damaged="damaged" in feed or bool(headline.full and not page),
        comments=feed["comments"],
        note=note,
        position=position,
        also=_also(db, headline) if headline.tellings > 1 else (),
        **muting.behind(db, id) if headline.hidden or headline.highlighted else {},
    )


def _also(db: Connection, headline: Headline) -> tuple[Also, ...]:
    of_source: dict[int, int] = {}
    for telling in stories.told_with(db, [headline.id]):
        if telling.id != headline.id:
            of_source.setdefault(telling.source_id, telling.id)
    labels = db.execute(
        f"SELECT o.id, {_LABEL} FROM json_each(?) AS j CROSS JOIN source AS o ON o.id = j.value"
        " CROSS JOIN feed AS f ON f.source_id = o.id",
        (json.dumps(list(of_source)),),
    )
    source = {id: shown_address(label) for id, label in labels}
    return tuple(Also(of_source[id], source[id]) for id in of_source)
