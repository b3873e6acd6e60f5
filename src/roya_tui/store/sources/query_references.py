"""Sources, folders and tags named in saved searches and rules.

A condition on a missing folder just matches nothing. But a missing exclusion suspends a rule: otherwise a rule that
mutes all but one folder would mute everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.query import All, Condition, Not, Query, QueryError, Term
from roya_tui.query.conditions import format_source, iter_terms, map_terms, parse_source_number
from roya_tui.query.fields import MISSING_NAMES
from roya_tui.query.parser import parse, rewrite
from roya_tui.store.sources.names import SourceMatcher, find_sources, load_labels, matches_label
from roya_tui.store.user_data.journal import rewrite_texts
from roya_tui.store.user_data.named_tables import RULES, SAVED_SEARCHES
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.store.user_data.tags import merged_ids
from roya_tui.text import fold, fold_name
from roya_tui.translation import gettext, gettext_noop

_QUERY_TABLES = (SAVED_SEARCHES, RULES)
_MISSING_EXCLUSIONS = {
    "folder": gettext_noop("The excluded folder “{name}” does not exist."),
    "source": gettext_noop("The excluded source “{name}” does not exist."),
}


def rewrite_references(db: Connection, field: str, change: Callable[[Term], Condition], now: int) -> list[RowSnapshot]:
    """Apply `change` to terms with `field` in your queries; return the rows from before."""

    def rewrite_term(term: Term) -> Condition:
        return change(term) if term.field == field else term

    images = []
    for table, *_ in _QUERY_TABLES:
        queries = db.execute(f"SELECT id, query FROM {table}").fetchall()
        written = {id: rewrite(text, now, rewrite_term) for id, text in queries}
        before = [(id, text) for id, text in queries if written[id] != text]
        db.executemany(f"UPDATE {table} SET query = ? WHERE id = ?", [(written[id], id) for id, _ in before])
        if before:
            images.append(RowSnapshot(table, ("query",), before))
    return images


def pin_source(db: Connection, id: int, label: str, name: str, now: int) -> list[RowSnapshot]:
    """Name this source by its id where words match only it, but not its new `name`.

    Call it before the name is saved. Returns the rows from before.
    """
    return rewrite_references(db, "source", _pinning(db, id, label, name), now)


def pin_source_without_step(db: Connection, id: int, label: str, name: str, now: int) -> None:
    """Do as `pin_source` for a new name that is not a step: also rewrite recorded steps."""
    change = _pinning(db, id, label, name)

    def rewrite_term(term: Term) -> Term:
        return change(term) if term.field == "source" else term

    rewrite_texts(db, {table for table, *_ in _QUERY_TABLES}, "query", lambda text: rewrite(text, now, rewrite_term))
    rewrite_references(db, "source", change, now)


def _pinning(db: Connection, id: int, label: str, name: str) -> Callable[[Term], Term]:
    """Return a function that replaces words that match `label`, but not `name`, by the id."""
    meanings = SourceMatcher(db)

    def change(term: Term) -> Term:
        value = term.value
        lost = matches_label(label, value) and not matches_label(name, value) and meanings.find(value) == [id]
        return replace(term, value=str(id)) if lost else term

    return change


def to_stored(db: Connection, text: str, now: int) -> str:
    """Return a query as it is stored: with ids of sources instead of `label #id`."""

    def change(term: Term) -> Term:
        number = parse_source_number(term.value) if term.field == "source" else None
        meant = number is not None and find_sources(db, term.value) == [number]
        return replace(term, value=str(number)) if meant else term

    return rewrite(text, now, change)


def to_display(db: Connection, text: str, now: int) -> str:
    """Return a query for display: with labels of sources besides their ids; see `to_stored`."""
    return ReferenceChecker(db).to_display(text, now)


def find_references(db: Connection, field: str, value: str, now: int) -> list[str]:
    """Return which saved searches and rules name a missing folder or saved search."""
    if field == "folder" and not ReferenceChecker(db).describe_missing(Query(Term(field, value))):
        return []
    found = []
    for table, label, *_ in _QUERY_TABLES:
        for name, text in db.execute(f"SELECT name, query FROM {table} ORDER BY place, id"):
            try:
                terms = iter_terms(parse(text, now).where)
            except QueryError:
                continue
            if any(term.field == field and fold(term.value) == fold(value) for term, _ in terms):
                found.append(gettext(label, name=name))
    return found


def fold_with_parents(folders: Iterable[str]) -> set[str]:
    """Return folders and their parents, folded as in queries."""
    found = set()
    for name in folders:
        folded = fold(name)
        while folded and folded not in found:
            found.add(folded)
            folded = folded.rpartition("/")[0]
    return found


class ReferenceChecker:
    """Checks names in queries; what exists is read once for several queries."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._meanings = SourceMatcher(db)

    def to_display(self, text: str, now: int) -> str:
        """Return a query for display."""

        def change(term: Term) -> Term:
            label = self._labels.get(term.value) if term.field == "source" else None
            return replace(term, value=format_source(int(term.value), label)) if label else term

        return rewrite(text, now, change) if "source:" in text.lower() else text

    def describe_missing(self, query: Query) -> str:
        """Return which folder or source in `query` is missing, as a sentence, or ""."""
        missing = (term for term, _ in iter_terms(query.where) if self._is_missing(term))
        return next((gettext(MISSING_NAMES[term.field], name=term.value) for term in missing), "")

    def describe_ineffective(self, query: Query) -> str:
        """Return why `query` finds nothing or excludes a missing name, or ""."""
        nothing = Not(All())
        found = map_terms(query.where, lambda term: nothing if self._is_missing(term) else term)
        return self._missing_exclusion(query) or (self.describe_missing(query) if found == nothing else "")

    def _missing_exclusion(self, query: Query) -> str:
        left_out = (term for term, wanted in iter_terms(query.where) if not wanted and self._is_missing(term))
        return next((gettext(_MISSING_EXCLUSIONS[term.field], name=term.value) for term in left_out), "")

    def describe_missing_exclusion(self, query: Query) -> str:
        """Return which exclusion of `query` is missing, so that it would match too much, or ""."""
        if left_out := self._missing_exclusion(query):
            return left_out
        tags = [term.value for term, wanted in iter_terms(query.where) if term.field == "tag" and not wanted]
        unused = [tag for tag in tags if not self._is_tag_used(tag)]
        if unused and map_terms(query.where, self._value_for_new_article) == All():
            return gettext("No article has the excluded tag “{tag}”, so all articles would match.", tag=unused[0])
        return ""

    def _value_for_new_article(self, term: Term) -> Condition:
        """Return a term's value for a new article, if it is the same for all."""
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
        """Folders and their parents, folded; also of removed sources, whose articles still match."""
        return fold_with_parents(name for (name,) in self._db.execute("SELECT DISTINCT folder FROM source"))

    def _is_tag_used(self, name: str) -> bool:
        """Whether an article has a tag or a rule adds it."""
        ids = ", ".join(f"{id:d}" for id in merged_ids(self._db, fold_name(name)))
        asked = f"SELECT 1 FROM article_tag WHERE tag_id IN ({ids}) LIMIT 1"
        return self._db.execute(asked).fetchone() is not None or fold_name(name) in self._rule_tags

    @cached_property
    def _rule_tags(self) -> set[str]:
        return {fold_name(tag) for (tag,) in self._db.execute("SELECT tag FROM rule WHERE effect = 'tag'")}
