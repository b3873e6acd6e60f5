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
    mapped,
    named_source,
    parse,
    rewritten,
    source_number,
    terms,
)
from roya_tui.store.database import told
from roya_tui.store.images import Image
from roya_tui.store.source_names import Meanings, are_words_of, labels, matching
from roya_tui.store.tag_aliases import members
from roya_tui.store.tags import fold_tag
from roya_tui.store.undo import rewrite
from roya_tui.text import fold

_KINDS = {"saved_feed": "feed", "rule": "rule"}
"""The tables with queries of the person's, and what their rows are called."""


def carry(db: Connection, field: str, change: Callable[[Term], Condition], now: int) -> list[Image]:
    """Write every saved feed and rule with what `change` makes of those of their terms that have `field`.

    Returns what was there before.
    """

    def carried(term: Term) -> Condition:
        return change(term) if term.field == field else term

    images = []
    for table in _KINDS:
        known = db.execute(f"SELECT id, query FROM {table}").fetchall()
        written = {id: rewritten(text, now, carried) for id, text in known}
        before = [(id, text) for id, text in known if written[id] != text]
        db.executemany(f"UPDATE {table} SET query = ? WHERE id = ?", [(written[id], id) for id, _ in before])
        if before:
            images.append(Image(table, ("query",), before))
    return images


def carry_source(db: Connection, id: int, label: str, name: str, now: int) -> list[Image]:
    """Let what names a source by words, and no other, name it by its number from now on, where they are none of its
    new `name`. Called before that is written; returns what was there before."""
    return carry(db, "source", _numbered(db, id, label, name), now)


def carry_source_for_good(db: Connection, id: int, label: str, name: str, now: int) -> None:
    """Do as `carry_source` where the new name is no step of the person's: what undo brings back names it so, too."""
    change = _numbered(db, id, label, name)

    def carried(term: Term) -> Term:
        return change(term) if term.field == "source" else term

    rewrite(db, _KINDS, "query", lambda text: rewritten(text, now, carried))
    carry(db, "source", change, now)


def _numbered(db: Connection, id: int, label: str, name: str) -> Callable[[Term], Term]:
    """Return what names a source by its number where words say `label`, and not its new `name`."""
    meanings = Meanings(db)

    def change(term: Term) -> Term:
        value = term.value
        lost = are_words_of(label, value) and not are_words_of(name, value) and meanings.of(value) == [id]
        return replace(term, value=str(id)) if lost else term

    return change


def kept(db: Connection, text: str, now: int) -> str:
    """Return a query as it is kept: with the numbers of sources that are given with name and number."""

    def change(term: Term) -> Term:
        number = source_number(term.value) if term.field == "source" else None
        meant = number is not None and matching(db, term.value) == [number]
        return replace(term, value=str(number)) if meant else term

    return rewritten(text, now, change)


@told
def shown(db: Connection, text: str, now: int) -> str:
    """Return a query as people read it: with the name of a source beside its number. `kept` gives back what it was."""
    return Names(db).shown(text, now)


@told
def naming(db: Connection, field: str, value: str, now: int) -> list[str]:
    """Return which saved feeds and rules name a folder or a feed that is gone: `the rule Quiet`."""
    if field == "folder" and not Names(db).gone(Query(Term(field, value))):
        return []
    found = []
    for table, kind in _KINDS.items():
        for name, text in db.execute(f"SELECT name, query FROM {table} ORDER BY place, id"):
            try:
                known = terms(parse(text, now).where)
            except QueryError:
                continue
            if any(term.field == field and fold(term.value) == fold(value) for term, _ in known):
                found.append(f"the {kind} {name}")
    return found


def there(folders: Iterable[str]) -> set[str]:
    """Return `folders`, and those that they are in, as queries name them: folded."""
    found = set()
    for name in folders:
        folded = fold(name)
        while folded and folded not in found:
            found.add(folded)
            folded = folded.rpartition("/")[0]
    return found


class Names:
    """What there is to be named, as long as one looks through some queries."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._meanings = Meanings(db)

    def shown(self, text: str, now: int) -> str:
        """`shown` for one of many."""

        def change(term: Term) -> Term:
            label = self._labels.get(term.value) if term.field == "source" else None
            return replace(term, value=named_source(int(term.value), label)) if label else term

        return rewritten(text, now, change) if "source:" in text.lower() else text

    def gone(self, query: Query) -> str:
        """Return which folder or source that `query` names is not there, in a sentence; "" if all are."""
        return next((f"There is no {one.field} “{one.value}”." for one, _ in terms(query.where) if self._gone(one)), "")

    def useless(self, query: Query) -> str:
        """Return why `query` finds nothing, or what it should leave out: for what it names is gone."""
        nothing = Not(All())
        found = mapped(query.where, lambda term: nothing if self._gone(term) else term)
        return self._left_out(query) or (self.gone(query) if found == nothing else "")

    def _left_out(self, query: Query) -> str:
        left_out = (term for term, wanted in terms(query.where) if not wanted and self._gone(term))
        return next((f"There is no {term.field} “{term.value}” to leave out." for term in left_out), "")

    def without(self, query: Query) -> str:
        """Return what `query` would leave out, and cannot, in a sentence: then what it finds is not what was meant."""
        if left_out := self._left_out(query):
            return left_out
        tags = [one.value for one, wanted in terms(query.where) if one.field == "tag" and not wanted]
        unused = [tag for tag in tags if not self._tagged(tag)]
        if unused and mapped(query.where, self._what_comes) == All():
            return f"Nothing has the tag “{unused[0]}”, so this would find everything."
        return ""

    def _what_comes(self, term: Term) -> Condition:
        """What a term says of an article that has just come."""
        if term.field in ("since", "came") or term == Term("is", "unread"):
            return All()
        return Not(All()) if term.field == "tag" and not self._tagged(term.value) else term

    def _gone(self, term: Term) -> bool:
        if term.field == "folder":
            return fold(term.value) not in self._folders
        return term.field == "source" and not self._meanings.of(term.value)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {str(id): label for id, label in labels(self._db).items()}

    @cached_property
    def _folders(self) -> set[str]:
        """All folders, and those that they are in. Removed sources count: their articles are told by them as before."""
        return there(name for (name,) in self._db.execute("SELECT DISTINCT folder FROM source"))

    def _tagged(self, name: str) -> bool:
        """Whether an article has a tag, or a rule gives it."""
        ids = ", ".join(f"{id:d}" for id in members(self._db, fold_tag(name)))
        asked = f"SELECT 1 FROM article_tag WHERE tag_id IN ({ids}) LIMIT 1"
        return self._db.execute(asked).fetchone() is not None or fold_tag(name) in self._given

    @cached_property
    def _given(self) -> set[str]:
        return {fold_tag(tag) for (tag,) in self._db.execute("SELECT tag FROM rule WHERE effect = 'tag'")}
