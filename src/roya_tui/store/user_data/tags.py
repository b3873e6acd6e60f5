"""Tags: those of feeds and yours, and merged tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection

from roya_tui.store.connection import StoreError, transaction, upsert
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext, ngettext


def update_feed_tags(db: Connection, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Set the feed's tags of articles, given as (id, tags). Your tags stay."""
    names = {fold_name(name): name for _, given in rows for name in reversed(given)}
    names.pop("", None)
    db.executemany("INSERT INTO tag (folded, name) VALUES (?, ?) ON CONFLICT DO NOTHING", names.items())
    known = "SELECT t.folded, t.id FROM json_each(?) AS j CROSS JOIN tag AS t ON t.folded = j.value"
    ids = dict(db.execute(known, (json.dumps(list(names)),)).fetchall())
    now = sorted({(id, ids[folded], 1) for id, given in rows for name in given if (folded := fold_name(name))})
    db.executemany("UPDATE article_tag SET by_feed = 0 WHERE article_id = ?", ((id,) for id, _ in rows))
    upsert(db, "article_tag", ("article_id", "tag_id"), ("by_feed",), now)
    delete_empty_rows(db, "article_tag", (id for id, _ in rows))


def list_by_use(db: Connection) -> list[str]:
    """Return all tags in use: yours first, each kind the most used first."""
    rows = db.execute(
        "WITH used AS MATERIALIZED (SELECT tag_id, sum(by_person) AS own, count(*) AS total FROM article_tag"
        " GROUP BY tag_id) SELECT name FROM used LEFT JOIN tag_alias USING (tag_id)"
        " CROSS JOIN tag ON id = coalesce(into_id, tag_id) GROUP BY id ORDER BY sum(own) DESC, sum(total) DESC, folded"
    )
    return [name for (name,) in rows]


