"""Which articles tell the same story: what the program found, and what the person put together or took apart.

`telling` holds what was found, for articles of stories, and for some days what each article is known by; `state` holds
the person's own, which goes before. An article in neither stands alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from roya_tui.model import StoryMember
from roya_tui.store.bodies import FINGERPRINT_SECONDS
from roya_tui.store.connection import get_value, set_value, transaction, translate_errors, upsert
from roya_tui.store.user_data.article_state import describe_articles
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows

_MAX_FINGERPRINTS = 30_000
"""Articles that are looked among at most: some 20 MB."""
_LAST_ID_KEY = "last story"
"""Under this name the store keeps the number of the latest story; no number is used twice, whatever is undone."""

STORY_ID = "coalesce(s.story, t.story)"
"""The story of an article, where `s` is its row in `state` and `t` that in `telling`."""
STORY_SIZE = f"""(SELECT count(*) FROM state WHERE story = {STORY_ID}) + (SELECT count(*) FROM telling AS other
    LEFT JOIN state AS its ON its.article_id = other.article_id WHERE other.story = {STORY_ID} AND its.story IS NULL)"""
"""How many articles tell it; none where it is in no story."""
MEMBERS = """SELECT article_id FROM state WHERE story = ? UNION ALL SELECT other.article_id FROM telling AS other
    LEFT JOIN state AS its ON its.article_id = other.article_id WHERE other.story = ? AND its.story IS NULL"""
"""The articles of one story, whose number stands for both marks."""
_ONE_STORY = f"""SELECT a.id, ? AS story, a.source_id, coalesce(t.minutes, a.minutes) AS minutes
    FROM ({MEMBERS}) AS m CROSS JOIN article AS a ON a.id = m.article_id
    LEFT JOIN telling AS t ON t.article_id = a.id ORDER BY minutes DESC, a.id"""
_JOINS = """FROM json_each(?) AS j LEFT JOIN telling AS t ON t.article_id = j.value
    LEFT JOIN state AS s ON s.article_id = j.value"""


# What a refresh finds


def add_fingerprints(db: Connection, source_id: int, rows: Iterable[tuple[int, int, int, bytes]], now: int) -> None:
    """Keep what new articles are known by, given their ids, times and minutes; what is old is left out."""
    db.executemany(
        "INSERT INTO telling (article_id, source_id, minutes, packed) VALUES (?, ?, ?, ?)",
        (
            (id, source_id, minutes, packed)
            for id, at, minutes, packed in rows
            if packed and abs(at - now) < FINGERPRINT_SECONDS
        ),
    )


def update_fingerprint(db: Connection, id: int, fingerprint: bytes) -> None:
    """Let an article whose title or text is another one be sorted anew, as long as it is known by them."""
    if not fingerprint:
        return
    db.execute(
        "UPDATE telling SET packed = ?2, sorted = 0 WHERE article_id = ?1 AND packed IS NOT NULL AND packed <> ?2",
        (id, fingerprint),
    )


@translate_errors
def list_unassigned(db: Connection, limit: int) -> list[int]:
    """Return articles that are yet to be sorted, the latest first."""
    rows = db.execute(
        "SELECT article_id FROM telling WHERE sorted = 0 AND packed IS NOT NULL ORDER BY article_id DESC LIMIT ?",
        (limit,),
    )
    return [id for (id,) in rows]


@translate_errors
def load_fingerprints(db: Connection) -> list[tuple[int, int, int, bytes]]:
    """Return id, time, source and what it is known by of each article of the last days; of very many the latest."""
    return db.execute(
        "SELECT t.article_id, a.at, a.source_id, t.packed FROM telling AS t"
        " CROSS JOIN article AS a ON a.id = t.article_id WHERE t.packed IS NOT NULL ORDER BY t.article_id DESC LIMIT ?",
        (_MAX_FINGERPRINTS,),
    ).fetchall()


@translate_errors
def find_stories(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return the stories of those of `ids` that are in one."""
    chosen = json.dumps(list(ids))
    return dict(db.execute(f"SELECT j.value, {STORY_ID} {_JOINS} WHERE {STORY_ID} IS NOT NULL", (chosen,)).fetchall())


@translate_errors
def find_user_made(db: Connection, among: Iterable[int]) -> set[int]:
    """Return those of the stories `among` that the person made."""
    chosen = json.dumps(list(among))
    return {
        story
        for (story,) in db.execute(
            "SELECT value FROM json_each(?) WHERE value IN (SELECT story FROM state WHERE story IS NOT NULL)", (chosen,)
        )
    }


@translate_errors
def count_members(db: Connection, among: Iterable[int]) -> dict[int, int]:
    """Return how many articles were found to tell each of the stories `among`."""
    counted = "SELECT value, (SELECT count(*) FROM telling WHERE story = value) FROM json_each(?)"
    return dict(db.execute(counted, (json.dumps(list(among)),)).fetchall())


@translate_errors
def assign(db: Connection, id: int, story: int | None, members: Sequence[int] = (), merged: Sequence[int] = ()) -> None:
    """Put an article into a `story`, or a new one, with those that were `alone` and all of the stories `merged`."""
    with transaction(db):
        into = new_story_id(db) if story is None else story
        db.executemany("UPDATE telling SET story = ? WHERE article_id = ?", ((into, one) for one in (id, *members)))
        db.executemany("UPDATE telling SET story = ? WHERE story = ?", ((into, one) for one in merged))


