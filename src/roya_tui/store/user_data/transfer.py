"""Export and import of your marks: matched by source and identity.

Imported marks wait in the table `awaited` until their articles arrive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import credentials
from roya_tui.store.connection import transaction, upsert
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.article_state import set_tag
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.store.user_data.stories import new_story_id
from roya_tui.translation import ngettext


class ArticleMarks(Struct, frozen=True):
    """Your marks on one article. Times are UTC seconds; `story` is an id within the export."""

    source: str
    guid: str
    url: str = ""
    read_at: int | None = None
    read_digest: int | None = None
    """The version that was read, by its digest in the exporting database; others may use another."""
    changed: bool = False
    """Whether that is not the present version."""
    starred_at: int | None = None
    hidden_at: int | None = None
    position: int = 0
    note: str = ""
    refused: int = 0
    """Effects of rules that you took back: bits of `rule_flags`."""
    story: int | None = None
    tags: tuple[str, ...] = ()


class ImportCounts(NamedTuple):
    """Number of articles with new marks: existing ones, and ones still to arrive."""

    found: int
    pending: int


_STATE = ("read_at", "read_digest", "starred_at", "hidden_at", "position", "note", "refused", "story")
_FACTS = (*_STATE, "changed", "tags")
_PENDING_COLUMNS = ("source", "guid", "url", "facts")
_NO_MARKS = ArticleMarks("", "")


def export_marks(db: Connection) -> Iterator[ArticleMarks]:
    """Yield the marks on each article, without samples, then the pending marks."""
    tags: dict[int, list[str]] = {}
    for id, name in db.execute("SELECT article_id, name FROM article_tag JOIN tag ON id = tag_id WHERE by_person"):
        tags.setdefault(id, []).append(name)
    rows = db.execute(
        f"SELECT a.id, o.url, a.guid, a.url, s.read_at IS NOT NULL AND s.read_digest IS NOT a.digest,"
        f" {', '.join(f's.{column}' for column in _STATE)} FROM article AS a"
        " JOIN source AS o ON o.id = a.source_id LEFT JOIN state AS s ON s.article_id = a.id"
        " WHERE NOT o.sample AND (s.article_id IS NOT NULL"
        " OR a.id IN (SELECT article_id FROM article_tag WHERE by_person)) ORDER BY a.id"
    )
    for id, source, guid, url, changed, *state in rows:
        facts: dict[str, Any] = {name: value for name, value in zip(_STATE, state, strict=True) if value is not None}
        marks = ArticleMarks(credentials.split(source)[0], guid, url, **facts)
        if _state_values(marks) != _state_values(_NO_MARKS) or id in tags:
            yield replace(marks, changed=bool(changed), tags=tuple(tags.get(id, ())))
    yield from (marks for _, marks in _load_pending(db))


def import_marks(db: Connection, wanted: Iterable[ArticleMarks], now: int) -> ImportCounts:
    """Add marks from another database that are new here, as one step of the journal.

    Marks made here stay; of two notes both are kept. Importing twice changes nothing.
    """
    of_source: dict[str, list[ArticleMarks]] = {}
    for marks in wanted:
        of_source.setdefault(credentials.split(marks.source)[0], []).append(marks)
    existing: list[tuple[int, ArticleMarks]] = []
    pending: list[ArticleMarks] = []
    with transaction(db):
        ids = {credentials.split(url)[0]: id for id, url in db.execute("SELECT id, url FROM source")}
        for source, of_one in of_source.items():
            rows = db.execute("SELECT id, guid, url FROM article WHERE source_id = ?", (ids.get(source),)).fetchall()
            ids_here = _index_articles(rows)
            for marks in of_one:
                id = ids_here.get(("guid", marks.guid)) or ids_here.get(("url", marks.url))
                if id is None:
                    pending.append(replace(marks, source=source))
                else:
                    existing.append((id, marks))
        existing, pending = _renumber_stories(db, existing, pending)
        images: list[RowSnapshot] = []
        changed = _apply(db, existing, images)
        pending_count = _add_pending(db, pending, images)
        if images:
            count = len(changed) + pending_count
            sentence = ngettext("Imported {count:,} marked article.", "Imported {count:,} marked articles.", count)
            record(db, sentence, images, now)
        return ImportCounts(len(changed), pending_count)


def apply_pending(db: Connection, source_id: int, rows: Sequence[tuple[int, str, str]], now: int) -> None:
    """Apply pending marks to new articles, as (id, guid, address), as one step."""
    if not rows or db.execute("SELECT 1 FROM awaited LIMIT 1").fetchone() is None:
        return
    source, _ = credentials.split(db.execute("SELECT url FROM source WHERE id = ?", (source_id,)).fetchone()[0])
    ids = _index_articles(rows)
    guids, urls = (json.dumps([row[column] for row in rows if row[column]]) for column in (1, 2))
    arrived = [
        (number, id, marks)
        for number, marks in list(_load_pending(db, _MATCHING, (source, guids, urls)))
        if (id := ids.get(("guid", marks.guid)) or ids.get(("url", marks.url)))
    ]
    images: list[RowSnapshot] = []
    changed = _apply(db, [(id, marks) for _, id, marks in arrived], images)
    db.executemany("DELETE FROM awaited WHERE id = ?", ((number,) for number, _, _ in arrived))
    if changed:
        sentence = ngettext("Applied imported marks to {count:,} article.",
                            "Applied imported marks to {count:,} articles.", len(changed))  # fmt: skip
        record(db, sentence, images, now, automatic=True)


def _index_articles(rows: Iterable[tuple[int, str, str]]) -> dict[tuple[str, str], int]:
    """Return the ids of articles by guid and by address."""
    ids: dict[tuple[str, str], int] = {}
    for id, guid, url in rows:
        ids["guid", guid] = id
        if url:
            ids.setdefault(("url", url), id)
    return ids


def _load_pending(db: Connection, which: str = "", values: Sequence[str] = ()) -> Iterator[tuple[int, ArticleMarks]]:
    for id, of, guid, url, facts in db.execute(f"SELECT id, source, guid, url, facts FROM awaited {which}", values):
        facts = json.loads(facts)
        yield id, ArticleMarks(of, guid, url, **{**facts, "tags": tuple(facts.get("tags", ()))})


_MATCHING = """WHERE id IN (
    SELECT id FROM awaited WHERE source = ?1 AND guid IN (SELECT value FROM json_each(?2)) UNION
    SELECT id FROM awaited WHERE source = ?1 AND url IN (SELECT value FROM json_each(?3)))"""


def _renumber_stories(
    db: Connection, existing: Sequence[tuple[int, ArticleMarks]], pending: Sequence[ArticleMarks]
) -> tuple[list[tuple[int, ArticleMarks]], list[ArticleMarks]]:
    """Replace the ids of stories by ids of this database.

    A story keeps the id that some of its articles have here already; others get new ones.
    """
    own = dict(db.execute("SELECT article_id, story FROM state WHERE story IS NOT NULL"))
    waiting = {(marks.source, marks.guid): marks.story for _, marks in _load_pending(db)}
    numbers = {marks.story: own[id] for id, marks in reversed(existing) if marks.story is not None and id in own}
    for marks in pending:
        if marks.story is not None and (number := waiting.get((marks.source, marks.guid))) is not None:
            numbers.setdefault(marks.story, number)

    def renumbered(marks: ArticleMarks) -> ArticleMarks:
        if marks.story is None:
            return marks
        if marks.story not in numbers:
            numbers[marks.story] = new_story_id(db)
        return replace(marks, story=numbers[marks.story])

    return [(id, renumbered(marks)) for id, marks in existing], [renumbered(marks) for marks in pending]


def _apply(db: Connection, wanted: Sequence[tuple[int, ArticleMarks]], images: list[RowSnapshot]) -> list[int]:
    """Merge marks into articles; append rows from before to `images`, return changed ids."""
    before: dict[int, ArticleMarks] = {}
    present: dict[int, tuple[int, int]] = {}
    rows = db.execute(
        "SELECT a.id, a.digest, coalesce(a.updated, 0), read_at, read_digest, starred_at, hidden_at,"
        " coalesce(position, 0), coalesce(note, ''), coalesce(refused, 0), story FROM json_each(?) AS j"
        " CROSS JOIN article AS a ON a.id = j.value LEFT JOIN state ON article_id = a.id",
        (json.dumps([id for id, _ in wanted]),),
    )
    for id, digest, updated, *state in rows:
        before[id] = ArticleMarks("", "", **dict(zip(_STATE, state, strict=True)))
        present[id] = digest, updated
    after = dict(before)
    tagged: dict[str, list[int]] = {}
    for id, marks in wanted:
        after[id] = _merge(after[id], _with_local_digest(marks, *present[id]))
        for name in marks.tags:
            tagged.setdefault(name, []).append(id)
    changed = [id for id, marks in after.items() if _state_values(marks) != _state_values(before[id])]
    upsert(db, "state", ("article_id",), _STATE, [(id, *_state_values(after[id])) for id in changed])
    delete_empty_rows(db, "state", changed)
    rule_flags.recompute_flags(db, changed)
    if changed:
        images.append(RowSnapshot("state", _STATE, [(id, *_state_values(before[id])) for id in changed]))
    first = len(images)
    for name, ids in tagged.items():
        set_tag(db, json.dumps(ids), name, 1, images)
    return sorted({*changed, *(row[0] for image in images[first:] for row in image.rows)})


def _add_pending(db: Connection, wanted: Iterable[ArticleMarks], images: list[RowSnapshot]) -> int:
    """Save new marks until their articles arrive; return how many changed."""
    stored = {(marks.source, marks.guid): (number, marks) for number, marks in _load_pending(db)}
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM awaited").fetchone()
    changed: dict[int, ArticleMarks] = {}
    before: dict[int, Sequence[Any]] = {}
    for marks in wanted:
        number, was = stored.get((marks.source, marks.guid), (0, ArticleMarks(marks.source, marks.guid, marks.url)))
        now = _merge(was, marks)
        if now == was:
            continue
        if number:
            before.setdefault(number, _to_row(number, was))
        else:
            number = last = last + 1
            before[number] = (number, "", "", "", "")
        changed[number] = now
        stored[marks.source, marks.guid] = (number, now)
    upsert(db, "awaited", ("id",), _PENDING_COLUMNS, [_to_row(number, marks) for number, marks in changed.items()])
    if changed:
        images.append(RowSnapshot("awaited", _PENDING_COLUMNS, list(before.values())))
    return len(changed)


def _to_row(number: int, marks: ArticleMarks) -> tuple[int, str, str, str, str]:
    facts = {name: value for name in _FACTS if (value := getattr(marks, name)) != getattr(_NO_MARKS, name)}
    return number, marks.source, marks.guid, marks.url, json.dumps(facts)


def _state_values(marks: ArticleMarks) -> tuple[Any, ...]:
    return tuple(getattr(marks, column) for column in _STATE)


def _with_local_digest(marks: ArticleMarks, digest: int, updated: int) -> ArticleMarks:
    """Return marks with the local digest, if the version read there is not older than ours."""
    if marks.read_at is None or marks.changed or updated > marks.read_at:
        return marks
    return replace(marks, read_digest=digest)


def _merge(ours: ArticleMarks, theirs: ArticleMarks) -> ArticleMarks:
    """Return our marks completed by theirs."""
    read = theirs if ours.read_at is None else ours
    note = ours.note
    if theirs.note and f"\n{theirs.note}\n" not in f"\n{note}\n":
        note = f"{note}\n{theirs.note}" if note else theirs.note
    return replace(
        ours,
        read_at=read.read_at,
        read_digest=read.read_digest,
        changed=read.changed,
        starred_at=theirs.starred_at if ours.starred_at is None else ours.starred_at,
        hidden_at=theirs.hidden_at if ours.hidden_at is None else ours.hidden_at,
        position=ours.position or theirs.position,
        note=note,
        refused=ours.refused | theirs.refused,
        story=theirs.story if ours.story is None else ours.story,
        tags=tuple(dict.fromkeys((*ours.tags, *theirs.tags))),
    )
