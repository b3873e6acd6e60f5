"""A query as a value: a tree of conditions and an order, always in one shape, so that what says the same is equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct


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
        where = write(self.where)
        if sort and isinstance(self.where, Either):
            where = f"({where})"
        return f"{where} {sort}".strip()

    @property
    def order(self) -> str:
        """The order that `sort` comes to."""
        return self.sort or ("relevance" if any(not term.field for term in found(self)) else "newest")


# Looking into queries


def found(query: Query) -> tuple[Term, ...]:
    """Return the terms that say what to find, without those that say what to leave out."""

    return tuple(term for term, wanted in terms(query.where) if wanted)


def terms(condition: Condition, wanted: bool = True) -> Iterator[tuple[Term, bool]]:
    """Each term in its order, and whether it says what to find; else it says what to leave out."""
    match condition:
        case Term():
            yield condition, wanted
        case Not(of):
            yield from terms(of, not wanted)
        case All(of) | Either(of):
            for part in of:
                yield from terms(part, wanted)


def words(query: Query) -> tuple[str, ...]:
    """Return the words and phrases that a reader would want marked in the text, as they were written."""
    return tuple(dict.fromkeys(term.value for term in found(query) if term.field in ("", "title")))


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


def opposite(condition: Condition) -> Condition:
    return condition.of if isinstance(condition, Not) else Not(condition)


def mapped(condition: Condition, change: Callable[[Term], Condition]) -> Condition:
    """Return `condition` with what `change` makes of each of its terms."""
    match condition:
        case Term():
            return change(condition)
        case Not(of):
            return opposite(mapped(of, change))
        case All(of):
            return join_all([mapped(part, change) for part in of])
        case Either(of):
            return join_either([mapped(part, change) for part in of])


# Value → text

_LOOKS_LIKE_MORE = re.compile(r"-|(?:or|and)\Z|[a-z][a-z-]*:", re.I)


def write(condition: Condition) -> str:
    match condition:
        case Term(field, value, phrase):
            prefix = f"{field}:" if field else ""
            if phrase or not stands_bare(field, value):
                value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            return prefix + value
        case Not(of):
            return "-" + (write(of) if isinstance(of, Term) else f"({write(of)})")
        case All(of):
            return " ".join(f"({write(part)})" if isinstance(part, Either) else write(part) for part in of)
        case Either(of):
            return " or ".join(write(part) for part in of)


def stands_bare(field: str, value: str) -> bool:
    return bool(value) and not re.search(r'[\s()"]', value) and bool(field or not _LOOKS_LIKE_MORE.match(value))
