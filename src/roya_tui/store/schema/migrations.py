"""The tables, as a new store begins; `schema` tells what has become of them since.

What a feed says and what the person did never share a table.
"""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.store.accounts import move_accounts
from roya_tui.store.connection import path_of
from roya_tui.store.schema.tally import TALLY_SCHEMA

INITIAL = """
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


class Migration(Struct, frozen=True):
    """One step of the schema: SQL whose statements end their lines, or a function.

    A copy of the store is kept before one that `rewrites` what is stored.
    """

    run: str | Callable[[Connection], object]
    rewrites: bool = False
    erases: bool = False
    """Whether nothing of what a function took out may stay in the file, where it returns true."""


_ATTEMPTS = """
-- How a source answered, try by try: the last ones of each. `kind` is '' for a good answer, else `Failed.kind`.
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
"""

_SKIP_TIMES = """
-- The hours (UTC) and weekdays (Monday is 0) in which a feed wants no visits: numbers, with blanks between them.
ALTER TABLE feed ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN skip_days TEXT NOT NULL DEFAULT '';
"""

_FAILED_ADDRESSES = """
-- Pictures and pages that were to be kept for reading offline, and could not be had: not to be asked for before then.
CREATE TABLE missed (
    url TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    again_at INTEGER NOT NULL,
    kind TEXT NOT NULL
) WITHOUT ROWID;
"""

_INDEX_MERGE = """
-- Parts of the index are joined when there are eight of a size, not four: a third less is written. Never many at once
-- (the default is at sixteen): that would hold the store for a second or more.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
"""

_EARLIER_DIGEST = """
-- The version that was read before the one of `read_digest`: what has changed since is told after reading, too.
ALTER TABLE state ADD COLUMN earlier_digest INTEGER;
"""

_INDEX_QUEUE = """
-- What search is yet to be told, word for word: it learns hundreds of articles at once in half the time that they take
-- source by source, and for so many it needs the room.
CREATE TABLE put_off (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL
);
INSERT INTO search (search, rank) VALUES ('hashsize', 16000000);
"""

_STORIES = """
-- What tells the same story as others do, as a refresh found it; and, for some days, what each article is known by.
-- An article that is neither in a story nor that new has no row. `source_id` and `minutes` are those of the article as
-- it came: what is weighed when one telling stands for all is read from one index.
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

-- The story that the person put it in, which goes before what was found.
ALTER TABLE state ADD COLUMN story INTEGER;
CREATE INDEX state_by_story ON state (story) WHERE story IS NOT NULL;
"""

_JOURNAL_SESSIONS = """
-- Which run of a program made the step. What is undone stands in the order in which it is done again, the newest first.
ALTER TABLE journal ADD COLUMN maker INTEGER NOT NULL DEFAULT 0;
UPDATE journal SET id = (SELECT 2 * max(id) + 1 FROM journal) - id WHERE undone_at IS NOT NULL;

CREATE INDEX state_hidden ON state (hidden_at) WHERE hidden_at IS NOT NULL;
"""

_SAVED_SEARCHES = """
-- The person's saved feeds: queries with a name, in the order of their places. A row without a name is none.
CREATE TABLE saved_feed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL DEFAULT '',
    query TEXT NOT NULL DEFAULT '',
    icon TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0
);
DROP TABLE saved_query;

