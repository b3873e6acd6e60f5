"""Names in a query that nothing in the store has: such a query is none the worse, and finds nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.query.fields import QueryError, nearest
from roya_tui.query.known import MERGED, MOST_KNOWN, Known, Name, fitting
from roya_tui.query.making import source_number
from roya_tui.query.tokens import tokens, unquoted
from roya_tui.text import fold

_CALLED = {"tag": "tag", "source": "source", "folder": "folder", "feed": "saved feed", "lang": "language"}
"""Fields of which all names are known. Of authors the store tells only those who wrote lately."""
_FEW = 2
"""Letters that a mistake adds or leaves out at most: comparing with all that is known would take too long for a key."""

_ALIKE = 0.7
"""How like a name has to be, of 1."""


def doubt(text: str, known: Known) -> QueryError | None:
    """Return what to say of the first name in `text` that is none, with its place and the nearest one that is."""
    for token in tokens(text):
        field, value = (token["field"] or "").lower(), unquoted(token["value"] or "")
        values = known.get(field, ())
        if field not in _CALLED or field not in known or len(values) >= MOST_KNOWN or not fold(value).strip():
            continue
        if not _is_one(field, value, (*values, *(known.get(MERGED, ()) if field == "tag" else ()))):
            return QueryError(f"There is no {_CALLED[field]} “{value}”.", token.start("value"), _nearest(value, values))
    return None


def _is_one(field: str, value: str, values: Sequence[Name]) -> bool:
    wanted = fold(value).strip()
    match field:
        case "source":  # named by its number, its address or words of its name
            if value.isdigit() or "/" in value or source_number(value) is not None:
                return True
            words = sorted(set(wanted.split()), key=len, reverse=True)  # the longest is in the fewest names
            return any(all(_begins_a_word(word, name) for word in words) for name in values)
        case "folder":
            return any(wanted in name.folded and f"{name.folded.strip()}/".startswith(f"{wanted}/") for name in values)
        case "lang":
            return any(f"{name.folded.strip()}-".startswith(f"{wanted}-") for name in values)
        case _:
            return any(wanted in name.folded and name.folded.strip() == wanted for name in values)


def _begins_a_word(word: str, name: Name) -> bool:
    # Most names have it nowhere, and to look for that is a tenth of the work.
    return word in name.folded and re.search(rf"(?<!\w){re.escape(word)}", name.folded) is not None


def _nearest(value: str, values: Sequence[Name]) -> str:
    """The name that has it in it, or else the one that is most like it or has a word that is."""
    if found := fitting(value, values, 1):
        return found[0].text
    wanted = fold(value).strip()
    near: dict[str, str] = {}
    for name in values:
        for part in (name.folded.strip(), *name.folded.split()):
            begins_alike = part[:1] == wanted[:1] or part[1:2] == wanted[1:2]
            if begins_alike and abs(len(part) - len(wanted)) <= _FEW:
                near.setdefault(part, name.text)
    return near.get(nearest(wanted, tuple(near), _ALIKE), "")
