"""Tables of accounts, and the triggers that fill the outbox."""

from __future__ import annotations


def _add(when: str, article: str, field: str, value: str, tag: str = "''") -> str:
    """Return a trigger that replaces the pending change of a field by a new one.

    Only for articles of an account that is in use. A new row has a new id, which shows that it is another change.
    """
    name = f"outbox_{field}_{when.split()[1].lower()}"
    condition = "AND c.tags" if field == "tag" else ""
    return f"""
CREATE TRIGGER {name} {when} AND EXISTS (SELECT 1 FROM account) BEGIN
    DELETE FROM outbox WHERE article_id = {article} AND field = '{field}' AND tag = {tag};
    INSERT INTO outbox (account_id, article_id, field, tag, value, at)
        SELECT c.id, a.id, '{field}', {tag}, {value}, CAST(strftime('%s', 'now') AS INTEGER)
        FROM article AS a CROSS JOIN source AS o ON o.id = a.source_id CROSS JOIN account AS c ON c.id = o.account_id
        WHERE a.id = {article} AND c.removed_at IS NULL {condition};
END;
"""


def _flag_triggers(field: str, column: str) -> str:
    return (
        _add(f"AFTER INSERT ON state WHEN NEW.{column} IS NOT NULL", "NEW.article_id", field, "1")
        + _add(
            f"AFTER UPDATE OF {column} ON state WHEN (OLD.{column} IS NULL) <> (NEW.{column} IS NULL)",
            "NEW.article_id",
            field,
            f"NEW.{column} IS NOT NULL",
        )
        + _add(f"AFTER DELETE ON state WHEN OLD.{column} IS NOT NULL", "OLD.article_id", field, "0")
    )


def _tag_name(row: str) -> str:
    return f"(SELECT name FROM tag WHERE id = {row}.tag_id)"


SYNC_SCHEMA = f"""
-- Accounts on servers. A removed one can be restored by undo. `tags` is 1 if the server can keep your tags.
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    url TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL,
    server TEXT NOT NULL DEFAULT '',
    tags INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL,
    synced INTEGER,
    attempted INTEGER,
    error TEXT NOT NULL DEFAULT '',
    held_until INTEGER,
    cursor TEXT NOT NULL DEFAULT '',
    removed_at INTEGER
);
ALTER TABLE source ADD COLUMN account_id INTEGER REFERENCES account (id);

-- Subscriptions as this computer and the server last agreed on them.
CREATE TABLE subscription (
    account_id INTEGER NOT NULL REFERENCES account (id),
    source_id INTEGER NOT NULL REFERENCES source (id),
    remote_id TEXT NOT NULL,
    title TEXT NOT NULL,
    folder TEXT NOT NULL,
    homepage TEXT NOT NULL,
    PRIMARY KEY (account_id, source_id)
) WITHOUT ROWID;

-- Articles of the server by its ids. `article_id` is NULL for one that is not here: deleted, or not fetched yet.
CREATE TABLE remote_article (
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id TEXT NOT NULL,
    article_id INTEGER REFERENCES article (id),
    PRIMARY KEY (account_id, remote_id)
) WITHOUT ROWID;
CREATE INDEX remote_article_here ON remote_article (article_id) WHERE article_id IS NOT NULL;

-- Of articles that are fetched from their feeds: what the server has of those that are not here yet, as JSON.
CREATE TABLE expected_article (
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES source (id),
    facts TEXT NOT NULL,
    PRIMARY KEY (account_id, remote_id)
) WITHOUT ROWID;
CREATE INDEX expected_article_of_source ON expected_article (source_id);

-- Changes that are not on the server yet, one for each article, field and tag.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    article_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    tag TEXT NOT NULL,
    value INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (article_id, field, tag)
);
-- Pending changes belong to the account that the article's source moves to, also by undo.
CREATE TRIGGER outbox_moves AFTER UPDATE OF account_id ON source
WHEN NEW.account_id IS NOT OLD.account_id AND NEW.account_id IS NOT NULL BEGIN
    UPDATE outbox SET account_id = NEW.account_id WHERE article_id IN (SELECT id FROM article WHERE source_id = NEW.id);
END;
{_flag_triggers("read", "read_at")}
{_flag_triggers("starred", "starred_at")}
{_add("AFTER INSERT ON article_tag WHEN NEW.by_person", "NEW.article_id", "tag", "1", _tag_name("NEW"))}
{
    _add(
        "AFTER UPDATE OF by_person ON article_tag WHEN OLD.by_person <> NEW.by_person",
        "NEW.article_id", "tag", "NEW.by_person", _tag_name("NEW"),
    )
}
{_add("AFTER DELETE ON article_tag WHEN OLD.by_person", "OLD.article_id", "tag", "0", _tag_name("OLD"))}
"""  # fmt: skip
