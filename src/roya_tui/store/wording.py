"""Words as FTS5 is asked for them: quoted tokens and our own operators, never what a person wrote as it stands."""

from __future__ import annotations

import re
from sqlite3 import Connection

from roya_tui.query import Term
from roya_tui.store.tags import fold_tag
from roya_tui.text import clean, only_words

_ARABIC = re.compile("[\u0621-\u064a]")
_JOINED_ON = ("وال", "ال")


_SHORT = 3
"""Letters of a word that would begin too many others in texts."""


def expression(term: Term) -> str:
    """Return the FTS5 expression for a term that is looked for in text: quoted tokens and our own operators.

    A short word is looked for as it stands: other words that begin so are looked for by `beginning`. One of one or two
    letters is looked for in titles only, where many texts have it.
    """
    folded = fold_tag(clean(term.value))
    column = term.field or ("title" if len(folded) <= 2 and not term.phrase else "")
    return _written(folded, column, star="" if term.phrase or _is_short(folded) else "*")


def beginning(term: Term) -> str:
    """Return the expression by which titles and authors are looked through for a short word or what begins so."""
    folded = fold_tag(clean(term.value))
    return "" if term.phrase or not _is_short(folded) else _written(folded, term.field or "title", star="*")


def _is_short(folded: str) -> bool:
    return len(folded) <= _SHORT and folded.isalnum()


def _written(folded: str, column: str, star: str) -> str:
    quoted = ['"' + only_words(variant).replace('"', '""') + '"' + star for variant in _variants(folded)]
    joined = " OR ".join(quoted)
    return f"{{{column}}} : ({joined})" if column else f"({joined})"


def _variants(folded: str) -> list[str]:
    """The forms that a word is looked for in: in Arabic with what is joined on to it, and without."""
    if not _ARABIC.match(folded):
        return [folded]
    bare = _bare(folded)
    return list(dict.fromkeys([folded, bare, "ال" + bare, "و" + bare, "وال" + bare]))


def forms(folded: str) -> list[tuple[str, str]]:
    """Return a word as it is, and in Arabic without the article and with it: what is joined on, and the word."""
    if not _ARABIC.match(folded):
        return [("", folded)]
    bare = _bare(folded)
    return list(dict.fromkeys([("", folded), ("", bare), ("ال", bare)]))


def _bare(folded: str) -> str:
    for prefix in _JOINED_ON:
        if folded.startswith(prefix) and len(folded) >= len(prefix) + 3:
            return folded.removeprefix(prefix)
    return folded


def noted(db: Connection, term: Term) -> list[int]:
    """Return the articles whose note has the word, or a word that begins with it. Notes are few, and short."""
    any_of = "|".join(map(re.escape, _variants(fold_tag(clean(term.value)))))
    pattern = re.compile(rf"(?<!\w)(?:{any_of})" + (r"(?!\w)" if term.phrase else ""))
    notes = db.execute("SELECT article_id, note FROM state WHERE note <> ''")
    return [id for id, note in notes if pattern.search(fold_tag(note))]
