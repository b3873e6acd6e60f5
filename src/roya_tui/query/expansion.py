"""Replace saved searches in a query, such as `search:morning`, by their queries."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from roya_tui.query import conditions
from roya_tui.query.conditions import NOTHING, All, Condition, Either, Not, Query, Term
from roya_tui.query.fields import MISSING_NAMES, QueryError
from roya_tui.query.parser import parse
from roya_tui.text import fold_name
from roya_tui.translation import gettext, gettext_noop

_MAX_EXPANSIONS = 100
"""Saved searches replaced in one query: if each contains the next twice, their number grows exponentially."""
_MAX_TERMS = 500
"""Terms in all replaced searches; SQLite limits the depth of an expression."""
_MAX_DEPTH = 100
"""Depth of nested conditions."""
_TOO_NESTED = gettext_noop("Too many saved searches are nested.")


def expand(query: Query, saved_searches: Mapping[str, str], now: int, *, strict: bool = False) -> Query:
    """Replace saved searches; `saved_searches` maps folded names to query texts.

    A search that is missing, invalid or contains itself matches nothing; with `strict`, it raises `QueryError`.
    """
    return replace(query, where=_Expander(saved_searches, now, strict).condition(query.where, ()))


class _Expander:
    def __init__(self, searches: Mapping[str, str], now: int, strict: bool) -> None:
        self.searches = searches
        self.now = now
        self.strict = strict
        self.left = _MAX_EXPANSIONS
        self.terms_left = _MAX_TERMS

    def condition(self, condition: Condition, inside: tuple[str, ...], depth: int = 0) -> Condition:
        if inside and depth > _MAX_DEPTH:
            raise QueryError(gettext(_TOO_NESTED))
        match condition:
            case Term("search"):
                try:
                    return self.saved_search(condition.value, inside, depth)
                except QueryError:
                    if self.strict:
                        raise
                    return NOTHING
            case Term():
                self.terms_left -= bool(inside)
                if self.terms_left < 0:
                    raise QueryError(gettext(_TOO_NESTED))
                return condition
            case Not(of):
                return conditions.negate_condition(self.condition(of, inside, depth + 1))
            case All(of):
                return conditions.join_all([self.condition(part, inside, depth + 1) for part in of])
            case Either(of):
                return conditions.join_either([self.condition(part, inside, depth + 1) for part in of])

    def saved_search(self, value: str, inside: tuple[str, ...], depth: int) -> Condition:
        name = fold_name(value)
        self.left -= 1
        if name not in self.searches:
            raise QueryError(gettext(MISSING_NAMES["search"], name=value))
        if name in inside:
            raise QueryError(gettext("Saved search “{name}” would contain itself.", name=value))
        if self.left < 0:
            raise QueryError(gettext(_TOO_NESTED))
        return self.condition(parse(self.searches[name], self.now).where, (*inside, name), depth + 1)