-- Tags that the person merged into another one, or renamed: what has them stands under that one.
CREATE TABLE tag_alias (
    tag_id INTEGER PRIMARY KEY REFERENCES tag (id),
    into_id INTEGER REFERENCES tag (id)
);
"""

_INDEX_QUEUE_IDS = """
-- What search is to be told stands in the body: here it would be written, copied and thrown away for nothing.
CREATE TABLE to_be_told (article_id INTEGER PRIMARY KEY REFERENCES article (id));
INSERT INTO to_be_told SELECT article_id FROM put_off;
DROP TABLE put_off;
ALTER TABLE to_be_told RENAME TO put_off;
-- Of the index, parts are joined when there are sixteen of a size: each word is written twice, not three times.
INSERT INTO search (search, rank) VALUES ('automerge', 16);
"""

_NO_CHANGE_12 = """
-- Search was made anew here; now it is so further below.
SELECT 1;
"""

_RULES = """
-- The person's rules: what is done by itself with what a query finds, in the order of their places. `term` are the
-- seconds for which one stands from when it is switched on, `ends` when that is over; NULL is for good.
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
-- What each rule has caught, and when: it acts on an article once.
CREATE TABLE caught (
    rule_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article (id),
    at INTEGER,
    PRIMARY KEY (rule_id, article_id)
) WITHOUT ROWID;
CREATE INDEX caught_by_article ON caught (article_id, rule_id);
-- What was saved at `at`, and rules are yet to see, as soon as search knows it.
CREATE TABLE unruled (article_id INTEGER PRIMARY KEY REFERENCES article (id), at INTEGER NOT NULL);

-- The rules that mute and highlight an article: what follows from the above, kept for lists and counts. `refused` is
-- what the person took back of it.
ALTER TABLE state ADD COLUMN muted_by INTEGER;
ALTER TABLE state ADD COLUMN lit_by INTEGER;
ALTER TABLE state ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
CREATE INDEX state_muted ON state (muted_by) WHERE muted_by IS NOT NULL;
CREATE INDEX state_lit ON state (lit_by) WHERE lit_by IS NOT NULL;
"""

_PENDING_MARKS = """
-- What the person did elsewhere with articles that are not here yet: known by their source's address and what names
-- them there. A row without facts is none.
CREATE TABLE awaited (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL DEFAULT '',
    guid TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT ''
);
CREATE INDEX awaited_by_guid ON awaited (source, guid);
CREATE INDEX awaited_by_url ON awaited (source, url);
"""

_DAILY_LIMIT = """
-- How many articles of a day lists show of a source before they count the rest; NULL for all.
ALTER TABLE source ADD COLUMN per_day INTEGER;
"""

_NO_CHANGE_17 = """
-- Search was made anew here, too.
SELECT 1;
"""

_NO_CHANGE_18 = """
-- What search is told of a text follows from it, and no longer stands beside it in the body; and bodies are packed with
-- a dictionary. An older program, which could not read that, keeps away. Bodies stay as they are until they are written
-- anew.
SELECT 1;
"""

_NO_CHANGE_19 = """
-- And here.
SELECT 1;
"""

_ASCII_INDEX = """
-- Search without an index of the beginnings of words, which was as large as the words themselves. Those of titles and
-- authors have one of their own: where one to three letters are typed, that is where what begins so is looked for. The
-- text is the first column, which an index does not name: that saves two bytes for each word of each text, a fifth of
-- all. What it is told has words and ASCII only (`text.only_words`), so that no letter has to be looked up: Arabic is
-- learnt in half the time. All is told anew.
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
"""

_IN_ORDER = (
    INITIAL,
    _ATTEMPTS,
    _SKIP_TIMES,
    _FAILED_ADDRESSES,
    _INDEX_MERGE,
    _EARLIER_DIGEST,
    _INDEX_QUEUE,
    _STORIES,
    _JOURNAL_SESSIONS,
    _SAVED_SEARCHES,
    _INDEX_QUEUE_IDS,
    _NO_CHANGE_12,
    _RULES,
    _PENDING_MARKS,
    TALLY_SCHEMA,
    _DAILY_LIMIT,
    _NO_CHANGE_17,
    _NO_CHANGE_18,
    _NO_CHANGE_19,
    _ASCII_INDEX,
)


def _move_accounts(db: Connection) -> bool:
    return move_accounts(db, path_of(db).parent)


MIGRATIONS = (*map(Migration, _IN_ORDER), Migration(_move_accounts, erases=True))
