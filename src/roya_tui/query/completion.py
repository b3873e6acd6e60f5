"""The tokens of a query that is being typed: whatever it is, it falls into some."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from roya_tui.query.conditions import Term, parse_source_number, positive_terms, to_text
from roya_tui.query.fields import FIELDS, SORTS, STATES, TEXT_FIELDS, VISIT, QueryError
from roya_tui.query.parser import parse
from roya_tui.query.vocabulary import MAX_NAMES, MERGED_TAG, NO_NAMES, NameIndex, Vocabulary, fold_name

_TOKEN = re.compile(
    r'\s+|[()]|-*(?:(?P<field>[a-z][a-z-]*):)?(?P<value>"(?:[^"\\]|\\.)*(?P<closed>")?|[^\s()"]*)', re.I | re.S
)
"""Blanks, a parenthesis, or a term; of a term `closed` is its last quote."""


def tokenize(text: str) -> Iterator[re.Match[str]]:
    """Yield what `text` consists of."""
    at = 0
    while at < len(text) and (token := _TOKEN.match(text, at)) and token.end() > at:
        yield token
        at = token.end()


def last_token(text: str) -> re.Match[str] | None:
    """Return the token that ends where `text` does."""
    token = None
    for token in tokenize(text):  # noqa: B007
        pass
    return token


def unquote(value: str) -> str:
    """Return what a token's value says, without its quotes."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"') if len(value) > 1 else "", flags=re.S)


def finish_partial(text: str, now: int) -> str | None:
    """Return what `text` asks for if only its end is not typed yet: with its quote and parentheses closed, and without
    what waits for more (`water or`, `water -`, `tag:`). None: something else is wrong with it.
    """
    kept = [token[0] for token in tokenize(text)]
    last = next(reversed(list(tokenize(text))), None)
    if last and last["value"] and last["value"].startswith('"') and not last["closed"]:
        kept[-1] += '"'
    while kept and _is_incomplete(kept[-1]):
        kept.pop()
    kept.append(")" * (kept.count("(") - kept.count(")")))
    whole = "".join(kept)
    try:
        parse(whole, now)
    except QueryError:
        return None
    return whole


def _is_incomplete(token: str) -> bool:
    """Whether a token is nothing as long as nothing follows."""
    (only,) = tokenize(token)
    if only["value"] is None:
        return token != ")"
    if field := only["field"]:
        return field.lower() in (*FIELDS, "sort") and not unquote(only["value"]).strip()
    return token.lower() == "or" or not unquote(only["value"]).strip()


_FIELD_LABELS = {"tag": "tag", "source": "source", "folder": "folder", "feed": "saved feed", "lang": "language"}
"""Fields of which all names are known. Of authors the store tells only those who wrote lately."""


def find_unknown_name(text: str, vocabulary: Vocabulary) -> QueryError | None:
    """Return what to say of the first name in `text` that is none, with its place and the nearest one that is."""
    for token in tokenize(text):
        field, value = (token["field"] or "").lower(), unquote(token["value"] or "")
        names = vocabulary.get(field)
        if names is None or field not in _FIELD_LABELS or len(names) >= MAX_NAMES or not fold_name(value):
            continue
        if not _is_in_vocabulary(field, value, vocabulary):
            return QueryError(
                f"There is no {_FIELD_LABELS[field]} “{value}”.", token.start("value"), names.nearest(value)
            )
    return None


def _is_in_vocabulary(field: str, value: str, vocabulary: Vocabulary) -> bool:
    names = vocabulary[field]
    match field:
        case "source":  # named by its number, its address or words of its name
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
"""Candidates at most: nobody walks through more."""

_FIXED_VALUES = {
    "is": STATES,
    "sort": SORTS,
    "since": ("today", "yesterday", "2d", "1w", "1mo"),
    "before": ("today", "yesterday", "1w", "1mo", "1y"),
    "changed": ("today", "yesterday", "2d", "1w", "1mo"),
    "came": (VISIT, "today", "2d", "1w"),
    "minutes": (">5", "<5", ">10"),
}
_REST = re.compile(r'[^\s()"]*')
_FAULTY = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s()"]+|[()]', re.S)
_LETTERS = re.compile("[a-z][a-z-]*", re.I)


class Candidate(NamedTuple):
    """What may stand in place of a stretch of the text."""

    start: int
    end: int
    text: str
    label: str
    """What it is called where several are offered."""

    def apply(self, text: str) -> tuple[str, int]:
        """Return `text` with this in its place, and where the cursor stands then."""
        before = text[: self.start] + self.text
        return before + text[self.end :], len(before)


class Advice(NamedTuple):
    """What there is to say about a query while it is being typed."""

    candidates: tuple[Candidate, ...] = ()
    error: QueryError | None = None
    """Why it is none; None where it is one, or is about to become one."""
    faulty_span: tuple[int, int] = (0, 0)
    """The stretch that the error is about."""
    correction: Candidate | None = None
    """What was probably meant by that."""
    warning: str = ""
    """Why it finds nothing as it stands, though it is a query: a name in it is none, or nothing has a word."""

    def with_correction(self, text: str, correction: Candidate) -> Advice:
        """Return the same, told what was probably meant by words in `text` that nothing has."""
        if self.candidates or self.error or self.warning:
            return self
        wrong = correction.start, correction.end
        return self._replace(faulty_span=wrong, correction=correction, warning=describe_unknown(text, correction))


