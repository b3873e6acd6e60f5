"""Suggests indexed words for misspelled words of a query without results."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import tzinfo
from itertools import islice, product
from sqlite3 import Connection

from roya_tui.query import Query, Term
from roya_tui.query.completion import Candidate, find_search_words, replace_words, split_words
from roya_tui.query.edit_distance import NearWordWalk, max_edits
from roya_tui.store.bodies import unpack, unpack_page
from roya_tui.store.search.compiler import Compiler
from roya_tui.store.search.fts_query import arabic_forms
from roya_tui.store.search.saved_searches import expand_query
from roya_tui.text import fold, fold_name, may_have_cjk, strip_html

_MAX_QUERIES = 5
"""Corrected queries tried at most; the first with results is suggested."""
_MAX_WORDS = 3
_MAX_WEIGHED, _COMMON = 12, 500
"""Near words whose articles are counted, and the count at which counting stops."""
_MAX_READ = 20_000
"""Characters of a text searched for the original spelling of a word."""
_MAX_TITLES = 5

_WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_words USING fts5vocab ('main', '{index}', 'instance')"
_WALK = """WITH RECURSIVE walk (term) AS (
    SELECT (SELECT term FROM {index}_words WHERE term >= ? LIMIT 1) UNION ALL
    SELECT (SELECT term FROM {index}_words WHERE term >= after(CAST(walk.term AS BLOB)) LIMIT 1)
    FROM walk WHERE walk.term IS NOT NULL
) SELECT count(*) FROM walk"""
"""One statement, so that it can be interrupted, of a few hundred lookups in the vocabulary. It skips the positions of
the words, which are most of the index, and all words that cannot be near."""

_TITLES = """SELECT title FROM (SELECT rowid FROM beginnings WHERE beginnings MATCH ? ORDER BY rowid DESC LIMIT ?) AS b
    CROSS JOIN article AS a ON a.id = b.rowid"""
_NEWEST = """SELECT feed, page FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1) AS s
    CROSS JOIN body AS b ON b.article_id = s.rowid"""


def suggest(
    db: Connection, text: str, now: int, make_query: Callable[[str], Query], *, zone: tzinfo | None = None
) -> Candidate | None:
    """Return the correction of `text`, a query without results, or None.

    `make_query` adds the other conditions of the list: the corrected query has results with them.
    """
    options = {}
    for word in find_search_words(text, now):
        if near := _near_values(db, word.term, now):
            options[word] = near
    for chosen in islice(product(*options.values()), _MAX_QUERIES if options else 0):
        change = replace_words(text, dict(zip(options, chosen, strict=True)))
        if _has_results(db, make_query(change.apply(text)[0]), now, zone):
            spellings = (_restore_spelling(db, word.term, words) for word, words in zip(options, chosen, strict=True))
            return replace_words(text, dict(zip(options, spellings, strict=True)))
    return None


def _has_results(db: Connection, query: Query, now: int, zone: tzinfo | None) -> bool:
    compiler = Compiler(db, now, zone)
    rows = compiler.rows(expand_query(db, query, now), everything=False)
    return db.execute(f"SELECT 1 {rows} LIMIT 1", compiler.parameters).fetchone() is not None


def _near_values(db: Connection, term: Term, now: int) -> list[str]:
    """Return corrections of a word or phrase, the best first; empty if it is indexed."""
    if _is_in_index(db, term, now):
        return []
    pieces = split_words(term.value)
    options = [[piece] for piece in pieces]
    for index, word in list(enumerate(pieces))[1::2]:
        is_last = index == len(pieces) - 2
        if not _is_in_index(db, Term(term.field, word, term.phrase or not is_last), now):
            options[index] = _nearest_words(db, word) or [word]
    near = ("".join(parts) for parts in islice(product(*options), _MAX_WORDS))
    return [value for value in near if value != term.value]


def _is_in_index(db: Connection, term: Term, now: int) -> bool:
    """Whether an article, a tag or a note has the word or phrase."""
    compiler = Compiler(db, now, None)
    having = compiler.ids_with_text(term)
    return db.execute(f"SELECT 1 FROM ({having}) LIMIT 1", compiler.parameters).fetchone() is not None


def _nearest_words(db: Connection, word: str) -> list[str]:
    """Return the nearest indexed words, folded."""
    folded = fold_name(word)
    if may_have_cjk(folded) or any(c.isnumeric() for c in folded):
        return []
    for joined, bare in arabic_forms(folded):
        form = joined + bare
        for most in range(1, max_edits(bare) + 1):
            # Titles have fewer and likelier words. Each letter that must be right shortens the walk.
            in_titles, in_texts = (0, 2) if most == 1 else (2, 3)
            found = _walk_index(db, "beginnings", form, most, len(joined) + in_titles)
            found |= _walk_index(db, "search", form, most, len(joined) + in_texts)
            if found:
                return _likeliest(db, form, found)
    return []


def _walk_index(db: Connection, index: str, word: str, max_edits: int, prefix_length: int) -> dict[str, int]:
    walk = NearWordWalk(word, max_edits, prefix_length)
    db.execute(_WORDS.format(index=index))
    # FTS5 truncates words at 32 KB, even within a character.
    db.create_function("after", 1, lambda term: walk.advance(term.decode(errors="replace")))
    db.execute(_WALK.format(index=index), (walk.start,)).fetchone()
    return walk.found


def _likeliest(db: Connection, word: str, found: dict[str, int]) -> list[str]:
    nearest = sorted(found, key=lambda near: (found[near], near[0] != word[0]))[:_MAX_WEIGHED]
    common = {near: _count(db, near) for near in nearest}
    return sorted(nearest, key=lambda near: (found[near], near[0] != word[0], -common[near]))[:_MAX_WORDS]


def _count(db: Connection, word: str) -> int:
    having = f"SELECT 1 FROM search WHERE search MATCH ? LIMIT {_COMMON}"
    return int(db.execute(f"SELECT count(*) FROM ({having})", (f'"{word}"',)).fetchone()[0])


def _restore_spelling(db: Connection, term: Term, value: str) -> str:
    """Return words with the folded ones spelled as in a title or a text."""
    typed, pieces = split_words(term.value)[1::2], split_words(value)
    pieces[1::2] = [word if word in typed else _spelling(db, word) for word in pieces[1::2]]
    return "".join(pieces)


def _spelling(db: Connection, folded: str) -> str:
    expression = f'"{folded}"'
    for (title,) in db.execute(_TITLES, (expression, _MAX_TITLES)):
        if spelling := _find_spelling(title, folded):
            return spelling
    for packed, packed_page in db.execute(_NEWEST, (expression,)):
        feed, page = unpack(packed), unpack_page(packed_page)
        for html in (feed["content"], feed["summary"], page.get("html", ""), " ".join(feed["authors"])):
            if spelling := _find_spelling(strip_html(html[: 5 * _MAX_READ])[:_MAX_READ], folded):
                return spelling
    return unicodedata.normalize("NFC", folded)


def _find_spelling(text: str, folded: str) -> str:
    """Return the word of `text` that folds to `folded`, in lower case, or ""."""
    for word in dict.fromkeys(text.lower().split()):
        if folded in fold(word):
            for piece in split_words(word)[1::2]:
                if fold(piece) == folded:
                    return piece
    return ""
