"""Saved feeds inside of a query: `feed:morning` stands for the query that has that name."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from roya_tui.query.fields import QueryError
from roya_tui.query.parser import parse
from roya_tui.query.values import NOTHING, Condition, Query, Term, mapped
from roya_tui.text import fold

_MOST = 100
"""Feeds in a query with all that they hold: feeds that hold each other twice and twice again would have no end."""


def name_of(feed: str) -> str:
    """Return the form in which names of feeds are the same."""
    return " ".join(fold(feed).split())


def expanded(query: Query, feeds: Mapping[str, str], now: int, *, strict: bool = False) -> Query:
    """Return `query` with what its feeds stand for; `feeds` are the texts of all, by `name_of`.

    A feed that is not there, is no query or holds itself finds nothing; with `strict` it raises `QueryError`.
    """
    return replace(query, where=_Nest(feeds, now, strict).condition(query.where, ()))


class _Nest:
    def __init__(self, feeds: Mapping[str, str], now: int, strict: bool) -> None:
        self.feeds = feeds
        self.now = now
        self.strict = strict
        self.left = _MOST

    def condition(self, condition: Condition, inside: tuple[str, ...]) -> Condition:
        return mapped(condition, lambda term: self.feed_or_nothing(term, inside) if term.field == "feed" else term)

    def feed_or_nothing(self, term: Term, inside: tuple[str, ...]) -> Condition:
        try:
            return self.feed(term.value, inside)
        except QueryError:
            if self.strict:
                raise
            return NOTHING

    def feed(self, value: str, inside: tuple[str, ...]) -> Condition:
        name = name_of(value)
        self.left -= 1
        if name not in self.feeds:
            raise QueryError(f"There is no saved feed “{value}”.")
        if name in inside:
            raise QueryError(f"The feed “{value}” would hold itself.")
        if self.left < 0:
            raise QueryError("There are too many feeds inside each other.")
        return self.condition(parse(self.feeds[name], self.now).where, (*inside, name))
