"""Reading articles: headlines, whole articles, versions, times."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.model import (
    Article,
    ArticleVersion,
    ChapterMark,
    Enclosure,
    Episode,
    Headline,
    StoryLink,
    Transcript,
    display_address,
)
from roya_tui.store import bodies
from roya_tui.store.articles.search_index import load_body
from roya_tui.store.user_data import rule_flags, stories
from roya_tui.store.user_data.tags import canonical_names
from roya_tui.text import fold_name

_LABEL = "CASE WHEN o.name <> '' THEN o.name WHEN f.title <> '' THEN f.title ELSE o.url END AS source"
_HEADLINE = f"""
SELECT a.id, a.source_id, {_LABEL},
    a.title, a.at, o.zone, a.published, a.published_form, a.updated, a.updated_form,
    a.first_seen, a.author, a.url, a.language, a.minutes, a.pictures,
    a.revisions, s.read_at IS NULL AS unread, s.starred_at IS NOT NULL AS starred,
    s.read_at IS NOT NULL AND s.read_digest IS NOT a.digest AS changed,
    {rule_flags.HIDDEN} IS NOT NULL AS hidden, s.lit_by IS NOT NULL AS highlighted,
    a.full, coalesce(s.note, '') <> '' AS noted, {stories.STORY_ID} AS story, {stories.STORY_SIZE} AS story_size,
    a.media, a.media AND EXISTS (SELECT 1 FROM episode WHERE article_id = a.id AND file <> '') AS downloaded,
    CASE WHEN a.media THEN (SELECT position FROM episode WHERE article_id = a.id ORDER BY played_at DESC) END
        AS position
"""
_JOINED = """
CROSS JOIN source AS o ON o.id = a.source_id CROSS JOIN feed AS f ON f.source_id = a.source_id
LEFT JOIN state AS s ON s.article_id = a.id LEFT JOIN telling AS t ON t.article_id = a.id
"""
EPISODE_COLUMNS = ", ".join(f"e.{name}" for name in Episode.__struct_fields__)
_FLAGS = ("unread", "starred", "changed", "hidden", "highlighted", "full", "noted", "downloaded")


def newest_id(db: Connection) -> int:
    """Return the id of the newest article, or 0."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])


def load_headlines(db: Connection, ids: Iterable[int]) -> list[Headline]:
    """Return the headlines of `ids` in their order; missing articles are left out."""
    ids = list(ids)
    rows = db.execute(
        f"{_HEADLINE} FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value {_JOINED}", (json.dumps(ids),)
    )
    names = [column[0] for column in rows.description]
    found = {}
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        facts.update((flag, bool(facts[flag])) for flag in _FLAGS)
        facts.update((form, bodies.unpack_form(facts[form])) for form in ("published_form", "updated_form"))
        facts["source"] = display_address(facts["source"])
        if facts["story_size"] < 2:
            facts |= {"story": None, "story_size": 1}
        found[row[0]] = Headline(**facts)
    return [found[id] for id in ids if id in found]


