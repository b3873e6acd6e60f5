"""Words to find as they stand in a query that is typed, and what is written in their place where they are misspelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from roya_tui.query.completing import Candidate
from roya_tui.query.fields import IN_TEXT, QueryError
from roya_tui.query.parser import parse
from roya_tui.query.tokens import tokens, unquoted
from roya_tui.query.values import Term, found, write

_JOINERS = "\u200c\u200d\xad"


class Written(NamedTuple):
    """A word or phrase to find, and the stretch of the text that says so."""

    start: int
    end: int
    term: Term


def written(text: str, now: int) -> list[Written]:
    """Return what `text` wants to find in texts, in its order; nothing where it is no query."""
    try:
        wanted = {(term.field, term.value) for term in found(parse(text, now)) if term.field in IN_TEXT}
    except QueryError:
        return []
    stand = []
    for token in tokens(text):
        field, value = (token["field"] or "").lower(), unquoted(token["value"] or "")
        if (field, value) in wanted and not token[0].startswith("-"):
            quoted = token["value"].startswith('"')
            stand.append(Written(*token.span("value"), Term(field, value, quoted)))
    return stand


def mended(text: str, instead: Mapping[Written, str]) -> Candidate:
    """Return what to write in `text` with others `instead` of some words: the one word, or else all of it."""
    one = next(iter(instead))
    first, last = (one.start, one.end) if len(instead) == 1 else (0, len(text))
    new, at = "", first
    for word in sorted(instead):
        meant = Term(word.term.field, instead[word], word.term.phrase)
        new += text[at : word.start] + write(meant).removeprefix(f"{meant.field}:" if meant.field else "")
        at = word.end
    new += text[at:last]
    return Candidate(first, last, new, unquoted(new) if len(instead) == 1 else new)


def pieces(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text stand: letters and digits, with the marks on them and what joins them."""
    return [piece.span() for piece in re.finditer(r"\S+", "".join(c if _joins(c) else " " for c in text))]


def _joins(character: str) -> bool:
    return character.isalnum() or character in _JOINERS or unicodedata.category(character).startswith("M")
