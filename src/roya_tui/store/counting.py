"""How many articles a query finds, and how many of them carry each tag.

What asks for nothing but sources and unread articles is known: triggers keep it in `tally`. All else is counted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection

from roya_tui.model import TagCount
from roya_tui.query import VIEWS, All, Query, any_of, both, state, tag, terms, view
from roya_tui.store.compiler import ALL_HIDDEN, FROM, FROM_THESE, Compiler
from roya_tui.store.database import told
from roya_tui.store.muting import HIDDEN
from roya_tui.store.saved import unfolded
from roya_tui.store.tag_aliases import renamed
from roya_tui.store.tags import fold_tag

_UNREAD = state("unread").where

_KEPT = """
FROM (SELECT article_id FROM state WHERE starred_at IS NOT NULL
    UNION SELECT article_id FROM state WHERE note <> '') AS k
    CROSS JOIN state AS s ON s.article_id = k.article_id CROSS JOIN article AS a ON a.id = k.article_id
"""
"""What stays of sources that were removed."""

_SHOWN_BY_TAG = """
SELECT tag_id, count(*) AS total, sum(unread) AS unread FROM shown CROSS JOIN article_tag ON article_id = shown.id
"""
_ANY_STORY = """SELECT 1 FROM (SELECT 1 FROM telling WHERE story IS NOT NULL LIMIT 1) UNION ALL
SELECT 1 FROM (SELECT 1 FROM state WHERE story IS NOT NULL LIMIT 1)"""
_ITS_STORY = "coalesce(s.story, (SELECT story FROM telling WHERE article_id = a.id))"
_UNDER = """
under AS MATERIALIZED (SELECT tag_id, into_id FROM tag_alias UNION SELECT into_id, into_id FROM tag_alias),
"""
_TOGETHER = """
UNION ALL SELECT into_id, count(*), sum(unread) FROM (SELECT DISTINCT into_id, shown.id, unread FROM under
    CROSS JOIN article_tag USING (tag_id) CROSS JOIN shown ON shown.id = article_id) GROUP BY into_id
