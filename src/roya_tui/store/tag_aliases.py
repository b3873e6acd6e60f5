"""Tags that stand under another one: the person merged or renamed them, and what is to come stands there too.

What a feed calls its articles stays as it is; every question about tags is asked through here. So nothing has to be
rewritten, neither when two tags become one nor when that is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.store.database import StoreError, told, transaction
from roya_tui.store.images import Image
from roya_tui.store.personal import forget_empty
from roya_tui.store.tags import fold_tag
from roya_tui.store.undo import record
from roya_tui.text import many, one_line


@told
def aliases(db: Connection) -> list[tuple[str, str]]:
    """Return each tag that stands under another, and that one, by name."""
    return db.execute(
        "SELECT o.name, n.name FROM tag_alias CROSS JOIN tag AS o ON o.id = tag_id"
        " CROSS JOIN tag AS n ON n.id = into_id ORDER BY n.folded, o.folded"
    ).fetchall()


def standing(db: Connection, folded: str) -> int | None:
    """Return the number of the tag under which `folded` stands: its own, if none; None for a tag nobody has."""
    row = db.execute("SELECT coalesce(into_id, id) FROM tag LEFT JOIN tag_alias ON tag_id = id WHERE folded = ?",
                     (folded,)).fetchone()  # fmt: skip
    return None if row is None else int(row[0])


def members(db: Connection, folded: str) -> list[int]:
    """Return the numbers of all tags that stand where `folded` stands."""
    one = standing(db, folded)
    return [] if one is None else [one, *_under(db, one)]


def _under(db: Connection, id: int) -> list[int]:
    return [row[0] for row in db.execute("SELECT tag_id FROM tag_alias WHERE into_id = ? ORDER BY tag_id", (id,))]


def renamed(db: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Return the tags under which `names` stand, each once."""
    into = {fold_tag(old): new for old, new in aliases(db)}
    shown = {fold_tag(name): name for name in [into.get(fold_tag(name), name) for name in names][::-1]}
    return tuple(list(shown.values())[::-1]) if into else tuple(names)


@told
def merge(db: Connection, name: str, into: str, now: int) -> None:
    """Let a tag, and what stands under it, stand under `into` from now on, as one step of the journal.

    Raises `StoreError` where there is no such tag, or both are one.
    """
    old, new = fold_tag(name), fold_tag(into)
    with transaction(db):
        one = standing(db, old)
        if one is None:
            raise StoreError(f"There is no tag “{one_line(name)}”.")
        if not new:
            raise StoreError("A tag needs a name.")
        used = db.execute(
            "SELECT 1 FROM article_tag JOIN tag ON id = tag_id WHERE folded = ? LIMIT 1", (new,)
        ).fetchone()
        db.execute("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING", (one_line(into), new))
        target = standing(db, new)
        if target == one and new != old:  # back to a name that stood under this one
            target = int(db.execute("SELECT id FROM tag WHERE folded = ?", (new,)).fetchone()[0])
        if target is None or target == one:
            raise StoreError("That is the same tag already; letters, case and accents make no other.")
        names = [str(db.execute("SELECT name FROM tag WHERE id = ?", (id,)).fetchone()[0]) for id in (one, target)]
        _step(db, {id: target for id in (one, *_under(db, one)) if id != target} | {target: None},
             f"Merged the tag {names[0]} into {names[1]}." if used else f"Renamed the tag {names[0]} to {names[1]}.",
             now)  # fmt: skip


@told
def add_all(db: Connection, wanted: Iterable[tuple[str, str]], now: int) -> int:
    """Let tags stand under others, as one step, those too that no article has yet; return how many now do.

    A tag that stands under another one already stays there.
    """
    with transaction(db):
        before = _all(db)
        for name, into in wanted:
            pair = (one_line(name), one_line(into))
            if not all(map(fold_tag, pair)):
                continue
            db.executemany("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING",
                           [(one, fold_tag(one)) for one in pair])  # fmt: skip
            one, target = (standing(db, fold_tag(name)) for name in pair)
            own = db.execute("SELECT id FROM tag WHERE folded = ?", (fold_tag(name),)).fetchone()[0]
            if one is not None and one == own != target:
                _set(db, dict.fromkeys((one, *_under(db, one)), target))
        changed = {id: before.get(id) for id, into in _all(db).items() if before.get(id) != into}
        if changed:
            tags = many(len(changed), "tag")
            record(db, f"Merged {tags}.", [Image("tag_alias", ("into_id",), list(changed.items()))], now)
        return len(changed)


@told
def part(db: Connection, name: str, now: int) -> int:
    """Let all that stands under a tag stand alone again, as one step; return how many that were."""
    with transaction(db):
        one = standing(db, fold_tag(name))
        under = [] if one is None else _under(db, one)
        if under:
            title = db.execute("SELECT name FROM tag WHERE id = ?", (one,)).fetchone()[0]
            _step(db, dict.fromkeys(under), f"Took apart what was merged into the tag {title}.", now)
        return len(under)


def _all(db: Connection) -> dict[int, int | None]:
    return dict(db.execute("SELECT tag_id, into_id FROM tag_alias").fetchall())


def _step(db: Connection, into: dict[int, int | None], sentence: str, now: int) -> None:
    """Let tags stand under others, or (None) alone, and keep that in the journal."""
    known = _all(db)
    before = [(id, known.get(id)) for id, other in into.items() if known.get(id) != other]
    _set(db, into)
    record(db, sentence, [Image("tag_alias", ("into_id",), before)], now)


def _set(db: Connection, into: dict[int, int | None]) -> None:
    db.executemany(
        "INSERT INTO tag_alias (tag_id, into_id) VALUES (?, ?)"
        " ON CONFLICT (tag_id) DO UPDATE SET into_id = excluded.into_id",
        into.items(),
    )
    forget_empty(db, "tag_alias", into)
