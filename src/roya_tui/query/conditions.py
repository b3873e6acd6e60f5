"""A query as a value: a tree of conditions in a normal form, and a sort order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.query.fields import (
    FIELDS,
    SORTS,
    TEXT_FIELDS,
    InvalidFieldValue,
    QueryError,
    check_searchable,
    not_one_of,
)
from roya_tui.text import clean, nearest, one_line


class Term(Struct, frozen=True):
    """One condition; `field` is a name in `FIELDS`, or "" for a word in title, text, author or tags.

    In text fields, `phrase` matches the words exactly, otherwise words that begin with `value` match.
    """

    field: str
    value: str
    phrase: bool = False


class Not(Struct, frozen=True):
    """Matches what `of` does not match."""

    of: Condition


class All(Struct, frozen=True):
    """Matches what all of `of` match; `All(())` matches everything."""

    of: tuple[Condition, ...] = ()


class Either(Struct, frozen=True):
    """Matches what any of `of` matches."""

    of: tuple[Condition, ...]


Condition = Term | Not | All | Either


class Query(Struct, frozen=True):
    """A condition, and an order of `SORTS`; "" is relevance with words, else newest."""

    where: Condition = All()
    sort: str = ""

    def __str__(self) -> str:
        sort = f"sort:{self.sort}" if self.sort else ""
        if self.where == All():
            return sort
        where = to_text(self.where)
        if sort and isinstance(self.where, Either):
            where = f"({where})"
        return f"{where} {sort}".strip()

    @property
    def order(self) -> str:
        """The sort order, with the default resolved."""
        return self.sort or ("relevance" if any(not term.field for term in positive_terms(self)) else "newest")


def positive_terms(query: Query) -> tuple[Term, ...]:
    """Return the terms that are not negated."""
    return tuple(term for term, positive in iter_terms(query.where) if positive)


def iter_terms(condition: Condition, positive: bool = True) -> Iterator[tuple[Term, bool]]:
    """Yield each term in order, with whether it is positive, that is, not negated."""
    match condition:
        case Term():
            yield condition, positive
        case Not(of):
            yield from iter_terms(of, not positive)
        case All(of) | Either(of):
            for part in of:
                yield from iter_terms(part, positive)


def required_texts(query: Query) -> list[Term]:
    """Return the words and phrases that every result must have."""
    return [part for part in conjuncts(query) if isinstance(part, Term) and is_text_term(part)]


def remove_terms(query: Query, terms: Collection[Term]) -> Query:
    """Return `query` without these of its required terms."""
    return Query(All(tuple(part for part in conjuncts(query) if part not in terms)))


def is_text_term(condition: Condition) -> bool:
    """Whether a condition is a word or phrase in the full-text index."""
    return isinstance(condition, Term) and condition.field in TEXT_FIELDS


def conjuncts(query: Query) -> tuple[Condition, ...]:
    """Return the conditions that every result meets."""
    return query.where.of if isinstance(query.where, All) else (query.where,)


def highlight_words(query: Query) -> tuple[str, ...]:
    """Return the words and phrases to highlight in an article, as written."""
    return tuple(dict.fromkeys(term.value for term in positive_terms(query) if term.field in ("", "title")))


EVERYTHING = All()
NOTHING = Not(EVERYTHING)


def join_all(conditions: Iterable[Condition]) -> Condition:
    flat: dict[Condition, None] = {}
    for condition in conditions:
        flat.update(dict.fromkeys(condition.of if isinstance(condition, All) else (condition,)))
    if NOTHING in flat:
        return NOTHING
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def join_either(conditions: Iterable[Condition]) -> Condition:
    flat: dict[Condition, None] = {}
    for condition in conditions:
        flat.update(dict.fromkeys(condition.of if isinstance(condition, Either) else (condition,)))
    flat.pop(NOTHING, None)
    if EVERYTHING in flat:
        return EVERYTHING
    if not flat:
        return NOTHING
    return next(iter(flat)) if len(flat) == 1 else Either(tuple(flat))


def negate_condition(condition: Condition) -> Condition:
    return condition.of if isinstance(condition, Not) else Not(condition)


def map_terms(condition: Condition, transform: Callable[[Term], Condition]) -> Condition:
    """Return `condition` with `transform` applied to each term."""
    match condition:
        case Term():
            return transform(condition)
        case Not(of):
            return negate_condition(map_terms(of, transform))
        case All(of):
            return join_all([map_terms(part, transform) for part in of])
        case Either(of):
            return join_either([map_terms(part, transform) for part in of])


_HAS_SYNTAX = re.compile(r"-|(?:or|and)\Z|[a-z][a-z-]*:", re.I)


def to_text(condition: Condition) -> str:
    match condition:
        case Term(field, value, phrase):
            prefix = f"{field}:" if field else ""
            if phrase or not needs_no_quotes(field, value):
                value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            return prefix + value
        case Not(of):
            return "-" + (to_text(of) if isinstance(of, Term) else f"({to_text(of)})")
        case All(of):
            return " ".join(f"({to_text(part)})" if isinstance(part, Either) else to_text(part) for part in of)
        case Either(of):
            return " or ".join(to_text(part) for part in of)


def needs_no_quotes(field: str, value: str) -> bool:
    return bool(value) and not re.search(r'[\s()"]', value) and bool(field or not _HAS_SYNTAX.match(value))


_NUMBERED = re.compile(".+ #([1-9][0-9]{0,14})", re.S)


def by_field(field: str, value: int | str, *, phrase: bool = False) -> Query:
    """Match articles whose `field` has `value`, as `tag:economy` does; "" is any text or tag."""
    return Query(make_term(field, str(value), phrase))


def format_source(id: int, label: str) -> str:
    """Return a source as shown in queries: `Roya News #12`. The id stays when the label changes."""
    return f"{one_line(label)[:40].strip()} #{id}"


def parse_source_number(value: str) -> int | None:
    """Return the id in a result of `format_source`; None for any other text."""
    found = _NUMBERED.fullmatch(value)
    return int(found[1]) if found else None


def view(name: str) -> Query:
    """Return the query of a view, one of `VIEWS`."""
    match name:
        case "all":
            return Query()
        case "today":
            return by_field("since", "today")
        case "episodes":
            return any_of(by_field("is", "audio"), by_field("is", "video"))
    return by_field("is", name)


def all_of(*queries: Query) -> Query:
    """Match what all `queries` match, in the last sort order that one of them has."""
    return Query(join_all(query.where for query in queries), _last_sort(queries))


def any_of(*queries: Query) -> Query:
    """Match what any of `queries` matches; nothing if there are none."""
    return Query(join_either(query.where for query in queries), _last_sort(queries))


def negate(query: Query) -> Query:
    """Match what `query` does not match."""
    return Query(negate_condition(query.where), query.sort)


def sorted_by(query: Query, sort: str) -> Query:
    """Return `query` with another sort order."""
    return replace(query, sort=check_sort(sort))


def make_term(field: str, value: str, phrase: bool = False) -> Term:
    check = FIELDS[field] if field else check_searchable
    try:
        value = check(clean(value))
    except InvalidFieldValue as bad:
        raise QueryError(str(bad), 0, bad.suggestion) from None
    return Term(field, value, field in TEXT_FIELDS and (phrase or not needs_no_quotes(field, value)))


def check_sort(name: str) -> str:
    if name and name not in SORTS:
        raise QueryError(not_one_of(name, SORTS), 0, nearest(name, SORTS, 0.5))
    return name


def _last_sort(queries: Sequence[Query]) -> str:
    return next((query.sort for query in reversed(queries) if query.sort), "")
