"""All migrations in order. A new database runs through all of them.

Data of feeds and data of yours never share a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.store.connection import get_value, path_of, set_value
from roya_tui.store.credentials import move_credentials
from roya_tui.store.sync.schema import SYNC_SCHEMA
from roya_tui.store.tally import TALLY_SCHEMA

INITIAL = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- A subscription with your settings.
CREATE TABLE source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',
    mapping TEXT NOT NULL DEFAULT '',
    interval INTEGER,
    paused INTEGER NOT NULL DEFAULT 0,
    sample INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL,
    removed_at INTEGER
);

-- What a feed contains about itself, and the state of its checks.
CREATE TABLE feed (
    source_id INTEGER PRIMARY KEY REFERENCES source (id),
    title TEXT NOT NULL DEFAULT '',
    homepage TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    icon TEXT NOT NULL DEFAULT '',
    ttl INTEGER,
    etag TEXT NOT NULL DEFAULT '',
    modified TEXT NOT NULL DEFAULT '',
    body_hash TEXT NOT NULL DEFAULT '',
    checked INTEGER,
    succeeded INTEGER,
    next_check INTEGER,
    held_until INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    moved_to TEXT NOT NULL DEFAULT '',
    gone INTEGER NOT NULL DEFAULT 0
);

-- The short columns of an article. `at` is the time that lists sort by; `digest` is a hash of the visible text, `stamp`
-- of everything stored; `changed_at` is the time of the last new version.
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES source (id),
    guid TEXT NOT NULL,
    at INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    published INTEGER,
    updated INTEGER,
    first_seen INTEGER NOT NULL,
    changed_at INTEGER,
    full INTEGER NOT NULL DEFAULT 0,
    revisions INTEGER NOT NULL DEFAULT 0,
    minutes INTEGER NOT NULL,
    pictures INTEGER NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    url TEXT NOT NULL,
    UNIQUE (source_id, guid)
);
-- Lists read only this index.
CREATE INDEX article_by_time ON article (at, id, source_id, minutes, pictures, language);
CREATE INDEX article_by_source ON article (source_id, at);
CREATE INDEX article_changed ON article (changed_at) WHERE changed_at IS NOT NULL;
CREATE INDEX article_full ON article (full) WHERE full;

-- The long parts, compressed: the feed's body, and the full text of the page.
CREATE TABLE body (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    feed BLOB NOT NULL,
    page BLOB
);

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article (id),
    replaced INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    updated INTEGER,
    title TEXT NOT NULL,
    feed BLOB NOT NULL
);
CREATE INDEX revision_by_article ON revision (article_id, id);

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
);

-- `by_feed` and `by_person` are the origin of the tag; at least one is 1.
CREATE TABLE article_tag (
    article_id INTEGER NOT NULL REFERENCES article (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id),
    by_feed INTEGER NOT NULL DEFAULT 0,
    by_person INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX article_by_tag ON article_tag (tag_id, article_id);

-- Articles deleted for their age: entries that are still in the feed do not return as new.
CREATE TABLE forgotten (
    source_id INTEGER NOT NULL REFERENCES source (id),
    guid TEXT NOT NULL,
    PRIMARY KEY (source_id, guid)
) WITHOUT ROWID;

-- Your marks on an article. An article without a row is unread and has no marks.
CREATE TABLE state (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    read_at INTEGER,
    read_digest INTEGER,
    starred_at INTEGER,
    hidden_at INTEGER,
    position INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX state_starred ON state (starred_at) WHERE starred_at IS NOT NULL;
CREATE INDEX state_noted ON state (article_id) WHERE note <> '';

-- Folded text. Contentless: the indexed text is in `body`, compressed.
CREATE VIRTUAL TABLE search USING fts5 (
    title, author, text,
    content = '', prefix = '2 3', tokenize = "unicode61 remove_diacritics 0"
);

CREATE TABLE saved_query (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    effect TEXT NOT NULL DEFAULT ''
);

-- Steps: a sentence and the rows from before (after undo: from after). `noticed` steps are automatic: read marks.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sentence TEXT NOT NULL,
    at INTEGER,
    undone_at INTEGER,
    noticed INTEGER NOT NULL DEFAULT 0,
    image BLOB NOT NULL
);

CREATE TABLE refresh_lock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pid INTEGER NOT NULL,
    beat INTEGER NOT NULL
);
"""


class Migration(Struct, frozen=True):
    """One migration: SQL whose statements end at line ends, or a function.

    A copy of the database is kept before a migration that `rewrites` data.
    """

    run: str | Callable[[Connection], object]
    rewrites: bool = False
    erases: bool = False
    """Whether the file is rewritten if the function returns true, so that it keeps nothing of what was deleted."""


