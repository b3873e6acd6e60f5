"""Help with a query while it is typed: completion, corrections, errors and history."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from roya_tui.query.conditions import Term, parse_source_number, positive_terms, to_text
from roya_tui.query.fields import (
    FIELD_ALIASES,
    FIELDS,
    LAST_SESSION,
    MISSING_NAMES,
    SORTS,
    STATES,
    TEXT_FIELDS,
    QueryError,
)
from roya_tui.query.parser import parse
from roya_tui.query.vocabulary import MAX_NAMES, MERGED_TAG, NO_NAMES, NameIndex, Vocabulary
from roya_tui.text import fold_name
from roya_tui.translation import gettext, gettext_noop

_TOKEN = re.compile(
    r'\s+|[()]|-*(?:(?P<field>[a-z][a-z-]*):)?(?P<value>"(?:[^"\\]|\\.)*(?P<closed>")?|[^\s()"]*)', re.I | re.S
)
"""Whitespace, a parenthesis, or a term, with `closed` as its last quote."""


def tokenize(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of `text`, which need not be a valid query."""
    at = 0
    while at < len(text) and (token := _TOKEN.match(text, at)) and token.end() > at:
        yield token
        at = token.end()


def field_of(token: re.Match[str]) -> str:
    """Return the field of a token under its own name, "" if it has none."""
    field = (token["field"] or "").lower()
    return FIELD_ALIASES.get(field, field)


def last_token(text: str) -> re.Match[str] | None:
    """Return the last token of `text`."""
    return next(reversed(list(tokenize(text))), None)


