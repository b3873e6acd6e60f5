"""Parse text to a `Query`, by recursive descent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from functools import lru_cache

from msgspec.structs import replace

from roya_tui.query import conditions
from roya_tui.query.conditions import EVERYTHING, Condition, Query, Term
from roya_tui.query.fields import FIELD_ALIASES, FIELDS, LAST_SESSION, QueryError, parse_time
from roya_tui.text import nearest
from roya_tui.translation import gettext

_BARE = re.compile(r'[^\s()"]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_FIELD = re.compile(r"([a-z][a-z-]*):", re.I)
_DATED = re.compile("since|changed|came", re.I)
"""Fields whose validity depends on the current time, since a future time is an error."""
_MAX_DEPTH = 40
_MAX_TERMS = 200


def parse(text: str, now: int) -> Query:
    """Parse a query; a time after `now` is an error. Raises `QueryError` with the position in `text`."""
    return _parse(text, now if _DATED.search(text) else 0)


@lru_cache(512)  # the queries of rules and saved searches are parsed often
def _parse(text: str, now: int) -> Query:
    return _Parser(text, now).query()


def rewrite(text: str, now: int, transform: Callable[[Term], Condition]) -> str:
    """Return `text` with `transform` applied to each term; unchanged if invalid."""
    try:
        query = parse(text, now)
    except QueryError:
        return text
    where = conditions.map_terms(query.where, transform)
    return text if where == query.where else str(replace(query, where=where))


class _Parser:
    """Recursive descent: either → all → negated → group or term."""

    def __init__(self, text: str, now: int) -> None:
        self.text = text
        self.now = now
        self.at = 0
        self.depth = 0
        self.terms = 0
        self.sort = ""

    def query(self) -> Query:
        where = self.either()
        if self.at < len(self.text):
            raise QueryError(gettext("This closing parenthesis has no opening parenthesis."), self.at)
        return Query(where, self.sort)

    def either(self) -> Condition:
        parts = [self.all()]
        while self.is_at("or"):
            start = self.at
            self.at += len("or")
            if parts[-1] is None:
                raise QueryError(gettext("“or” needs a word or condition before it."), start)
            parts.append(self.all())
            if parts[-1] is None:
                raise QueryError(gettext("“or” needs a word or condition after it."), start)
        return EVERYTHING if parts == [None] else conditions.join_either(part for part in parts if part is not None)

    def all(self) -> Condition | None:
        """Return the conditions up to `or`, a closing parenthesis or the end, joined; None if there are none."""
        parts: list[Condition] = []
        while self.skip_blanks() < len(self.text) and self.text[self.at] != ")" and not self.is_at("or"):
            if self.is_at("and"):
                self.at += len("and")
            elif (part := self.negated()) is not None:
                parts.append(part)
        return conditions.join_all(parts) if parts else None

    def negated(self) -> Condition | None:
        start, negative = self.at, False
        while self.text.startswith("-", self.at):
            negative = not negative
            self.at += 1
        if self.at > start and not self.text[self.at : self.at + 1].strip():
            raise QueryError(gettext("“-” needs a word right after it."), start)
        part = self.group() if self.text[self.at] == "(" else self.term(self.at > start)
        return conditions.negate_condition(part) if negative and part is not None else part

    def group(self) -> Condition:
        start = self.at
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise QueryError(gettext("Too many parentheses are nested."), start)
        self.at += 1
        inside = self.either()
        if not self.text.startswith(")", self.at):
            raise QueryError(gettext("This parenthesis is not closed."), start)
        self.at += 1
        self.depth -= 1
        return inside

    def term(self, negated: bool) -> Condition | None:
        """Parse one term; None for `sort:`, which is not a condition."""
        start = self.at
        self.terms += 1
        if self.terms > _MAX_TERMS:
            raise QueryError(gettext("A query has at most {count} words.", count=_MAX_TERMS), start)
        field = ""
        if prefix := _FIELD.match(self.text, self.at):
            field = FIELD_ALIASES.get(prefix[1].lower(), prefix[1].lower())
            if field != "sort" and field not in FIELDS:
                message = gettext("There is no field “{field}”. To search for the words, use quotes.", field=field)
                if near := nearest(field, (*FIELDS, "sort"), 0.5):
                    message = gettext("There is no field “{field}”.", field=field)
                raise QueryError(message, start, near)
            self.at = prefix.end()
        value_at = self.at
        value, quoted = self.value(field)
        try:
            if field == "sort":
                self.set_sort(value, negated)
                return None
            condition = conditions.make_term(field, value, quoted)
        except QueryError as error:
            raise QueryError(error.message, value_at, error.suggestion) from None
        dated = field in ("since", "changed", "came") and condition.value != LAST_SESSION
        if dated and parse_time(condition.value, self.now, UTC) > self.now + 86_400:
            raise QueryError(gettext("“{time}” is in the future.", time=condition.value), value_at)
        return condition

    def value(self, field: str) -> tuple[str, bool]:
        if self.text.startswith('"', self.at):
            quoted = _QUOTED.match(self.text, self.at)
            if not quoted:
                raise QueryError(gettext("This quote is not closed."), self.at)
            self.at = quoted.end()
            return re.sub(r'\\(["\\])', r"\1", quoted[1]), True
        bare = _BARE.match(self.text, self.at)
        if not bare:
            raise QueryError(gettext("“{field}:” needs a value right after it.", field=field), self.at)
        self.at = bare.end()
        return bare[0], False

    def set_sort(self, value: str, negated: bool) -> None:
        if negated or self.depth:
            raise QueryError(gettext("“sort:” sorts the whole list. It cannot be negated or in parentheses."))
        if self.sort:
            raise QueryError(gettext("Use “sort:” only once."))
        self.sort = conditions.check_sort(value.lower())

    def skip_blanks(self) -> int:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self.at

    def is_at(self, word: str) -> bool:
        bare = _BARE.match(self.text, self.at)
        return bare is not None and bare[0].lower() == word
