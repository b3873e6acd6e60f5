"""Compiles a `Query` to SQL; text of the user only becomes a parameter or a quoted token.

Joins are written in the order in which they should run (CROSS JOIN), so that missing or outdated statistics cannot
mislead SQLite.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any

from roya_tui.query import LAST_SESSION, All, Condition, Either, Not, Query, Term, by_field, iter_terms, parse_time
from roya_tui.query.conditions import conjuncts, remove_terms, required_texts
from roya_tui.store.search.fts_query import find_in_notes, match_expression, prefix_expression
from roya_tui.store.sources.names import SourceMatcher
from roya_tui.store.user_data.rule_flags import HIDDEN
from roya_tui.store.user_data.stories import MEMBERS
from roya_tui.store.user_data.tags import TagNameIndex, merged_ids
from roya_tui.text import fold, fold_name

JOIN_STATE = "LEFT JOIN state AS s ON s.article_id = a.id"
FROM_ARTICLES = f"FROM article AS a {JOIN_STATE}"
FROM_IDS = f"FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value {JOIN_STATE}"
JOIN_ARTICLE = "LEFT JOIN state AS s ON s.article_id = r.id CROSS JOIN article AS a ON a.id = r.id"
"""Joins for a row `r` with an id. The state comes first: an article's row is ten times as wide."""

ALL_HIDDEN = (
    "SELECT article_id FROM state WHERE hidden_at IS NOT NULL"
    " UNION ALL SELECT article_id FROM state WHERE muted_by IS NOT NULL"
)
"""The ids of hidden articles, from two indexes: some occur twice."""
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
    "audio": "{id} IN (SELECT id FROM article WHERE media AND media & 1)",
    "video": "{id} IN (SELECT id FROM article WHERE media AND media & 2)",
    "downloaded": "{id} IN (SELECT article_id FROM episode WHERE file <> '')",
}
_HIDDEN = by_field("is", "hidden").where
_READ_STATES = (by_field("is", "read").where, by_field("is", "unread").where)
"""Conditions on the state of every article."""
_ROW_FIELDS, _HAS_IMAGE = ("source", "folder", "lang", "since", "before", "minutes"), by_field("is", "has-image").where
"""Conditions that read the article's row; for all others its id is enough."""
_SCAN_RATIO = 20
"""Sources with more than one in so many articles are found by a scan, which is already in order."""


