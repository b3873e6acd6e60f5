"""What a query finds, and in which order; how many that are, `counting` tells.

Joins are written in the order in which they should run (CROSS JOIN), as in `compiler`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any

from roya_tui.query import All, Condition, Query, Term, found
from roya_tui.store.compiler import FROM, HIDDEN, Compiler
from roya_tui.store.counting import count, count_hidden, tag_counts, tags, view_counts
from roya_tui.store.database import told
from roya_tui.store.saved import unfolded
from roya_tui.store.sources import by_label
from roya_tui.store.wording import expression

__all__ = [
    "HIDDEN",
    "count",
    "count_hidden",
    "dated",
    "find",
    "find_all",
    "found_among",
    "sourced",
    "tag_counts",
    "tags",
    "view_counts",
]

_MOST_RANKED = 2_000
"""Ranking costs a look at each match, so only the newest so many are ranked; the others follow by date."""
_RANKED = (
    "WITH ranked AS MATERIALIZED (SELECT rowid AS id, rank FROM (SELECT rowid, bm25(search, 10.0, 5.0, 1.0) AS rank"
    " FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?))"
)
_FRESH = 3 * 86_400
"""Seconds after which half of what is added to the rank of something new is left: a fifth of it at most."""
_BY_RANK = f"r.rank * (1 + 0.2 * {_FRESH}.0 / ({_FRESH}.0 + max(0, ? - a.at))), a.at DESC, a.id DESC"

_FROM_BY_SOURCE = FROM.replace("article AS a", "json_each(?) AS o CROSS JOIN article AS a ON a.source_id = o.value")
_ORDERS = {
    "newest": "a.at DESC, a.id DESC",
    "oldest": "a.at, a.id",
    "unread": "s.read_at IS NOT NULL, a.at DESC, a.id DESC",
}


@told
def find(db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None) -> array[int]:
    """Return the ids of the articles that `query` finds, in its order. Days begin in `zone`; None: this machine's."""
    return _found(db, ("id",), query, now, limit, zone)[0]


@told
def find_all(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, hidden: bool = True) -> list[int]:
    """Return the ids of all articles that `query` finds, the newest first, also of those that are `hidden`."""
    compiler = Compiler(db, now, zone, hidden=hidden)
    where = compiler.query(unfolded(db, query, now))
    rows = db.execute(f"SELECT a.id {FROM} WHERE {where} ORDER BY {_ORDERS['newest']}", compiler.parameters)
    return [id for (id,) in rows]


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
    compiler = Compiler(db, now, zone)
    start, rows_of = "", FROM
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
    compiler = Compiler(db, now, zone, hidden=hidden, within=(min(ids), max(ids)) if ids else (0, 0))
    where = compiler.query(unfolded(db, query, now))
    among = FROM.replace("article AS a", "json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value")
    rows = db.execute(f"SELECT a.id {among} WHERE {where}", (json.dumps(ids), *compiler.parameters))
    return [id for (id,) in rows]


def _best(
    db: Connection, columns: Sequence[str], query: Query, now: int, limit: int, zone: tzinfo | None, ranking: str
) -> list[array[int]]:
    """Return the first rows by rank without a look at what has none; fewer than `limit` if those are too few.

    What is ranked has the words that stand side by side: only the rest of the query is asked for.
    """
    compiler = Compiler(db, now, zone)
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
