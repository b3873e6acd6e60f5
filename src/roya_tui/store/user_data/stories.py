"""Which articles are in one story: found by the program, or grouped and ungrouped by you.

Table `telling` has the stories found and, for some days, each article's fingerprint. Table `state` has yours, which
take precedence. An article in neither is in no story.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from roya_tui.model import StoryMember
from roya_tui.store.bodies import FINGERPRINT_SECONDS
from roya_tui.store.connection import get_value, set_value, transaction, upsert
from roya_tui.store.user_data.article_state import describe_articles
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.translation import gettext, ngettext

_MAX_FINGERPRINTS = 30_000
"""Fingerprints loaded at most: some 20 MB."""
_LAST_ID_KEY = "last story"
"""Key of the latest story id. No id is used twice, whatever is undone."""

STORY_ID = "coalesce(s.story, t.story)"
"""SQL for the story of an article with rows `s` in `state` and `t` in `telling`."""
STORY_SIZE = f"""(SELECT count(*) FROM state WHERE story = {STORY_ID}) + (SELECT count(*) FROM telling AS other
    LEFT JOIN state AS its ON its.article_id = other.article_id WHERE other.story = {STORY_ID} AND its.story IS NULL)"""
"""SQL for the number of articles in that story; 0 without a story."""
MEMBERS = """SELECT article_id FROM state WHERE story = ? UNION ALL SELECT other.article_id FROM telling AS other
    LEFT JOIN state AS its ON its.article_id = other.article_id WHERE other.story = ? AND its.story IS NULL"""
"""The articles of one story, whose id stands for both parameters."""
_ONE_STORY = f"""SELECT a.id, ? AS story, a.source_id, coalesce(t.minutes, a.minutes) AS minutes
    FROM ({MEMBERS}) AS m CROSS JOIN article AS a ON a.id = m.article_id
    LEFT JOIN telling AS t ON t.article_id = a.id ORDER BY minutes DESC, a.id"""
_JOINS = """FROM json_each(?) AS j LEFT JOIN telling AS t ON t.article_id = j.value
    LEFT JOIN state AS s ON s.article_id = j.value"""


def add_fingerprints(db: Connection, source_id: int, rows: Iterable[tuple[int, int, int, bytes]], now: int) -> None:
    """Save fingerprints, as (id, time, minutes, fingerprint), of recent articles."""
    recent = (row for row in rows if row[3] and abs(row[1] - now) < FINGERPRINT_SECONDS)
    db.executemany(
        "INSERT INTO telling (article_id, source_id, minutes, packed) VALUES (?, ?, ?, ?)",
        ((id, source_id, minutes, packed) for id, _, minutes, packed in recent),
    )


def update_fingerprint(db: Connection, id: int, fingerprint: bytes) -> None:
    """Replace the fingerprint of a changed article, so that it is compared again."""
    if fingerprint:
        changed = "article_id = ?1 AND packed IS NOT NULL AND packed <> ?2"
        db.execute(f"UPDATE telling SET packed = ?2, sorted = 0 WHERE {changed}", (id, fingerprint))


def list_unassigned(db: Connection, limit: int) -> list[int]:
    """Return articles that are not yet compared, the latest first."""
    waiting = "SELECT article_id FROM telling WHERE sorted = 0 AND packed IS NOT NULL ORDER BY article_id DESC LIMIT ?"
    return [id for (id,) in db.execute(waiting, (limit,))]


def load_fingerprints(db: Connection) -> list[tuple[int, int, int, bytes]]:
    """Return (id, time, source, fingerprint) of recent articles, the latest first."""
    return db.execute(
        "SELECT t.article_id, a.at, a.source_id, t.packed FROM telling AS t"
        " CROSS JOIN article AS a ON a.id = t.article_id WHERE t.packed IS NOT NULL ORDER BY t.article_id DESC LIMIT ?",
        (_MAX_FINGERPRINTS,),
    ).fetchall()


def find_stories(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return article → story for those of `ids` that are in one."""
    chosen = json.dumps(list(ids))
    return dict(db.execute(f"SELECT j.value, {STORY_ID} {_JOINS} WHERE {STORY_ID} IS NOT NULL", (chosen,)).fetchall())


def find_user_made(db: Connection, among: Iterable[int]) -> set[int]:
    """Return which of the stories `among` you made."""
    asked = "SELECT value FROM json_each(?) WHERE value IN (SELECT story FROM state WHERE story IS NOT NULL)"
    return {story for (story,) in db.execute(asked, (json.dumps(list(among)),))}


def count_members(db: Connection, among: Iterable[int]) -> dict[int, int]:
    """Return how many articles were found for each of the stories `among`."""
    counted = "SELECT value, (SELECT count(*) FROM telling WHERE story = value) FROM json_each(?)"
    return dict(db.execute(counted, (json.dumps(list(among)),)).fetchall())