class Compiler:
    """Builds SQL conditions and collects their parameters in order."""

    def __init__(
        self,
        db: Connection,
        now: int,
        zone: tzinfo | None,
        *,
        include_hidden: bool = False,
        within: tuple[int, int] | None = None,
        few_rows: bool = False,
        tag_names: TagNameIndex | None = None,
    ) -> None:
        """Prepare to compile one query.

        `include_hidden`: find hidden articles even without `is:hidden` in the query. `within`: the lowest and highest
        id to look at. `few_rows`: test each article for a tag instead of listing all articles with the tag.
        `tag_names`: an index shared with other queries.
        """
        self.db = db
        self.now = now
        self.zone = zone
        self.include_hidden = include_hidden
        self.within = within
        self.few_rows = few_rows
        self.tag_names = tag_names or TagNameIndex(db)
        self._source_matcher = SourceMatcher(db)
        self.removed = _sql_list(id for (id,) in db.execute("SELECT id FROM source WHERE removed_at IS NOT NULL"))
        """The ids of removed sources, for an SQL list."""
        self.id = "a.id"
        self.parameters: list[Any] = []

    def rows(self, query: Query, *, everything: bool, ids_only: bool = False) -> str:
        """Return FROM and WHERE for `query`; `everything`: all results will be read.

        An index with the ids that meet some conditions comes first: in the order of ids the states of articles are side
        by side. `ids_only`: no column of the article but `a.id` is read.
        """
        ids, indexed = self._ids_from_index(query)
        if not ids:
            return f"{FROM_ARTICLES} WHERE {self.where(query, everything=everything)}"
        rest = remove_terms(query, indexed)
        row = "a" if ids_only and not self._needs_article_row(rest) else "r"
        # Conditions on the id run before the article's row is read. The plus keeps SQLite from using an index.
        self.id = f"+{row}.id"
        joins = JOIN_STATE if row == "a" else JOIN_ARTICLE
        return f"FROM ({ids}) AS {row} {joins} WHERE {self.where(rest, everything=everything)}"

    def _needs_article_row(self, query: Query) -> bool:
        """Whether `query` depends on columns of the articles' rows."""
        terms = [term for term, _ in iter_terms(query.where)]
        return bool(self.removed) or any(term.field in _ROW_FIELDS or term == _HAS_IMAGE for term in terms)

    def _ids_from_index(self, query: Query) -> tuple[str, Sequence[Term]]:
        """Return SQL for the distinct ids that meet some conditions, and these; else ("", ())."""
        words = required_texts(query)
        if only_indexed := [term for term in words if self._is_only_in_index(term)]:
            self.parameters.append(" AND ".join(map(match_expression, only_indexed)))
            return "SELECT rowid AS id FROM search WHERE search MATCH ?", only_indexed
        terms = [part for part in conjuncts(query) if isinstance(part, Term)]
        for term in terms:
            if term.field == "tag" and len(tags := merged_ids(self.db, fold_name(term.value))) == 1:
                return f"SELECT article_id AS id FROM article_tag WHERE tag_id = {tags[0]:d}", [term]
        if words and (read_or_not := [self.term(term) for term in terms if term in _READ_STATES]):
            return (
                f"SELECT r.id FROM ({self.ids_with_text(words[0])}) AS r LEFT JOIN state AS s ON s.article_id = r.id"
                f" WHERE {' AND '.join(read_or_not)} GROUP BY r.id"
            ), words[:1]
        return "", ()

    def _is_only_in_index(self, term: Term) -> bool:
        """Whether no tag or note has the word, and it is too long for prefix matches in titles."""
        if prefix_expression(term):
            return False
        return bool(term.field) or not (self._tags_with(term) or find_in_notes(self.db, term))

    def _tags_with(self, term: Term) -> list[int]:
        """Return the tags with the word or phrase in their name or in that of their merged tag."""
        return self.tag_names.find(f" {fold_name(term.value)}" + (" " if term.phrase else ""))

    def where(self, query: Query, *, everything: bool = False) -> str:
        """Return the WHERE condition of `query`; `everything`: expect very many results."""
        conditions = [self.condition(query.where)]
        if self.removed:
            conditions.append(
                f"(a.source_id NOT IN ({self.removed}) OR s.starred_at IS NOT NULL OR coalesce(s.note, '') <> '')"
            )
        terms = [term for term, _ in iter_terms(query.where)]
        if not self.include_hidden and _HIDDEN not in terms:
            # If no other condition reads the states, excluding the few hidden ids is faster.
            with_state = not everything or bool(self.removed) or any(term in _READ_STATES for term in terms)
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
                tagged = f"article_tag WHERE tag_id IN ({_sql_list(merged_ids(self.db, fold_name(value)))})"
                if self.few_rows:
                    return f"EXISTS (SELECT 1 FROM {tagged} AND article_id = {self.id})"
                return f"{self.id} IN (SELECT article_id FROM {tagged}{self.within_clause('article_id')})"
            case "source":
                return self._in_sources(self._source_matcher.find(value))
            case "folder":
                return self._in_sources(_in_folder(self.db, value))
            case "lang":
                self.parameters += [value, f"{value}-*"]
                return "(lower(a.language) = ? OR lower(a.language) GLOB ?)"
            case "since" | "before" | "changed":
                self.parameters.append(parse_time(value, self.now, self.zone))
                return {
                    "since": "a.at >= ?",
                    "before": "a.at < ?",
                    "changed": f"{self.id} IN (SELECT id FROM article WHERE changed_at >= ?)",
                }[term.field]
            case "came":
                from roya_tui.store.user_data.visits import last_article_before

                self.parameters.append(last_article_before(self.db, self._arrival(value)))
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
                return f"{self.id} IN ({self.ids_with_text(term)})"

    def _arrival(self, value: str) -> int:
        from roya_tui.store.user_data.visits import last_visit_end

        end = last_visit_end(self.db, self.now) if value == LAST_SESSION else None
        return parse_time("today" if value == LAST_SESSION else value, self.now, self.zone) if end is None else end

    def _in_sources(self, ids: Sequence[int]) -> str:
        condition = f"source_id IN ({_sql_list(ids)})"
        if self.within is None:
            (many,) = self.db.execute(
                f"SELECT sum(total) FILTER (WHERE {condition}) * {_SCAN_RATIO} > sum(total) FROM tally WHERE tag_id = 0"
            ).fetchone()
            if many:
                return f"+a.{condition}"
        return f"a.{condition}"

    def ids_with_text(self, term: Term) -> str:
        """Return SQL for the ids with the word or phrase in text, tags or notes; some occur twice."""
        if term.field:
            return self.ids_in_index(term)
        matches = self.ids_in_index(term)
        self.parameters += [json.dumps(self._tags_with(term)), json.dumps(find_in_notes(self.db, term))]
        return (
            f"{matches} UNION ALL SELECT article_id FROM article_tag"
            f" WHERE tag_id IN (SELECT value FROM json_each(?)){self.within_clause('article_id')}"
            " UNION ALL SELECT value FROM json_each(?)"
        )

    def ids_in_index(self, term: Term) -> str:
        """Return SQL for the ids with the word or phrase in the full-text index."""
        parts = []
        if prefix := prefix_expression(term):
            parts.append(f"SELECT rowid AS id FROM beginnings WHERE beginnings MATCH ?{self.within_clause('rowid')}")
            self.parameters.append(prefix)
        if not (prefix and term.field):
            parts.append(f"SELECT rowid AS id FROM search WHERE search MATCH ?{self.within_clause('rowid')}")
            self.parameters.append(match_expression(term))
        return " UNION ALL ".join(parts)

    def within_clause(self, column: str) -> str:
        return "" if self.within is None else f" AND {column} BETWEEN {self.within[0]:d} AND {self.within[1]:d}"


def _in_folder(db: Connection, name: str) -> list[int]:
    wanted = fold(name)
    folders = ((id, fold(folder)) for id, folder in db.execute("SELECT id, folder FROM source"))
    return [id for id, folder in folders if folder == wanted or folder.startswith(wanted + "/")]


def _sql_list(numbers: Iterable[int]) -> str:
    """Return integers separated by commas."""
    return ", ".join(f"{number:d}" for number in numbers)
