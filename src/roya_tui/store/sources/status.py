"""Source status: the log of checks, statistics, duplicates."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.model import Attempt, SourceStatistics

WEEK_SECONDS = 7 * 24 * 60 * 60
WEEKS = 8
MAX_ATTEMPTS = 60
"""Checks kept of each source."""
RECENT_ARTICLES = 30
"""Newest articles of a source for its rhythm and for comparing it with others."""
MIN_ARTICLES = 5
"""Articles needed for a rhythm or a comparison."""
MIN_COMMON_ARTICLES = 2
"""Common articles needed for sources of the same name to be duplicates."""
MAX_SHARING_SOURCES = 50
"""An article address in more sources than this is ignored."""
DUPLICATE_SHARE = 0.8
"""Share of common articles from which two sources are duplicates."""

_BY_FAULT = "kind NOT IN ('', 'offline')"

_ATTEMPT = "at, kind, message, milliseconds, bytes, new, changed"

# The columns after max(number) are those of the row that has it: SQLite promises that of a lone min() or max().
_ATTEMPT_COUNTS = f"""
SELECT source_id, count(*), sum({_BY_FAULT}), avg(milliseconds) FILTER (WHERE kind = ''),
    avg(bytes) FILTER (WHERE kind = '' AND bytes > 0), max(number), {_ATTEMPT}
FROM attempt GROUP BY source_id
"""

_BY_WEEK = """
SELECT source_id, (?1 - at) / ?2, count(*) FROM article
WHERE at > ?1 - ?2 * ?3 AND at <= ?1 GROUP BY 1, 2
"""

# Answered by the index by source and time: at most `RECENT_ARTICLES` steps for each source.
_GAPS = """
SELECT s.id, (SELECT max(at) FROM article WHERE source_id = s.id),
    (SELECT CASE WHEN count(*) >= ?2 THEN max(pause) END FROM (
        SELECT at - lead(at) OVER (ORDER BY at DESC) AS pause
        FROM (SELECT at FROM article WHERE source_id = s.id ORDER BY at DESC LIMIT ?1)))
FROM source AS s WHERE s.removed_at IS NULL
"""

_RECENT_URLS = """
SELECT s.id, a.url FROM source AS s JOIN article AS a ON a.id IN (
    SELECT id FROM article WHERE source_id = s.id ORDER BY at DESC LIMIT ?)
