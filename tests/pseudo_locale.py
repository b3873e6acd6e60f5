"""A catalog that shows which texts are not translated, and what breaks if translations are longer.

Each message becomes 40 % longer and has only letters with accents: “Ŝţàŕ”. Placeholders stay.
"""

import gettext as library
import re
from collections.abc import Iterator
from contextlib import contextmanager

from roya_tui import translation

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀčďéƒĝĥîĵķļɱñöƥɋŕšţûṽŵẋýžÀƁČĎÉƑĜĤÎĴĶĻṀÑÖƤɊŔŠŢÛṼŴẊÝŽ",
)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_PADDING = " ëëëë ëëë ëëëëë ëëë"
_ADDRESS = re.compile(r"\S*\w(?:://|[./@])\w\S*")
_WORD = re.compile(r"(?<!\w)[A-Za-z]{3,}(?!\w)")
KEY_NAMES = frozenset(
    "esc enter space tab backspace delete del home end pgup pgdn left right down ctrl shift alt Esc Enter".split()
)


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


@contextmanager
def pseudo_locale() -> Iterator[None]:
    """Translate all messages in the body."""
    before = translation._catalog
    translation.use_catalog(PseudoCatalog())
    try:
        yield
    finally:
        translation.use_catalog(before)


def find_untranslated(text: str) -> list[str]:
    """Return the words of plain letters in a text, without names of keys and parts of addresses."""
    return [word for word in _WORD.findall(_ADDRESS.sub("", text)) if word not in KEY_NAMES]
