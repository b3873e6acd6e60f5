"""Making queries without text: for the sidebar, the keys and the commands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from roya_tui.query.fields import FIELDS, IN_TEXT, SORTS, BadValue, QueryError, findable, nearest
from roya_tui.query.values import Query, Term, join_all, join_either, opposite, stands_bare
from roya_tui.text import clean, one_line

_LONGEST_LABEL = 40
"""Characters of what a source is called, beside its number."""
_NUMBERED = re.compile(".+ #([1-9][0-9]{0,14})", re.S)


def text(value: str, *, phrase: bool = False) -> Query:
    """Find `value` in title, text, author or tags: each of its words, or all of it as a phrase."""
    parts = [value] if phrase else value.split()
    return Query(join_all(term("", part, phrase) for part in parts))


def tag(name: str) -> Query:
    """Find what carries the tag `name`; case and accents do not matter."""
    return Query(term("tag", name))


def in_source(which: int | str) -> Query:
    """Find what comes from a source: its id, its address, or words of its label."""
    return Query(term("source", str(which)))


def named_source(id: int, label: str) -> str:
    """Return a source as people read it where its number counts: `Roya News #12`. What it is called may change."""
    return f"{one_line(label)[:_LONGEST_LABEL].strip()} #{id}"


def source_number(value: str) -> int | None:
    """Return the number in what `named_source` gave; None for anything else."""
    found = _NUMBERED.fullmatch(value)
    return int(found[1]) if found else None


def in_folder(name: str) -> Query:
    """Find what comes from the sources of a folder and of the folders in it."""
    return Query(term("folder", name))


def in_title(word: str) -> Query:
    """Find what has `word`, or one that begins so, in its title."""
    return Query(term("title", word))


def by_author(name: str) -> Query:
    """Find what `name` has written."""
    return Query(term("author", name, phrase=True))


def in_feed(name: str) -> Query:
    """Find what the saved feed `name` holds."""
    return Query(term("feed", name))


def state(name: str) -> Query:
    """Find what is `name`, one of `STATES`."""
    return Query(term("is", name))


def since(when: str) -> Query:
    """Find what is not older than `when`, written as in `since:`."""
    return Query(term("since", when))


def came(when: str) -> Query:
    """Find what came into the store since `when`: a time as in `since:`, or `VISIT`."""
    return Query(term("came", when))


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
    return Query(opposite(query.where), query.sort)


def sorted_by(query: Query, sort: str) -> Query:
    """Return `query` in another order."""
    return replace(query, sort=checked_sort(sort))


def term(field: str, value: str, phrase: bool = False) -> Term:
    check = FIELDS[field] if field else findable
    try:
        value = check(clean(value))
    except BadValue as bad:
        raise QueryError(str(bad), 0, bad.suggestion) from None
    return Term(field, value, field in IN_TEXT and (phrase or not stands_bare(field, value)))


def checked_sort(name: str) -> str:
    if name and name not in SORTS:
        raise QueryError(f"“{name}” is none of {', '.join(SORTS)}.", 0, nearest(name, SORTS))
    return name


def _last_sort(queries: Sequence[Query]) -> str:
    return next((query.sort for query in reversed(queries) if query.sort), "")
