"""Names in a query that nothing in the store has: such a query is none the worse, and finds nothing."""

from __future__ import annotations

from roya_tui.query.fields import QueryError
from roya_tui.query.known import MERGED, MOST_KNOWN, Known, folded
from roya_tui.query.making import source_number
from roya_tui.query.tokens import tokens, unquoted

_CALLED = {"tag": "tag", "source": "source", "folder": "folder", "feed": "saved feed", "lang": "language"}
"""Fields of which all names are known. Of authors the store tells only those who wrote lately."""


def doubt(text: str, known: Known) -> QueryError | None:
    """Return what to say of the first name in `text` that is none, with its place and the nearest one that is."""
    for token in tokens(text):
        field, value = (token["field"] or "").lower(), unquoted(token["value"] or "")
        names = known.get(field)
        if names is None or field not in _CALLED or len(names) >= MOST_KNOWN or not folded(value):
            continue
        if not _is_one(field, value, known):
            return QueryError(f"There is no {_CALLED[field]} “{value}”.", token.start("value"), names.nearest(value))
    return None


def _is_one(field: str, value: str, known: Known) -> bool:
    names = known[field]
    match field:
        case "source":  # named by its number, its address or words of its name
            if value.isdigit() or "/" in value or source_number(value) is not None:
                return True
            return names.has_words(value)
        case "tag":
            return names.has(value) or (MERGED in known and known[MERGED].has(value))
        case "folder":
            return names.has(value, "\n/")
        case "lang":
            return names.has(value, "\n-")
        case _:
            return names.has(value)
