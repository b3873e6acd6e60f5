"""A query's way into SQL, and what it finds. What a person wrote only ever becomes a parameter or a quoted token.

Joins are written in the order in which they should run (CROSS JOIN), so that no statistics, which may be missing or
years old, can lead SQLite astray.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any

from roya_tui.model import TagCount
from roya_tui.query import VISIT, All, Condition, Either, Not, Query, Term, found, mentions, moment
from roya_tui.store.database import told
from roya_tui.store.saved import unfolded
from roya_tui.store.sources import by_label, matching
from roya_tui.store.stories import MEMBERS
from roya_tui.store.tag_aliases import members
from roya_tui.store.tags import fold_tag
from roya_tui.store.visits import last_before, last_visit
from roya_tui.text import clean, fold

_MOST_RANKED = 2_000
"""Ranking costs a look at each match, so only the newest so many are ranked; the others follow by date."""
_RANKED = (
    "WITH ranked AS MATERIALIZED (SELECT rowid AS id, rank FROM (SELECT rowid, bm25(search, 10.0, 5.0, 1.0) AS rank"
    " FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?))"
)
_FRESH = 3 * 86_400
"""Seconds after which half of what is added to the rank of something new is left: a fifth of it at most."""
_BY_RANK = f"r.rank * (1 + 0.2 * {_FRESH}.0 / ({_FRESH}.0 + max(0, ? - a.at))), a.at DESC, a.id DESC"

_FROM = "FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id"
_FROM_BY_SOURCE = _FROM.replace("article AS a", "json_each(?) AS o CROSS JOIN article AS a ON a.source_id = o.value")

_STATES = {
    "unread": "s.read_at IS NULL",
    "read": "s.read_at IS NOT NULL",
    "starred": "a.id IN (SELECT article_id FROM state WHERE starred_at IS NOT NULL)",
    "updated": "a.id IN (SELECT id FROM article JOIN state ON article_id = id WHERE changed_at IS NOT NULL"
    " AND read_at IS NOT NULL AND read_digest IS NOT digest)",
    "hidden": "a.id IN (SELECT article_id FROM state WHERE hidden_at IS NOT NULL"
    " UNION ALL SELECT article_id FROM state WHERE muted_by IS NOT NULL)",
    "highlighted": "a.id IN (SELECT article_id FROM state WHERE lit_by IS NOT NULL)",
    "full": "a.id IN (SELECT id FROM article WHERE full)",
    "noted": "a.id IN (SELECT article_id FROM state WHERE note <> '')",
    "has-image": "a.pictures > 0",
}

HIDDEN = "coalesce(s.hidden_at, s.muted_by)"
"""NULL where neither the person nor a rule has hidden it."""

_TAGS_WITH = """
SELECT t.id FROM tag AS t LEFT JOIN tag_alias ON tag_id = t.id LEFT JOIN tag AS n ON n.id = into_id
WHERE instr(' ' || t.folded || ' ; ' || coalesce(n.folded, '') || ' ', ?)
"""
"""Tags whose name, or that of the one under which they stand, has some words."""

_ORDERS = {
    "newest": "a.at DESC, a.id DESC",
    "oldest": "a.at, a.id",
    "unread": "s.read_at IS NOT NULL, a.at DESC, a.id DESC",
}


class _Compiler:
    """Writes SQL conditions, and collects their parameters in the order of their marks."""

    def __init__(
        self,
        db: Connection,
        now: int,
        zone: tzinfo | None,
        *,
        hidden: bool = False,
        within: tuple[int, int] | None = None,
    ) -> None:
        """Hidden articles are found, too, where that is said by `hidden` or in the query.

        `within`: no others are asked for than those from one id to another, which spares a look at all the rest.
        """
        self.db = db
        self.now = now
        self.zone = zone
        self.hidden = hidden
        self.within = within
        self.parameters: list[Any] = []

    def query(self, query: Query) -> str:
        """Return the condition for `query` and for what every view leaves out."""
        conditions = [self.condition(query.where)]
        if not self.hidden and not mentions(query, "is", "hidden"):
            conditions.append(f"{HIDDEN} IS NULL")
        if removed := _removed(self.db):
            conditions.append(
                f"(a.source_id NOT IN ({removed}) OR s.starred_at IS NOT NULL OR coalesce(s.note, '') <> '')"
            )
        return " AND ".join(conditions)

    def condition(self, condition: Condition) -> str:
        match condition:
            case Term():
                return self.term(condition)
            case Not(of):
                return f"NOT ({self.condition(of)})"
            case All(of):
                return "(" + (" AND ".join(self.condition(part) for part in of) or "1") + ")"
            case Either(of):
                return "(" + (" OR ".join(self.condition(part) for part in of) or "0") + ")"

    def term(self, term: Term) -> str:
        value = term.value
        match term.field:
            case "is":
                return _STATES[value]
            case "tag":
                ids = ", ".join(f"{id:d}" for id in members(self.db, fold_tag(value)))
                return f"a.id IN (SELECT article_id FROM article_tag WHERE tag_id IN ({ids}){self.among('article_id')})"
            case "source":
                return _in_sources(matching(self.db, value))
            case "folder":
                return _in_sources(_in_folder(self.db, value))
            case "lang":
                self.parameters += [value, f"{value}-*"]
                return "(lower(a.language) = ? OR lower(a.language) GLOB ?)"
            case "since" | "before" | "changed":
                self.parameters.append(moment(value, self.now, self.zone))
                return {
                    "since": "a.at >= ?",
                    "before": "a.at < ?",
                    "changed": "a.id IN (SELECT id FROM article WHERE changed_at >= ?)",
                }[term.field]
            case "came":
                self.parameters.append(last_before(self.db, self._arrival(value)))
                return "a.id > ?"
            case "minutes":
                comparison = re.match("[<>]?=?", value)
                assert comparison is not None
                self.parameters.append(int(value[comparison.end() :]))
                return f"a.minutes {comparison[0] or '='} ?"
            case "story":
                self.parameters += [int(value)] * 2
                return f"a.id IN ({MEMBERS})"
            case "title" | "author":
                return f"a.id IN ({self.matches(term)})"
            case _:
                matches = self.matches(term)
                blank = " " if term.phrase else ""
                self.parameters += [f" {fold_tag(value)}{blank}", json.dumps(noted(self.db, term))]
                return (
                    f"a.id IN ({matches} UNION ALL SELECT article_id"
                    f" FROM article_tag WHERE tag_id IN ({_TAGS_WITH}){self.among('article_id')}"
                    " UNION ALL SELECT value FROM json_each(?))"
                )

    def _arrival(self, value: str) -> int:
        end = last_visit(self.db, self.now) if value == VISIT else None
        return moment("today" if value == VISIT else value, self.now, self.zone) if end is None else end

    def matches(self, term: Term) -> str:
        """Return the query for the ids of what has the word or phrase."""
        parts = []
        if begun := beginning(term):
            parts.append(f"SELECT rowid FROM beginnings WHERE beginnings MATCH ?{self.among('rowid')}")
            self.parameters.append(begun)
        if not (begun and term.field):
            parts.append(f"SELECT rowid FROM search WHERE search MATCH ?{self.among('rowid')}")
            self.parameters.append(expression(term))
        return " UNION ALL ".join(parts)

    def among(self, column: str) -> str:
        return "" if self.within is None else f" AND {column} BETWEEN {self.within[0]:d} AND {self.within[1]:d}"


_ARABIC = re.compile("[\u0621-\u064a]")
_JOINED_ON = ("وال", "ال")


_SHORT = 3
"""Letters of a word that would begin too many others in texts."""


def expression(term: Term) -> str:
    """Return the FTS5 expression for a term that is looked for in text: quoted tokens and our own operators.

    A short word is looked for as it stands: other words that begin so are looked for by `beginning`. One of one or two
    letters is looked for in titles only, where many texts have it.
    """
    folded = fold_tag(clean(term.value))
    column = term.field or ("title" if len(folded) <= 2 and not term.phrase else "")
    return _written(folded, column, star="" if term.phrase or _is_short(folded) else "*")


def beginning(term: Term) -> str:
    """Return the expression by which titles and authors are looked through for a short word or what begins so."""
    folded = fold_tag(clean(term.value))
    return "" if term.phrase or not _is_short(folded) else _written(folded, term.field or "title", star="*")


def _is_short(folded: str) -> bool:
    return len(folded) <= _SHORT and folded.isalnum()


def _written(folded: str, column: str, star: str) -> str:
    quoted = ['"' + variant.replace('"', '""') + '"' + star for variant in _variants(folded)]
    joined = " OR ".join(quoted)
    return f"{{{column}}} : ({joined})" if column else f"({joined})"


def _variants(folded: str) -> list[str]:
    """The forms that a word is looked for in: in Arabic with what is joined on to it, and without."""
    if not _ARABIC.match(folded):
        return [folded]
    stem = folded
    for prefix in _JOINED_ON:
        if stem.startswith(prefix) and len(stem) >= len(prefix) + 3:
            stem = stem.removeprefix(prefix)
            break
    return list(dict.fromkeys([folded, stem, "ال" + stem, "و" + stem, "وال" + stem]))


def noted(db: Connection, term: Term) -> list[int]:
    """Return the articles whose note has the word, or a word that begins with it. Notes are few, and short."""
    any_of = "|".join(map(re.escape, _variants(fold_tag(clean(term.value)))))
    pattern = re.compile(rf"(?<!\w)(?:{any_of})" + (r"(?!\w)" if term.phrase else ""))
    notes = db.execute("SELECT article_id, note FROM state WHERE note <> ''")
    return [id for id, note in notes if pattern.search(fold_tag(note))]


def _in_sources(ids: list[int]) -> str:
    return f"a.source_id IN ({', '.join(f'{id:d}' for id in ids)})"


def _in_folder(db: Connection, name: str) -> list[int]:
    wanted = fold(name)
    folders = ((id, fold(folder)) for id, folder in db.execute("SELECT id, folder FROM source"))
    return [id for id, folder in folders if folder == wanted or folder.startswith(wanted + "/")]


def _removed(db: Connection) -> str:
    return ", ".join(f"{id:d}" for (id,) in db.execute("SELECT id FROM source WHERE removed_at IS NOT NULL"))


@told
def find(db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None) -> array[int]:
    """Return the ids of the articles that `query` finds, in its order. Days begin in `zone`; None: this machine's."""
    return _found(db, ("id",), query, now, limit, zone)[0]