def describe_unknown(text: str, correction: Candidate) -> str:
    """Return what to say of words in `text` in place of which something else was `meant`."""
    return f"No article has “{unquote(text[correction.start : correction.end])}”."


def make_advice(text: str, cursor: int, vocabulary: Vocabulary, now: int) -> Advice:
    """Return what fits at `cursor`; where nothing does, what is wrong with `text` and was probably meant."""
    offered = tuple(complete(text, cursor, vocabulary))
    try:
        parse(text, now)
    except QueryError as found:
        error = found
    else:
        doubted = None if offered else find_unknown_name(text, vocabulary)
        return Advice(offered) if doubted is None else _advise_unknown_name(text, doubted)
    wrong = _faulty_span(text, error.position)
    if not offered:
        return Advice((), error, wrong, _correct_error(text, error, wrong))
    typing = last_token(text[:cursor])
    still_typed = typing is not None and error.position >= typing.start()
    return Advice(offered) if still_typed else Advice(offered, error, wrong)


def _advise_unknown_name(text: str, doubted: QueryError) -> Advice:
    wrong = _faulty_span(text, doubted.position)
    near = doubted.suggestion
    return Advice(
        (), None, wrong, Candidate(*wrong, _format_value("tag", near), near) if near else None, doubted.message
    )


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> list[Candidate]:
    """Return what the word at `cursor` may become, the likeliest first; nothing where it is whole already."""
    token = last_token(text[:cursor])
    if token is None or token["value"] is None or token["closed"]:
        return []
    end = cursor if token["value"].startswith('"') else _value_end(text, cursor)
    written = token["value"]
    if not token["field"]:
        if not _LETTERS.fullmatch(written):
            return []
        fields = [field for field in (*FIELDS, "sort") if field.startswith(written.lower())]
        return [Candidate(token.start("value"), end, f"{field}:", f"{field}:") for field in fields]
    field = token["field"].lower()
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


def _value_end(text: str, cursor: int) -> int:
    rest = _REST.match(text, cursor)
    return rest.end() if rest else cursor


def _format_value(field: str, text: str) -> str:
    return to_text(Term(field, text)).removeprefix(f"{field}:")


def _faulty_span(text: str, position: int) -> tuple[int, int]:
    """The word at `position`, or else the one before it."""
    found = _FAULTY.match(text, position) or last_token(text[:position].rstrip())
    return found.span() if found else (0, 0)


def _correct_error(text: str, error: QueryError, wrong: tuple[int, int]) -> Candidate | None:
    if not error.suggestion:
        return None
    start, end = wrong
    is_field = error.suggestion in (*FIELDS, "sort") and text[start - 1 : start] != ":"
    if is_field:
        end = text.index(":", start)
    return Candidate(start, end, error.suggestion, error.suggestion)


_JOINERS = "\u200c\u200d\xad"


class SearchWord(NamedTuple):
    """A word or phrase to find, and the stretch of the text that says so."""

    start: int
    end: int
    term: Term


def find_search_words(text: str, now: int) -> list[SearchWord]:
    """Return what `text` wants to find in texts, in its order; nothing where it is no query."""
    try:
        wanted = {(term.field, term.value) for term in positive_terms(parse(text, now)) if term.field in TEXT_FIELDS}
    except QueryError:
        return []
    stand = []
    for token in tokenize(text):
        field, value = (token["field"] or "").lower(), unquote(token["value"] or "")
        if (field, value) in wanted and not token[0].startswith("-"):
            quoted = token["value"].startswith('"')
            stand.append(SearchWord(*token.span("value"), Term(field, value, quoted)))
    return stand


def replace_words(text: str, replacements: Mapping[SearchWord, str]) -> Candidate:
    """Return what to write in `text` with others `instead` of some words: the one word, or else all of it."""
    one = next(iter(replacements))
    first, last = (one.start, one.end) if len(replacements) == 1 else (0, len(text))
    new, at = "", first
    for word in sorted(replacements):
        meant = Term(word.term.field, replacements[word], word.term.phrase)
        new += text[at : word.start] + to_text(meant).removeprefix(f"{meant.field}:" if meant.field else "")
        at = word.end
    new += text[at:last]
    return Candidate(first, last, new, unquote(new) if len(replacements) == 1 else new)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text stand: letters and digits, with the marks on them and what joins them."""
    return [piece.span() for piece in re.finditer(r"\S+", "".join(c if _is_word_character(c) else " " for c in text))]


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character in _JOINERS or unicodedata.category(character).startswith("M")


MAX_HISTORY = 50


class QueryHistory:
    """A walk through earlier queries: from the empty line into the past and back."""

    def __init__(self, queries: Iterable[str] = ()) -> None:
        self.queries: Sequence[str] = tuple(queries)
        """The latest first."""
        self._at = -1

    def with_query(self, query: str) -> tuple[str, ...]:
        """Return the queries with `query` as the latest of them, each only once."""
        query = query.strip()
        others = [other for other in self.queries if other != query]
        return tuple([query, *others][:MAX_HISTORY]) if query else tuple(self.queries)

    def step(self, shown: str, by: int) -> str | None:
        """Return the query that is `by` steps further in the past than the one that is `shown`.

        None: that is no place to walk from, since it was typed and is not empty, or there is nothing further.
        """
        if not shown:
            self._at = -1
        elif not (0 <= self._at < len(self.queries) and self.queries[self._at] == shown):
            return None
        at = self._at + by
        if not -1 <= at < len(self.queries):
            return None
        self._at = at
        return self.queries[at] if at >= 0 else ""
