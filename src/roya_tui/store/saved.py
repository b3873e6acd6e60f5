"""Saved feeds: queries that the person gave a name, in an order of their own. Every change goes through the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.model import SavedFeed
from roya_tui.query import Query, QueryError, Term, expanded, in_feed, rewritten
from roya_tui.query.nesting import name_of
from roya_tui.store.database import StoreError, told, transaction
from roya_tui.store.images import Image
from roya_tui.store.personal import forget_empty, put_elsewhere
from roya_tui.store.undo import record
from roya_tui.store.wording import with_compounds
from roya_tui.text import one_line

if TYPE_CHECKING:
    from roya_tui.store.named import Names

_COLUMNS = ("name", "query", "icon", "place")


_ROWS = "SELECT id, name, query, icon FROM saved_feed ORDER BY place, id"


@told
def written(db: Connection) -> list[SavedFeed]:
    """Return the saved feeds in their order as they are written, without reading what they say: a millisecond."""
    return [SavedFeed(id, name, query, icon, "", query) for id, name, query, icon in db.execute(_ROWS)]


@told
def feeds(db: Connection, now: int) -> list[SavedFeed]:
    """Return the saved feeds in their order; of one whose query is none, or names what is gone, why."""
    rows: list[tuple[int, str, str, str]] = db.execute(_ROWS).fetchall()
    if not rows:
        return []
    from roya_tui.store.named import Names

    texts, names = {name_of(name): text for _, name, text, _ in rows}, Names(db)
    return [SavedFeed(*row, _problem(row[1], texts, now, names), names.shown(row[2], now)) for row in rows]


def _problem(name: str, texts: dict[str, str], now: int, names: Names) -> str:
    try:
        return names.useless(expanded(in_feed(name), texts, now, strict=True))
    except QueryError as error:
        return error.message


def unfolded(db: Connection, query: Query, now: int, *, strict: bool = False) -> Query:
    """Return `query` with what its feeds stand for, and its compounds; a feed that cannot be asked finds nothing.

    With `strict` it raises `QueryError`.
    """
    texts = {name_of(name): text for name, text in db.execute("SELECT name, query FROM saved_feed")}
    if texts or "feed:" in str(query):
        query = expanded(query, texts, now, strict=strict)
    return with_compounds(db, query)


@told
def feed(db: Connection, name: str, now: int) -> SavedFeed | None:
    """Return the feed of that name; case and accents do not matter."""
    return next((one for one in feeds(db, now) if name_of(one.name) == name_of(name)), None)


@told
def add(db: Connection, name: str, query: str, now: int, *, icon: str = "") -> SavedFeed:
    """Save a query under a name, below all others. Raises `StoreError` with what is wrong in either."""
    from roya_tui.store.named import kept

    with transaction(db):
        name, query = one_line(name), kept(db, one_line(query), now)
        _check(db, name, query, now)
        id = _insert(db, name, query, icon)
        record(db, f"Saved the feed {name}.", [_nothing([id])], now)
        return next(one for one in feeds(db, now) if one.id == id)


@told
def add_all(db: Connection, wanted: Iterable[SavedFeed], now: int) -> int:
    """Save those whose name is free, as one step of the journal; return how many they were.

    They are kept as they are, even where they are no query here: `feeds` tells of each what is wrong.
    """
    with transaction(db):
        ids, names = [], []
        for one in wanted:
            name = one_line(one.name)
            if name_of(name) and feed(db, name, now) is None:
                ids.append(_insert(db, name, one_line(one.query), one.icon))
                names.append(name)
        if ids:
            what = f"the feed {names[0]}" if len(names) == 1 else f"{len(names):,} feeds"
            record(db, f"Saved {what}.", [_nothing(ids)], now)
        return len(ids)


def _insert(db: Connection, name: str, query: str, icon: str) -> int:
    return int(
        db.execute(
            "INSERT INTO saved_feed (name, query, icon, place)"
            " SELECT ?, ?, ?, coalesce(max(place) + 1, 0) FROM saved_feed",
            (name, query, icon),
        ).lastrowid
        or 0
    )


def _nothing(ids: Sequence[int]) -> Image:
    """What was there before feeds were made: none."""
    return Image("saved_feed", _COLUMNS, [(id, "", "", "", 0) for id in ids])


@told
def wrong(db: Connection, name: str, query: str, now: int, *, but: int = 0) -> str:
    """Return why a feed (the one of number `but`, or a new one) cannot have this name and query; "" if it can."""
    name, query = one_line(name), one_line(query)
    if not name_of(name):
        return "A feed needs a name."
    rows = db.execute("SELECT id, name, query FROM saved_feed").fetchall()
    others = {name_of(other): (other, text) for id, other, text in rows if id != but}
    if name_of(name) in others:
        return f"There is a feed {others[name_of(name)][0]} already."
    from roya_tui.store.named import Names

    change = _called(next((old for id, old, _ in rows if id == but), name), name)
    texts = {key: rewritten(text, now, change) if "feed:" in text else text for key, (_, text) in others.items()}
    return _problem(name, texts | {name_of(name): query}, now, Names(db))


def _called(old: str, new: str) -> Callable[[Term], Term]:
    """What becomes of a term when a feed has another name."""

    def change(term: Term) -> Term:
        return replace(term, value=new) if term.field == "feed" and name_of(term.value) == name_of(old) else term

    return change


def _check(db: Connection, name: str, query: str, now: int, id: int = 0) -> None:
    if sentence := wrong(db, name, query, now, but=id):
        raise StoreError(sentence)


@told
def change(
    db: Connection, id: int, now: int, *, name: str | None = None, query: str | None = None, icon: str | None = None
) -> SavedFeed:
    """Give a feed another name, query or icon, as one step; what names it names it so. Raises `StoreError` with what is
    wrong in them."""
    from roya_tui.store.named import carry, kept

    with transaction(db):
        was = _row(db, id)
        wanted = dict(zip(("name", "query", "icon"), was[1:4], strict=True))
        given = {"name": name, "query": query, "icon": icon}
        wanted |= {column: one_line(value) for column, value in given.items() if value is not None}
        wanted["query"] = kept(db, wanted["query"], now)
        _check(db, wanted["name"], wanted["query"], now, id)
        changed = tuple(column for column, before in zip(wanted, was[1:4], strict=True) if wanted[column] != before)
        if changed:
            db.execute("UPDATE saved_feed SET name = ?, query = ?, icon = ? WHERE id = ?", (*wanted.values(), id))
            old, new = was[1], wanted["name"]
            sentence = f"Renamed the feed {old} to {new}." if changed == ("name",) else f"Changed the feed {new}."
            images = [Image("saved_feed", _COLUMNS, [was])]
            if "name" in changed:
                images += carry(db, "feed", _called(old, new), now)
            record(db, sentence, images, now)
        return next(one for one in feeds(db, now) if one.id == id)


@told
def move(db: Connection, id: int, by: int, now: int) -> bool:
    """Move a feed so many places down (up, below 0), as one step; False where it stands at that end already."""
    with transaction(db):
        name = _row(db, id)[1]
        before = put_elsewhere(db, "saved_feed", id, by)
        if before:
            record(db, f"Moved the feed {name}.", [Image("saved_feed", ("place",), before)], now)
        return bool(before)


@told
def remove(db: Connection, id: int, now: int) -> None:
    """Let a feed go, as one step; its articles stay where they are."""
    with transaction(db):
        was = _row(db, id)
        db.execute("UPDATE saved_feed SET name = '' WHERE id = ?", (id,))
        forget_empty(db, "saved_feed", [id])
        record(db, f"Removed the feed {was[1]}.", [Image("saved_feed", _COLUMNS, [was])], now)


def _row(db: Connection, id: int) -> Any:
    row = db.execute(f"SELECT id, {', '.join(_COLUMNS)} FROM saved_feed WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise StoreError("That feed is not there any more.")
    return row
