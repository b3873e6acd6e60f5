"""FTS5 expressions for search words: quoted tokens and our own operators only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.query import All, Condition, Either, Not, Query, Term
from roya_tui.query.conditions import join_all, join_either, negate_condition
from roya_tui.query.fields import TEXT_FIELDS
from roya_tui.text import blank_symbols, clean, fold_name

_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_LETTERS = re.compile("[\u0620-\u064a\u066e-\u06d3]")
"""Including those of Persian and other languages."""
_ARABIC_PREFIXES = ("وال", "ال")
_JOINER = "\u200c"
"""Zero-width non-joiner: separates letters inside of a word."""

_SHORT_WORD = 3
"""Longest word that is not searched as a prefix in texts, where it would match too much."""


def match_expression(term: Term) -> str:
    """Return the FTS5 expression for a text term.

    A short word matches whole words only; `prefix_expression` adds its prefix matches in titles. A word of one or two
    letters, which many texts have, matches in titles only.
    """
    folded = fold_name(clean(term.value))
    column = term.field or ("title" if len(folded) <= 2 and not term.phrase else "")
    return _format_expression(_variants_with_joiner(term), column, star="" if term.phrase or _is_short(folded) else "*")


def prefix_expression(term: Term) -> str:
    """Return the FTS5 expression for a short word as a prefix in titles or authors, or ""."""
    folded = fold_name(clean(term.value))
    if term.phrase or not _is_short(folded):
        return ""
    return _format_expression(_variants(folded), term.field or "title", star="*")


def _is_short(folded: str) -> bool:
    return len(folded) <= _SHORT_WORD and folded.isalnum()


def _format_expression(variants: Sequence[str], column: str, star: str) -> str:
    quoted = ['"' + blank_symbols(variant).replace('"', '""') + '"' + star for variant in variants]
    joined = " OR ".join(quoted)
    return f"{{{column}}} : ({joined})" if column else f"({joined})"


def _variants_with_joiner(term: Term) -> list[str]:
    """Return the variants of a word, also with blanks for joiners (frequent in Persian)."""
    value = clean(term.value)
    spellings = dict.fromkeys((value, value.replace(_JOINER, " ")))
    return list(dict.fromkeys(variant for spelling in spellings for variant in _variants(fold_name(spelling))))


def join_compounds(db: Connection, query: Query) -> Query:
    """Return `query` extended so that two adjacent words also match their compound.

    You may type `می روم` for `می‌روم`, which is indexed as one word. Only for words in Arabic script, and only
    compounds that the index has.
    """
    return replace(query, where=_join_compounds(db, query.where)) if _ARABIC_LETTERS.search(str(query)) else query


def _join_compounds(db: Connection, condition: Condition) -> Condition:
    match condition:
        case Term():
            return condition
        case Not(of):
            return negate_condition(_join_compounds(db, of))
        case Either(of):
            return join_either([_join_compounds(db, part) for part in of])
        case All(of):
            parts: list[Condition] = []
            for part in of:
                before = parts[-1] if parts else None
                joined = _find_compound(db, before, part)
                if before is None or joined is None:
                    parts.append(_join_compounds(db, part))
                else:
                    parts[-1] = Either((All((before, part)), joined))
            return join_all(parts)


def _find_compound(db: Connection, first: Condition | None, second: Condition) -> Term | None:
    """Return the two terms joined, if the index has that word; else None."""
    if not isinstance(first, Term) or not isinstance(second, Term) or first.phrase or second.phrase:
        return None
    if first.field != second.field or first.field not in TEXT_FIELDS:
        return None
    if not all(_ARABIC_LETTERS.match(fold_name(term.value)) for term in (first, second)):
        return None
    joined = Term(first.field, first.value + second.value)
    indexed = db.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match_expression(joined),)).fetchone()
    return joined if indexed else None


def _variants(folded: str) -> list[str]:
    """Return the forms of a word to search for: in Arabic with and without its prefixes."""
    if not _ARABIC.match(folded):
        return [folded]
    bare = _strip_arabic_prefix(folded)
    return list(dict.fromkeys([folded, bare, "ال" + bare, "و" + bare, "وال" + bare]))


def arabic_forms(folded: str) -> list[tuple[str, str]]:
    """Return (prefix, word) pairs: as typed, and in Arabic also without and with the article."""
    if not _ARABIC.match(folded):
        return [("", folded)]
    bare = _strip_arabic_prefix(folded)
    return list(dict.fromkeys([("", folded), ("", bare), ("ال", bare)]))


def _strip_arabic_prefix(folded: str) -> str:
    for prefix in _ARABIC_PREFIXES:
        if folded.startswith(prefix) and len(folded) >= len(prefix) + 3:
            return folded.removeprefix(prefix)
    return folded


def find_in_notes(db: Connection, term: Term) -> list[int]:
    """Return the articles whose note has the word or a word that starts with it."""
    any_of = "|".join(map(re.escape, _variants_with_joiner(term)))
    pattern = re.compile(rf"(?<!\w)(?:{any_of})" + (r"(?!\w)" if term.phrase else ""))
    notes = db.execute("SELECT article_id, note FROM state WHERE note <> ''")
    return [id for id, note in notes if pattern.search(fold_name(note))]
