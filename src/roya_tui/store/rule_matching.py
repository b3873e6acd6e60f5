"""Rules catching articles: of what was just saved, as soon as search knows it, and of what is there already.

They act from the top down, and each sees what those above it did; what is muted is neither tagged, starred nor marked
read. A rule acts on an article once, and never does again what the person took back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from roya_tui.model import SAVED_PAGES
from roya_tui.query import Query, QueryError, parse
from roya_tui.store.connection import transaction, translate_errors
from roya_tui.store.search import results
from roya_tui.store.search.saved_searches import expand_query
from roya_tui.store.user_data import article_state, rule_flags
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.store.user_data.tags import TagNameIndex

_BATCH_SIZE = 2_000
_MAX_GAP = 1_000
"""Articles whose numbers are further from each other are not looked for together."""
_MAX_QUERIES = 200
"""Questions of one transaction, each a rule and articles side by side: others wait for the store meanwhile."""


class ActiveRule(NamedTuple):
    """A rule as far as acting must know it."""

    id: int
    effect: str
    tag: str
    query: Query

    @property
    def includes_hidden(self) -> bool:
        return includes_hidden(self.effect)


def includes_hidden(effect: str) -> bool:
    """Whether a rule is for hidden articles, too: one that lasts is, for what hides them now may end before it."""
    return effect in ("mute", "highlight")


def enqueue(db: Connection, source_id: int, ids: Sequence[int], now: int) -> None:
    """Keep what was saved for the rules, if there are any, in the same transaction: nothing is forgotten."""
    if ids and db.execute("SELECT 1 FROM rule WHERE NOT off LIMIT 1").fetchone() is not None:
        db.execute(
            "INSERT INTO unruled (article_id, at) SELECT value, ? FROM json_each(?)"
            " WHERE (SELECT url FROM source WHERE id = ?) <> ? ON CONFLICT DO UPDATE SET at = excluded.at",
            (now, json.dumps(ids), source_id, SAVED_PAGES),
        )


@translate_errors
def match_queued(db: Connection) -> bool:
    """Let the rules act on some of what waits for them and search knows. False: there was nothing."""
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
            rules, tag_words = list(load_active(db, now)), TagNameIndex(db)
            seen: list[int] = []
            most = max(1, _MAX_QUERIES // max(1, len(rules)))
            for some in islice(_split_at_gaps([id for id, _ in waiting]), most):
                seen += some
                for rule in rules:
                    found = results.filter_ids(
                        db, rule.query, some, now, include_hidden=rule.includes_hidden, tag_names=tag_words
                    )
                    if found:
                        apply_rule(db, rule, found, now)
            db.executemany("DELETE FROM unruled WHERE article_id = ?", [(id,) for id in seen])
        return bool(waiting)


def load_active(db: Connection, now: int) -> Iterator[ActiveRule]:
    """The rules that are to act, in their order, but for those whose query is none, asks for a feed that is gone, or
    leaves out what is (`named`)."""
    from roya_tui.store.sources.query_references import ReferenceChecker

    rows = db.execute(
        "SELECT id, effect, tag, query FROM rule WHERE NOT off AND (ends IS NULL OR ends > ?) ORDER BY place, id",
        (now,),
    ).fetchall()
    names = ReferenceChecker(db)
    for id, effect, tag, text in rows:
        try:
            query = expand_query(db, parse(text, now), now, strict=True)
        except QueryError:
            continue
        if not names.describe_missing_exclusion(query):
            yield ActiveRule(id, effect, tag, query)


def _split_at_gaps(ids: Sequence[int]) -> Iterator[list[int]]:
    """Part ids, in their order, where many others lie between."""
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
"""How it is known that an article is already what a rule makes of it, where such are caught, too."""


class MatchedArticles(NamedTuple):
    """The articles on which a rule acts, and how many of them are already as it would have them."""

    ids: list[int]
    already_done: int


def select_articles(db: Connection, effect: str, ids: Iterable[int], rule: int = 0) -> MatchedArticles:
    """Return on which of `ids` a rule with that effect acts: the one of number `rule` on none for a second time.

    To mute, what is starred or noted is left alone, and so is what the person has shown again.
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
    """Let a rule act on those of `ids` on which it has not, and return them with what was there before."""
    found = select_articles(db, rule.effect, ids, rule.id)
    caught = found.ids
    if not caught:
        return found, []
    db.executemany(
        "INSERT INTO caught (rule_id, article_id, at) VALUES (?, ?, ?)", ((rule.id, id, now) for id in caught)
    )
    images = [RowSnapshot("caught", ("at",), [(id, None) for id in caught], rule.id)]
    chosen = json.dumps(caught)
    match rule.effect:
        case "read":
            images.append(article_state.mark_read(db, chosen, now, True))
        case "star":
            images.append(article_state.mark_flag(db, chosen, now, "starred", True))
        case "tag":
            article_state.set_tag(db, chosen, rule.tag, 1, images)
        case _:
            rule_flags.recompute_flags(db, caught)
    return found, images