"""
"""Where tags stand under others, an article with several of them counts once."""


@told
def count(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> int:
    """Return how many articles `query` finds."""
    query = unfolded(db, query, now)
    compiler = Compiler(db, now, zone)
    if rows := _tallied(compiler, query, tagged=False):
        return int(db.execute(f"SELECT coalesce(sum(total), 0) FROM ({rows})").fetchone()[0])
    rows = compiler.rows(query, whole=True, numbers=True)
    return int(db.execute(f"SELECT count(*) {rows}", compiler.parameters).fetchone()[0])


@told
def count_rows(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, fold: bool) -> tuple[int, int]:
    """Return how many articles `query` finds, and how many rows these make: with `fold` each story has but one."""
    if not fold or db.execute(_ANY_STORY).fetchone() is None:
        articles = count(db, query, now, zone=zone)
        return articles, articles
    compiler = Compiler(db, now, zone)
    rows = compiler.rows(unfolded(db, query, now), whole=True, numbers=True)
    articles, together = db.execute(
        f"SELECT count(*), count(story) - count(DISTINCT story) FROM (SELECT {_ITS_STORY} AS story {rows})",
        compiler.parameters,
    ).fetchone()
    return articles, articles - together


@told
def count_hidden(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> int:
    """Return how many more articles `query` would find if none were hidden."""
    ids = list({id for (id,) in db.execute(ALL_HIDDEN)})
    if not ids:
        return 0
    compiler = Compiler(db, now, zone, within=(min(ids), max(ids)))
    where = compiler.query(both(unfolded(db, query, now), state("hidden")))
    asked = (json.dumps(ids), *compiler.parameters)
    return int(db.execute(f"SELECT count(*) {FROM_THESE} WHERE {where}", asked).fetchone()[0])


@told
def come_since(db: Connection, id: int) -> int:
    """Return how many articles came in after the one of that number, without those that are hidden."""
    return int(db.execute(f"SELECT count(*) {FROM} WHERE a.id > ? AND {HIDDEN} IS NULL", (id,)).fetchone()[0])


@told
def tag_counts(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, never: Sequence[str] = ()
) -> list[TagCount]:
    """Return the tags of what `query` finds, with how many articles carry each, the most first.

    Of tags that are `never` to be there, that is how many they leave out; of all others, how many have none of those.
    """
    counted = _by_tag(db, query, now, zone)
    if not never:
        return counted
    # Few are left out, and of all there are the counts are known, mostly: to look at all that is left takes longer.
    out = {one.name: one for one in _by_tag(db, both(query, any_of(*map(tag, never))), now, zone)}
    ruled_out = set(map(fold_tag, renamed(db, never)))
    left = [
        one
        if (less := out.get(one.name)) is None or fold_tag(one.name) in ruled_out
        else TagCount(one.name, one.total - less.total, one.unread - less.unread)
        for one in counted
    ]
    return sorted((one for one in left if one.total > 0), key=lambda one: (-one.total, fold_tag(one.name)))


def _by_tag(db: Connection, query: Query, now: int, zone: tzinfo | None) -> list[TagCount]:
    query = unfolded(db, query, now)
    compiler = Compiler(db, now, zone)
    known = _tallied(compiler, query, tagged=True)
    by_tag = f"SELECT tag_id, sum(total) AS total, sum(unread) AS unread FROM ({known})" if known else _SHOWN_BY_TAG
    under, apart, together = "", "", ""
    if db.execute("SELECT 1 FROM tag_alias LIMIT 1").fetchone() is not None:
        under, apart, together = _UNDER, "WHERE tag_id NOT IN (SELECT tag_id FROM under)", _TOGETHER
    shown = f"SELECT a.id, s.read_at IS NULL AS unread {compiler.rows(query, whole=False, numbers=True)}"
    rows = db.execute(
        f"WITH shown AS {'NOT ' if known else ''}MATERIALIZED ({shown}),"
        f" {under} counted AS MATERIALIZED ({by_tag} {apart} GROUP BY tag_id {together})"
        " SELECT name, total, unread FROM counted CROSS JOIN tag ON id = tag_id WHERE total > 0"
        " ORDER BY total DESC, folded",
        compiler.parameters,
    )
    return [TagCount(*row) for row in rows]


@told
def tags(db: Connection) -> list[TagCount]:
    """Return all tags in use, the most used first."""
    return tag_counts(db, Query(), 0)


@told
def view_counts(db: Connection, now: int, *, zone: tzinfo | None = None) -> dict[str, int]:
    """Return how many articles each of the five views holds."""
    return {name: count(db, view(name), now, zone=zone) for name in VIEWS}


def _tallied(compiler: Compiler, query: Query, *, tagged: bool) -> str:
    """Return the SQL for what is known of a query's articles: rows of `total` and `unread`, by tag where `tagged`.

    "": it asks for more than sources and what is unread.
    """
    parts = query.where.of if isinstance(query.where, All) else (query.where,)
    of_sources = All(tuple(part for part in parts if part != _UNREAD))
    if any(term.field not in ("source", "folder") for term, _ in terms(of_sources)):
        return ""
    where = compiler.condition(of_sources)
    total = "total" if len(of_sources.of) == len(parts) else "unread"
    gone = compiler.removed
    rows = (
        f"SELECT tag_id, {total} AS total, unread FROM tally AS a WHERE tag_id {'>' if tagged else '='} 0 AND {where}"
        f" AND a.source_id NOT IN ({gone})"
    )
    if gone:
        one = "1" if total == "total" else "s.read_at IS NULL"
        tag_id, given = ("g.tag_id", "CROSS JOIN article_tag AS g ON g.article_id = a.id") if tagged else ("0", "")
        rows += (
            f" UNION ALL SELECT {tag_id}, {one}, s.read_at IS NULL {_KEPT} {given}"
            f" WHERE {where} AND a.source_id IN ({gone}) AND {HIDDEN} IS NULL"
        )
    return rows
