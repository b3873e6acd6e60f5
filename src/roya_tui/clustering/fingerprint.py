"""Fingerprints: the words of an article as hashes, which are fast to compare.

Each word of a title and the beginning of a text is folded, reduced to its stem and hashed to 32 bits. The language is
in the hash, so that articles in two languages share nothing; the low bits are the kind of word. Scripts without spaces
give pairs of characters instead of words.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from zlib import crc32

from roya_tui.clustering.stopwords import DATE_WORDS, NUMERALS, STOPWORDS
from roya_tui.text import fold

MAX_CHARACTERS = 300
"""Characters of a title and of a text that are used: what happened, where, and who."""
_MAX_WORDS = 40  # most words of a fingerprint, those of the title first

TITLE, NAME, NUMBER, SCORE, REPEATED = 1, 2, 4, 8, 16
"""Kinds of words, as bit flags: in the title; written as a name; a number; a score such as 2-1; in title and text.

The last is set only where capitals do not mark names: a repeated word is most likely a name.
"""
KIND_BITS = 31
FIRST_WORD = 3
"""Index of the first word. Before it are hashes of what parts of a series share.

These are the title without numbers and dates, its heading (0 without one), and its first two words.
"""

_INSIDE = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u200c"
r"""Marks and joiners inside words that `\w` does not match."""
_WORD = re.compile(rf"\d+(?:[.,:\-–]\d+)*|[^\W\d_][\w{_INSIDE}]*")
_UNSPACED = re.compile(
    "[\u2e80-\u2fff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)
_KANA = re.compile("[\u3041-\u30ff]")
_UNSPACED_PIECES = re.compile("[\u30a1-\u30ff]+|[^\u3040-\u30ff的了在是和与及将被为对从]+")
"""Text without spaces: a katakana word, or what is between grammatical characters."""
_HEADING = re.compile(r"[^:：|]+(?=[:：|])|[\u3040-\u30ff\u3400-\u9fff]{2,8}(?=\s)")
_LONGEST_HEADING = 5
_SCORE = re.compile(r"\d{1,3}[-–]\d{1,3}|\d{1,2}:\d")
_GROUPED = re.compile(r"[.,](?=\d{3}(?!\d))")
_ENGLISH_ENDING = re.compile(
    r"(?<=....)(?:ations?|ments?|ions?|ings?|ers?|ed|es|e|(?<!s)s)\Z|(?<=...)(?:ed|es|e|(?<!s)s)\Z"
)
_ARABIC = re.compile("[\u0621-\u06ff]")
_ARABIC_START = re.compile("(?:وال|بال|كال|فال|ال|لل|[وبل](?=ال))(?=...)")
_ARABIC_ENDING = re.compile("(?<=...)(?:ات|ون|ين|ان|ها|هم|يه|ه|ي|ا)\\Z")
_CUT, _ARABIC_CUT = 7, 5  # letters kept of a word without known endings, the rest being mostly inflection


def make_fingerprint(title: str, lead: str, language: str) -> bytes:
    """Return the packed fingerprint; b"" without a title. `language` may be wrong or ""."""
    title, lead = title[:MAX_CHARACTERS], lead[:MAX_CHARACTERS]
    in_title, in_lead = list(_tokenize(title)), list(_tokenize(lead))
    if not in_title:
        return b""
    if sum(map(len, _UNSPACED.findall(title))) * 2 > len(title):
        code = "ja" if _KANA.search(title + lead) else "zh"
    else:
        code = _detect_language({word for word, _ in (*in_title, *in_lead)}, language)
    if sum(bool(kind & NAME) for _, kind in in_title) * 2 > len(in_title):
        in_title = [(word, kind & ~NAME) for word, kind in in_title]  # Title Case: capitals do not mark names
    if nameless := code == "de" or title.upper() == title.lower():
        in_title, in_lead = ([(word, kind & ~NAME) for word, kind in words] for words in (in_title, in_lead))
    found: dict[int, int] = {}
    for words, place in ((in_title, TITLE), (in_lead, 0)):
        for word, kind in words:
            if (stem := _stem(word, kind, code)) and (len(found) < _MAX_WORDS or _hash(code, stem) in found):
                key = _hash(code, stem)
                before = found.get(key, 0)
                repeated = nameless and not place and before & TITLE and not kind & NUMBER
                found[key] = before | kind | place | (REPEATED if repeated else 0)
    if not found:
        return b""
    heads = (_hash_shape(in_title), _hash_shape(_tokenize(_heading(title))), _hash_shape(in_title[:2]))
    return array("I", [*heads, *(key | kind for key, kind in found.items())]).tobytes()


def find_names(title: str) -> frozenset[str]:
    """Return the folded words of a title that are names as far as capitals show; none in Title Case."""
    words = list(_tokenize(title[:MAX_CHARACTERS]))
    names = [word for word, kind in words if kind & NAME]
    return frozenset(names) if len(names) * 2 <= len(words) else frozenset()


def _hash_shape(words: Iterable[tuple[str, int]]) -> int:
    """Return a hash of words without numbers and dates."""
    return crc32(" ".join(word for word, kind in words if not kind & NUMBER and word not in DATE_WORDS).encode())


def _heading(title: str) -> str:
    """Return the short text before a colon in a title, or before a space in unspaced scripts."""
    heading = _HEADING.match(title)
    return heading[0] if heading and len(heading[0].split()) <= _LONGEST_HEADING else ""


def _hash(language: str, stem: str) -> int:
    return crc32(f"{language}:{stem}".encode()) & ~KIND_BITS


def _tokenize(text: str) -> Iterator[tuple[str, int]]:
    """Yield the folded words of a text, each with its kind as far as the writing shows."""
    for run in _UNSPACED.findall(text):
        for piece in _UNSPACED_PIECES.findall(run):
            if "\u30a1" <= piece[0] <= "\u30ff":
                yield piece, NAME
            else:
                yield from ((piece[at : at + 2], 0) for at in range(max(1, len(piece) - 1)))
    spaced = _UNSPACED.sub(" ", text)
    places = list(_WORD.finditer(spaced))
    folded = fold("\n".join(place[0] for place in places)).split("\n")
    for place, word in zip(places, folded, strict=False):
        if word[:1].isdigit():
            yield _GROUPED.sub("", word), NUMBER | SCORE if _SCORE.fullmatch(word) else NUMBER
        elif word in NUMERALS:
            yield NUMERALS[word], NUMBER
        elif len(word) > 1:
            yield word, NAME if place[0][0].isupper() and _is_name_capital(spaced, place) else 0


def _is_name_capital(text: str, place: re.Match[str]) -> bool:
    """Return whether a capital marks a name: inside a sentence, or before another capital."""
    before = text[: place.start()].rstrip(" \"'“”‘’«»([-–—")
    return (bool(before) and before[-1] not in ".!?:…") or text[place.end() : place.end() + 2].strip().isupper()


def _detect_language(words: set[str], language: str) -> str:
    """Return the language with most stopwords among `words`, or the feed's `language`."""
    claimed = language.partition("-")[0].lower()
    hits = {code: len(words & stopwords) for code, stopwords in STOPWORDS.items()}
    best = max(hits, key=lambda code: (hits[code], code == claimed))
    return best if hits[best] >= hits.get(claimed, 1) + (claimed in hits) else claimed


def _stem(word: str, kind: int, language: str) -> str:
    """Return the part of a word to compare; "" for a stopword or date."""
    if kind & NUMBER:
        return word
    if word in DATE_WORDS or word in STOPWORDS.get(language, ()):
        return ""
    if _ARABIC.match(word):
        return _ARABIC_ENDING.sub("", _ARABIC_START.sub("", word, 1))[:_ARABIC_CUT]
    return _ENGLISH_ENDING.sub("", word) if language == "en" else word[:_CUT]
