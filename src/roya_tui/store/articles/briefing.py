"""The data from which a briefing chooses articles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.model import BriefingCandidate
from roya_tui.normalization import normalize_url
from roya_tui.store.user_data.stories import STORY_ID

INFREQUENT_DAYS, INFREQUENT_ARTICLES = 28, 4
"""A source with at most so many articles in so many days is infrequent."""


def load_candidates(db: Connection, ids: Iterable[int]) -> list[BriefingCandidate]:
    """Return the candidates for `ids` in their order; missing articles are left out."""
    chosen = (json.dumps(list(ids)),)
    tags = defaultdict(list)
    for id, tag in db.execute(
        "SELECT j.value, coalesce(into_id, tag_id) FROM json_each(?) AS j"
        " CROSS JOIN article_tag ON article_id = j.value LEFT JOIN tag_alias USING (tag_id)",
        chosen,
    ):
        tags[id].append(tag)
    rows = db.execute(
        f"SELECT a.id, a.source_id, a.at, coalesce(t.minutes, a.minutes), {STORY_ID}, s.lit_by IS NOT NULL,"
        " a.url, a.guid FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value"
        " LEFT JOIN state AS s ON s.article_id = a.id LEFT JOIN telling AS t ON t.article_id = a.id ORDER BY j.key",
        chosen,
    )
    return [
        BriefingCandidate(id, source, at, minutes, story, tuple(dict.fromkeys(tags[id])), bool(lit), address)
        for id, source, at, minutes, story, lit, url, guid in rows
        for address in ["" if story is None else normalize_url(url) or guid]
    ]


def load_tag_names(db: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of tags by id."""
    named = "SELECT tag.id, name FROM json_each(?) AS j CROSS JOIN tag ON tag.id = j.value"
    return dict(db.execute(named, (json.dumps(list(ids)),)).fetchall())


def find_infrequent(db: Connection, sources: Iterable[int], now: int) -> set[int]:
    """Return which of `sources` publish rarely."""
    rows = db.execute(
        "SELECT value FROM json_each(?) AS j WHERE (SELECT count(*) FROM (SELECT 1 FROM article"
        " WHERE source_id = j.value AND at >= ? LIMIT ?)) <= ?",
        (json.dumps(list(sources)), now - INFREQUENT_DAYS * 86_400, INFREQUENT_ARTICLES + 1, INFREQUENT_ARTICLES),
    )
    return {id for (id,) in rows}
