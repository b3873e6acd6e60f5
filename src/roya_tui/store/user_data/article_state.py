"""Your marks on articles: read, starred, hidden, notes and tags.

Each change is a step of the journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from sqlite3 import Connection

from roya_tui.store.connection import ColumnarRows, to_json, transaction, upsert
from roya_tui.store.tally import tally_once
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.journal import record, record_noticed
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.store.user_data.tags import merged_ids
from roya_tui.text import clean, fold_name, one_line
from roya_tui.translation import format_number, gettext, gettext_noop, join_list, ngettext

_MAX_TITLE = 60
"""Characters of a title in the sentence of a step."""


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
    """Mark articles as one step of the journal; return how many changed.

    None leaves a mark as it is. `noticed` is for articles marked read automatically: such steps shortly after each
    other are merged. A read article with a newer version counts as changed: its present version is now the one read.
    """
    among = sorted({*ids})
    chosen = to_json(among)
    with transaction(db), tally_once(db, among):
        images = []
        if read is not None:
            images.append(mark_read(db, chosen, now, read))
        if starred is not None:
            images.append(mark_flag(db, chosen, now, "starred", starred))
        if hidden is not None:
            images.append(mark_flag(db, chosen, now, "hidden", hidden))
        touched = sorted(set().union(*(image.ids for image in images)))
        if touched:
            delete_empty_rows(db, "state", touched)
            if noticed:
                (image,) = images
                record_noticed(db, partial(_reading_sentence, db), image, now)
            else:
                title, marks = find_title(db, touched), (("read", read), ("starred", starred), ("hidden", hidden))
                sentences = (describe_mark(mark, on, len(touched), title) for mark, on in marks if on is not None)
                record(db, " ".join(sentences), images, now)
        return len(touched)


def mark_read(db: Connection, ids_json: str, now: int, read: bool) -> RowSnapshot:
    """Mark articles (a JSON list of ids) read or unread; return their rows from before."""
    values = {
        "read_at": f"{now:d}" if read else "NULL",
        "read_digest": "a.digest" if read else "NULL",
        "earlier_digest": "iif(coalesce(read_digest, a.digest) = a.digest, earlier_digest, read_digest)",
    }
    if not read:  # so that marking read and starring stay disjoint
        values["refused"] = f"coalesce(refused, 0) | {rule_flags.KEPT_UNREAD}"
    return _set(
        db, ids_json, "read_at IS NULL OR read_digest IS NOT a.digest" if read else "read_at IS NOT NULL", values
    )


def mark_flag(db: Connection, ids_json: str, now: int, name: str, on: bool) -> RowSnapshot:
    """Star or hide articles, or undo that, overriding muting; return their rows from before."""
    muted = " OR muted_by IS NOT NULL" if name == "hidden" and not on else ""
    condition = f"{name}_at IS NULL" if on else f"{name}_at IS NOT NULL{muted}"
    shown: Sequence[int] = ()
    refused = f"coalesce(refused, 0) | {rule_flags.KEPT_UNSTARRED if (name, on) == ('starred', False) else 0}"
    if (name, on) != ("hidden", True):
        shown = _find(db, ids_json, f"({condition}) AND muted_by IS NOT NULL").columns[0]
        refused += f" | iif(muted_by IS NULL, 0, {rule_flags.KEPT_VISIBLE})"
    image = _set(db, ids_json, condition, {f"{name}_at": f"{now:d}" if on else "NULL", "refused": refused})
    rule_flags.recompute_flags(db, shown)
    return image


_CHOSEN = """
FROM (SELECT DISTINCT value AS id FROM json_each(?)) AS j CROSS JOIN article AS a ON a.id = j.id
LEFT JOIN state ON article_id = a.id
"""


def _find(db: Connection, ids_json: str, condition: str, columns: Iterable[str] = ()) -> ColumnarRows:
    """Return id and `columns` of the articles that meet `condition`."""
    values = ("coalesce(refused, 0)" if column == "refused" else column for column in columns)
    return ColumnarRows.fetch(
        db.execute(f"SELECT {', '.join(['a.id', *values])} {_CHOSEN} WHERE {condition}", (ids_json,))
    )


def _set(db: Connection, ids_json: str, condition: str, values: Mapping[str, str]) -> RowSnapshot:
    """Set columns (name → SQL) of the articles that meet `condition`; return their rows from before."""
    before = _find(db, ids_json, condition, values)
    db.execute(
        f"INSERT INTO state (article_id, {', '.join(values)}) SELECT a.id, {', '.join(values.values())} {_CHOSEN}"
        f" WHERE {condition} ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in values)}",
        (ids_json,),
    )
    return RowSnapshot("state", tuple(values), before)


_MARKED: Mapping[tuple[str, bool], tuple[str, Callable[[int], str]]] = {
    ("read", True): (gettext_noop("Marked “{title}” read."),
        lambda count: ngettext("Marked {count:,} article read.", "Marked {count:,} articles read.", count)),
    ("read", False): (gettext_noop("Marked “{title}” unread."),
        lambda count: ngettext("Marked {count:,} article unread.", "Marked {count:,} articles unread.", count)),
    ("starred", True): (gettext_noop("Starred “{title}”."),
        lambda count: ngettext("Starred {count:,} article.", "Starred {count:,} articles.", count)),
    ("starred", False): (gettext_noop("Unstarred “{title}”."),
        lambda count: ngettext("Unstarred {count:,} article.", "Unstarred {count:,} articles.", count)),
    ("hidden", True): (gettext_noop("Hid “{title}”."),
        lambda count: ngettext("Hid {count:,} article.", "Hid {count:,} articles.", count)),
    ("hidden", False): (gettext_noop("Unhid “{title}”."),
        lambda count: ngettext("Unhid {count:,} article.", "Unhid {count:,} articles.", count)),
}  # fmt: skip
"""Messages about marks: with the title of a single article, and with the number of articles."""


def describe_mark(mark: str, on: bool, count: int, title: str = "") -> str:
    """Return a sentence about `count` articles that were marked, or about a single one by its `title`."""
    single, several = _MARKED[mark, on]
    return gettext(single, title=title) if title else several(count)


def _reading_sentence(db: Connection, ids: Sequence[int]) -> str:
    title = find_title(db, ids)
    several = ngettext("Read {count:,} article.", "Read {count:,} articles.", len(ids))
    return gettext("Read “{title}”.", title=title) if title else several


def find_title(db: Connection, ids: Collection[int]) -> str:
    """Return the title of a single article, shortened; "" for several."""
    if len(ids) != 1:
        return ""
    title = str(db.execute("SELECT title FROM article WHERE id = ?", (*ids,)).fetchone()[0])
    return title if len(title) <= _MAX_TITLE else f"{title[: _MAX_TITLE - 1].rstrip()}…"


def describe_articles(db: Connection, ids: Sequence[int]) -> str:
    """Return the title of a single article, or the number of several."""
    title = find_title(db, ids)
    return f"“{title}”" if title else format_number(len(ids), ",")


def set_position(db: Connection, article_id: int, position: int) -> None:
    """Save where you stopped reading; not a step of the journal."""
    with transaction(db):
        db.execute(
            "INSERT INTO state (article_id, position) SELECT id, ? FROM article WHERE id = ?"
            " ON CONFLICT (article_id) DO UPDATE SET position = excluded.position",
            (position, article_id),
        )
        delete_empty_rows(db, "state", [article_id])


def set_note(db: Connection, article_id: int, note: str, now: int) -> None:
    """Save a note with an article; "" removes it."""
    note = clean(note).strip()
    with transaction(db):
        noted = "SELECT a.id, coalesce(note, '') FROM article AS a LEFT JOIN state ON article_id = a.id WHERE a.id = ?"
        row = db.execute(noted, (article_id,)).fetchone()
        if row is None or row[1] == note:
            return
        upsert(db, "state", ("article_id",), ("note",), [(article_id, note)])
        delete_empty_rows(db, "state", [article_id])
        message = (
            gettext_noop("Saved the note on “{title}”.") if note else gettext_noop("Removed the note on “{title}”.")
        )
        record(db, gettext(message, title=find_title(db, [article_id])), [RowSnapshot("state", ("note",), [row])], now)


def edit_tags(
    db: Connection, ids: Iterable[int], now: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> int:
    """Add and remove your tags as one step; return how many articles changed."""
    chosen = json.dumps(list(ids))
    with transaction(db):
        images: list[RowSnapshot] = []
        added, removed = ([name for name in map(one_line, names) if set_tag(db, chosen, name, on, images)]
                      for names, on in ((add, 1), (remove, 0)))  # fmt: skip
        changed = sorted({row[0] for image in images for row in image.rows})
        if changed:
            record(db, _tag_sentence(find_title(db, changed), len(changed), added, removed), images, now)
        return len(changed)


def set_tag(db: Connection, ids_json: str, name: str, on: int, images: list[RowSnapshot]) -> bool:
    """Add (1) or remove (0) a tag; append rows from before to `images`. False: no change."""
    folded = fold_name(name)
    if not folded:
        return False
    if on:
        db.execute("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, folded))
    tag_ids = merged_ids(db, folded)  # add the canonical tag, remove all merged ones
    changed = [_set_tag_by_id(db, ids_json, id, on, images) for id in (tag_ids[:1] if on else tag_ids)]
    return any(changed)


def _set_tag_by_id(db: Connection, ids_json: str, tag_id: int, on: int, images: list[RowSnapshot]) -> bool:
    before = db.execute(
        "SELECT DISTINCT a.id, coalesce(by_person, 0) FROM json_each(?) AS j"
        " CROSS JOIN article AS a ON a.id = j.value"
        " LEFT JOIN article_tag ON article_id = a.id AND tag_id = ? WHERE coalesce(by_person, 0) <> ?",
        (ids_json, tag_id, on),
    ).fetchall()
    upsert(db, "article_tag", ("article_id", "tag_id"), ("by_person",), [(row[0], tag_id, on) for row in before])
    delete_empty_rows(db, "article_tag", (row[0] for row in before))
    if before:
        images.append(RowSnapshot("article_tag", ("by_person",), before, tag_id))
    return bool(before)


def _tag_sentence(title: str, count: int, added: Sequence[str], removed: Sequence[str]) -> str:
    """Return a sentence about the tags of the article with this title, or of `count` articles if it is ""."""
    if len(added) + len(removed) > 1:
        lists = gettext("added {tags}", tags=join_list(added)), gettext("removed {tags}", tags=join_list(removed))
        changes = "; ".join(words for words, tags in zip(lists, (added, removed), strict=True) if tags)
        if title:
            return gettext("Edited the tags of “{title}”: {changes}.", title=title, changes=changes)
        return ngettext("Edited the tags of {count:,} article: {changes}.",
                        "Edited the tags of {count:,} articles: {changes}.", count, changes=changes)  # fmt: skip
    (tag,) = (*added, *removed)
    if title:
        message = gettext_noop("Added tag “{tag}” to “{title}”.")
        return gettext(message if added else gettext_noop("Removed tag “{tag}” from “{title}”."), tag=tag, title=title)
    if added:
        return ngettext("Added tag “{tag}” to {count:,} article.",
                        "Added tag “{tag}” to {count:,} articles.", count, tag=tag)  # fmt: skip
    return ngettext("Removed tag “{tag}” from {count:,} article.",
                    "Removed tag “{tag}” from {count:,} articles.", count, tag=tag)  # fmt: skip


_NOT_MARKED = {
    "read": "s.read_at IS NULL OR s.read_digest IS NOT a.digest",
    "starred": "s.starred_at IS NULL",
    "hidden": f"{rule_flags.HIDDEN} IS NULL",
}


def has_unmarked(db: Connection, ids: Iterable[int], mark: str) -> bool:
    """Whether any of these articles is not yet read (as it is now), starred or hidden."""
    found = db.execute(
        "SELECT 1 FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value"
        f" LEFT JOIN state AS s ON s.article_id = a.id WHERE {_NOT_MARKED[mark]} LIMIT 1",
        (json.dumps(list(ids)),),
    )
    return found.fetchone() is not None
