"""Write lines as SSML, where each piece of text names its language, which chooses the synthesizer's voice.

https://www.w3.org/TR/speech-synthesis11/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

_LANGUAGES = {
    "ARABIC": ("ar", "fa", "ur", "ps", "sd", "ug", "ckb", "ku"), "HEBREW": ("he", "yi"), "GREEK": ("el",),
    "CYRILLIC": ("ru", "uk", "bg", "be", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "ba", "cv"),
    "ARMENIAN": ("hy",), "GEORGIAN": ("ka",), "ETHIOPIC": ("am", "ti"), "THAI": ("th",), "LAO": ("lo",),
    "MYANMAR": ("my",), "KHMER": ("km",), "SINHALA": ("si",), "DEVANAGARI": ("hi", "mr", "ne", "sa"),
    "BENGALI": ("bn", "as"), "GURMUKHI": ("pa",), "GUJARATI": ("gu",), "ORIYA": ("or",), "TAMIL": ("ta",),
    "TELUGU": ("te",), "KANNADA": ("kn",), "MALAYALAM": ("ml",), "HANGUL": ("ko",),
    "HIRAGANA": ("ja",), "KATAKANA": ("ja",), "CJK": ("zh", "ja", "yue", "ko"),
}  # fmt: skip
"""Scripts, as the names of their characters begin → languages written in them, the most likely first."""
_NOT_LATIN = {language for languages in _LANGUAGES.values() for language in languages}
_KANA = re.compile("[\u3041-\u30ff]")
_SENTENCE_END = re.compile(r".*[.!?…:;,،؛؟。、]\s+", re.S)
_UNSPOKEN = str.maketrans("", "", "\u0640\u066c")
"""Signs that synthesizers spell or stumble over: tatweel, which only stretches a word, and the thousands separator."""


def to_ssml(line: str, *languages: str) -> str:
    """Return a line as an SSML document; `languages` are those that its text may have, the most likely first.

    Languages of other scripts are recognized. Elements are not nested: after an inner one, eSpeak NG continues with its
    default voice.
    """
    pieces = list(_split_by_language(" ".join(line.translate(_UNSPOKEN).split()), tuple(filter(None, languages))))
    voices = "".join(
        f'<voice xml:lang="{escape(language)}">{escape(text, quote=False)}</voice>' for language, text in pieces
    )
    namespace, language = "http://www.w3.org/2001/10/synthesis", escape(pieces[0][0])
    return f'<speak version="1.1" xmlns="{namespace}" xml:lang="{language}">{voices}</speak>'


def _split_by_language(text: str, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pieces of a text with their languages.

    Digits and signs between two pieces belong to the first, those after its last punctuation mark to the second. The
    number of a list, before a letter of any language, has the first of `languages`.
    """
    current = next(iter(languages), "en")
    if _KANA.search(text):
        languages = (*languages, "ja")
    start = end = 0  # of the letters of the current piece
    for index, character in enumerate(text):
        language = _language_of(character, languages)
        if not language:
            continue
        if language != current:
            mark = _SENTENCE_END.match(text, end, index)
            cut = mark.end() if mark else index if end else 0
            if cut:
                yield current, text[start:cut]
            start = cut
        current, end = language, index + 1
    yield current, text[start:]


@lru_cache(maxsize=4096)
def _language_of(character: str, languages: tuple[str, ...]) -> str:
    """Return the first of `languages` that is written with this letter, else the likeliest; "" for other signs."""
    if not character.isalpha():
        return ""
    script = unicodedata.name(character, "").partition(" ")[0]
    if script == "LATIN":
        return next((language for language in languages if _base(language) not in _NOT_LATIN), "en")
    known = _LANGUAGES.get(script, ())
    return next((language for language in languages if _base(language) in known), next(iter(known), ""))


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