def unquote(value: str) -> str:
    """Return the value of a token without quotes and escapes."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"') if len(value) > 1 else "", flags=re.S)


def finish_partial(text: str, now: int) -> str | None:
    """Close quotes and parentheses, drop a final `or`, `-` or `tag:`; None if still invalid."""
    kept = [token[0] for token in tokenize(text)]
    last = last_token(text)
    if last and last["value"] and last["value"].startswith('"') and not last["closed"]:
        kept[-1] += '"'
    while kept and _is_incomplete(kept[-1]):
        kept.pop()
    kept.append(")" * (kept.count("(") - kept.count(")")))
    completed = "".join(kept)
    try:
        parse(completed, now)
    except QueryError:
        return None
    return completed


def _is_incomplete(token: str) -> bool:
    """Return whether a token has no meaning at the end of a query."""
    (match,) = tokenize(token)
    if match["value"] is None:
        return token != ")"
    if field := field_of(match):
        return field in (*FIELDS, "sort") and not unquote(match["value"]).strip()
    return token.lower() == "or" or not unquote(match["value"]).strip()


def find_unknown_name(text: str, vocabulary: Vocabulary) -> QueryError | None:
    """Return an error with a suggestion for the first unknown name in `text`."""
    for token in tokenize(text):
        field, value = field_of(token), unquote(token["value"] or "")
        names = vocabulary.get(field)
        if names is None or field not in MISSING_NAMES or len(names) >= MAX_NAMES or not fold_name(value):
            continue
        if not _is_in_vocabulary(field, value, vocabulary):
            message = gettext(MISSING_NAMES[field], name=value)
            return QueryError(message, token.start("value"), names.nearest(value))
    return None


def _is_in_vocabulary(field: str, value: str, vocabulary: Vocabulary) -> bool:
    names = vocabulary[field]
    match field:
        case "source":  # by id, URL or words of its label
            if value.isdigit() or "/" in value or parse_source_number(value) is not None:
                return True
            return names.contains_words(value)
        case "tag":
            return names.contains(value) or (MERGED_TAG in vocabulary and vocabulary[MERGED_TAG].contains(value))
        case "folder":
            return names.contains(value, "\n/")
        case "lang":
            return names.contains(value, "\n-")
        case _:
            return names.contains(value)


MAX_CANDIDATES = 30

_FIXED_VALUES = {
    "is": STATES,
    "sort": SORTS,
    "since": ("today", "yesterday", "2d", "1w", "1mo"),
    "before": ("today", "yesterday", "1w", "1mo", "1y"),
    "changed": ("today", "yesterday", "2d", "1w", "1mo"),
    "came": (LAST_SESSION, "today", "2d", "1w"),
    "minutes": (">5", "<5", ">10"),
}
_LISTED_FIELDS = {
    "tag": gettext_noop("topic"),
    "is": "",
    "source": gettext_noop("name"),
    "since": "",
    "title": gettext_noop("words"),
    "author": gettext_noop("name"),
    "folder": gettext_noop("name"),
    "before": "",
    "lang": gettext_noop("language"),
    "minutes": "",
    "search": gettext_noop("saved search"),
    "sort": "",
    "came": "",
    "changed": "",
}
"""The fields that an empty line lists, the most useful first, with what follows them; "" means some values."""
_REST = re.compile(r'[^\s()"]*')
_FAULTY = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s()"]+|[()]', re.S)
_LETTERS = re.compile("[a-z][a-z-]*", re.I)


class Candidate(NamedTuple):
    """A replacement for a part of the text."""

    start: int
    end: int
    text: str
    label: str
    """Its name in a list of candidates."""
    note: str = ""
    """What it means, in a word or two."""

    def apply(self, text: str) -> tuple[str, int]:
        """Return `text` with the replacement made, and the new cursor position."""
        before = text[: self.start] + self.text
        return before + text[self.end :], len(before)


class Advice(NamedTuple):
    """Candidates, errors and warnings about a query while it is typed."""

    candidates: tuple[Candidate, ...] = ()
    error: QueryError | None = None
    """Why it is invalid; None if it is valid or merely unfinished."""
    faulty_span: tuple[int, int] = (0, 0)
    correction: Candidate | None = None
    warning: str = ""
    """Why it matches nothing although it is valid: an unknown name or word."""

    def with_correction(self, text: str, correction: Candidate) -> Advice:
        """Return the advice with a correction of words in `text` that no article has."""
        if self.candidates or self.error or self.warning:
            return self
        span = correction.start, correction.end
        return self._replace(faulty_span=span, correction=correction, warning=describe_unknown(text, correction))


def describe_unknown(text: str, correction: Candidate) -> str:
    """Return a message about the words in `text` that `correction` replaces."""
    return gettext("No article contains “{words}”.", words=unquote(text[correction.start : correction.end]))


def make_advice(text: str, cursor: int, vocabulary: Vocabulary, now: int) -> Advice:
    """Return candidates for the word at `cursor`, else errors with a correction."""
    candidates = tuple(complete(text, cursor, vocabulary))
    try:
        parse(text, now)
    except QueryError as invalid:
        error = invalid
    else:
        unknown = None if candidates else find_unknown_name(text, vocabulary)
        if unknown is None:
            return Advice(candidates)
        span, near = _faulty_span(text, unknown.position), unknown.suggestion
        correction = Candidate(*span, _format_value("tag", near), near) if near else None
        return Advice((), None, span, correction, unknown.message)
    span = _faulty_span(text, error.position)
    if not candidates:
        return Advice((), error, span, _correct_error(text, error, span))
    current = last_token(text[:cursor])
    is_unfinished = current is not None and error.position >= current.start()
    return Advice(candidates) if is_unfinished else Advice(candidates, error, span)


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> list[Candidate]:
    """Return completions of the word at `cursor`, the most likely first; none if it is complete."""
    if not text:
        return list(_list_fields())
    token = last_token(text[:cursor])
    if token is None or token["value"] is None or token["closed"]:
        return []
    rest = None if token["value"].startswith('"') else _REST.match(text, cursor)
    end = rest.end() if rest else cursor
    written = token["value"]
    if not token["field"]:
        if not _LETTERS.fullmatch(written):
            return []
        fields = [field for field in (*FIELDS, "sort") if field.startswith(written.lower())]
        return [Candidate(token.start("value"), end, f"{field}:", f"{field}:") for field in fields]
    field = field_of(token)
    begun = written.removeprefix('"').replace("\\", "")
    if begun.lower() in _FIXED_VALUES.get(field, ()):
        return []
    values = NameIndex(_FIXED_VALUES[field]) if field in _FIXED_VALUES else vocabulary.get(field, NO_NAMES)
    space = "" if text[end:].startswith(" ") else " "
    return [
        Candidate(token.start("value"), end, _format_value(field, name) + space, name)
        for name in values.complete(begun, MAX_CANDIDATES)
        if name != begun
    ]


def _list_fields() -> Iterator[Candidate]:
    for field, meaning in _LISTED_FIELDS.items():
        note = gettext(meaning) if meaning else ", ".join(_FIXED_VALUES[field][:3:2])
        yield Candidate(0, 0, f"{field}:", f"{field}:", note)


def _format_value(field: str, text: str) -> str:
    return to_text(Term(field, text)).removeprefix(f"{field}:")


def _faulty_span(text: str, position: int) -> tuple[int, int]:
    """Return the span of the word at `position`, or of the one before it."""
    word = _FAULTY.match(text, position) or last_token(text[:position].rstrip())
    return word.span() if word else (0, 0)


def _correct_error(text: str, error: QueryError, span: tuple[int, int]) -> Candidate | None:
    if not error.suggestion:
        return None
    start, end = span
    if error.suggestion in (*FIELDS, "sort") and text[start - 1 : start] != ":":
        end = text.index(":", start)
    return Candidate(start, end, error.suggestion, error.suggestion)


_JOINERS = "\u200c\u200d\xad"


class SearchWord(NamedTuple):
    """A word or phrase to search for, and its span in the text of the query."""

    start: int
    end: int
    term: Term


def find_search_words(text: str, now: int) -> list[SearchWord]:
    """Return the positive search words of a query in order; none if it is invalid."""
    try:
        terms = {(term.field, term.value) for term in positive_terms(parse(text, now)) if term.field in TEXT_FIELDS}
    except QueryError:
        return []
    words = []
    for token in tokenize(text):
        field, value = field_of(token), unquote(token["value"] or "")
        if (field, value) in terms and not token[0].startswith("-"):
            quoted = token["value"].startswith('"')
            words.append(SearchWord(*token.span("value"), Term(field, value, quoted)))
    return words


def replace_words(text: str, replacements: Mapping[SearchWord, str]) -> Candidate:
    """Return a candidate that replaces one word of `text`, or, for several words, all of it."""
    one = next(iter(replacements))
    first, last = (one.start, one.end) if len(replacements) == 1 else (0, len(text))
    new, at = "", first
    for word in sorted(replacements):
        term = Term(word.term.field, replacements[word], word.term.phrase)
        new += text[at : word.start] + to_text(term).removeprefix(f"{term.field}:" if term.field else "")
        at = word.end
    new += text[at:last]
    return Candidate(first, last, new, unquote(new) if len(replacements) == 1 else new)


def split_words(text: str) -> list[str]:
    """Split text into words (letters and digits with their marks and joiners) and, at even indexes, the rest."""
    words = re.finditer(r"\S+", "".join(c if _is_word_character(c) else " " for c in text))
    edges = [0, *chain.from_iterable(word.span() for word in words), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character in _JOINERS or unicodedata.category(character).startswith("M")


MAX_HISTORY = 50


class QueryHistory:
    """Earlier queries, with a cursor that moves from the empty line into the past and back."""

    def __init__(self, queries: Iterable[str] = ()) -> None:
        self.queries: Sequence[str] = tuple(queries)
        """The latest first."""
        self._at = -1

    def with_query(self, query: str) -> tuple[str, ...]:
        """Return the queries with `query` as the latest, without duplicates."""
        query = query.strip()
        others = [other for other in self.queries if other != query]
        return tuple([query, *others][:MAX_HISTORY]) if query else tuple(self.queries)

    def step(self, shown: str, by: int) -> str | None:
        """Return the query `by` steps before `shown`; None if there is none or it was typed."""
        if not shown:
            self._at = -1
        elif not (0 <= self._at < len(self.queries) and self.queries[self._at] == shown):
            return None
        at = self._at + by
        if not -1 <= at < len(self.queries):
            return None
        self._at = at
        return self.queries[at] if at >= 0 else ""
