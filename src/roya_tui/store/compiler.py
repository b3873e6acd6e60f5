"""A query's way into SQL. What a person wrote only ever becomes a parameter or a quoted token.

Joins are written in the order in which they should run (CROSS JOIN), so that no statistics, which may be missing or
years old, can lead SQLite astray.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any

from roya_tui.query import VISIT, All, Condition, Either, Not, Query, Term, moment, state, terms
from roya_tui.store.muting import HIDDEN
from roya_tui.store.source_names import Meanings
from roya_tui.store.stories import MEMBERS
from roya_tui.store.tag_aliases import members
from roya_tui.store.tags import TagWords, fold_tag
from roya_tui.store.wording import beginning, expression, noted
from roya_tui.text import fold

ITS_STATE = "LEFT JOIN state AS s ON s.article_id = a.id"
FROM = f"FROM article AS a {ITS_STATE}"
FROM_THESE = f"FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value {ITS_STATE}"
ITS_ARTICLE = "LEFT JOIN state AS s ON s.article_id = r.id CROSS JOIN article AS a ON a.id = r.id"
"""What stands beside a row `r` with an id. Its state is looked at first: the row of an article is ten times as wide."""

ALL_HIDDEN = (
    "SELECT article_id FROM state WHERE hidden_at IS NOT NULL"
    " UNION ALL SELECT article_id FROM state WHERE muted_by IS NOT NULL"
)
"""The numbers of what is hidden, by two indexes: some come twice."""
_STATES = {
    "unread": "s.read_at IS NULL",
    "read": "s.read_at IS NOT NULL",
    "starred": "{id} IN (SELECT article_id FROM state WHERE starred_at IS NOT NULL)",
    "updated": "{id} IN (SELECT id FROM article JOIN state ON article_id = id WHERE changed_at IS NOT NULL"
    " AND read_at IS NOT NULL AND read_digest IS NOT digest)",
    "hidden": f"{{id}} IN ({ALL_HIDDEN})",
    "highlighted": "{id} IN (SELECT article_id FROM state WHERE lit_by IS NOT NULL)",
    "full": "{id} IN (SELECT id FROM article WHERE full)",
    "noted": "{id} IN (SELECT article_id FROM state WHERE note <> '')",
    "has-image": "a.pictures > 0",
}
_HIDDEN = state("hidden").where
_READ_OR_NOT = (state("read").where, state("unread").where)
"""What is asked of the state of each article."""
_OF_ITS_ROW, _HAS_IMAGE = ("source", "folder", "lang", "since", "before", "minutes"), state("has-image").where
"""What is asked of the row of each article: fields, and a state. For all else its number is enough."""
_MANY = 20
"""Sources that have more than one in so many articles are looked for in the list of all, which is in order already."""


class Compiler:
    """Writes SQL conditions, and collects their parameters in the order of their marks."""

    def __init__(
        self,
        db: Connection,
        now: int,
        zone: tzinfo | None,
        *,
        hidden: bool = False,
        within: tuple[int, int] | None = None,
        few: bool = False,
        tag_words: TagWords | None = None,
    ) -> None:
        """Hidden articles are found, too, where that is said by `hidden` or in the query.

        `within`: no others are asked for than those from one id to another, which spares a look at all the rest.
        `few`: of each article it is asked whether it has a tag, and not of the tag which articles have it.
        `tag_words`: those that are asked by other questions, too.
        """
        self.db = db
        self.now = now
        self.zone = zone
        self.hidden = hidden
        self.within = within
        self.few = few
        self.tag_words = tag_words or TagWords(db)
        self._meanings = Meanings(db)
        self.removed = _listed(id for (id,) in db.execute("SELECT id FROM source WHERE removed_at IS NOT NULL"))
        """The numbers of sources that were removed."""
        self.id = "a.id"
        """How the number of the article in question is written."""
        self.parameters: list[Any] = []

    def rows(self, query: Query, *, whole: bool, numbers: bool = False) -> str:
        """Return FROM and WHERE for what `query` finds; `whole`: all of it is wanted.

        Where an index has the ids of all that meet some of the conditions, that comes first: in the order of ids, in
        which the states of articles stand, each is beside the one before. `numbers`: of the article itself nothing
        but `a.id` is wanted.
        """
        ids, met = self._ids(query)
        if not ids:
            return f"{FROM} WHERE {self.query(query, whole=whole)}"
        rest = without(query, met)
        row = "a" if numbers and not self._looks_into_rows(rest) else "r"
        # What needs but the id is asked before the row of the article is read; by no index, as the plus says.
        self.id = f"+{row}.id"
        beside = ITS_STATE if row == "a" else ITS_ARTICLE
        return f"FROM ({ids}) AS {row} {beside} WHERE {self.query(rest, whole=whole)}"

    def _looks_into_rows(self, query: Query) -> bool:
        """Whether the rows of articles must be read to tell which of them `query` finds."""
        asked = [term for term, _ in terms(query.where)]
        return bool(self.removed) or any(term.field in _OF_ITS_ROW or term == _HAS_IMAGE for term in asked)

    def _ids(self, query: Query) -> tuple[str, Sequence[Term]]:
        """Return the query for the ids of all that meet some conditions, each once, and these; ("", ()) for none."""
        words = texts(query)
        if alone := [term for term in words if self._is_in_search_alone(term)]:
            self.parameters.append(" AND ".join(map(expression, alone)))
            return "SELECT rowid AS id FROM search WHERE search MATCH ?", alone
        asked = [part for part in _side_by_side(query) if isinstance(part, Term)]
        for term in asked:
            if term.field == "tag" and len(tags := members(self.db, fold_tag(term.value))) == 1:
                return f"SELECT article_id AS id FROM article_tag WHERE tag_id = {tags[0]:d}", [term]
        if words and (read_or_not := [self.term(term) for term in asked if term in _READ_OR_NOT]):
            return (
                f"SELECT r.id FROM ({self.having(words[0])}) AS r LEFT JOIN state AS s ON s.article_id = r.id"
                f" WHERE {' AND '.join(read_or_not)} GROUP BY r.id"
            ), words[:1]
        return "", ()

    def _is_in_search_alone(self, term: Term) -> bool:
        """Whether neither a tag nor a note has the word, nor is it so short that titles may begin with it."""
        if beginning(term):
            return False
        return bool(term.field) or not (self._tags_with(term) or noted(self.db, term))

    def _tags_with(self, term: Term) -> list[int]:
        """Return the tags that have the word or phrase, or stand under one that has."""
        return self.tag_words.having(f" {fold_tag(term.value)}" + (" " if term.phrase else ""))

    def query(self, query: Query, *, whole: bool = False) -> str:
        """Return the condition for `query` and for what every view leaves out; `whole`: very many may be found."""
        conditions = [self.condition(query.where)]
        if self.removed:
            conditions.append(
                f"(a.source_id NOT IN ({self.removed}) OR s.starred_at IS NOT NULL OR coalesce(s.note, '') <> '')"
            )
        asked = [term for term, _ in terms(query.where)]
        if not self.hidden and _HIDDEN not in asked:
            # Where nothing else looks at the state of each, it takes less to leave out those few that are hidden.
            with_state = not whole or bool(self.removed) or any(term in _READ_OR_NOT for term in asked)
            conditions.append(f"{HIDDEN} IS NULL" if with_state else self.condition(Not(_HIDDEN)))
        return " AND ".join(conditions)

    def condition(self, condition: Condition) -> str:
        match condition:
            case Term():
                return self.term(condition)
            case Not(of):
                return f"NOT ({self.condition(of)})"
            case All(of):
                return "(" + (" AND ".join(self.condition(part) for part in of) or "1") + ")"
            case Either(of):
                return "(" + (" OR ".join(self.condition(part) for part in of) or "0") + ")"

    def term(self, term: Term) -> str:
        value = term.value
        match term.field:
            case "is":
                return _STATES[value].format(id=self.id)
            case "tag":
                tagged = f"article_tag WHERE tag_id IN ({_listed(members(self.db, fold_tag(value)))})"
                if self.few:
                    return f"EXISTS (SELECT 1 FROM {tagged} AND article_id = {self.id})"
                return f"{self.id} IN (SELECT article_id FROM {tagged}{self.among('article_id')})"
            case "source":
                return self._in_sources(self._meanings.of(value))
            case "folder":
                return self._in_sources(_in_folder(self.db, value))
            case "lang":
                self.parameters += [value, f"{value}-*"]
                return "(lower(a.language) = ? OR lower(a.language) GLOB ?)"
            case "since" | "before" | "changed":
                self.parameters.append(moment(value, self.now, self.zone))
                return {
                    "since": "a.at >= ?",
                    "before": "a.at < ?",
                    "changed": f"{self.id} IN (SELECT id FROM article WHERE changed_at >= ?)",
                }[term.field]
            case "came":
                from roya_tui.store.visits import last_before

                self.parameters.append(last_before(self.db, self._arrival(value)))
                return f"{self.id} > ?"
            case "minutes":
                comparison = re.match("[<>]?=?", value)
                assert comparison is not None
                self.parameters.append(int(value[comparison.end() :]))
                return f"a.minutes {comparison[0] or '='} ?"
            case "story":
                self.parameters += [int(value)] * 2
                return f"{self.id} IN ({MEMBERS})"
            case _:
                return f"{self.id} IN ({self.having(term)})"

    def _arrival(self, value: str) -> int:
        from roya_tui.store.visits import last_visit

        end = last_visit(self.db, self.now) if value == VISIT else None
        return moment("today" if value == VISIT else value, self.now, self.zone) if end is None else end

    def _in_sources(self, ids: Sequence[int]) -> str:
        chosen = f"source_id IN ({_listed(ids)})"
        if self.within is None:
            (many,) = self.db.execute(
                f"SELECT sum(total) FILTER (WHERE {chosen}) * {_MANY} > sum(total) FROM tally WHERE tag_id = 0"
            ).fetchone()
            if many:
                return f"+a.{chosen}"
        return f"a.{chosen}"

    def having(self, term: Term) -> str:
        """Return the query for the ids of what has the word or phrase, some of them twice."""
        if term.field:
            return self.matches(term)
        matches = self.matches(term)
        self.parameters += [json.dumps(self._tags_with(term)), json.dumps(noted(self.db, term))]
        return (
            f"{matches} UNION ALL SELECT article_id FROM article_tag"
            f" WHERE tag_id IN (SELECT value FROM json_each(?)){self.among('article_id')}"
            " UNION ALL SELECT value FROM json_each(?)"
        )

    def matches(self, term: Term) -> str:
        """Return the query for the ids of what search knows to have the word or phrase."""
        parts = []
        if begun := beginning(term):
            parts.append(f"SELECT rowid AS id FROM beginnings WHERE beginnings MATCH ?{self.among('rowid')}")
            self.parameters.append(begun)
        if not (begun and term.field):
            parts.append(f"SELECT rowid AS id FROM search WHERE search MATCH ?{self.among('rowid')}")
            self.parameters.append(expression(term))
        return " UNION ALL ".join(parts)

    def among(self, column: str) -> str:
        return "" if self.within is None else f" AND {column} BETWEEN {self.within[0]:d} AND {self.within[1]:d}"


def texts(query: Query) -> list[Term]:
    """Return the words and phrases that all are to be there."""
    return [part for part in _side_by_side(query) if isinstance(part, Term) and is_text(part)]


def without(query: Query, terms: Collection[Term]) -> Query:
    """Return what else `query` asks for than these of its `texts`."""
    return Query(All(tuple(part for part in _side_by_side(query) if part not in terms)))


def is_text(condition: Condition) -> bool:
    """Whether it is a word or phrase that search knows."""
    return isinstance(condition, Term) and condition.field in ("", "title", "author")


def _side_by_side(query: Query) -> tuple[Condition, ...]:
    return query.where.of if isinstance(query.where, All) else (query.where,)


def _in_folder(db: Connection, name: str) -> list[int]:
    wanted = fold(name)
    folders = ((id, fold(folder)) for id, folder in db.execute("SELECT id, folder FROM source"))
    return [id for id, folder in folders if folder == wanted or folder.startswith(wanted + "/")]


def _listed(numbers: Iterable[int]) -> str:
    """Return numbers as SQL has them in a list."""
    return ", ".join(f"{number:d}" for number in numbers)