def assign(db: Connection, id: int, story: int | None, members: Sequence[int] = (), merged: Sequence[int] = ()) -> None:
    """Put an article, `members` and the stories `merged` into `story`, or a new one."""
    with transaction(db):
        into = new_story_id(db) if story is None else story
        db.executemany(
            "UPDATE telling SET story = ? WHERE article_id = ?", ((into, member) for member in (id, *members))
        )
        db.executemany("UPDATE telling SET story = ? WHERE story = ?", ((into, other) for other in merged))


def mark_assigned(db: Connection, ids: Sequence[int]) -> None:
    """Mark articles as compared."""
    with transaction(db):
        db.executemany("UPDATE telling SET sorted = 1 WHERE article_id = ?", ((id,) for id in ids))


def expire_fingerprints(db: Connection, now: int) -> None:
    """Delete the fingerprints of old articles."""
    old = "packed IS NOT NULL AND EXISTS (SELECT 1 FROM article WHERE at < ? AND id = telling.article_id)"
    before = (now - FINGERPRINT_SECONDS,)
    with transaction(db):
        db.execute(f"DELETE FROM telling WHERE story IS NULL AND {old}", before)
        db.execute(f"UPDATE telling SET packed = NULL, sorted = 1 WHERE {old}", before)


def list_members(db: Connection) -> list[StoryMember]:
    """Return all articles in stories, grouped by story, the longest first."""
    user_made = db.execute(
        "SELECT a.id, s.story, a.source_id, coalesce(t.minutes, a.minutes) FROM state AS s CROSS JOIN article AS a"
        " ON a.id = s.article_id LEFT JOIN telling AS t ON t.article_id = a.id WHERE s.story IS NOT NULL"
    ).fetchall()
    found = db.execute(
        "SELECT article_id, story, source_id, minutes FROM telling WHERE story IS NOT NULL"
        " ORDER BY story, minutes DESC, article_id"
    )
    if not user_made:
        return list(map(StoryMember._make, found))
    taken = {id for id, *_ in user_made}
    everything = map(StoryMember._make, [*user_made, *(row for row in found if row[0] not in taken)])
    return sorted(everything, key=lambda member: (member.story, -member.minutes, member.id))


def find_members(db: Connection, ids: Iterable[int]) -> list[StoryMember]:
    """Return all articles of the stories of `ids`, in the order of `list_members`."""
    return [
        StoryMember._make(row)
        for story in sorted({*find_stories(db, ids).values()})
        for row in db.execute(_ONE_STORY, (story, story, story))
    ]


def expand_to_stories(db: Connection, ids: Iterable[int]) -> list[int]:
    """Return `ids` and all other articles of their stories."""
    given = list(ids)
    return list(dict.fromkeys((*given, *(member.id for member in find_members(db, given)))))


def ungroup(db: Connection, ids: Iterable[int], now: int) -> int:
    """Take articles out of their stories as one step of the journal; return how many."""
    with transaction(db):
        chosen = (json.dumps(list(ids)),)
        grouped = [id for (id,) in db.execute(f"SELECT DISTINCT j.value {_JOINS} WHERE {STORY_SIZE} > 1", chosen)]
        stories = {id: new_story_id(db) for id in grouped}
        sentence = ngettext("Removed {count:,} article from its story.",
                            "Removed {count:,} articles from their stories.", len(grouped))  # fmt: skip
        if len(grouped) == 1:
            sentence = gettext("Removed {article} from its story.", article=describe_articles(db, grouped))
        _set_stories(db, stories, now, sentence)
        return len(grouped)


def group(db: Connection, ids: Iterable[int], now: int) -> int:
    """Put articles and their stories into one story; return its size, 0 if they are one."""
    with transaction(db):
        chosen = json.dumps(list(ids))
        rows = db.execute("SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?))", (chosen,))
        existing = [id for (id,) in rows]
        before = find_stories(db, existing)
        members = {id for story in {*before.values()} for (id,) in db.execute(MEMBERS, (story, story))}
        everything = sorted(members.union(existing))
        if len(everything) < 2 or (len({*before.values()}) == 1 and len(before) == len(existing)):
            return 0
        story = new_story_id(db)
        sentence = ngettext("Grouped {count:,} article.", "Grouped {count:,} articles.", len(everything))
        _set_stories(db, dict.fromkeys(everything, story), now, sentence)
        return len(everything)


def _set_stories(db: Connection, wanted: dict[int, int], now: int, sentence: str) -> None:
    if not wanted:
        return
    present = "SELECT j.value, s.story FROM json_each(?) AS j LEFT JOIN state AS s ON s.article_id = j.value"
    before = db.execute(present, (json.dumps(list(wanted)),)).fetchall()
    upsert(db, "state", ("article_id",), ("story",), list(wanted.items()))
    delete_empty_rows(db, "state", wanted)
    record(db, sentence, [RowSnapshot("state", ("story",), before)], now)


def new_story_id(db: Connection) -> int:
    """Return an id that no story has or had."""
    number = int(get_value(db, _LAST_ID_KEY) or 0) + 1
    set_value(db, _LAST_ID_KEY, str(number))
    return number