_SCRIPTS = (
    INITIAL,
    """
-- The last checks of each source. `kind` is '' for a good response, else `Failure.kind`.
CREATE TABLE attempt (
    source_id INTEGER NOT NULL REFERENCES source (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    milliseconds INTEGER,
    bytes INTEGER,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, number)
) WITHOUT ROWID;
""",
    """
-- Hours (UTC) and weekdays (Monday is 0) in which a feed asks not to be checked: numbers, separated by blanks.
ALTER TABLE feed ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN skip_days TEXT NOT NULL DEFAULT '';
""",
    """
-- Failed downloads of pictures and pages for offline reading, and the time of the next attempt.
CREATE TABLE missed (
    url TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    again_at INTEGER NOT NULL,
    kind TEXT NOT NULL
) WITHOUT ROWID;
""",
    """
-- Merge eight index segments of a size, not four: a third less is written. Never many at once (default: at sixteen),
-- which would lock the database for a second or more.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
""",
    """
-- The version read before `read_digest`, so that changes are still shown after reading.
ALTER TABLE state ADD COLUMN earlier_digest INTEGER;
""",
    """
-- Text still to be indexed: hundreds of articles at once take half the time of source by source, but more memory.
CREATE TABLE put_off (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL
);
INSERT INTO search (search, rank) VALUES ('hashsize', 16000000);
""",
    """
-- Articles in stories that a refresh found and, for some days, fingerprints of all articles. Without a row, an article
-- is in no story and not recent. `source_id` and `minutes` are copies from the article, so that one index has all it
-- takes to choose the article that represents a story.
CREATE TABLE telling (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    source_id INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    story INTEGER,
    sorted INTEGER NOT NULL DEFAULT 0,
    packed BLOB
);
CREATE INDEX telling_by_story ON telling (story, minutes DESC, article_id, source_id)
    WHERE story IS NOT NULL;
CREATE INDEX telling_known ON telling (sorted, article_id) WHERE packed IS NOT NULL;

-- The story by hand, which precedes the one found.
ALTER TABLE state ADD COLUMN story INTEGER;
CREATE INDEX state_by_story ON state (story) WHERE story IS NOT NULL;
""",
    """
-- `maker` is the session of the step. Undone steps are in the order of redo, the next one last.
ALTER TABLE journal ADD COLUMN maker INTEGER NOT NULL DEFAULT 0;
UPDATE journal SET id = (SELECT 2 * max(id) + 1 FROM journal) - id WHERE undone_at IS NOT NULL;

CREATE INDEX state_hidden ON state (hidden_at) WHERE hidden_at IS NOT NULL;
""",
    """
-- Saved searches in order of `place`. A row without a name does not count.
CREATE TABLE saved_feed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL DEFAULT '',
    query TEXT NOT NULL DEFAULT '',
    icon TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0
);
DROP TABLE saved_query;

-- Merged or renamed tags: articles with `tag_id` count as tagged with `into_id`.
CREATE TABLE tag_alias (
    tag_id INTEGER PRIMARY KEY REFERENCES tag (id),
    into_id INTEGER REFERENCES tag (id)
);
""",
    """
-- The text to index is in the body; a copy here would be written for nothing.
CREATE TABLE to_be_told (article_id INTEGER PRIMARY KEY REFERENCES article (id));
INSERT INTO to_be_told SELECT article_id FROM put_off;
DROP TABLE put_off;
ALTER TABLE to_be_told RENAME TO put_off;
-- Merge sixteen index segments of a size: each word is written twice, not three times.
INSERT INTO search (search, rank) VALUES ('automerge', 16);
""",
    # The index was rebuilt here; a later migration does it now.
    "SELECT 1;",
    """
-- Rules in order of `place`. `term` is the duration in seconds from enabling the rule, `ends` the time when it is over;
-- NULL: no end.
CREATE TABLE rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL DEFAULT '',
    query TEXT NOT NULL DEFAULT '',
    effect TEXT NOT NULL DEFAULT '',
    tag TEXT NOT NULL DEFAULT '',
    term INTEGER,
    ends INTEGER,
    off INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL DEFAULT 0
);
-- Matches of each rule: it applies to an article once.
CREATE TABLE caught (
    rule_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article (id),
    at INTEGER,
    PRIMARY KEY (rule_id, article_id)
) WITHOUT ROWID;
CREATE INDEX caught_by_article ON caught (article_id, rule_id);
-- Articles saved at `at` that rules check once they are indexed.
CREATE TABLE unruled (article_id INTEGER PRIMARY KEY REFERENCES article (id), at INTEGER NOT NULL);

-- The rules that mute and highlight an article, derived from the above for lists and counts. `refused` has the effects
-- that you took back.
ALTER TABLE state ADD COLUMN muted_by INTEGER;
ALTER TABLE state ADD COLUMN lit_by INTEGER;
ALTER TABLE state ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
CREATE INDEX state_muted ON state (muted_by) WHERE muted_by IS NOT NULL;
CREATE INDEX state_lit ON state (lit_by) WHERE lit_by IS NOT NULL;
""",
    """
-- Imported marks of articles that have not arrived yet, by address of the source and identity. A row without facts does
-- not count.
CREATE TABLE awaited (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL DEFAULT '',
    guid TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT ''
);
CREATE INDEX awaited_by_guid ON awaited (source, guid);
CREATE INDEX awaited_by_url ON awaited (source, url);
""",
    TALLY_SCHEMA,
    """
-- Daily limit of a source in lists; NULL: none.
ALTER TABLE source ADD COLUMN per_day INTEGER;
""",
    # The index was rebuilt here, too.
    "SELECT 1;",
    """
-- Bodies no longer repeat the indexed text and are compressed with a dictionary. Older programs cannot read them and
-- must not open the database. Existing bodies stay until they are written again.
SELECT 1;
""",
    # The index was rebuilt here, too.
    "SELECT 1;",
    """
-- An index without prefixes, which were as large as the words. Titles and authors have a prefix index of their own, for
-- searches of one to three letters. The text is the first column, whose number FTS5 does not store: saves two bytes for
-- each word of each text, a fifth of the index. `text.blank_symbols` leaves only words and ASCII, so the tokenizer does
-- not look characters up: Arabic is indexed in half the time. All articles are indexed again.
DROP TABLE search;
DROP TABLE IF EXISTS beginnings;
CREATE VIRTUAL TABLE search USING fts5 (text, title, author, content = '', tokenize = "ascii");
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
INSERT INTO search (search, rank) VALUES ('hashsize', 16000000);
CREATE VIRTUAL TABLE beginnings USING fts5 (
    title, author,
    content = '', prefix = '1 2 3', tokenize = "ascii"
);
INSERT OR IGNORE INTO put_off SELECT article_id FROM body;
""",
)


