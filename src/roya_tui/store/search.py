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

from roya_tui.query import Query, found
from roya_tui.store.compiler import FROM, FROM_THESE, ITS_ARTICLE, ITS_STATE, Compiler, is_text, texts, without
from roya_tui.store.counting import count, count_hidden, count_rows, tag_counts, tags, view_counts
from roya_tui.store.database import told
from roya_tui.store.saved import unfolded
from roya_tui.store.source_names import by_label
from roya_tui.store.tags import TagWords
from roya_tui.store.wording import beginning, expression

__all__ = [
    "count",
    "count_hidden",
    "count_rows",
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
"""Ranking costs a look at each match, so only the newest so many are ranked; the others follow by their time."""
_RANKED = """(SELECT rowid AS id, bm25(search, 1.0, 10.0, 5.0) AS rank
    FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)"""
_BEGUN = "(SELECT rowid AS id FROM beginnings WHERE beginnings MATCH ? ORDER BY rowid DESC LIMIT ?)"
_FRESH = 3 * 86_400
"""Seconds after which half of what is added to the rank of something new is left: a fifth of it at most."""
_BY_RANK = f"r.rank * (1 + 0.2 * {_FRESH}.0 / ({_FRESH}.0 + max(0, {{now:d}} - a.at))), a.at DESC, a.id DESC"

_FROM_BY_SOURCE = f"FROM json_each(?) AS o CROSS JOIN article AS a ON a.source_id = o.value {ITS_STATE}"
_SHORT = """SELECT coalesce((SELECT min(at) FROM article) >= 0 AND (SELECT max(at) FROM article) < 1 << 32
    AND (SELECT max(id) FROM article) < 1 << 32, 0)"""
"""Whether four bytes have room for each number of a list: by the ends of two indexes."""
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
    """Return what `find` does, and beside each id the second that lists sort it by.

    Where it takes as long to find a few as all, more than `limit` are returned: all.
    """
    ids, times = _found(db, ("id", "at"), query, now, limit, zone, all_at_once=True)
    return ids, times


@told
def sourced(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> tuple[array[int], array[int]]:
    """Return what `find` does, and beside each id the number of its source."""
    ids, numbers = _found(db, ("id", "source_id"), query, now, None, zone)
    return ids, numbers


def _found(
    db: Connection,
    columns: Sequence[str],
    query: Query,
    now: int,
    limit: int | None,
    zone: tzinfo | None,
    all_at_once: bool = False,
) -> list[array[int]]:
    """Return the integers in each of an article's `columns`, for what `query` finds.

    What is looked for by its words comes in three parts, none with what those before it have: the best of the newest,
    the newest whose title begins so, and all the rest. The first rows are there without a look at the rest. Where the
    rest is wanted after all, a few of it take as long as all of it: `all_at_once` returns that.
    """
    query = unfolded(db, query, now)
    by_words = query.order == "relevance"
    found = [array("q") for _ in columns]
    for part in (_best, _begun, _in_order) if by_words else (_in_order,):
        left = None if limit is None else limit - len(found[0])
        if left != 0:
            if all_at_once and part is _in_order and texts(query):
                left = None
            compiler = Compiler(db, now, zone, few=part is not _in_order)
            more = part(compiler, columns, query, left, found[0])
            found = [before + after for before, after in zip(found, more, strict=True)]
    return found


def _in_order(
    compiler: Compiler, columns: Sequence[str], query: Query, limit: int | None, but: Sequence[int]
) -> list[array[int]]:
    """All that `query` finds, `but` some, in an order that needs no ranking."""
    if query.order == "source":
        compiler.parameters.append(json.dumps(by_label(compiler.db)))
        rows, by = f"{_FROM_BY_SOURCE} WHERE {compiler.query(query)}", "o.key, a.at DESC, a.id DESC"
    else:
        rows, by = compiler.rows(query, whole=limit is None), _ORDERS.get(query.order, _ORDERS["newest"])
    return _integers(compiler, columns, rows, by, limit, but)


def _best(
    compiler: Compiler, columns: Sequence[str], query: Query, limit: int | None, but: Sequence[int]
) -> list[array[int]]:
    """The newest that have a rank, the best first.

    What is ranked has the words that stand side by side: only the rest of the query is asked for.
    """
    ranking = _ranking(query)
    if not ranking:
        return [array("q") for _ in columns]
    compiler.parameters += [ranking, _MOST_RANKED]
    where = compiler.query(without(query, texts(query)))
    by = _BY_RANK.format(now=compiler.now)
    return _integers(compiler, columns, f"FROM {_RANKED} AS r {ITS_ARTICLE} WHERE {where}", by, limit, but)


def _begun(
    compiler: Compiler, columns: Sequence[str], query: Query, limit: int | None, but: Sequence[int]
) -> list[array[int]]:
    """The newest in whose title a word begins with the one short word that is looked for, by their time."""
    words = texts(query)
    begun = beginning(words[0]) if len(words) == 1 else ""
    if not begun:
        return [array("q") for _ in columns]
    compiler.parameters += [begun, _MOST_RANKED]
    where = compiler.query(without(query, words))
    return _integers(
        compiler, columns, f"FROM {_BEGUN} AS r {ITS_ARTICLE} WHERE {where}", _ORDERS["newest"], limit, but
    )


def _ranking(query: Query) -> str:
    """Return the FTS5 expression that ranks: all words together if they stand side by side, else any of them."""
    together = texts(query)
    if together:
        return " AND ".join(map(expression, together))
    return " OR ".join(expression(term) for term in found(query) if is_text(term))


def _integers(
    compiler: Compiler, columns: Sequence[str], rows: str, by: str, limit: int | None, but: Sequence[int]
) -> list[array[int]]:
    """Return `columns` of articles in their order, each as one array.

    They come as one text of hexadecimal digits, made by SQLite: fetched row by row, each row would wait for Python's
    lock, and the event loop with it, tens of thousands of times. Eight digits each are enough before the year 2106 and
    four billion articles; where they are not, sixteen are.
    """
    if but:
        rows += " AND a.id NOT IN (SELECT value FROM json_each(?))"
        compiler.parameters.append(json.dumps(list(but)))
    short = compiler.db.execute(_SHORT).fetchone()[0]
    size, form = (4, "%08x") if short else (8, "%016x")
    (text,) = compiler.db.execute(
        f"SELECT group_concat(printf('{form * len(columns)}', {', '.join(columns)}), '')"
        f" FROM (SELECT a.id, a.at, a.source_id {rows} ORDER BY {by} LIMIT ?)",
        (*compiler.parameters, -1 if limit is None else limit),
    ).fetchone()
    packed = bytes.fromhex(text or "")
    del text  # of a million articles it is 16 MB
    return [_unpacked(packed, place, size, len(columns)) for place in range(len(columns))]


def _unpacked(packed: bytes, place: int, size: int, columns: int) -> array[int]:
    """Return one column of integers that have `size` bytes each, the highest first, those of a row side by side."""
    row = size * columns
    wide = bytearray(len(packed) // row * 8)
    for byte in range(size):  # from the lowest
        wide[byte if sys.byteorder == "little" else 7 - byte :: 8] = packed[(place + 1) * size - 1 - byte :: row]
    return array("q", bytes(wide))


@told
def found_among(
    db: Connection,
    query: Query,
    ids: Iterable[int],
    now: int,
    *,
    zone: tzinfo | None = None,
    hidden: bool = False,
    tag_words: TagWords | None = None,
) -> list[int]:
    """Return those of `ids` that `query` finds, without looking at others: quick where they are side by side.

    `hidden`: also those that are. `tag_words`: those that are asked by other questions, too.
    """
    ids = list(ids)
    within = (min(ids), max(ids)) if ids else (0, 0)
    compiler = Compiler(db, now, zone, hidden=hidden, within=within, tag_words=tag_words)
    where = compiler.query(unfolded(db, query, now))
    rows = db.execute(f"SELECT a.id {FROM_THESE} WHERE {where}", (json.dumps(ids), *compiler.parameters))
    return [id for (id,) in rows]