@translate_errors
def mark_assigned(db: Connection, ids: Sequence[int]) -> None:
    """Take it that these articles are sorted."""
    with transaction(db):
        db.executemany("UPDATE telling SET sorted = 1 WHERE article_id = ?", ((id,) for id in ids))


@translate_errors
def expire_fingerprints(db: Connection, now: int) -> None:
    """Let go of what articles that are old by now are known by."""
    old = "FROM article WHERE at < ?1 AND id = telling.article_id"
    with transaction(db):
        db.execute(
            f"DELETE FROM telling WHERE packed IS NOT NULL AND story IS NULL AND EXISTS (SELECT 1 {old})",
            (now - FINGERPRINT_SECONDS,),
        )
        db.execute(
            f"UPDATE telling SET packed = NULL, sorted = 1 WHERE packed IS NOT NULL AND EXISTS (SELECT 1 {old})",
            (now - FINGERPRINT_SECONDS,),
        )


# What is read


@translate_errors
def list_members(db: Connection) -> list[StoryMember]:
    """Return all articles that are in stories: those of one story side by side, the longest first."""
    chosen = db.execute(
        "SELECT a.id, s.story, a.source_id, coalesce(t.minutes, a.minutes) FROM state AS s CROSS JOIN article AS a"
        " ON a.id = s.article_id LEFT JOIN telling AS t ON t.article_id = a.id WHERE s.story IS NOT NULL"
    ).fetchall()
    found = db.execute(
        "SELECT article_id, story, source_id, minutes FROM telling WHERE story IS NOT NULL"
        " ORDER BY story, minutes DESC, article_id"
    )
    if not chosen:
        return list(map(StoryMember._make, found))
    taken = {id for id, *_ in chosen}
    everything = map(StoryMember._make, [*chosen, *(row for row in found if row[0] not in taken)])
    return sorted(everything, key=lambda one: (one.story, -one.minutes, one.id))


@translate_errors
def find_members(db: Connection, ids: Iterable[int]) -> list[StoryMember]:
    """Return all articles of the stories that `ids` tell, in the order of `told_together`."""
    return [
        StoryMember._make(row)
        for story in sorted({*find_stories(db, ids).values()})
        for row in db.execute(_ONE_STORY, (story, story, story))
    ]


@translate_errors
def expand_to_stories(db: Connection, ids: Iterable[int]) -> list[int]:
    """Return `ids` and all articles that tell the same stories as they."""
    there = list(ids)
    return list(dict.fromkeys((*there, *(telling.id for telling in find_members(db, there)))))


# What the person does


@translate_errors
def ungroup(db: Connection, ids: Iterable[int], now: int) -> int:
    """Take articles out of their stories, so that each stands alone, as one step of the journal; return how many."""
    with transaction(db):
        chosen = (json.dumps(list(ids)),)
        among = [id for (id,) in db.execute(f"SELECT DISTINCT j.value {_JOINS} WHERE {STORY_SIZE} > 1", chosen)]
        _set_stories(db, {id: new_story_id(db) for id in among}, now, "Took {} out of {} story.", "its", "their")
        return len(among)


@translate_errors
def group(db: Connection, ids: Iterable[int], now: int) -> int:
    """Make one story of articles and of all the stories that they are in, as one step of the journal; return how many
    articles tell it."""
    with transaction(db):
        there = _existing(db, ids)
        before = find_stories(db, there)
        members = {id for story in {*before.values()} for (id,) in db.execute(MEMBERS, (story, story))}
        all_of_it = sorted(members.union(there))
        if len(all_of_it) < 2 or (len({*before.values()}) == 1 and len(before) == len(there)):
            return 0  # they are one already
        story = new_story_id(db)
        _set_stories(db, dict.fromkeys(all_of_it, story), now, "Made one story of {}.")
        return len(all_of_it)


def _existing(db: Connection, ids: Iterable[int]) -> list[int]:
    chosen = json.dumps(list(ids))
    return [
        id for (id,) in db.execute("SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?))", (chosen,))
    ]


def _set_stories(
    db: Connection, wanted: dict[int, int], now: int, template: str, one: str = "", many: str = ""
) -> None:
    if not wanted:
        return
    before = db.execute(
        "SELECT j.value, s.story FROM json_each(?) AS j LEFT JOIN state AS s ON s.article_id = j.value",
        (json.dumps(list(wanted)),),
    ).fetchall()
    upsert(db, "state", ("article_id",), ("story",), list(wanted.items()))
    delete_empty_rows(db, "state", wanted)
    step = template.format(describe_articles(db, list(wanted)), one if len(wanted) == 1 else many)
    record(db, step, [RowSnapshot("state", ("story",), before)], now)


def new_story_id(db: Connection) -> int:
    """Return a number that no story has or had."""
    number = int(get_value(db, _LAST_ID_KEY) or 0) + 1
    set_value(db, _LAST_ID_KEY, str(number))
    return number