WHERE s.removed_at IS NULL AND a.url <> ''
"""

_NAMES = """
SELECT s.id, f.title, f.homepage FROM source AS s JOIN feed AS f ON f.source_id = s.id
WHERE s.removed_at IS NULL AND f.title <> '' AND f.homepage <> ''
"""

_ADDRESSES = """
SELECT s.id, s.url, f.moved_to FROM source AS s JOIN feed AS f ON f.source_id = s.id WHERE s.removed_at IS NULL
"""


def log_attempt(db: Connection, id: int, attempt: Attempt) -> None:
    """Add a check to the log of a source and delete the oldest. Call it in a transaction."""
    (number,) = db.execute("SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE source_id = ?", (id,)).fetchone()
    db.execute(
        f"INSERT INTO attempt (source_id, number, {_ATTEMPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, number, attempt.at, attempt.kind, attempt.message, attempt.milliseconds, attempt.size, attempt.new,
         attempt.changed),
    )  # fmt: skip
    db.execute("DELETE FROM attempt WHERE source_id = ? AND number <= ?", (id, number - MAX_ATTEMPTS))


def list_attempts(db: Connection, id: int) -> list[Attempt]:
    """Return the log of a source, newest first."""
    rows = db.execute(f"SELECT {_ATTEMPT} FROM attempt WHERE source_id = ? ORDER BY number DESC", (id,))
    return [Attempt(*row) for row in rows]


def load_statistics(db: Connection, now: int) -> dict[int, SourceStatistics]:
    """Return the statistics of each source, without duplicates, which take longer."""
    tries = {row[0]: row[1:] for row in db.execute(_ATTEMPT_COUNTS)}
    weeks: dict[int, list[int]] = defaultdict(lambda: [0] * WEEKS)
    for id, ago, count in db.execute(_BY_WEEK, (now, WEEK_SECONDS, WEEKS)):
        weeks[id][WEEKS - 1 - ago] = count
    found = {}
    for id, newest, pause in db.execute(_GAPS, (RECENT_ARTICLES, MIN_ARTICLES)):
        known = SourceStatistics(weeks=tuple(weeks[id]), newest=newest, longest_gap=pause)
        if id in tries:
            count, failed, milliseconds, size, _, *last = tries[id]
            cost = {"milliseconds": _round(milliseconds), "size": _round(size)}
            known = replace(known, attempts=count, failed=failed, last=Attempt(*last), **cost)
        found[id] = known
    return found


def _round(number: float | None) -> int | None:
    return None if number is None else round(number)


def find_duplicates(db: Connection) -> dict[int, tuple[int, ...]]:
    """Return, for each duplicated source, its duplicates.

    Two sources are duplicates if their addresses differ only in scheme, `www.` and final slash; if one redirects
    permanently to the other; if they share most of their latest articles; or if they share two and have the same title
    and homepage. The latter alone is not enough: sections of a newspaper often share them.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in [*_pairs_by_address(db.execute(_ADDRESSES).fetchall()), *_pairs_by_articles(db)]:
        found[one].add(other)
        found[other].add(one)
    return {id: tuple(sorted(others)) for id, others in found.items()}


def find_same_address(db: Connection, among: Iterable[int]) -> dict[int, int]:
    """Return, for sources `among` with equivalent addresses, the first of each group."""
    chosen = f"{_ADDRESSES} AND s.id IN (SELECT value FROM json_each(?))"
    first: dict[int, int] = {}

    def root(id: int) -> int:
        while (before := first.setdefault(id, id)) != id:
            id = before
        return id

    for one, other in _pairs_by_address(db.execute(chosen, (json.dumps(list(among)),)).fetchall()):
        less, more = sorted((root(one), root(other)))
        first[more] = less
    return {id: root(id) for id in first}


def _pairs_by_address(rows: Sequence[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    by_address: dict[str, int] = {}
    for id, url, _ in rows:
        first = by_address.setdefault(_normalize_address(url), id)
        if first != id:
            yield first, id
    for id, _, moved_to in rows:
        target = by_address.get(_normalize_address(moved_to)) if moved_to else None
        if target not in (None, id):
            yield id, target


def _normalize_address(url: str) -> str:
    """Return an address without scheme, credentials, `www.` and final slash."""
    _, slashes, rest = url.partition("://")
    if not slashes:
        return url
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].lower().removeprefix("www.")
    return f"{host}{slash}{path}".rstrip("/")


def _pairs_by_articles(db: Connection) -> Iterator[tuple[int, int]]:
    of_source: dict[int, set[str]] = defaultdict(set)
    with_article: dict[str, list[int]] = defaultdict(list)
    for id, url in db.execute(_RECENT_URLS, (RECENT_ARTICLES,)):
        if url not in of_source[id]:
            of_source[id].add(url)
            with_article[url].append(id)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for ids in with_article.values():
        if len(ids) > MAX_SHARING_SOURCES:
            continue  # not an article, but a page that all of them link
        for place, one in enumerate(ids):
            for other in ids[place + 1 :]:
                common[one, other] += 1
    names = {id: (title, homepage) for id, title, homepage in db.execute(_NAMES)}
    for (one, other), count in common.items():
        fewer = min(len(of_source[one]), len(of_source[other]))
        if (fewer >= MIN_ARTICLES and count >= DUPLICATE_SHARE * fewer) or (
            count >= MIN_COMMON_ARTICLES and one in names and names[one] == names.get(other)
        ):
            yield one, other
