"""Saved searches: named queries in your order. Every change is a step of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import TYPE_CHECKING

from msgspec.structs import replace

from roya_tui.model import SavedSearch
from roya_tui.query import Query, QueryError, Term, by_field, expand, rewrite
from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.search.fts_query import join_compounds
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.named_tables import SAVED_SEARCHES
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext, ngettext

if TYPE_CHECKING:
    from roya_tui.store.sources.query_references import ReferenceChecker

_TEXTS = "CAST(name AS TEXT), CAST(query AS TEXT)"  # another program may have written bytes
_ROWS = f"SELECT id, {_TEXTS}, CAST(icon AS TEXT) FROM saved_feed ORDER BY place, id"


def list_unchecked(db: Connection) -> list[SavedSearch]:
    """Return the saved searches in order without checking their queries: takes 1 ms."""
    return [SavedSearch(id, name, query, icon, "", query) for id, name, query, icon in db.execute(_ROWS)]


def list_all(db: Connection, now: int) -> list[SavedSearch]:
    """Return the saved searches in order, with the problem of each query or ""."""
    rows: list[tuple[int, str, str, str]] = db.execute(_ROWS).fetchall()
    if not rows:
        return []
    from roya_tui.store.sources.query_references import ReferenceChecker

    texts, names = {fold_name(name): text for _, name, text, _ in rows}, ReferenceChecker(db)
    return [SavedSearch(*row, _problem(row[1], texts, now, names), names.to_display(row[2], now)) for row in rows]


def _problem(name: str, texts: dict[str, str], now: int, names: ReferenceChecker) -> str:
    try:
        return names.describe_ineffective(expand(by_field("search", name), texts, now, strict=True))
    except QueryError as error:
        return error.message


def load_queries(db: Connection) -> dict[str, str]:
    """Return folded name → query of the saved searches."""
    return {fold_name(name): query for name, query in db.execute(f"SELECT {_TEXTS} FROM saved_feed")}


def expand_query(db: Connection, query: Query, now: int, *, strict: bool = False) -> Query:
    """Return `query` with its saved searches expanded and its compounds joined.

    An invalid saved search matches nothing; with `strict` it raises `QueryError`.
    """
    texts = load_queries(db)
    if texts or "search:" in str(query):
        query = expand(query, texts, now, strict=strict)
    return join_compounds(db, query)


def find(db: Connection, name: str, now: int) -> SavedSearch | None:
    """Return the saved search of that name, ignoring case and accents."""
    return next((search for search in list_all(db, now) if fold_name(search.name) == fold_name(name)), None)


def add(db: Connection, name: str, query: str, now: int, *, icon: str = "") -> SavedSearch:
    """Save a query under a name, below all others. Raises `StoreError` if it is invalid."""
    from roya_tui.store.sources.query_references import to_stored

    with transaction(db):
        name, query = one_line(name), to_stored(db, one_line(query), now)
        if sentence := validate(db, name, query, now):
            raise StoreError(sentence)
        id = SAVED_SEARCHES.insert(db, (name, query, icon))
        record(db, gettext("Created saved search “{name}”.", name=name), [SAVED_SEARCHES.blank([id])], now)
        return next(search for search in list_all(db, now) if search.id == id)


def add_all(db: Connection, wanted: Iterable[SavedSearch], now: int) -> int:
    """Add those with an unused name, also invalid ones, as one step; return how many."""
    with transaction(db):
        ids, names = [], []
        for search in wanted:
            name = one_line(search.name)
            if fold_name(name) and find(db, name, now) is None:
                ids.append(SAVED_SEARCHES.insert(db, (name, one_line(search.query), search.icon)))
                names.append(name)
        if ids:
            sentence = gettext("Created saved search “{name}”.", name=names[0])
            if len(ids) > 1:
                sentence = ngettext("Created {count:,} saved search.", "Created {count:,} saved searches.", len(ids))
            record(db, sentence, [SAVED_SEARCHES.blank(ids)], now)
        return len(ids)


def validate(db: Connection, name: str, query: str, now: int, *, exclude_id: int = 0) -> str:
    """Return why name and query are invalid, or ""; `exclude_id` is the one being edited."""
    name, query = one_line(name), one_line(query)
    if not fold_name(name):
        return gettext("A saved search needs a name.")
    rows = db.execute("SELECT id, name, query FROM saved_feed").fetchall()
    others = {fold_name(other): (other, text) for id, other, text in rows if id != exclude_id}
    if fold_name(name) in others:
        return gettext("Saved search “{name}” already exists.", name=others[fold_name(name)][0])
    from roya_tui.store.sources.query_references import ReferenceChecker

    change = _renaming(next((old for id, old, _ in rows if id == exclude_id), name), name)
    texts = {key: rewrite(text, now, change) if "search:" in text else text for key, (_, text) in others.items()}
    return _problem(name, texts | {fold_name(name): query}, now, ReferenceChecker(db))


def _renaming(old: str, new: str) -> Callable[[Term], Term]:
    """Return a function that renames a saved search in a term."""

    def change(term: Term) -> Term:
        return replace(term, value=new) if term.field == "search" and fold_name(term.value) == fold_name(old) else term

    return change


def change(
    db: Connection, id: int, now: int, *, name: str | None = None, query: str | None = None, icon: str | None = None
) -> SavedSearch:
    """Change name, query or icon, and references to the name, as one step. Raises `StoreError`."""
    from roya_tui.store.sources.query_references import rewrite_references, to_stored

    with transaction(db):
        was = SAVED_SEARCHES.load(db, id)
        wanted = dict(zip(("name", "query", "icon"), was[1:4], strict=True))
        given = {"name": name, "query": query, "icon": icon}
        wanted |= {column: one_line(value) for column, value in given.items() if value is not None}
        wanted["query"] = to_stored(db, wanted["query"], now)
        if sentence := validate(db, wanted["name"], wanted["query"], now, exclude_id=id):
            raise StoreError(sentence)
        changed = tuple(column for column, before in zip(wanted, was[1:4], strict=True) if wanted[column] != before)
        if changed:
            db.execute("UPDATE saved_feed SET name = ?, query = ?, icon = ? WHERE id = ?", (*wanted.values(), id))
            old, new = was[1], wanted["name"]
            sentence = gettext("Edited saved search “{name}”.", name=new)
            if changed == ("name",):
                sentence = gettext("Renamed saved search “{old}” to “{new}”.", old=old, new=new)
            images = [SAVED_SEARCHES.snapshot(was)]
            if "name" in changed:
                images += rewrite_references(db, "search", _renaming(old, new), now)
            record(db, sentence, images, now)
        return next(search for search in list_all(db, now) if search.id == id)


move, remove = SAVED_SEARCHES.move, SAVED_SEARCHES.remove
