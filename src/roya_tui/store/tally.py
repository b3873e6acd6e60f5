"""Article counters kept by triggers, so that counts need not read articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import Connection

from roya_tui.store.connection import to_json

TALLY_QUERY = """
SELECT 0, source_id, sum(coalesce(hidden_at, muted_by) IS NULL) AS total,
    sum(coalesce(hidden_at, muted_by) IS NULL AND read_at IS NULL) AS unread
FROM article LEFT JOIN state ON article_id = id GROUP BY source_id
UNION ALL SELECT g.tag_id, a.source_id, sum(coalesce(s.hidden_at, s.muted_by) IS NULL),
    sum(coalesce(s.hidden_at, s.muted_by) IS NULL AND s.read_at IS NULL)
FROM article_tag AS g CROSS JOIN article AS a ON a.id = g.article_id
LEFT JOIN state AS s ON s.article_id = a.id GROUP BY g.tag_id, a.source_id
"""
"""The correct contents of `tally`, counted from the articles."""

TALLY_MISMATCHES = f"""
SELECT * FROM (SELECT * FROM ({TALLY_QUERY}) EXCEPT SELECT * FROM tally)
UNION ALL SELECT * FROM (SELECT * FROM tally WHERE total OR unread EXCEPT SELECT * FROM ({TALLY_QUERY}))
"""
"""Rows that are only in one of the two."""

TALLY_SCHEMA = f"""
-- Visible articles of each source with each tag (0: with or without tags), kept by the triggers below.
CREATE TABLE tally (
    tag_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (tag_id, source_id)
) WITHOUT ROWID;
INSERT INTO tally {TALLY_QUERY};

CREATE TRIGGER tally_added AFTER INSERT ON article BEGIN
    INSERT INTO tally VALUES (0, NEW.source_id, 1, 1)
        ON CONFLICT DO UPDATE SET total = total + 1, unread = unread + 1;
END;
CREATE TRIGGER tally_deleted AFTER DELETE ON article BEGIN
    UPDATE tally SET total = total - 1, unread = unread - 1 WHERE tag_id = 0 AND source_id = OLD.source_id;
END;
CREATE TRIGGER tally_tagged AFTER INSERT ON article_tag BEGIN
    INSERT INTO tally
        SELECT NEW.tag_id, a.source_id, coalesce(s.hidden_at, s.muted_by) IS NULL,
            coalesce(s.hidden_at, s.muted_by) IS NULL AND s.read_at IS NULL
        FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id WHERE a.id = NEW.article_id
        ON CONFLICT DO UPDATE SET total = total + excluded.total, unread = unread + excluded.unread;
END;
CREATE TRIGGER tally_untagged AFTER DELETE ON article_tag BEGIN
    UPDATE tally SET (total, unread) = (
        SELECT total - (coalesce(s.hidden_at, s.muted_by) IS NULL),
            unread - (coalesce(s.hidden_at, s.muted_by) IS NULL AND s.read_at IS NULL)
        FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id WHERE a.id = OLD.article_id)
    WHERE tag_id = OLD.tag_id AND source_id = (SELECT source_id FROM article WHERE id = OLD.article_id);
END;
-- An article without a row in `state` is unread and not hidden.
CREATE TRIGGER tally_touched AFTER INSERT ON state
WHEN NEW.read_at IS NOT NULL OR coalesce(NEW.hidden_at, NEW.muted_by) IS NOT NULL BEGIN
    UPDATE tally SET total = total - (coalesce(NEW.hidden_at, NEW.muted_by) IS NOT NULL), unread = unread - 1
    WHERE source_id = (SELECT source_id FROM article WHERE id = NEW.article_id)
        AND tag_id IN (SELECT 0 UNION ALL SELECT tag_id FROM article_tag WHERE article_id = NEW.article_id);
