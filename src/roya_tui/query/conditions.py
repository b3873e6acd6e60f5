"""A query as a value: a tree of conditions and an order, always in one shape, so that what says the same is equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.query.fields import FIELDS, SORTS, TEXT_FIELDS, InvalidFieldValue, QueryError, check_searchable, nearest
from roya_tui.text import clean, one_line


class Term(Struct, frozen=True):
    """One condition. `field` is a name of `FIELDS`, or "" for a word in title, text, author or tags.

    `phrase` is only for what is found in text: the words as they stand, not the beginnings of words.
    """

    field: str
    value: str
    phrase: bool = False


class Not(Struct, frozen=True):
    """What `of` leaves out."""

    of: Condition


class All(Struct, frozen=True):
    """What every one of `of` finds; `All(())` finds everything."""

    of: tuple[Condition, ...] = ()


class Either(Struct, frozen=True):
    """What any one of `of` finds."""

    of: tuple[Condition, ...]


Condition = Term | Not | All | Either


class Query(Struct, frozen=True):
    """What to find, and in which order. `sort` is one of `SORTS`; "" is newest first, or the best first for words."""

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
        """The order that `sort` comes to."""
        return self.sort or ("relevance" if any(not term.field for term in positive_terms(self)) else "newest")


# Looking into queries


def positive_terms(query: Query) -> tuple[Term, ...]:
    """Return the terms that say what to find, without those that say what to leave out."""

    return tuple(term for term, wanted in iter_terms(query.where) if wanted)


def iter_terms(condition: Condition, wanted: bool = True) -> Iterator[tuple[Term, bool]]:
    """Each term in its order, and whether it says what to find; else it says what to leave out."""
    match condition:
        case Term():
            yield condition, wanted
        case Not(of):
            yield from iter_terms(of, not wanted)
        case All(of) | Either(of):
            for part in of:
                yield from iter_terms(part, wanted)


def highlight_words(query: Query) -> tuple[str, ...]:
    """Return the words and phrases that a reader would want marked in the text, as they were written."""
    return tuple(dict.fromkeys(term.value for term in positive_terms(query) if term.field in ("", "title")))


# Trees in one shape

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
    """Return `condition` with what `change` makes of each of its terms."""
    match condition:
        case Term():
            return transform(condition)
        case Not(of):
            return negate_condition(map_terms(of, transform))
        case All(of):
            return join_all([map_terms(part, transform) for part in of])
        case Either(of):
            return join_either([map_terms(part, transform) for part in of])


# Value → text

_LOOKS_LIKE_MORE = re.compile(r"-|(?:or|and)\Z|[a-z][a-z-]*:", re.I)


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
    return bool(value) and not re.search(r'[\s()"]', value) and bool(field or not _LOOKS_LIKE_MORE.match(value))


_MAX_LABEL = 40
"""Characters of what a source is called, beside its number."""
_NUMBERED = re.compile(".+ #([1-9][0-9]{0,14})", re.S)


def text(value: str, *, phrase: bool = False) -> Query:
    """Find `value` in title, text, author or tags: each of its words, or all of it as a phrase."""
    parts = [value] if phrase else value.split()
    return Query(join_all(make_term("", part, phrase) for part in parts))


def tag(name: str) -> Query:
    """Find what carries the tag `name`; case and accents do not matter."""
    return Query(make_term("tag", name))


def in_source(which: int | str) -> Query:
    """Find what comes from a source: its id, its address, or words of its label."""
    return Query(make_term("source", str(which)))


def format_source(id: int, label: str) -> str:
    """Return a source as people read it where its number counts: `Roya News #12`. What it is called may change."""
    return f"{one_line(label)[:_MAX_LABEL].strip()} #{id}"


def parse_source_number(value: str) -> int | None:
    """Return the number in what `named_source` gave; None for anything else."""
    found = _NUMBERED.fullmatch(value)
    return int(found[1]) if found else None


def in_folder(name: str) -> Query:
    """Find what comes from the sources of a folder and of the folders in it."""
    return Query(make_term("folder", name))


def in_title(word: str) -> Query:
    """Find what has `word`, or one that begins so, in its title."""
    return Query(make_term("title", word))


def by_author(name: str) -> Query:
    """Find what `name` has written."""
    return Query(make_term("author", name, phrase=True))


def in_saved_search(name: str) -> Query:
    """Find what the saved feed `name` holds."""
    return Query(make_term("feed", name))


def state(name: str) -> Query:
    """Find what is `name`, one of `STATES`."""
    return Query(make_term("is", name))


def since(when: str) -> Query:
    """Find what is not older than `when`, written as in `since:`."""
    return Query(make_term("since", when))


def came(when: str) -> Query:
    """Find what came into the store since `when`: a time as in `since:`, or `VISIT`."""
    return Query(make_term("came", when))


def view(name: str) -> Query:
    """Return one of the five `VIEWS`."""
    if name == "all":
        return Query()
    return since("today") if name == "today" else state(name)


def all_of(*queries: Query) -> Query:
    """Find what each of `queries` finds. The order is the last that one of them asks for."""
    return Query(join_all(query.where for query in queries), _last_sort(queries))


def any_of(*queries: Query) -> Query:
    """Find what at least one of `queries` finds; with none of them, nothing at all."""
    return Query(join_either(query.where for query in queries), _last_sort(queries))


def both(a: Query, b: Query) -> Query:
    """Find what both find, in the order of `b` if it asks for one, else in that of `a`."""
    return all_of(a, b)


def negate(query: Query) -> Query:
    """Find what `query` does not."""
    return Query(negate_condition(query.where), query.sort)


def sorted_by(query: Query, sort: str) -> Query:
    """Return `query` in another order."""
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
        raise QueryError(f"“{name}” is none of {', '.join(SORTS)}.", 0, nearest(name, SORTS))
    return name


def _last_sort(queries: Sequence[Query]) -> str:
    return next((query.sort for query in reversed(queries) if query.sort), "")
