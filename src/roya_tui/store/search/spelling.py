"""What was probably meant by words that nothing in the store has: words that it has, a slip of the finger away."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import tzinfo
from itertools import islice, product
from sqlite3 import Connection

from roya_tui.query import Query, Term
from roya_tui.query.completion import Candidate, find_search_words, replace_words, word_spans
from roya_tui.query.edit_distance import NearWordWalk, max_edits
from roya_tui.store.bodies import unpack, unpack_page
from roya_tui.store.connection import translate_errors
from roya_tui.store.search.compiler import Compiler
from roya_tui.store.search.fts_query import arabic_forms
from roya_tui.store.search.saved_searches import expand_query
from roya_tui.store.user_data.tags import fold_tag
from roya_tui.text import fold, may_have_cjk, strip_html

_MAX_QUERIES = 5
"""Queries that are tried at most: the first that finds something is what was meant."""
_MAX_WORDS = 3
"""Near words of one that are tried."""
_MAX_WEIGHED, _COMMON = 12, 500
"""Near words of which it is asked how many articles have them, and up to how many these are counted."""
_MAX_READ = 20_000
"""Letters of a text that are read to see how a word is written in it."""
_MAX_TITLES = 5
"""Titles that are read for that."""

_WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_words USING fts5vocab ('main', '{index}', 'instance')"
_WALK = """WITH RECURSIVE walk (term) AS (
    SELECT (SELECT term FROM {index}_words WHERE term >= ? LIMIT 1) UNION ALL
    SELECT (SELECT term FROM {index}_words WHERE term >= after(CAST(walk.term AS BLOB)) LIMIT 1)
    FROM walk WHERE walk.term IS NOT NULL
) SELECT count(*) FROM walk"""
"""One statement, so that it is broken off at once, of a few hundred looks into the index. Where the words stand, which
is what makes an index large, is passed over; so is any word that cannot be near."""

_TITLES = """SELECT title FROM (SELECT rowid FROM beginnings WHERE beginnings MATCH ? ORDER BY rowid DESC LIMIT ?) AS b
    CROSS JOIN article AS a ON a.id = b.rowid"""
_NEWEST = """SELECT feed, page FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1) AS s
    CROSS JOIN body AS b ON b.article_id = s.rowid"""


@translate_errors
def suggest(
    db: Connection, text: str, now: int, make_query: Callable[[str], Query], *, zone: tzinfo | None = None
) -> Candidate | None:
    """Return what to write in `text`, a query that finds nothing, where words in it are misspelt; None if none is.

    `asked` makes the query of a text, with all else that is asked for: what is returned finds something so.
    """
    options = {}
    for word in find_search_words(text, now):
        if near := _near_values(db, word.term, now):
            options[word] = near
    for chosen in islice(product(*options.values()), _MAX_QUERIES if options else 0):
        change = replace_words(text, dict(zip(options, chosen, strict=True)))
        if _has_results(db, make_query(change.apply(text)[0]), now, zone):
            dressed = (_restore_spelling(db, word.term, words) for word, words in zip(options, chosen, strict=True))
            return replace_words(text, dict(zip(options, dressed, strict=True)))
    return None


def _has_results(db: Connection, query: Query, now: int, zone: tzinfo | None) -> bool:
    compiler = Compiler(db, now, zone)
    rows = compiler.rows(expand_query(db, query, now), everything=False)
    return db.execute(f"SELECT 1 {rows} LIMIT 1", compiler.parameters).fetchone() is not None


def _near_values(db: Connection, term: Term, now: int) -> list[str]:
    """Return what may stand in place of a word or phrase, the likeliest first; nothing where its words are known."""
    if _is_in_index(db, term, now):
        return []
    spans = word_spans(term.value)
    options, at = [], 0
    for start, end in spans:
        word = term.value[start:end]
        last = end == spans[-1][1]
        known = _is_in_index(db, Term(term.field, word, term.phrase or not last), now)
        options += [[term.value[at:start]], [word] if known else _nearest_words(db, word) or [word]]
        at = end
    options.append([term.value[at:]])
    near = ("".join(parts) for parts in islice(product(*options), _MAX_WORDS))
    return [value for value in near if value != term.value]


def _is_in_index(db: Connection, term: Term, now: int) -> bool:
    """Whether anything has it: an article, a tag or a note, in the store and not only here."""
    compiler = Compiler(db, now, None)
    having = compiler.ids_with_text(term)
    return db.execute(f"SELECT 1 FROM ({having}) LIMIT 1", compiler.parameters).fetchone() is not None


def _nearest_words(db: Connection, word: str) -> list[str]:
    """Return the nearest words that are known, folded."""
    folded = fold_tag(word)
    if may_have_cjk(folded) or any(c.isnumeric() for c in folded):
        return []
    for joined, bare in arabic_forms(folded):
        form = joined + bare
        for most in range(1, max_edits(bare) + 1):
            # Titles have the fewest words and the likeliest. The more letters are alike, the shorter is the walk.
            in_titles, in_texts = (0, 2) if most == 1 else (2, 3)
            found = _walk_index(db, "beginnings", form, most, len(joined) + in_titles)
            found |= _walk_index(db, "search", form, most, len(joined) + in_texts)
            if found:
                return _likeliest(db, form, found)
    return []


def _walk_index(db: Connection, index: str, word: str, max_edits: int, prefix_length: int) -> dict[str, int]:
    walk = NearWordWalk(word, max_edits, prefix_length)
    db.execute(_WORDS.format(index=index))
    # FTS5 cuts words at 32 KB, in the midst of a character, too.
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
    """Return words of which some are folded as they are written somewhere: in a title, or else in a text."""
    new, at = "", 0
    own = {term.value[start:end] for start, end in word_spans(term.value)}
    for start, end in word_spans(value):
        word = value[start:end]
        new += value[at:start] + (word if word in own else _spelling(db, word))
        at = end
    return new + value[at:]


def _spelling(db: Connection, folded: str) -> str:
    asked = f'"{folded}"'
    for (title,) in db.execute(_TITLES, (asked, _MAX_TITLES)):
        if spelt := _find_spelling(title, folded):
            return spelt
    for packed, packed_page in db.execute(_NEWEST, (asked,)):
        feed, page = unpack(packed), unpack_page(packed_page)
        for html in (feed["content"], feed["summary"], page.get("html", ""), " ".join(feed["authors"])):
            if spelt := _find_spelling(strip_html(html[: 5 * _MAX_READ])[:_MAX_READ], folded):
                return spelt
    return unicodedata.normalize("NFC", folded)


def _find_spelling(text: str, folded: str) -> str:
    """Return the word of `text` that is `folded`, in small letters; "" where none is."""
    for word in dict.fromkeys(text.lower().split()):
        if folded in fold(word):
            for start, end in word_spans(word):
                if fold(word[start:end]) == folded:
                    return word[start:end]
    return ""
