"""Saved feeds inside of a query: `feed:morning` stands for the query that has that name."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from roya_tui.query.conditions import (
    NOTHING,
    All,
    Condition,
    Either,
    Not,
    Query,
    Term,
    join_all,
    join_either,
    negate_condition,
)
from roya_tui.query.fields import QueryError
from roya_tui.query.parser import parse
from roya_tui.text import fold

_MAX_EXPANSIONS = 100
"""Feeds in a query with all that they hold: feeds that hold each other twice and twice again would have no end."""
_MAX_TERMS = 500
"""Words in all of them together: of some more, SQLite's tree would be too large."""
_MAX_DEPTH = 100
"""Conditions inside each other, in all of them together."""
_TOO_MUCH = "There are too many feeds inside each other."


def fold_name(name: str) -> str:
    """Return the form in which names of feeds are the same."""
    return " ".join(fold(name).split())


def expand(query: Query, saved_searches: Mapping[str, str], now: int, *, strict: bool = False) -> Query:
    """Return `query` with what its feeds stand for; `feeds` are the texts of all, by `name_of`.

    A feed that is not there, is no query or holds itself finds nothing; with `strict` it raises `QueryError`.
    """
    return replace(query, where=_Expander(saved_searches, now, strict).condition(query.where, ()))


class _Expander:
    def __init__(self, feeds: Mapping[str, str], now: int, strict: bool) -> None:
        self.feeds = feeds
        self.now = now
        self.strict = strict
        self.left = _MAX_EXPANSIONS
        self.terms_left = _MAX_TERMS

    def condition(self, condition: Condition, inside: tuple[str, ...], depth: int = 0) -> Condition:
        if inside and depth > _MAX_DEPTH:
            raise QueryError(_TOO_MUCH)
        match condition:
            case Term("feed"):
                return self.saved_search_or_nothing(condition, inside, depth)
            case Term():
                self.terms_left -= bool(inside)
                if self.terms_left < 0:
                    raise QueryError(_TOO_MUCH)
                return condition
            case Not(of):
                return negate_condition(self.condition(of, inside, depth + 1))
            case All(of):
                return join_all([self.condition(part, inside, depth + 1) for part in of])
            case Either(of):
                return join_either([self.condition(part, inside, depth + 1) for part in of])

    def saved_search_or_nothing(self, term: Term, inside: tuple[str, ...], depth: int) -> Condition:
        try:
            return self.saved_search(term.value, inside, depth)
        except QueryError:
            if self.strict:
                raise
            return NOTHING

    def saved_search(self, value: str, inside: tuple[str, ...], depth: int) -> Condition:
        name = fold_name(value)
        self.left -= 1
        if name not in self.feeds:
            raise QueryError(f"There is no saved feed “{value}”.")
        if name in inside:
            raise QueryError(f"The feed “{value}” would hold itself.")
        if self.left < 0:
            raise QueryError(_TOO_MUCH)
        return self.condition(parse(self.feeds[name], self.now).where, (*inside, name), depth + 1)
