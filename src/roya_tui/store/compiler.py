"""A query's way into SQL. What a person wrote only ever becomes a parameter or a quoted token.

Joins are written in the order in which they should run (CROSS JOIN), so that no statistics, which may be missing or
years old, can lead SQLite astray.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any

from roya_tui.query import VISIT, All, Condition, Either, Not, Query, Term, mentions, moment, state
from roya_tui.store.sources import matching
from roya_tui.store.stories import MEMBERS
from roya_tui.store.tag_aliases import members
from roya_tui.store.tags import TagWords, fold_tag
from roya_tui.store.wording import beginning, expression, noted
from roya_tui.text import fold

FROM = "FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id"
ITS_ARTICLE = "LEFT JOIN state AS s ON s.article_id = r.id CROSS JOIN article AS a ON a.id = r.id"
"""What stands beside a row `r` with an id. Its state is looked at first: the row of an article is ten times as wide."""

_STATES = {
    "unread": "s.read_at IS NULL",
    "read": "s.read_at IS NOT NULL",
    "starred": "a.id IN (SELECT article_id FROM state WHERE starred_at IS NOT NULL)",
    "updated": "a.id IN (SELECT id FROM article JOIN state ON article_id = id WHERE changed_at IS NOT NULL"
    " AND read_at IS NOT NULL AND read_digest IS NOT digest)",
    "hidden": "a.id IN (SELECT article_id FROM state WHERE hidden_at IS NOT NULL"
    " UNION ALL SELECT article_id FROM state WHERE muted_by IS NOT NULL)",
    "highlighted": "a.id IN (SELECT article_id FROM state WHERE lit_by IS NOT NULL)",
    "full": "a.id IN (SELECT id FROM article WHERE full)",
    "noted": "a.id IN (SELECT article_id FROM state WHERE note <> '')",
    "has-image": "a.pictures > 0",
}

HIDDEN = "coalesce(s.hidden_at, s.muted_by)"
"""NULL where neither the person nor a rule has hidden it."""
_NOT_HIDDEN = (
    "a.id NOT IN (SELECT article_id FROM state WHERE hidden_at IS NOT NULL"
    " UNION ALL SELECT article_id FROM state WHERE muted_by IS NOT NULL)"
)
"""The same without a look at the state of each."""
_READ_OR_NOT = (state("read").where, state("unread").where)
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
        # What needs but the id is asked before the row of the article is read; by no index, as the plus says.
        rest = self.query(without(query, met), whole=whole).replace("a.id", "+r.id")
        if numbers and "a." not in rest:
            return f"FROM ({ids}) AS a LEFT JOIN state AS s ON s.article_id = a.id WHERE {rest.replace('r.id', 'a.id')}"
        return f"FROM ({ids}) AS r {ITS_ARTICLE} WHERE {rest}"

    def _ids(self, query: Query) -> tuple[str, Sequence[Term]]:
        """Return the query for the ids of all that meet some conditions, each once, and these; ("", ()) for none."""
        words = texts(query)
        if alone := [term for term in words if self._is_in_search_alone(term)]:
            self.parameters.append(" AND ".join(map(expression, alone)))
            return "SELECT rowid AS id FROM search WHERE search MATCH ?", alone
        terms = [part for part in _side_by_side(query) if isinstance(part, Term)]
        for term in terms:
            if term.field == "tag" and len(tags := members(self.db, fold_tag(term.value))) == 1:
                return f"SELECT article_id AS id FROM article_tag WHERE tag_id = {tags[0]:d}", [term]
        if words and (read_or_not := [self.term(term) for term in terms if term in _READ_OR_NOT]):
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
        if gone := removed(self.db):
            conditions.append(
                f"(a.source_id NOT IN ({gone}) OR s.starred_at IS NOT NULL OR coalesce(s.note, '') <> '')"
            )
        if not self.hidden and not mentions(query, "is", "hidden"):
            with_state = not whole or any("s." in condition for condition in conditions)
            conditions.append(f"{HIDDEN} IS NULL" if with_state else _NOT_HIDDEN)
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
                return _STATES[value]
            case "tag":
                ids = ", ".join(f"{id:d}" for id in members(self.db, fold_tag(value)))
                if self.few:
                    return f"EXISTS (SELECT 1 FROM article_tag WHERE article_id = a.id AND tag_id IN ({ids}))"
                return f"a.id IN (SELECT article_id FROM article_tag WHERE tag_id IN ({ids}){self.among('article_id')})"
            case "source":
                return self._in_sources(matching(self.db, value))
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
                    "changed": "a.id IN (SELECT id FROM article WHERE changed_at >= ?)",
                }[term.field]
            case "came":
                from roya_tui.store.visits import last_before

                self.parameters.append(last_before(self.db, self._arrival(value)))
                return "a.id > ?"
            case "minutes":
                comparison = re.match("[<>]?=?", value)
                assert comparison is not None
                self.parameters.append(int(value[comparison.end() :]))
                return f"a.minutes {comparison[0] or '='} ?"
            case "story":
                self.parameters += [int(value)] * 2
                return f"a.id IN ({MEMBERS})"
            case _:
                return f"a.id IN ({self.having(term)})"

    def _arrival(self, value: str) -> int:
        from roya_tui.store.visits import last_visit

        end = last_visit(self.db, self.now) if value == VISIT else None
        return moment("today" if value == VISIT else value, self.now, self.zone) if end is None else end

    def _in_sources(self, ids: Sequence[int]) -> str:
        chosen = f"source_id IN ({', '.join(f'{id:d}' for id in ids)})"
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


def removed(db: Connection) -> str:
    """Return the numbers of sources that were removed, as SQL has them in a list."""
    return ", ".join(f"{id:d}" for (id,) in db.execute("SELECT id FROM source WHERE removed_at IS NOT NULL"))
