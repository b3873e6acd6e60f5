"""What a query that is being typed may become: the fields and values that fit, and what was probably meant.

Pure: it is told what names the store knows. Whoever shows it decides which keys take what.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from roya_tui.query.doubting import doubt
from roya_tui.query.fields import FIELDS, SORTS, STATES, VISIT, QueryError
from roya_tui.query.known import NONE, Known, Names
from roya_tui.query.parser import parse
from roya_tui.query.tokens import last_token, unquoted
from roya_tui.query.values import Term, write

MOST = 30
"""Candidates at most: nobody walks through more."""

_FIXED = {
    "is": STATES,
    "sort": SORTS,
    "since": ("today", "yesterday", "2d", "1w", "1mo"),
    "before": ("today", "yesterday", "1w", "1mo", "1y"),
    "changed": ("today", "yesterday", "2d", "1w", "1mo"),
    "came": (VISIT, "today", "2d", "1w"),
    "minutes": (">5", "<5", ">10"),
}
_REST = re.compile(r'[^\s()"]*')
_WRONG = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s()"]+|[()]', re.S)
_LETTERS = re.compile("[a-z][a-z-]*", re.I)


class Candidate(NamedTuple):
    """What may stand in place of a stretch of the text."""

    start: int
    end: int
    text: str
    shown: str
    """What it is called where several are offered."""

    def taken(self, text: str) -> tuple[str, int]:
        """Return `text` with this in its place, and where the cursor stands then."""
        before = text[: self.start] + self.text
        return before + text[self.end :], len(before)


class Advice(NamedTuple):
    """What there is to say about a query while it is being typed."""

    candidates: tuple[Candidate, ...] = ()
    error: QueryError | None = None
    """Why it is none; None where it is one, or is about to become one."""
    wrong: tuple[int, int] = (0, 0)
    """The stretch that the error is about."""
    mended: Candidate | None = None
    """What was probably meant by that."""
    doubt: str = ""
    """Why it finds nothing as it stands, though it is a query: a name in it is none, or nothing has a word."""

    def meaning(self, text: str, meant: Candidate) -> Advice:
        """Return the same, told what was probably meant by words in `text` that nothing has."""
        if self.candidates or self.error or self.doubt:
            return self
        wrong = meant.start, meant.end
        return self._replace(wrong=wrong, mended=meant, doubt=unknown(text, meant))


def unknown(text: str, meant: Candidate) -> str:
    """Return what to say of words in `text` in place of which something else was `meant`."""
    return f"No article has “{unquoted(text[meant.start : meant.end])}”."


def advice(text: str, cursor: int, known: Known, now: int) -> Advice:
    """Return what fits at `cursor`; where nothing does, what is wrong with `text` and was probably meant."""
    offered = tuple(candidates(text, cursor, known))
    try:
        parse(text, now)
    except QueryError as found:
        error = found
    else:
        doubted = None if offered else doubt(text, known)
        return Advice(offered) if doubted is None else _doubting(text, doubted)
    wrong = _stretch(text, error.position)
    if not offered:
        return Advice((), error, wrong, _mended(text, error, wrong))
    typing = last_token(text[:cursor])
    still_typed = typing is not None and error.position >= typing.start()
    return Advice(offered) if still_typed else Advice(offered, error, wrong)


def _doubting(text: str, doubted: QueryError) -> Advice:
    wrong = _stretch(text, doubted.position)
    near = doubted.suggestion
    return Advice((), None, wrong, Candidate(*wrong, _value("tag", near), near) if near else None, doubted.message)


def candidates(text: str, cursor: int, known: Known) -> list[Candidate]:
    """Return what the word at `cursor` may become, the likeliest first; nothing where it is whole already."""
    token = last_token(text[:cursor])
    if token is None or token["value"] is None or token["closed"]:
        return []
    end = cursor if token["value"].startswith('"') else _end(text, cursor)
    written = token["value"]
    if not token["field"]:
        if not _LETTERS.fullmatch(written):
            return []
        fields = [field for field in (*FIELDS, "sort") if field.startswith(written.lower())]
        return [Candidate(token.start("value"), end, f"{field}:", f"{field}:") for field in fields]
    field = token["field"].lower()
    begun = written.removeprefix('"').replace("\\", "")
    if begun.lower() in _FIXED.get(field, ()):
        return []
    values = Names(_FIXED[field]) if field in _FIXED else known.get(field, NONE)
    space = "" if text[end:].startswith(" ") else " "
    return [
        Candidate(token.start("value"), end, _value(field, name) + space, name)
        for name in values.fitting(begun, MOST)
        if name != begun
    ]


def _end(text: str, cursor: int) -> int:
    rest = _REST.match(text, cursor)
    return rest.end() if rest else cursor


def _value(field: str, text: str) -> str:
    return write(Term(field, text)).removeprefix(f"{field}:")


def _stretch(text: str, position: int) -> tuple[int, int]:
    """The word at `position`, or else the one before it."""
    found = _WRONG.match(text, position) or last_token(text[:position].rstrip())
    return found.span() if found else (0, 0)


def _mended(text: str, error: QueryError, wrong: tuple[int, int]) -> Candidate | None:
    if not error.suggestion:
        return None
    start, end = wrong
    is_field = error.suggestion in (*FIELDS, "sort") and text[start - 1 : start] != ":"
    if is_field:
        end = text.index(":", start)
    return Candidate(start, end, error.suggestion, error.suggestion)