@told
def find_all(db: Connection, query: Query, now: int, *, hidden: bool) -> list[int]:
    """Return the ids of all articles that `query` finds, in no order, those too that are `hidden` if that is wished."""
    compiler = _Compiler(db, now, None, hidden=hidden)
    where = compiler.query(unfolded(db, query, now))
    return [id for (id,) in db.execute(f"SELECT a.id {_FROM} WHERE {where}", compiler.parameters)]


@told
def dated(
    db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None
) -> tuple[array[int], array[int]]:
    """Return what `find` does, and beside each id the second that lists sort it by."""
    ids, times = _found(db, ("id", "at"), query, now, limit, zone)
    return ids, times


@told
def sourced(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> tuple[array[int], array[int]]:
    """Return what `find` does, and beside each id the number of its source."""
    ids, numbers = _found(db, ("id", "source_id"), query, now, None, zone)
    return ids, numbers


def _found(
    db: Connection, columns: Sequence[str], query: Query, now: int, limit: int | None, zone: tzinfo | None
) -> list[array[int]]:
    """Return the integers in each of an article's `columns`, for what `query` finds."""
    query = unfolded(db, query, now)
    ranking = _ranking(query) if query.order == "relevance" else ""
    if ranking and limit is not None:
        best = _best(db, columns, query, now, limit, zone, ranking)
        if len(best[0]) == limit:
            return best
        ranking = ranking if best[0] else ""  # nothing has a rank: what is newest is found without a look at all
    compiler = _Compiler(db, now, zone)
    start, rows_of = "", _FROM
    if ranking:
        start = _RANKED
        compiler.parameters += [ranking, _MOST_RANKED]
        rows_of += " LEFT JOIN ranked AS r ON r.id = a.id"
        by = f"r.rank IS NULL, {_BY_RANK}"
    elif query.order == "source":
        rows_of = _FROM_BY_SOURCE
        compiler.parameters.append(json.dumps(by_label(db)))
        by = "o.key, a.at DESC, a.id DESC"
    else:
        by = _ORDERS.get(query.order, _ORDERS["newest"])
    where = compiler.query(query)
    seen_from = [now] if ranking else []
    return _integers(
        db,
        columns,
        f"{start} SELECT a.id, a.at, a.source_id {rows_of} WHERE {where} ORDER BY {by} LIMIT ?",
        (*compiler.parameters, *seen_from, -1 if limit is None else limit),
    )


def _integers(db: Connection, columns: Sequence[str], rows: str, parameters: Sequence[Any]) -> list[array[int]]:
    """Return `columns` of the `rows` of a query, in their order, each as one array.

    They come as one text of 16 hexadecimal digits each, made by SQLite: fetched row by row, each row would wait for
    Python's lock, and the event loop with it, tens of thousands of times.
    """
    texts = ", ".join(f"coalesce(group_concat(printf('%016x', {column}), ''), '')" for column in columns)
    found = []
    for text in db.execute(f"SELECT {texts} FROM ({rows})", parameters).fetchone():
        integers = array("q", bytes.fromhex(text))
        if sys.byteorder == "little":
            integers.byteswap()
        found.append(integers)
    return found


@told
def found_among(
    db: Connection, query: Query, ids: Iterable[int], now: int, *, zone: tzinfo | None = None, hidden: bool = False
) -> list[int]:
    """Return those of `ids` that `query` finds, without looking at others: quick where they are side by side.

    `hidden`: also those that are.
    """
    ids = list(ids)
    compiler = _Compiler(db, now, zone, hidden=hidden, within=(min(ids), max(ids)) if ids else (0, 0))
    where = compiler.query(query)
    among = _FROM.replace("article AS a", "json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value")
    rows = db.execute(f"SELECT a.id {among} WHERE {where}", (json.dumps(ids), *compiler.parameters))
    return [id for (id,) in rows]


def _best(
    db: Connection, columns: Sequence[str], query: Query, now: int, limit: int, zone: tzinfo | None, ranking: str
) -> list[array[int]]:
    """Return the first rows by rank without a look at what has none; fewer than `limit` if those are too few.

    What is ranked has the words that stand side by side: only the rest of the query is asked for.
    """
    compiler = _Compiler(db, now, zone)
    rest = query
    if isinstance(query.where, Term):
        rest = Query()
    elif isinstance(query.where, All) and any(map(_is_text, query.where.of)):
        rest = Query(All(tuple(part for part in query.where.of if not _is_text(part))))
    where = compiler.query(rest)
    return _integers(
        db,
        columns,
        f"{_RANKED} SELECT a.id, a.at, a.source_id FROM ranked AS r CROSS JOIN article AS a ON a.id = r.id"
        f" LEFT JOIN state AS s ON s.article_id = a.id WHERE {where} ORDER BY {_BY_RANK} LIMIT ?",
        (ranking, _MOST_RANKED, *compiler.parameters, now, limit),
    )


def _is_text(condition: Condition) -> bool:
    """Whether it is a word or phrase that search knows."""
    return isinstance(condition, Term) and condition.field in ("", "title", "author")


def _ranking(query: Query) -> str:
    """Return the FTS5 expression that ranks: all words together if they stand side by side, else any of them."""
    side_by_side = query.where.of if isinstance(query.where, All) else (query.where,)
    together = [part for part in side_by_side if isinstance(part, Term) and _is_text(part)]
    if together:
        return " AND ".join(map(expression, together))
    return " OR ".join(expression(term) for term in found(query) if _is_text(term))


@told
def count(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> int:
    """Return how many articles `query` finds."""
    compiler = _Compiler(db, now, zone)
    where = compiler.query(unfolded(db, query, now))
    return int(db.execute(f"SELECT count(*) {_FROM} WHERE {where}", compiler.parameters).fetchone()[0])


@told
def tag_counts(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> list[TagCount]:
    """Return the tags of what `query` finds, with how many articles carry each, the most first."""
    compiler = _Compiler(db, now, zone)
    where = compiler.query(unfolded(db, query, now))
    rows = db.execute(
        f"WITH shown AS MATERIALIZED (SELECT a.id, s.read_at IS NULL AS unread {_FROM} WHERE {where}),"
        f" {_COUNTED_APART if _has_aliases(db) else _COUNTED}"
        " SELECT name, total, unread FROM counted CROSS JOIN tag ON id = tag_id ORDER BY total DESC, folded",
        compiler.parameters,
    )
    return [TagCount(*row) for row in rows]


_COUNTED = """
counted AS MATERIALIZED (SELECT tag_id, count(*) AS total, sum(unread) AS unread
    FROM shown CROSS JOIN article_tag ON article_id = shown.id GROUP BY tag_id)
"""
_COUNTED_APART = """
under AS MATERIALIZED (SELECT tag_id, into_id FROM tag_alias UNION SELECT into_id, into_id FROM tag_alias),
counted AS MATERIALIZED (SELECT tag_id, count(*) AS total, sum(unread) AS unread
    FROM shown CROSS JOIN article_tag ON article_id = shown.id
    WHERE tag_id NOT IN (SELECT tag_id FROM under) GROUP BY tag_id
    UNION ALL SELECT into_id, count(*), sum(unread) FROM (SELECT DISTINCT into_id, shown.id, unread FROM under
        CROSS JOIN article_tag USING (tag_id) CROSS JOIN shown ON shown.id = article_id) GROUP BY into_id)
"""
"""Where tags stand under others, an article with several of them counts once."""


def _has_aliases(db: Connection) -> bool:
    return db.execute("SELECT 1 FROM tag_alias LIMIT 1").fetchone() is not None


@told
def tags(db: Connection) -> list[TagCount]:
    """Return all tags in use, the most used first."""
    return tag_counts(db, Query(), 0)


@told
def view_counts(db: Connection, now: int, *, zone: tzinfo | None = None) -> dict[str, int]:
    """Return how many articles each of the five views holds."""
    compiler = _Compiler(db, now, zone)
    today = moment("today", now, zone)
    where = compiler.query(Query())
    row = db.execute(
        f"SELECT coalesce(sum(s.read_at IS NULL), 0), count(*), count(s.starred_at),"
        f" coalesce(sum({_STATES['updated']}), 0), coalesce(sum(a.at >= ?), 0) {_FROM} WHERE {where}",
        (today, *compiler.parameters),
    ).fetchone()
    return dict(zip(("unread", "all", "starred", "updated", "today"), row, strict=True))
