"""What the person does with articles: read, starred, hidden, noted, tagged. Every step goes through the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from roya_tui.store import muting
from roya_tui.store.database import told, transaction, upsert
from roya_tui.store.images import Image
from roya_tui.store.personal import forget_empty
from roya_tui.store.tag_aliases import members
from roya_tui.store.tags import fold_tag
from roya_tui.store.undo import record, record_noticed
from roya_tui.text import clean, one_line

_LONGEST_TITLE = 60
"""Characters of a title in the sentence that tells a step."""


@told
def mark(
    db: Connection,
    ids: Iterable[int],
    now: int,
    *,
    read: bool | None = None,
    starred: bool | None = None,
    hidden: bool | None = None,
    noticed: bool = False,
) -> int:
    """Mark articles as one step of the journal, and return how many were changed by it; None leaves as it is.

    `noticed` says that nobody marked them: the program saw that they were read. Such readings, one soon after the
    other, are one step together.
    An article that is read already but has changed since counts as changed: its present text is now the one read.
    """
    chosen = json.dumps(list(ids))
    with transaction(db):
        images = []
        if read is not None:
            images.append(mark_read(db, chosen, now, read))
        if starred is not None:
            images.append(mark_flag(db, chosen, now, "starred", starred))
        if hidden is not None:
            images.append(mark_flag(db, chosen, now, "hidden", hidden))
        touched = {row[0] for image in images for row in image.rows}
        if touched:
            forget_empty(db, "state", touched)
            if noticed:
                (image,) = images
                record_noticed(db, lambda all_ids: f"Read {titled(db, all_ids)}.", image, now)
            else:
                record(db, _marked(db, sorted(touched), read, starred, hidden), images, now)
        return len(touched)


def mark_read(db: Connection, chosen: str, now: int, read: bool) -> Image:
    """Mark what is chosen (a JSON list of ids) and return what was there before."""
    facts = ("read_at", "read_digest", "earlier_digest")
    columns = facts if read else (*facts, "refused")  # a reading has nothing in common with a star
    before = _before(
        db, chosen, columns, f"read_at {'IS NULL OR read_digest IS NOT a.digest' if read else 'IS NOT NULL'}"
    )
    rows = [
        (
            id,
            now if read else None,
            digest if read else None,
            earlier if was_read in (None, digest) else was_read,
            *(bits | muting.UNREAD for bits in refused),
        )
        for id, _, was_read, earlier, *refused, digest, _ in before
    ]
    _write(db, columns, rows)
    return Image("state", columns, [row[:-2] for row in before])


def mark_flag(db: Connection, chosen: str, now: int, name: str, on: bool) -> Image:
    """Star or hide what is chosen, or take that back, and return what was there before.

    What a rule has muted is shown again when the person says so, or stars it.
    """
    columns = (f"{name}_at", "refused")
    muted = " OR muted_by IS NOT NULL" if name == "hidden" and not on else ""
    before = _before(db, chosen, columns, f"{name}_at IS NULL" if on else f"{name}_at IS NOT NULL{muted}")
    shown = {id for id, *_, muted_by in before if muted_by is not None and (name, on) != ("hidden", True)}
    took = muting.NO_STAR if (name, on) == ("starred", False) else 0
    rows = [(row[0], now if on else None, row[2] | took | (muting.SHOWN * (row[0] in shown))) for row in before]
    _write(db, columns, rows)
    muting.settle(db, shown)
    return Image("state", columns, [row[:-2] for row in before])


def _before(db: Connection, chosen: str, columns: tuple[str, ...], wanted: str) -> list[Any]:
    """Return id, `columns`, the article's digest and the rule that mutes it, of those chosen that are `wanted`."""
    asked = ", ".join("coalesce(refused, 0)" if column == "refused" else column for column in columns)
    return db.execute(
        f"SELECT DISTINCT a.id, {asked}, a.digest, muted_by FROM json_each(?) AS j"
        f" CROSS JOIN article AS a ON a.id = j.value LEFT JOIN state ON article_id = a.id WHERE {wanted}",
        (chosen,),
    ).fetchall()


