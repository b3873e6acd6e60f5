"""Words as FTS5 is asked for them: quoted tokens and our own operators, never what a person wrote as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.query import All, Condition, Either, Not, Query, Term
from roya_tui.query.conditions import join_all, join_either, negate_condition
from roya_tui.query.fields import TEXT_FIELDS
from roya_tui.store.user_data.tags import fold_tag
from roya_tui.text import blank_symbols, clean

_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_LETTERS = re.compile("[\u0620-\u064a\u066e-\u06d3]")
"""Persian's and others' among them."""
_ARABIC_PREFIXES = ("وال", "ال")
_JOINER = "\u200c"
"""The zero-width non-joiner: it parts letters within a word."""

_SHORT_WORD = 3
"""Letters of a word that would begin too many others in texts."""


def match_expression(term: Term) -> str:
    """Return the FTS5 expression for a term that is looked for in text: quoted tokens and our own operators.

    A short word is looked for as it stands: other words that begin so are looked for by `beginning`. One of one or two
    letters is looked for in titles only, where many texts have it.
    """
    folded = fold_tag(clean(term.value))
    column = term.field or ("title" if len(folded) <= 2 and not term.phrase else "")
    return _format_expression(_variants_with_joiner(term), column, star="" if term.phrase or _is_short(folded) else "*")


def prefix_expression(term: Term) -> str:
    """Return the expression by which titles and authors are looked through for a short word or what begins so."""
    folded = fold_tag(clean(term.value))
    return (
        ""
        if term.phrase or not _is_short(folded)
        else _format_expression(_variants(folded), term.field or "title", star="*")
    )


def _is_short(folded: str) -> bool:
    return len(folded) <= _SHORT_WORD and folded.isalnum()


def _format_expression(variants: Sequence[str], column: str, star: str) -> str:
    quoted = ['"' + blank_symbols(variant).replace('"', '""') + '"' + star for variant in variants]
    joined = " OR ".join(quoted)
    return f"{{{column}}} : ({joined})" if column else f"({joined})"


def _variants_with_joiner(term: Term) -> list[str]:
    """The same of a compound that is written with a joiner as with a blank, as Persian has many."""
    value = clean(term.value)
    spellings = dict.fromkeys((value, value.replace(_JOINER, " ")))
    return list(dict.fromkeys(variant for way in spellings for variant in _variants(fold_tag(way))))


def join_compounds(db: Connection, query: Query) -> Query:
    """Return `query` such that two words side by side also find what has them joined, if anything has: a person types
    `می روم` for `می‌روم`, which search knows as one word. Only words in Arabic letters are looked at.
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
    """Return the word that search knows and these are joined, None if there is none."""
    if not isinstance(first, Term) or not isinstance(second, Term) or first.phrase or second.phrase:
        return None
    if first.field != second.field or first.field not in TEXT_FIELDS:
        return None
    if not all(_ARABIC_LETTERS.match(fold_tag(term.value)) for term in (first, second)):
        return None
    joined = Term(first.field, first.value + second.value)
    known = db.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match_expression(joined),)).fetchone()
    return joined if known else None


def _variants(folded: str) -> list[str]:
    """The forms that a word is looked for in: in Arabic with what is joined on to it, and without."""
    if not _ARABIC.match(folded):
        return [folded]
    bare = _strip_arabic_prefix(folded)
    return list(dict.fromkeys([folded, bare, "ال" + bare, "و" + bare, "وال" + bare]))


def arabic_forms(folded: str) -> list[tuple[str, str]]:
    """Return a word as it is, and in Arabic without the article and with it: what is joined on, and the word."""
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
    """Return the articles whose note has the word, or a word that begins with it. Notes are few, and short."""
    any_of = "|".join(map(re.escape, _variants_with_joiner(term)))
    pattern = re.compile(rf"(?<!\w)(?:{any_of})" + (r"(?!\w)" if term.phrase else ""))
    notes = db.execute("SELECT article_id, note FROM state WHERE note <> ''")
    return [id for id, note in notes if pattern.search(fold_tag(note))]