END;
CREATE TRIGGER tally_marked AFTER UPDATE OF read_at, hidden_at, muted_by ON state
WHEN (OLD.read_at IS NULL) <> (NEW.read_at IS NULL)
    OR (coalesce(OLD.hidden_at, OLD.muted_by) IS NULL) <> (coalesce(NEW.hidden_at, NEW.muted_by) IS NULL) BEGIN
    UPDATE tally SET
        total = total + (coalesce(NEW.hidden_at, NEW.muted_by) IS NULL)
            - (coalesce(OLD.hidden_at, OLD.muted_by) IS NULL),
        unread = unread + (coalesce(NEW.hidden_at, NEW.muted_by) IS NULL AND NEW.read_at IS NULL)
            - (coalesce(OLD.hidden_at, OLD.muted_by) IS NULL AND OLD.read_at IS NULL)
    WHERE source_id = (SELECT source_id FROM article WHERE id = NEW.article_id)
        AND tag_id IN (SELECT 0 UNION ALL SELECT tag_id FROM article_tag WHERE article_id = NEW.article_id);
END;
CREATE TRIGGER tally_untouched AFTER DELETE ON state
WHEN OLD.read_at IS NOT NULL OR coalesce(OLD.hidden_at, OLD.muted_by) IS NOT NULL BEGIN
    UPDATE tally SET total = total + (coalesce(OLD.hidden_at, OLD.muted_by) IS NOT NULL), unread = unread + 1
    WHERE source_id = (SELECT source_id FROM article WHERE id = OLD.article_id)
        AND tag_id IN (SELECT 0 UNION ALL SELECT tag_id FROM article_tag WHERE article_id = OLD.article_id);
END;
"""


_MANY = 2_000
"""Articles from which counting them before and after is faster than triggers."""

_VISIBLE = "coalesce(s.hidden_at, s.muted_by) IS NULL"
_UNREAD = f"{_VISIBLE} AND s.read_at IS NULL"
_COUNT_BEFORE = f"""
INSERT INTO temp.counted SELECT a.id, a.source_id, {_VISIBLE}, {_UNREAD}
FROM (SELECT DISTINCT value AS id FROM json_each(?)) AS j CROSS JOIN article AS a ON a.id = j.id
LEFT JOIN state AS s ON s.article_id = a.id
"""
_CHANGES = f"""
(SELECT c.id, c.source_id, ({_VISIBLE}) - c.total AS total, ({_UNREAD}) - c.unread AS unread
FROM temp.counted AS c LEFT JOIN state AS s ON s.article_id = c.id) AS d
"""
_COUNT_CHANGES = f"""
INSERT INTO temp.counted_by_key
SELECT source_id, total, unread FROM {_CHANGES} WHERE total OR unread
UNION ALL SELECT g.tag_id << 32 | d.source_id, d.total, d.unread
FROM {_CHANGES} CROSS JOIN article_tag AS g ON g.article_id = d.id WHERE d.total OR d.unread
ON CONFLICT DO UPDATE SET total = total + excluded.total, unread = unread + excluded.unread
"""
_ADD_CHANGES = """
INSERT INTO tally SELECT key >> 32, key & 0xFFFFFFFF, total, unread FROM temp.counted_by_key WHERE true
ON CONFLICT DO UPDATE SET total = total + excluded.total, unread = unread + excluded.unread
"""


@contextmanager
def tally_once(db: Connection, articles: Sequence[int]) -> Iterator[None]:
    """Update the counters once after the body changed `state` of many articles; triggers take four times as long.

    Call it in a transaction, which also restores the triggers if the body fails.
    """
    triggers = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'state' AND name GLOB 'tally*'"
    )
    stopped = db.execute(triggers).fetchall() if len(articles) >= _MANY else []
    if not stopped:  # few articles, or an outer call counts them
        yield
        return
    db.execute("CREATE TEMP TABLE counted (id INTEGER PRIMARY KEY, source_id, total, unread)")
    db.execute("CREATE TEMP TABLE counted_by_key (key INTEGER PRIMARY KEY, total, unread)")  # much faster than GROUP BY
    db.execute(_COUNT_BEFORE, (to_json(articles),))
    for name, _ in stopped:
        db.execute(f"DROP TRIGGER {name}")
    yield
    db.execute(_COUNT_CHANGES)
    db.execute(_ADD_CHANGES)
    for _, sql in stopped:
        db.execute(sql)
    db.execute("DROP TABLE temp.counted")
    db.execute("DROP TABLE temp.counted_by_key")
