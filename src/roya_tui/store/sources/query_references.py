"""What saved feeds and rules name: folders, sources, tags. A new name is carried into them; what is gone is told.

What a query looks for in a folder that is gone it does not find, and that is all. What it would leave out of what it
finds it can no longer tell: a rule rests then, or one that mutes all but a folder would mute everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.query import (
    All,
    Condition,
    Not,
    Query,
    QueryError,
    Term,
    format_source,
    iter_terms,
    map_terms,
    parse,
    parse_source_number,
    rewrite,
)
from roya_tui.store.connection import translate_errors
from roya_tui.store.sources.names import SourceMatcher, find_sources, load_labels, matches_label
from roya_tui.store.user_data.journal import rewrite_texts
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.store.user_data.tags import fold_tag, merged_ids
from roya_tui.text import fold

_QUERY_TABLES = {"saved_feed": "feed", "rule": "rule"}
"""The tables with queries of the person's, and what their rows are called."""


def rewrite_references(db: Connection, field: str, change: Callable[[Term], Condition], now: int) -> list[RowSnapshot]:
    """Write every saved feed and rule with what `change` makes of those of their terms that have `field`.

    Returns what was there before.
    """

    def carried(term: Term) -> Condition:
        return change(term) if term.field == field else term

    images = []
    for table in _QUERY_TABLES:
        known = db.execute(f"SELECT id, query FROM {table}").fetchall()
        written = {id: rewrite(text, now, carried) for id, text in known}
        before = [(id, text) for id, text in known if written[id] != text]
        db.executemany(f"UPDATE {table} SET query = ? WHERE id = ?", [(written[id], id) for id, _ in before])
        if before:
            images.append(RowSnapshot(table, ("query",), before))
    return images


def pin_source(db: Connection, id: int, label: str, name: str, now: int) -> list[RowSnapshot]:
    """Let what names a source by words, and no other, name it by its number from now on, where they are none of its
    new `name`. Called before that is written; returns what was there before."""
    return rewrite_references(db, "source", _pinning(db, id, label, name), now)


def pin_source_without_step(db: Connection, id: int, label: str, name: str, now: int) -> None:
    """Do as `carry_source` where the new name is no step of the person's: what undo brings back names it so, too."""
    change = _pinning(db, id, label, name)

    def carried(term: Term) -> Term:
        return change(term) if term.field == "source" else term

    rewrite_texts(db, _QUERY_TABLES, "query", lambda text: rewrite(text, now, carried))
    rewrite_references(db, "source", change, now)


def _pinning(db: Connection, id: int, label: str, name: str) -> Callable[[Term], Term]:
    """Return what names a source by its number where words say `label`, and not its new `name`."""
    meanings = SourceMatcher(db)

    def change(term: Term) -> Term:
        value = term.value
        lost = matches_label(label, value) and not matches_label(name, value) and meanings.find(value) == [id]
        return replace(term, value=str(id)) if lost else term

    return change


def to_stored(db: Connection, text: str, now: int) -> str:
    """Return a query as it is kept: with the numbers of sources that are given with name and number."""

    def change(term: Term) -> Term:
        number = parse_source_number(term.value) if term.field == "source" else None
        meant = number is not None and find_sources(db, term.value) == [number]
        return replace(term, value=str(number)) if meant else term

    return rewrite(text, now, change)


@translate_errors
def to_display(db: Connection, text: str, now: int) -> str:
    """Return a query as people read it: with the name of a source beside its number. `kept` gives back what it was."""
    return ReferenceChecker(db).to_display(text, now)


@translate_errors
def find_references(db: Connection, field: str, value: str, now: int) -> list[str]:
    """Return which saved feeds and rules name a folder or a feed that is gone: `the rule Quiet`."""
    if field == "folder" and not ReferenceChecker(db).describe_missing(Query(Term(field, value))):
        return []
    found = []
    for table, kind in _QUERY_TABLES.items():
        for name, text in db.execute(f"SELECT name, query FROM {table} ORDER BY place, id"):
            try:
                known = iter_terms(parse(text, now).where)
            except QueryError:
                continue
            if any(term.field == field and fold(term.value) == fold(value) for term, _ in known):
                found.append(f"the {kind} {name}")
    return found