def count_user_tags(db: Connection, ids: Iterable[int]) -> dict[str, int]:
    """Return your tags of these articles and how many of the articles have each."""
    rows = db.execute(
        "SELECT name, count(DISTINCT article_id) FROM json_each(?) AS j"
        " CROSS JOIN article_tag ON article_id = j.value AND by_person LEFT JOIN tag_alias USING (tag_id)"
        " CROSS JOIN tag ON tag.id = coalesce(into_id, tag_id) GROUP BY tag.id ORDER BY 2 DESC, folded",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


_NAMES = """
SELECT group_concat(char(10) || t.id || ' ' || t.folded || ' ; ' || coalesce(n.folded, '') || ' ', ''), max(t.id)
FROM tag AS t LEFT JOIN tag_alias ON tag_id = t.id LEFT JOIN tag AS n ON n.id = into_id
"""
"""A line for each tag: id, name, name of the tag it is merged into. No name has a line break."""


class TagNameIndex:
    """The names of all tags, for several lookups while no tags are merged."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._names = ""
        self._newest: int | None = None

    def find(self, words: str) -> list[int]:
        """Return the tags whose name, or the name they are merged into, contains `words` (folded)."""
        (newest,) = self._db.execute("SELECT max(id) FROM tag").fetchone()
        if newest != self._newest:  # rules may add tags between two lookups
            self._names, self._newest = self._db.execute(_NAMES).fetchone()
        return list(self._lines_with(words))

    def _lines_with(self, words: str) -> Iterator[int]:
        at = self._names.find(words)
        while at >= 0:
            line = self._names.rfind("\n", 0, at) + 1
            yield int(self._names[line : self._names.index(" ", line)])
            end = self._names.find("\n", at)
            at = self._names.find(words, end) if end >= 0 else -1


def list_aliases(db: Connection) -> list[tuple[str, str]]:
    """Return (tag, tag it is merged into) by name."""
    return db.execute(
        "SELECT o.name, n.name FROM tag_alias CROSS JOIN tag AS o ON o.id = tag_id"
        " CROSS JOIN tag AS n ON n.id = into_id ORDER BY n.folded, o.folded"
    ).fetchall()


def canonical_id(db: Connection, folded: str) -> int | None:
    """Return the id of a tag, or of the tag it is merged into; None if it does not exist."""
    row = db.execute("SELECT coalesce(into_id, id) FROM tag LEFT JOIN tag_alias ON tag_id = id WHERE folded = ?",
                     (folded,)).fetchone()  # fmt: skip
    return None if row is None else int(row[0])


def merged_ids(db: Connection, folded: str) -> list[int]:
    """Return the ids of all tags that are merged with this one, the canonical one first."""
    canonical = canonical_id(db, folded)
    return [] if canonical is None else [canonical, *_alias_ids(db, canonical)]


def _alias_ids(db: Connection, id: int) -> list[int]:
    return [row[0] for row in db.execute("SELECT tag_id FROM tag_alias WHERE into_id = ? ORDER BY tag_id", (id,))]


def canonical_names(db: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Return the tags that `names` are merged into, each once."""
    into = {fold_name(old): new for old, new in list_aliases(db)}
    shown = {fold_name(name): name for name in [into.get(fold_name(name), name) for name in names][::-1]}
    return tuple(list(shown.values())[::-1]) if into else tuple(names)


def merge(db: Connection, name: str, into: str, now: int) -> None:
    """Merge a tag and those merged into it into another, as one step. Raises `StoreError`."""
    old, new = fold_name(name), fold_name(into)
    with transaction(db):
        source = canonical_id(db, old)
        if source is None:
            raise StoreError(gettext("There is no tag “{name}”.", name=one_line(name)))
        if not new:
            raise StoreError(gettext("A tag needs a name."))
        in_use = "SELECT 1 FROM article_tag JOIN tag ON id = tag_id WHERE folded = ? LIMIT 1"
        used = db.execute(in_use, (new,)).fetchone()
        db.execute("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING", (one_line(into), new))
        target = canonical_id(db, new)
        if target == source and new != old:  # rename back to a merged name
            target = int(db.execute("SELECT id FROM tag WHERE folded = ?", (new,)).fetchone()[0])
        if target is None or target == source:
            raise StoreError(gettext("This is the same tag. Case and accents do not matter."))
        one, other = (db.execute("SELECT name FROM tag WHERE id = ?", (id,)).fetchone()[0] for id in (source, target))
        sentence = gettext("Renamed tag “{old}” to “{new}”.", old=one, new=other)
        if used:
            sentence = gettext("Merged tag “{one}” into “{other}”.", one=one, other=other)
        aliases = {id: target for id in (source, *_alias_ids(db, source)) if id != target}
        _record_aliases(db, aliases | {target: None}, sentence, now)


def add_aliases(db: Connection, wanted: Iterable[tuple[str, str]], now: int) -> int:
    """Merge (tag, into) pairs as one step; return how many changed. Merged tags stay."""
    with transaction(db):
        before = _load_aliases(db)
        for name, into in wanted:
            pair = (one_line(name), one_line(into))
            if not all(map(fold_name, pair)):
                continue
            db.executemany("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING",
                           [(one, fold_name(one)) for one in pair])  # fmt: skip
            one, target = (canonical_id(db, fold_name(name)) for name in pair)
            own = db.execute("SELECT id FROM tag WHERE folded = ?", (fold_name(name),)).fetchone()[0]
            if one is not None and one == own != target:
                _set_aliases(db, dict.fromkeys((one, *_alias_ids(db, one)), target))
        changed = {id: before.get(id) for id, into in _load_aliases(db).items() if before.get(id) != into}
        if changed:
            sentence = ngettext("Merged {count:,} tag.", "Merged {count:,} tags.", len(changed))
            record(db, sentence, [RowSnapshot("tag_alias", ("into_id",), list(changed.items()))], now)
        return len(changed)


def unmerge(db: Connection, name: str, now: int) -> int:
    """Unmerge all tags merged into a tag, as one step of the journal; return how many."""
    with transaction(db):
        canonical = canonical_id(db, fold_name(name))
        aliases = [] if canonical is None else _alias_ids(db, canonical)
        if aliases:
            title = db.execute("SELECT name FROM tag WHERE id = ?", (canonical,)).fetchone()[0]
            _record_aliases(db, dict.fromkeys(aliases), gettext("Unmerged all tags from “{tag}”.", tag=title), now)
        return len(aliases)


def _load_aliases(db: Connection) -> dict[int, int | None]:
    return dict(db.execute("SELECT tag_id, into_id FROM tag_alias").fetchall())


def _record_aliases(db: Connection, into: dict[int, int | None], sentence: str, now: int) -> None:
    """Merge tags into others (None: unmerge) and record the step."""
    known = _load_aliases(db)
    before = [(id, known.get(id)) for id, other in into.items() if known.get(id) != other]
    _set_aliases(db, into)
    record(db, sentence, [RowSnapshot("tag_alias", ("into_id",), before)], now)


def _set_aliases(db: Connection, into: dict[int, int | None]) -> None:
    upsert(db, "tag_alias", ("tag_id",), ("into_id",), list(into.items()))
    delete_empty_rows(db, "tag_alias", into)
