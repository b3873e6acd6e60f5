"""Applies rules to new articles once they are indexed, and to existing ones.

Rules run from the top, and each sees the effects of those above it; a muted article is neither tagged, starred nor
marked read. A rule applies to an article once, and never repeats what you took back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from roya_tui.model import SAVED_PAGES
from roya_tui.query import Query, QueryError, parse
from roya_tui.store.connection import transaction
from roya_tui.store.search import results
from roya_tui.store.search.saved_searches import expand_query
from roya_tui.store.user_data import article_state, rule_flags
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.store.user_data.tags import TagNameIndex

_BATCH_SIZE = 2_000
_MAX_GAP = 1_000
"""Articles whose ids are further apart are matched separately."""
_MAX_QUERIES = 200
"""Queries in one transaction, each for a rule and adjacent articles; other writers wait meanwhile."""


class ActiveRule(NamedTuple):
    """What matching needs of a rule."""

    id: int
    effect: str
    tag: str
    query: Query


def includes_hidden(effect: str) -> bool:
    """Whether a rule also matches hidden articles, as a lasting effect may outlive the hiding."""
    return effect in ("mute", "highlight")


def enqueue(db: Connection, source_id: int, ids: Sequence[int], now: int) -> None:
    """Queue saved articles for the rules, if there are any, in the same transaction."""
    if ids and db.execute("SELECT 1 FROM rule WHERE NOT off LIMIT 1").fetchone() is not None:
        db.execute(
            "INSERT INTO unruled (article_id, at) SELECT value, ? FROM json_each(?)"
            " WHERE (SELECT url FROM source WHERE id = ?) <> ? ON CONFLICT DO UPDATE SET at = excluded.at",
            (now, json.dumps(ids), source_id, SAVED_PAGES),
        )


def match_queued(db: Connection) -> bool:
    """Apply the rules to a batch of queued and indexed articles. False: there was none."""
    if db.execute("SELECT 1 FROM unruled LIMIT 1").fetchone() is None:
        return False
    with transaction(db):
        waiting = db.execute(
            "SELECT article_id, at FROM unruled WHERE article_id NOT IN (SELECT article_id FROM put_off)"
            " ORDER BY article_id LIMIT ?",
            (_BATCH_SIZE,),
        ).fetchall()
        if waiting:
            now = max(at for _, at in waiting)
            rules, tag_names = list(load_active(db, now)), TagNameIndex(db)
            seen: list[int] = []
            max_batches = max(1, _MAX_QUERIES // max(1, len(rules)))
            for ids in islice(_split_at_gaps([id for id, _ in waiting]), max_batches):
                seen += ids
                for rule in rules:
                    hidden = includes_hidden(rule.effect)
                    found = results.filter_ids(db, rule.query, ids, now, include_hidden=hidden, tag_names=tag_names)
                    if found:
                        apply_rule(db, rule, found, now)
            db.executemany("DELETE FROM unruled WHERE article_id = ?", [(id,) for id in seen])
        return bool(waiting)


def find_matches(db: Connection, after: int, effect: str = "") -> dict[str, list[int]]:
    """Return rule → the articles with ids above `after` that it matched, the newest first, in the order of the rules.

    With `effect` only rules with that effect count. Hidden articles count only for rules that mute.
    """
    rows = db.execute(
        "SELECT r.name, c.article_id FROM rule AS r CROSS JOIN caught AS c ON c.rule_id = r.id AND c.article_id > ?"
        f" LEFT JOIN state AS s ON s.article_id = c.article_id WHERE ? IN ('', r.effect)"
        f" AND (r.effect = 'mute' OR {rule_flags.HIDDEN} IS NULL) ORDER BY r.place, r.id, c.article_id DESC",
        (after, effect),
    )
    found: dict[str, list[int]] = {}
    for name, id in rows.fetchall():
        found.setdefault(name, []).append(id)
    return found


def load_active(db: Connection, now: int) -> Iterator[ActiveRule]:
    """Yield the enabled rules in order, without invalid and suspended ones."""
    from roya_tui.store.sources.query_references import ReferenceChecker

    active = "SELECT id, effect, tag, query FROM rule WHERE NOT off AND (ends IS NULL OR ends > ?) ORDER BY place, id"
    names = ReferenceChecker(db)
    for id, effect, tag, text in db.execute(active, (now,)).fetchall():
        try:
            query = expand_query(db, parse(text, now), now, strict=True)
        except QueryError:
            continue
        if not names.describe_missing_exclusion(query):
            yield ActiveRule(id, effect, tag, query)


def _split_at_gaps(ids: Sequence[int]) -> Iterator[list[int]]:
    """Split sorted ids at large gaps."""
    some: list[int] = []
    for id in ids:
        if some and id - some[-1] > _MAX_GAP:
            yield some
            some = []
        some.append(id)
    if some:
        yield some


_UNMATCHED = f"""
SELECT a.id, coalesce(s.refused, 0), s.read_at IS NULL,
    s.starred_at IS NOT NULL OR coalesce(s.note, '') <> ''
        OR coalesce(s.refused, 0) & {rule_flags.KEPT_VISIBLE} AS precious,
    {{done}}
FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.source_id NOT IN (SELECT id FROM source WHERE url = ?)
    AND NOT EXISTS (SELECT 1 FROM caught WHERE article_id = a.id AND rule_id = ?)
"""
_ALREADY_DONE = {
    "mute": f"{rule_flags.HIDDEN} IS NOT NULL",
    "highlight": "s.lit_by IS NOT NULL",
    "star": "s.starred_at IS NOT NULL",
}
"""SQL for whether an article has a rule's effect already, for effects that also match such articles."""


class MatchedArticles(NamedTuple):
    """The articles that a rule matches, and how many have its effect already."""

    ids: list[int]
    already_done: int


def select_articles(db: Connection, effect: str, ids: Iterable[int], rule: int = 0) -> MatchedArticles:
    """Return which of `ids` a rule with that effect applies to, once for each `rule`.

    Starred and noted articles and those that you unhid are never muted.
    """
    asked = _UNMATCHED.format(done=_ALREADY_DONE.get(effect, "0"))
    fresh = db.execute(asked, (json.dumps(list(ids)), SAVED_PAGES, rule)).fetchall()
    match effect:
        case "mute":
            fresh = [row for row in fresh if not row[3]]
        case "read":
            fresh = [row for row in fresh if row[2] and not row[1] & rule_flags.KEPT_UNREAD]
        case "star":
            fresh = [row for row in fresh if not row[1] & rule_flags.KEPT_UNSTARRED]
    return MatchedArticles([row[0] for row in fresh], sum(row[4] for row in fresh))


def apply_rule(
    db: Connection, rule: ActiveRule, ids: Iterable[int], now: int
) -> tuple[MatchedArticles, list[RowSnapshot]]:
    """Apply a rule to `ids`; return the new matches and the rows from before."""
    matched = select_articles(db, rule.effect, ids, rule.id)
    if not matched.ids:
        return matched, []
    rows = ((rule.id, id, now) for id in matched.ids)
    db.executemany("INSERT INTO caught (rule_id, article_id, at) VALUES (?, ?, ?)", rows)
    images = [RowSnapshot("caught", ("at",), [(id, None) for id in matched.ids], rule.id)]
    chosen = json.dumps(matched.ids)
    match rule.effect:
        case "read":
            images.append(article_state.mark_read(db, chosen, now, True))
        case "star":
            images.append(article_state.mark_flag(db, chosen, now, "starred", True))
        case "tag":
            article_state.set_tag(db, chosen, rule.tag, 1, images)
        case _:
            rule_flags.recompute_flags(db, matched.ids)
    return matched, images