def _move_credentials(db: Connection) -> bool:
    return move_credentials(db, path_of(db).parent)


def _rename_saved_search_field(db: Connection) -> None:
    """Rename the field `feed:` to `search:` in rules, saved searches, the history and earlier searches."""
    from roya_tui.query.renamed_field import rename_saved_search_field
    from roya_tui.store.user_data.journal import rewrite_texts

    for table in ("rule", "saved_feed"):
        for id, query in db.execute(f"SELECT id, query FROM {table} WHERE query LIKE '%feed:%'").fetchall():
            db.execute(f"UPDATE {table} SET query = ? WHERE id = ?", (rename_saved_search_field(query), id))
    rewrite_texts(db, {"rule", "saved_feed"}, "query", rename_saved_search_field)
    with suppress(ValueError):  # the app ignores damaged preferences, too
        preferences = json.loads(get_value(db, "screen") or "{}")
        match preferences:
            case {"finds": list(queries)}:
                preferences["finds"] = [rename_saved_search_field(str(query)) for query in queries]
        match preferences:
            case {"orders": dict(orders)}:
                preferences["orders"] = {re.sub("^feed ", "search ", scope): order for scope, order in orders.items()}
        set_value(db, "screen", json.dumps(preferences))


_IDENTITY = """
-- Whether the feed repeats guids with different links: the guids of its articles then have the link, too. A deleted
-- article keeps its link for that; NULL if an earlier version of the app deleted it.
ALTER TABLE feed ADD COLUMN by_link INTEGER NOT NULL DEFAULT 0;
ALTER TABLE forgotten ADD COLUMN url TEXT;
"""

_MEDIA = """
-- Whether an article has audio (1), video (2) or both, for lists. Existing bodies are read later, in batches.
ALTER TABLE article ADD COLUMN media INTEGER NOT NULL DEFAULT 0;
CREATE INDEX article_media ON article (media) WHERE media;
INSERT INTO meta (name, value) SELECT 'media_unknown_to', id FROM article ORDER BY id DESC LIMIT 1;
"""

_DATE_FORMS = """
-- How dates were written, as `bodies.pack_form` returns it; NULL: unknown, or no date.
ALTER TABLE article ADD COLUMN published_form INTEGER;
ALTER TABLE article ADD COLUMN updated_form INTEGER;
"""

_EPISODES = """
-- Audio and video of articles that you played or downloaded, one row per file of an article. `file` is a name in the
-- folder of episodes, "" if the file was not downloaded completely; `validator` is the ETag or date that a download
-- continues with. Times of day are UTC seconds, `position` and `duration` are seconds of the recording.
CREATE TABLE episode (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article (id),
    url TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    validator TEXT NOT NULL DEFAULT '',
    downloaded_at INTEGER,
    position REAL NOT NULL DEFAULT 0,
    duration REAL NOT NULL DEFAULT 0,
    played_at INTEGER,
    UNIQUE (article_id, url)
);
CREATE INDEX episode_downloaded ON episode (article_id) WHERE file <> '';
"""

MIGRATIONS = (
    *map(Migration, _SCRIPTS),
    Migration(_move_credentials, erases=True),
    Migration(_rename_saved_search_field),
    Migration(_IDENTITY),
    Migration(_MEDIA),
    Migration(_DATE_FORMS),
    Migration(_EPISODES),
    Migration(SYNC_SCHEMA),
)
