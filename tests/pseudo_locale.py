"""A catalog that shows which texts are not translated, and what breaks if translations are longer.

Each message becomes 40 % longer and has only letters with accents: “Ŝţàŕ”. Placeholders stay. A second one is written
from right to left, with a Hebrew letter for each letter: they are not joined, so a line is drawn as it is reversed.
"""

import gettext as library
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager

from roya_tui import translation

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀčďéƒĝĥîĵķļɱñöƥɋŕšţûṽŵẋýžÀƁČĎÉƑĜĤÎĴĶĻṀÑÖƤɊŔŠŢÛṼŴẊÝŽ",
)
_RTL_LETTERS = str.maketrans(
    {letter: chr(0x5D0 + number % 26) for number, letter in enumerate(string.ascii_lowercase + string.ascii_uppercase)}
)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_PADDING = " ëëëë ëëë ëëëëë ëëë"
_ADDRESS = re.compile(r"\S*\w(?:://|[./@])\w\S*")
_WORD = re.compile(r"(?<!\w)[A-Za-z]{3,}(?!\w)")
KEY_NAMES = frozenset(
    "esc enter space tab backspace delete del home end pgup pgdn left right down ctrl shift alt Esc Enter".split()
)


def translate_rtl(message: str) -> str:
    """Return the right-to-left translation of a message, which is as long; keys and placeholders stay."""
    return re.sub(rf"{_PLACEHOLDER.pattern}|[A-Za-z]+(?:\+[a-z]+)?", _translate_word, message)


def _translate_word(found: re.Match[str]) -> str:
    word = found[0]
    is_key = len(word) == 1 or word.partition("+")[0] in KEY_NAMES
    return word if is_key or word[0] == "{" else word.translate(_RTL_LETTERS)


def translate(message: str) -> str:
    """Return the translation of a message."""
    if not message:
        raise AssertionError("the translation of an empty message is the header of the catalog")
    parts = _PLACEHOLDER.split(message)
    extra = round(sum(map(len, parts)) * 0.4)
    padding = (_PADDING * (extra // len(_PADDING) + 1))[" " not in message :][:extra].rstrip()
    texts = [part.translate(_LETTERS) for part in parts]
    ending = re.search(r"[.?!:…”]*\s*\Z", texts[-1])
    assert ending
    texts[-1] = f"{texts[-1][: ending.start()]}{padding}{ending[0]}"
    found = [*_PLACEHOLDER.findall(message), ""]
    return "".join(text + placeholder for text, placeholder in zip(texts, found, strict=True))


class PseudoCatalog(library.NullTranslations):
    """Translates every message."""

    def gettext(self, message: str) -> str:
        return translate(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return translate(singular if n == 1 else plural)


class RtlCatalog(library.NullTranslations):
    """Translates every message into a language that is written from right to left."""

    def __init__(self) -> None:
        super().__init__()
        self._info = {"x-direction": "rtl"}

    def gettext(self, message: str) -> str:
        return translate_rtl(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return translate_rtl(singular if n == 1 else plural)


@contextmanager
def pseudo_locale(catalog: type[library.NullTranslations] = PseudoCatalog) -> Iterator[None]:
    """Translate all messages in the body."""
    before = translation._catalog
    translation.use_catalog(catalog())
    try:
        yield
    finally:
        translation.use_catalog(before)


def find_untranslated(text: str) -> list[str]:
    """Return the words of plain letters in a text, without names of keys and parts of addresses."""
    return [word for word in _WORD.findall(_ADDRESS.sub("", text)) if word not in KEY_NAMES]
