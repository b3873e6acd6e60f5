"""Which articles rules mute and highlight, derived from three facts.

A rule has matched the article (table `caught`), the rule is enabled, and you have not refused its effect. After
changing any of these, call `recompute_flags`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.store.connection import transaction, upsert
from roya_tui.store.user_data.snapshots import delete_empty_rows

KEPT_UNREAD, KEPT_UNSTARRED, KEPT_VISIBLE = 1, 2, 4
"""Bits of `state.refused`: effects of rules that you took back, and no rule repeats."""

HIDDEN = "coalesce(s.hidden_at, s.muted_by)"
"""NULL if the article is not hidden, by you or by a rule."""


def _first_rule_sql(effect: str) -> str:
    """Return SQL for the first enabled rule with that effect that matched article `a`."""
    return (
        "(SELECT min(c.rule_id) FROM caught AS c CROSS JOIN rule AS r ON r.id = c.rule_id"
        f" WHERE c.article_id = a.id AND r.effect = '{effect}' AND NOT r.off)"
    )


_CURRENT_FLAGS = f"""
SELECT a.id, iif(coalesce(s.refused, 0) & {KEPT_VISIBLE}, NULL, {_first_rule_sql("mute")}) AS muted,
    {_first_rule_sql("highlight")} AS lit, s.muted_by, s.lit_by
FROM (SELECT DISTINCT value AS id FROM json_each(?)) AS j CROSS JOIN article AS a ON a.id = j.id
LEFT JOIN state AS s ON s.article_id = a.id
"""


def recompute_flags(db: Connection, ids: Iterable[int]) -> None:
    """Update which rules mute and highlight these articles."""
    chosen = json.dumps(list(ids))
    if chosen == "[]":
        return
    outdated = f"SELECT id, muted, lit FROM ({_CURRENT_FLAGS}) WHERE muted IS NOT muted_by OR lit IS NOT lit_by"
    rows = db.execute(outdated, (chosen,)).fetchall()
    upsert(db, "state", ("article_id",), ("muted_by", "lit_by"), rows)
    delete_empty_rows(db, "state", (id for id, _, _ in rows))


def find_matched(db: Connection, rules: Iterable[int]) -> list[int]:
    """Return the articles that any of these rules has matched."""
    matched = "SELECT DISTINCT article_id FROM caught WHERE rule_id IN (SELECT value FROM json_each(?))"
    return [id for (id,) in db.execute(matched, (json.dumps(list(rules)),))]


def count_muted_after(db: Connection, id: int) -> int:
    """Return how many articles with a higher id are muted."""
    counted = "SELECT count(*) FROM state WHERE muted_by IS NOT NULL AND article_id > ?"
    return int(db.execute(counted, (id,)).fetchone()[0])


def find_rule_names(db: Connection, id: int) -> dict[str, str]:
    """Return the names of the rules that mute and highlight an article, as `Article` fields."""
    names = ", ".join(f"coalesce((SELECT name FROM rule WHERE id = {by}), '')" for by in ("muted_by", "lit_by"))
    row = db.execute(f"SELECT {names} FROM state WHERE article_id = ?", (id,)).fetchone()
    return dict(zip(("muted_by", "highlighted_by"), row or ("", ""), strict=True))


def expire(db: Connection, now: int) -> bool:
    """Disable rules whose time is over; return whether there were any. Not a journal step."""
    which = "NOT off AND ends <= ?"
    if db.execute(f"SELECT 1 FROM rule WHERE {which} LIMIT 1", (now,)).fetchone() is None:
        return False
    with transaction(db):
        ids = [row[0] for row in db.execute(f"SELECT id FROM rule WHERE {which}", (now,))]
        db.executemany("UPDATE rule SET off = 1 WHERE id = ?", [(id,) for id in ids])
        recompute_flags(db, find_matched(db, ids))
    return True