def load_tags(db: Connection, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return id → tags of articles, merged tags under their new name, in alphabetical order."""
    rows = db.execute(
        "SELECT DISTINCT g.article_id, tag.name FROM json_each(?) AS j"
        " CROSS JOIN article_tag AS g ON g.article_id = j.value LEFT JOIN tag_alias AS a ON a.tag_id = g.tag_id"
        " JOIN tag ON tag.id = coalesce(a.into_id, g.tag_id) ORDER BY folded",
        (json.dumps(list(ids)),),
    )
    found: dict[int, list[str]] = {}
    for id, name in rows:
        found.setdefault(id, []).append(name)
    return {id: tuple(names) for id, names in found.items()}


def load_article(db: Connection, id: int) -> Article | None:
    """Return a whole article, or None."""
    headline = next(iter(load_headlines(db, [id])), None)
    if headline is None:
        return None
    marks = "SELECT guid, coalesce(note, ''), coalesce(position, 0) FROM article LEFT JOIN state ON article_id = id"
    guid, note, position = db.execute(f"{marks} WHERE id = ?", (id,)).fetchone()
    feed, page = load_body(db, id)
    tagged = "SELECT name FROM article_tag JOIN tag ON id = tag_id WHERE article_id = ? AND by_person ORDER BY folded"
    own = canonical_names(db, [name for (name,) in db.execute(tagged, (id,))])
    folded = set(map(fold_name, own))
    given = (name for name in canonical_names(db, feed["tags"]) if fold_name(name) not in folded)
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
        pictures=bodies.merge_pictures(feed, page),
        enclosures=tuple(Enclosure(*values) for values in feed["enclosures"]),
        episodes=load_episodes(db, [id]),
        damaged=bodies.has_lost_text(feed) or bool(headline.full and not page),
        incomplete=feed["incomplete"],
        comments=feed["comments"],
        season=feed["season"],
        episode=feed["episode"],
        chapters=feed["chapters"],
        chapter_marks=tuple(ChapterMark(*values) for values in feed["chapter_marks"]),
        transcripts=tuple(Transcript(*values) for values in feed["transcripts"]),
        note=note,
        position=position,
        story_links=_story_links(db, headline) if headline.story_size > 1 else (),
        **rule_flags.find_rule_names(db, id) if headline.hidden or headline.highlighted else {},
    )


def _story_links(db: Connection, headline: Headline) -> tuple[StoryLink, ...]:
    of_source: dict[int, int] = {}
    for member in stories.find_members(db, [headline.id]):
        if member.id != headline.id:
            of_source.setdefault(member.source_id, member.id)
    labels = db.execute(
        f"SELECT o.id, {_LABEL} FROM json_each(?) AS j CROSS JOIN source AS o ON o.id = j.value"
        " CROSS JOIN feed AS f ON f.source_id = o.id",
        (json.dumps(list(of_source)),),
    )
    source = {id: display_address(label) for id, label in labels}
    return tuple(StoryLink(of_source[id], source[id]) for id in of_source)


def load_episodes(db: Connection, ids: Iterable[int]) -> tuple[Episode, ...]:
    """Return the rows of these articles, in their order: one for each file that you played or downloaded."""
    rows = db.execute(
        f"SELECT {EPISODE_COLUMNS} FROM json_each(?) AS j CROSS JOIN episode AS e ON e.article_id = j.value"
        " ORDER BY j.key",
        (json.dumps(list(ids)),),
    )
    return tuple(Episode(*row) for row in rows)


_MAX_TIME = 1 << 62


def map_to_sources(
    db: Connection,
    sources: Iterable[int],
    *,
    among: Iterable[int] | None = None,
    begin: int = -_MAX_TIME,
    end: int = _MAX_TIME,
) -> dict[int, int]:
    """Return article → source for articles of `sources` that no rule highlights.

    Only articles in `among`, or else those with a time from `begin` until before `end`.
    """
    not_highlighted = "a.id NOT IN (SELECT article_id FROM state WHERE lit_by IS NOT NULL)"
    chosen = json.dumps(list(sources))
    values: tuple[str | int, ...] = (chosen, begin, end)
    condition = "a.source_id = j.value WHERE a.at >= ? AND a.at < ?"
    if among is not None:
        values = (json.dumps(list(among)), chosen)
        condition = "a.id = j.value WHERE a.source_id IN (SELECT value FROM json_each(?))"
    articles = f"json_each(?) AS j CROSS JOIN article AS a ON {condition} AND {not_highlighted}"
    return dict(db.execute(f"SELECT a.id, a.source_id FROM {articles}", values).fetchall())


def load_times(db: Connection, ids: Iterable[int]) -> list[int]:
    """Return the times by which lists sort `ids`; all must exist."""
    in_order = "SELECT a.at FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value ORDER BY j.key"
    return [at for (at,) in db.execute(in_order, (json.dumps(list(ids)),))]


def load_versions(db: Connection, article_id: int) -> list[ArticleVersion]:
    """Return the earlier versions of an article, newest first, without damaged ones."""
    versions = "SELECT id, replaced, title, updated, digest, feed FROM revision WHERE article_id = ? ORDER BY id DESC"
    read = _last_read_digest(db, article_id)
    found = []
    for id, replaced, title, updated, digest, packed in db.execute(versions, (article_id,)):
        body = bodies.unpack(packed)
        if bodies.has_lost_text(body):
            continue
        was_read = digest == read
        read = None if was_read else read  # a reverted text has the same digest twice: the later one was read
        pictures = bodies.merge_pictures(body, {})
        found.append(ArticleVersion(id, replaced, title, body["summary"], body["content"], updated, pictures, was_read))
    return found


def _last_read_digest(db: Connection, article_id: int) -> int | None:
    """Return the digest of the last version that was read, if it is not the present one."""
    asked = "SELECT digest, read_digest, earlier_digest FROM article JOIN state ON article_id = id WHERE id = ?"
    present, *read = db.execute(asked, (article_id,)).fetchone() or (None,)
    return next((digest for digest in read if digest not in (None, present)), None)