def _write(db: Connection, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    upsert(db, "state", ("article_id",), columns, rows)


def _marked(db: Connection, ids: Sequence[int], read: bool | None, starred: bool | None, hidden: bool | None) -> str:
    what = titled(db, ids)
    if read is None and hidden is None:
        return f"{'Starred' if starred else 'Took the star off'} {what}."
    if read is None and starred is None:
        return f"{'Hid' if hidden else 'Unhid'} {what}."
    names = ((read, "read", "unread"), (starred, "starred", "not starred"), (hidden, "hidden", "not hidden"))
    return f"Marked {what} {' and '.join(yes if on else no for on, yes, no in names if on is not None)}."


def titled(db: Connection, ids: Sequence[int]) -> str:
    """Return the title of the only one, or how many they are."""
    if len(ids) != 1:
        return f"{len(ids):,}"
    title = db.execute("SELECT title FROM article WHERE id = ?", (ids[0],)).fetchone()[0]
    return f"“{title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + '…'}”"


@told
def set_position(db: Connection, article_id: int, position: int) -> None:
    """Keep where the person stopped reading. Not a step of the journal: nobody undoes scrolling."""
    with transaction(db):
        db.execute(
            "INSERT INTO state (article_id, position) SELECT id, ? FROM article WHERE id = ?"
            " ON CONFLICT (article_id) DO UPDATE SET position = excluded.position",
            (position, article_id),
        )
        forget_empty(db, "state", [article_id])


@told
def set_note(db: Connection, article_id: int, note: str, now: int) -> None:
    """Keep a note with an article; "" takes it away."""
    note = clean(note).strip()
    with transaction(db):
        row = db.execute(
            "SELECT a.id, coalesce(note, '') FROM article AS a LEFT JOIN state ON article_id = a.id WHERE a.id = ?",
            (article_id,),
        ).fetchone()
        if row is None or row[1] == note:
            return
        _write(db, ("note",), [(article_id, note)])
        forget_empty(db, "state", [article_id])
        what = titled(db, [article_id])
        sentence = f"Kept a note with {what}." if note else f"Took the note off {what}."
        record(db, sentence, [Image("state", ("note",), [row])], now)


@told
def retag(db: Connection, ids: Iterable[int], now: int, *, on: Iterable[str] = (), off: Iterable[str] = ()) -> int:
    """Give articles tags of the person's own and take others off, as one step; return how many were changed.

    A tag that the feed gives stays the feed's.
    """
    chosen = json.dumps(list(ids))
    with transaction(db):
        images: list[Image] = []
        put, taken = ([name for name in map(one_line, names) if give_tag(db, chosen, name, wanted, images)]
                      for names, wanted in ((on, 1), (off, 0)))  # fmt: skip
        changed = sorted({row[0] for image in images for row in image.rows})
        if changed:
            record(db, _tagged(titled(db, changed), put, taken), images, now)
        return len(changed)


def give_tag(db: Connection, chosen: str, name: str, on: int, images: list[Image]) -> bool:
    """Give one tag or take it off, and add what was there before to `images`; False where that changed nothing."""
    folded = fold_tag(name)
    if not folded:
        return False
    if on:
        db.execute("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, folded))
    meant = members(db, folded)  # given is the one under which it stands, taken off are all that stand there
    given = [_tag_by_id(db, chosen, id, on, images) for id in (meant[:1] if on else meant)]
    return any(given)


def _tag_by_id(db: Connection, chosen: str, tag_id: int, on: int, images: list[Image]) -> bool:
    before = db.execute(
        "SELECT DISTINCT a.id, coalesce(by_person, 0) FROM json_each(?) AS j"
        " CROSS JOIN article AS a ON a.id = j.value"
        " LEFT JOIN article_tag ON article_id = a.id AND tag_id = ? WHERE coalesce(by_person, 0) <> ?",
        (chosen, tag_id, on),
    ).fetchall()
    upsert(db, "article_tag", ("article_id", "tag_id"), ("by_person",), [(row[0], tag_id, on) for row in before])
    forget_empty(db, "article_tag", (row[0] for row in before))
    if before:
        images.append(Image("article_tag", ("by_person",), before, tag_id))
    return bool(before)


def _tagged(what: str, put: Sequence[str], taken: Sequence[str]) -> str:
    took = f"ook the {'tag' if len(taken) == 1 else 'tags'} {', '.join(taken)} off "
    if not put:
        return f"T{took}{what}."
    return f"Tagged {what} {', '.join(put)}{f', and t{took}' + ('it' if what[0] == '“' else 'them') if taken else ''}."


_LACKING = {
    "read": "s.read_at IS NULL OR s.read_digest IS NOT a.digest",
    "starred": "s.starred_at IS NULL",
    "hidden": f"{muting.HIDDEN} IS NULL",
}


@told
def lacks(db: Connection, ids: Iterable[int], what: str) -> bool:
    """Whether any of these articles is not yet `what`: read (in its present text), starred or hidden."""
    found = db.execute(
        "SELECT 1 FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value"
        f" LEFT JOIN state AS s ON s.article_id = a.id WHERE {_LACKING[what]} LIMIT 1",
        (json.dumps(list(ids)),),
    )
    return found.fetchone() is not None
