"""What a rule may be about, seen from an article: a word of its title, its source, an author, a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct

from roya_tui.clustering.stopwords import STOPWORDS
from roya_tui.model import Article
from roya_tui.query import Query, QueryError, by_author, format_source, in_source, in_title, positive_terms, tag
from roya_tui.text import fold

WORD, SOURCE, AUTHOR, TAG = "word", "source", "author", "tag"

_INSIDE = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u200c"
"""Marks and joiners inside words, where `\\w` does not know them."""
_WORD = re.compile(rf"[^\W\d_][\w{_INSIDE}]*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PIECES = re.compile("[\u30a1-\u30ff]{2,}|[\u3005\u3400-\u9fff\uf900-\ufaff]{2,}")
"""Of what is written without spaces: words in katakana, and what stands between kana."""
_BETWEEN = re.compile("[的了在是与與被把将將于於让讓给給]")
"""Characters that join words in Chinese, and hardly ever stand inside one."""
_KATAKANA = re.compile("[\u30a1-\u30ff]")
_MAX_WORD = 4
"""Characters of one word, where nothing parts them; what is longer is several, mostly of two."""
_PAIR = 2
_UNNAMED_FIELDS = ("is", "since", "before", "changed", "minutes", "story")
"""Fields whose values say nothing by themselves."""
RARE = 100
"""A word is rare that not more than one in so many titles has."""
_MAX_WORDS = 12
"""Words of a title that are weighed."""
_ALL_STOPWORDS = frozenset().union(*STOPWORDS.values())


class RuleSuggestion(Struct, frozen=True):
    """One thing that a rule may be about: its name, and the query that finds it."""

    name: str
    query: Query


def title_words(title: str) -> list[str]:
    """The words of a title that say what it is about, each once, in their order."""
    kept: dict[str, str] = {}
    unspaced = [word for piece in _PIECES.findall(title) for word in _split_unspaced(piece)]
    for word in [*_WORD.findall(_UNSPACED.sub(" ", title)), *unspaced]:
        folded = fold(word).strip()
        if len(folded) > 2 - (not word.isascii()) and folded not in _ALL_STOPWORDS:
            kept.setdefault(folded, word)
    return list(kept.values())[:_MAX_WORDS]


def _split_unspaced(piece: str) -> Iterator[str]:
    """The words that a piece of a title may consist of: those between the characters that join words, or all pairs of
    characters, as far as nobody knows where one ends."""
    for part in _BETWEEN.split(piece):
        if len(part) <= _MAX_WORD or _KATAKANA.match(part):
            yield part
        else:
            yield from (part[at : at + _PAIR] for at in range(len(part) - 1))


def sort_by_rarity(words: Sequence[str], titles: Sequence[int], of: int) -> list[str]:
    """Words in the order in which they are proposed, given how many of all titles have each.

    The longest of the rare ones first: a name, most often. Then what is less and less rare. Two characters that no
    other title has beside each other are hardly a word.
    """

    def order(one: tuple[str, int]) -> tuple[bool, bool, int, int]:
        word, count = one
        common = count * RARE > max(of, RARE)
        chance = count <= 1 and len(word) == _PAIR and _UNSPACED.fullmatch(word) is not None
        return chance, common, count if common else 0, -len(word)

    return [word for word, _ in sorted(zip(words, titles, strict=True), key=order)]


def put_searched_first(words: Sequence[str], searched: Sequence[str], title: str) -> list[str]:
    """Words of `title` with those before all others by which its reader looked for it."""
    wanted = [fold(word).strip() for word in searched]
    unspaced = [word for word in searched if _UNSPACED.fullmatch(word) and word in title]
    first = [word for word in words if any(fold(word).strip().startswith(one) for one in wanted)]
    return list(dict.fromkeys([*unspaced, *first, *words]))


def suggest_name(query: Query) -> str:
    """What a rule with that query is called: by the words, names and tags that it finds."""
    return " ".join(term.value for term in positive_terms(query) if term.field not in _UNNAMED_FIELDS) or str(query)


def suggest_rules(article: Article, what: str, words: Sequence[str] = ()) -> list[RuleSuggestion]:
    """What a rule about an article may be about; `words` of its title in the order in which they are proposed."""
    headline = article.headline
    if what == SOURCE:
        return [RuleSuggestion(headline.source, in_source(format_source(headline.source_id, headline.source)))]
    names, query = {WORD: (words, in_title), AUTHOR: (article.authors, by_author), TAG: (article.tags, tag)}[what]
    made = []
    for name in names:
        with suppress(QueryError):  # a name without a letter or digit
            made.append(RuleSuggestion(name, query(name)))
    return made
