"""Suggest rules for an article: by a word of its title, its source, an author or a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct

from roya_tui.clustering.fingerprint import find_names
from roya_tui.clustering.stopwords import DATE_WORDS, NUMERALS, STOPWORDS
from roya_tui.model import Article
from roya_tui.query import Query, QueryError, by_field, format_source, positive_terms
from roya_tui.text import find_word_starts, fold

WORD, SOURCE, AUTHOR, TAG = "word", "source", "author", "tag"

_INSIDE = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u200c"
"""Marks and joiners inside words that `\\w` does not match."""
_WORD = re.compile(rf"[^\W\d_][\w{_INSIDE}]*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PIECES = re.compile("[\u30a1-\u30ff]{2,}|[\u3005\u3400-\u9fff\uf900-\ufaff]{2,}")
"""In unspaced text: katakana words and runs of Chinese characters."""
_BETWEEN = re.compile("[的了在是与與被把将將于於让讓给給]")
"""Chinese function words, which separate words and rarely occur inside one."""
_KATAKANA = re.compile("[\u30a1-\u30ff]")
_MAX_WORD = 4
"""Characters in one word of unspaced text; longer runs contain several words, mostly of two characters."""
_PAIR = 2
_UNNAMED_FIELDS = ("is", "since", "before", "changed", "minutes", "story")
"""Fields whose values do not make a name."""
RARE = 100
"""A word is rare if at most one in this many titles contains it."""
MAX_TEXT = 20_000
"""Characters of an article's text in which the words of its title are counted."""
_MAX_WORDS = 12
_ALL_STOPWORDS = frozenset().union(*STOPWORDS.values())
_CONTRACTION = re.compile(r"[^\W\d_]+n[’']t\b", re.IGNORECASE)
"""A negated verb, such as “didn't”."""


class RuleSuggestion(Struct, frozen=True):
    """The name and the query of a suggested rule."""

    name: str
    query: Query


def title_words(title: str) -> list[str]:
    """Return the distinct words of a title in order, without stopwords."""
    kept: dict[str, str] = {}
    title = _CONTRACTION.sub(" ", title)
    unspaced = [word for piece in _PIECES.findall(title) for word in _split_unspaced(piece)]
    for word in [*_WORD.findall(_UNSPACED.sub(" ", title)), *unspaced]:
        folded = fold(word).strip()
        if len(folded) > 2 - (not word.isascii()) and folded not in _ALL_STOPWORDS:
            kept.setdefault(folded, word)
    return list(kept.values())[:_MAX_WORDS]


def _split_unspaced(piece: str) -> Iterator[str]:
    """Return short parts of unspaced text, and the character pairs of longer parts."""
    for part in _BETWEEN.split(piece):
        if len(part) <= _MAX_WORD or _KATAKANA.match(part):
            yield part
        else:
            yield from (part[at : at + _PAIR] for at in range(len(part) - 1))


def sort_words(words: Sequence[str], titles: Sequence[int], of: int, title: str, text: str) -> list[str]:
    """Sort the words of `title` for suggestions, the most specific first.

    `titles` has the number of titles that contain each word, out of `of`; `text` is the article's text. Names come
    first, then words that the text repeats, then the longest. After these come words that many titles have, then
    numbers and dates. A pair of Chinese or Japanese characters in no other title is unlikely to be a word, so it
    comes last.
    """
    names, folded_text = find_names(title), fold(text)

    def order(item: tuple[str, int]) -> tuple[bool, bool, bool, int, bool, int, int]:
        word, count = item
        folded = fold(word).strip()
        is_common = count * RARE > max(of, RARE)
        is_chance = count <= 1 and len(word) == _PAIR and _UNSPACED.fullmatch(word) is not None
        is_date = folded in DATE_WORDS or folded in NUMERALS
        repeated = sum(1 for _ in find_word_starts(folded_text, folded))
        return is_chance, is_date, is_common, count if is_common else 0, folded not in names, -repeated, -len(word)

    return [word for word, _ in sorted(zip(words, titles, strict=True), key=order)]


def put_searched_first(words: Sequence[str], searched: Sequence[str], title: str) -> list[str]:
    """Return `words` of a title with those that the user searched for first."""
    prefixes = tuple(fold(word).strip() for word in searched)
    unspaced = [word for word in searched if _UNSPACED.fullmatch(word) and word in title]
    first = [word for word in words if fold(word).strip().startswith(prefixes)]
    return list(dict.fromkeys([*unspaced, *first, *words]))


def suggest_name(query: Query) -> str:
    """Return a name for a rule from the words, names and tags in its query."""
    return " ".join(term.value for term in positive_terms(query) if term.field not in _UNNAMED_FIELDS) or str(query)


def suggest_rules(article: Article, what: str, words: Sequence[str] = ()) -> list[RuleSuggestion]:
    """Return suggestions of a kind; `words` are those of the title, best first."""
    headline = article.headline
    if what == SOURCE:
        return [RuleSuggestion(headline.source, by_field("source", format_source(headline.source_id, headline.source)))]
    field, names = {WORD: ("title", words), AUTHOR: ("author", article.authors), TAG: ("tag", article.tags)}[what]
    suggestions = []
    for name in names:
        with suppress(QueryError):  # a name without a letter or digit
            suggestions.append(RuleSuggestion(name, by_field(field, name, phrase=what == AUTHOR)))
    return suggestions
