"""What the person did with articles, as it goes to another store: known there by source and identity, and awaited there
until the articles come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.store.connection import transaction, translate_errors
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.article_state import describe_articles, set_tag
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.store.user_data.stories import new_story_id
from roya_tui.text import format_count


class ArticleMarks(Struct, frozen=True):
    """What a person did with one article. Times are UTC seconds; `story` is one number for what they put together."""

    source: str
    """The address of its source."""
    guid: str
    url: str = ""
    read_at: int | None = None
    read_digest: int | None = None
    """Names the version that was read, in the store in which it was; another store may call the same one otherwise."""
    changed: bool = False
    """Whether that is no longer the present one."""
    starred_at: int | None = None
    hidden_at: int | None = None
    position: int = 0
    note: str = ""
    refused: int = 0
    """What the person took back of what rules did, in the bits of `muting`."""
    story: int | None = None
    tags: tuple[str, ...] = ()


class ImportCounts(NamedTuple):
    """Of how many articles something new was taken over: of those that are here, and of those that are awaited."""

    found: int
    pending: int


_STATE = ("read_at", "read_digest", "starred_at", "hidden_at", "position", "note", "refused", "story")
_FACTS = (*_STATE, "changed", "tags")
_PENDING_COLUMNS = ("source", "guid", "url", "facts")


@translate_errors
def export_marks(db: Connection) -> Iterator[ArticleMarks]:
    """Yield what was done with each article, the samples aside, and what is awaited."""
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
        facts = dict(zip(_STATE, state, strict=True))
        facts = {name: _DEFAULTS[name] if value is None else value for name, value in facts.items()}
        if facts != _DEFAULT_STATE or id in tags:
            yield ArticleMarks(
                strip_credentials(source), guid, url, **facts, changed=bool(changed), tags=tuple(tags.get(id, ()))
            )
    yield from (one for _, one in _load_pending(db))


@translate_errors
def import_marks(db: Connection, wanted: Iterable[ArticleMarks], now: int) -> ImportCounts:
    """Add what is not there yet of what was done with articles elsewhere, as one step of the journal.

    What was done here stays: of two notes both are kept, one below the other. Done again, it changes nothing.
    """
    of_source: dict[str, list[ArticleMarks]] = {}
    for one in wanted:
        of_source.setdefault(strip_credentials(one.source), []).append(one)
    here: list[tuple[int, ArticleMarks]] = []
    to_come: list[ArticleMarks] = []
    with transaction(db):
        ids = {strip_credentials(url): id for id, url in db.execute("SELECT id, url FROM source")}
        for source, found in of_source.items():
            rows = db.execute("SELECT id, guid, url FROM article WHERE source_id = ?", (ids.get(source),)).fetchall()
            known = _index_articles(rows)
            for one in found:
                id = known.get(("guid", one.guid)) or known.get(("url", one.url))
                if id is None:
                    to_come.append(replace(one, source=source))
                else:
                    here.append((id, one))
        here, to_come = _renumber_stories(db, here, to_come)
        images: list[RowSnapshot] = []
        changed = _apply(db, here, images)
        awaited = _add_pending(db, to_come, images)
        if images:
            count = len(changed) + awaited
            record(db, f"Took over what you did with {format_count(count, 'article')}.", images, now)
        return ImportCounts(len(changed), awaited)


def apply_pending(db: Connection, source_id: int, rows: Sequence[tuple[int, str, str]], now: int) -> None:
    """Give articles that have just come (id, guid, address) what is awaited of them; a step that undo takes back."""
    if not rows or db.execute("SELECT 1 FROM awaited LIMIT 1").fetchone() is None:
        return
    source = strip_credentials(db.execute("SELECT url FROM source WHERE id = ?", (source_id,)).fetchone()[0])
    known = _index_articles(rows)
    guids, urls = (json.dumps([row[column] for row in rows if row[column]]) for column in (1, 2))
    came = [
        (number, id, one)
        for number, one in list(_load_pending(db, _MATCHING, (source, guids, urls)))
        if (id := known.get(("guid", one.guid)) or known.get(("url", one.url)))
    ]
    images: list[RowSnapshot] = []
    changed = _apply(db, [(id, one) for _, id, one in came], images)
    db.executemany("DELETE FROM awaited WHERE id = ?", ((number,) for number, _, _ in came))
    if changed:
        record(
            db, f"Took over what you did elsewhere with {describe_articles(db, changed)}.", images, now, automatic=True
        )


def strip_credentials(url: str) -> str:
    """Return an address without the name and password in it, which do not go to another store."""
    scheme, slashes, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"


def _index_articles(rows: Iterable[tuple[int, str, str]]) -> dict[tuple[str, str], int]:
    """Articles by their identity, and by their address if they have one."""
    known: dict[tuple[str, str], int] = {}
    for id, guid, url in rows:
        known["guid", guid] = id
        if url:
            known.setdefault(("url", url), id)
    return known


def _load_pending(db: Connection, which: str = "", values: Sequence[str] = ()) -> Iterator[tuple[int, ArticleMarks]]:
    for id, of, guid, url, facts in db.execute(f"SELECT id, source, guid, url, facts FROM awaited {which}", values):
        facts = json.loads(facts)
        yield id, ArticleMarks(of, guid, url, **{**facts, "tags": tuple(facts.get("tags", ()))})


_MATCHING = """WHERE id IN (
    SELECT id FROM awaited WHERE source = ?1 AND guid IN (SELECT value FROM json_each(?2)) UNION
    SELECT id FROM awaited WHERE source = ?1 AND url IN (SELECT value FROM json_each(?3)))"""


def _renumber_stories(
    db: Connection, here: Sequence[tuple[int, ArticleMarks]], to_come: Sequence[ArticleMarks]
) -> tuple[list[tuple[int, ArticleMarks]], list[ArticleMarks]]:
    """Give stories numbers of this store: those that some of their articles have here already, else new ones."""
    chosen = [(id, one.story) for id, one in here if one.story is not None]
    own = dict(db.execute("SELECT article_id, story FROM state WHERE story IS NOT NULL"))
    waiting = {(one.source, one.guid): one.story for _, one in _load_pending(db)}
    numbers = {story: own[id] for id, story in reversed(chosen) if id in own}
    for one in to_come:
        there = waiting.get((one.source, one.guid))
        if one.story is not None and there is not None:
            numbers.setdefault(one.story, there)

    def renumbered(one: ArticleMarks) -> ArticleMarks:
        if one.story is None:
            return one
        if one.story not in numbers:
            numbers[one.story] = new_story_id(db)
        return replace(one, story=numbers[one.story])

    return [(id, renumbered(one)) for id, one in here], [renumbered(one) for one in to_come]


def _apply(db: Connection, wanted: Sequence[tuple[int, ArticleMarks]], images: list[RowSnapshot]) -> list[int]:
    """Add to articles what is new of `wanted`; return their ids, and add what was there before to `images`."""
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
    for id, one in wanted:
        after[id] = _merge(after[id], _with_local_digest(one, *present[id]))
        for name in one.tags:
            tagged.setdefault(name, []).append(id)
    changed = [id for id, one in after.items() if _state_values(one) != _state_values(before[id])]
    db.executemany(
        f"INSERT INTO state (article_id, {', '.join(_STATE)}) VALUES (?{', ?' * len(_STATE)})"
        f" ON CONFLICT (article_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _STATE)}",
        ((id, *_state_values(after[id])) for id in changed),
    )
    delete_empty_rows(db, "state", changed)
    rule_flags.recompute_flags(db, changed)
    if changed:
        images.append(RowSnapshot("state", _STATE, [(id, *_state_values(before[id])) for id in changed]))
    first = len(images)
    for name, ids in tagged.items():
        set_tag(db, json.dumps(ids), name, 1, images)
    return sorted({*changed, *(row[0] for image in images[first:] for row in image.rows)})


def _add_pending(db: Connection, wanted: Iterable[ArticleMarks], images: list[RowSnapshot]) -> int:
    """Keep what is new of `wanted` until the articles come; return how many there are."""
    known = {(one.source, one.guid): (number, one) for number, one in _load_pending(db)}
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM awaited").fetchone()
    changed: dict[int, ArticleMarks] = {}
    before: dict[int, Sequence[Any]] = {}
    for one in wanted:
        number, was = known.get((one.source, one.guid), (0, replace(one, **_DEFAULTS)))
        now = _merge(was, one)
        if now == was:
            continue
        if number:
            before.setdefault(number, _to_row(number, was))
        else:
            number = last = last + 1
            before[number] = (number, *_BLANK_PENDING)
        changed[number] = now
        known[one.source, one.guid] = (number, now)
    db.executemany(
        "INSERT INTO awaited (id, source, guid, url, facts) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET facts = excluded.facts",
        (_to_row(number, one) for number, one in changed.items()),
    )
    if changed:
        images.append(RowSnapshot("awaited", _PENDING_COLUMNS, list(before.values())))
    return len(changed)


_DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(_STATE),
    "position": 0,
    "note": "",
    "refused": 0,
    "changed": False,
    "tags": (),
}
_DEFAULT_STATE = {name: _DEFAULTS[name] for name in _STATE}
_BLANK_PENDING = ("", "", "", "")


def _to_row(number: int, one: ArticleMarks) -> tuple[int, str, str, str, str]:
    facts = {name: value for name in _FACTS if (value := getattr(one, name)) != _DEFAULTS[name]}
    return number, one.source, one.guid, one.url, json.dumps(facts)


def _state_values(one: ArticleMarks) -> tuple[Any, ...]:
    return tuple(getattr(one, column) for column in _STATE)


def _with_local_digest(one: ArticleMarks, digest: int, updated: int) -> ArticleMarks:
    """What was done with an article, of which `digest` is the version here, and `updated` when it was last.

    Who had read what was the last version there has read this one, unless its feed says that it is a later one.
    """
    if one.read_at is None or one.changed or updated > one.read_at:
        return one
    return replace(one, read_digest=digest)


def _merge(ours: ArticleMarks, theirs: ArticleMarks) -> ArticleMarks:
    """What was done here, and what is new of what was done elsewhere."""
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
