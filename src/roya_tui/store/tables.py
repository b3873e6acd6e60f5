"""The tables, as a new store begins; `schema` tells what has become of them since.

What a feed says and what the person did never share a table.
"""

FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- A subscription, as the person wants it.
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

-- What the feed says of itself, and how its address answers.
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

-- The narrow part of an article. `at` is what lists sort by; `digest` is of what a reader sees, `stamp` of all that
-- is stored; `changed_at` is when it last became another.
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
-- Lists read this index alone.
CREATE INDEX article_by_time ON article (at, id, source_id, minutes, pictures, language);
CREATE INDEX article_by_source ON article (source_id, at);
CREATE INDEX article_changed ON article (changed_at) WHERE changed_at IS NOT NULL;
CREATE INDEX article_full ON article (full) WHERE full;

-- The wide part, compressed: what the feed gave, and the full text of the page.
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

-- `by_feed` and `by_person` tell who gave the tag; one of them is 1.
CREATE TABLE article_tag (
    article_id INTEGER NOT NULL REFERENCES article (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id),
    by_feed INTEGER NOT NULL DEFAULT 0,
    by_person INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX article_by_tag ON article_tag (tag_id, article_id);

-- Articles that were let go for their age: what the feed still shows of them does not come back as news.
CREATE TABLE forgotten (
    source_id INTEGER NOT NULL REFERENCES source (id),
    guid TEXT NOT NULL,
    PRIMARY KEY (source_id, guid)
) WITHOUT ROWID;

-- What the person did with an article. An article without a row here is unread and untouched.
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

-- Folded text. Contentless: what was indexed is kept, compressed, in `body`.
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

-- What the person did: a sentence, and what was there before (after, once it is undone). `noticed` is what the
-- program saw by itself: that articles were read.
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