def fold_with_parents(folders: Iterable[str]) -> set[str]:
    """Return `folders`, and those that they are in, as queries name them: folded."""
    found = set()
    for name in folders:
        folded = fold(name)
        while folded and folded not in found:
            found.add(folded)
            folded = folded.rpartition("/")[0]
    return found


class ReferenceChecker:
    """What there is to be named, as long as one looks through some queries."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._meanings = SourceMatcher(db)

    def to_display(self, text: str, now: int) -> str:
        """`shown` for one of many."""

        def change(term: Term) -> Term:
            label = self._labels.get(term.value) if term.field == "source" else None
            return replace(term, value=format_source(int(term.value), label)) if label else term

        return rewrite(text, now, change) if "source:" in text.lower() else text

    def describe_missing(self, query: Query) -> str:
        """Return which folder or source that `query` names is not there, in a sentence; "" if all are."""
        return next(
            (f"There is no {one.field} “{one.value}”." for one, _ in iter_terms(query.where) if self._is_missing(one)),
            "",
        )

    def describe_ineffective(self, query: Query) -> str:
        """Return why `query` finds nothing, or what it should leave out: for what it names is gone."""
        nothing = Not(All())
        found = map_terms(query.where, lambda term: nothing if self._is_missing(term) else term)
        return self._missing_exclusion(query) or (self.describe_missing(query) if found == nothing else "")

    def _missing_exclusion(self, query: Query) -> str:
        left_out = (term for term, wanted in iter_terms(query.where) if not wanted and self._is_missing(term))
        return next((f"There is no {term.field} “{term.value}” to leave out." for term in left_out), "")

    def describe_missing_exclusion(self, query: Query) -> str:
        """Return what `query` would leave out, and cannot, in a sentence: then what it finds is not what was meant."""
        if left_out := self._missing_exclusion(query):
            return left_out
        tags = [one.value for one, wanted in iter_terms(query.where) if one.field == "tag" and not wanted]
        unused = [tag for tag in tags if not self._is_tag_used(tag)]
        if unused and map_terms(query.where, self._value_for_new_article) == All():
            return f"Nothing has the tag “{unused[0]}”, so this would find everything."
        return ""

    def _value_for_new_article(self, term: Term) -> Condition:
        """What a term says of an article that has just come."""
        if term.field in ("since", "came") or term == Term("is", "unread"):
            return All()
        return Not(All()) if term.field == "tag" and not self._is_tag_used(term.value) else term

    def _is_missing(self, term: Term) -> bool:
        if term.field == "folder":
            return fold(term.value) not in self._folders
        return term.field == "source" and not self._meanings.find(term.value)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {str(id): label for id, label in load_labels(self._db).items()}

    @cached_property
    def _folders(self) -> set[str]:
        """All folders, and those that they are in. Removed sources count: their articles are told by them as before."""
        return fold_with_parents(name for (name,) in self._db.execute("SELECT DISTINCT folder FROM source"))

    def _is_tag_used(self, name: str) -> bool:
        """Whether an article has a tag, or a rule gives it."""
        ids = ", ".join(f"{id:d}" for id in merged_ids(self._db, fold_tag(name)))
        asked = f"SELECT 1 FROM article_tag WHERE tag_id IN ({ids}) LIMIT 1"
        return self._db.execute(asked).fetchone() is not None or fold_tag(name) in self._rule_tags

    @cached_property
    def _rule_tags(self) -> set[str]:
        return {fold_tag(tag) for (tag,) in self._db.execute("SELECT tag FROM rule WHERE effect = 'tag'")}
