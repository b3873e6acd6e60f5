"""Arabic letters → joined presentation forms, for terminals that draw letters alone.

The forms are those of the Unicode blocks Arabic Presentation Forms A and B. Which letters join follows from the forms
that they have; letters without any are unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from re import Match
from typing import NamedTuple

_WORD = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9][\u0610-\u061a\u0620-\u065f\u066e-\u06d3"
    "\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\u200c\u200d]{0,999}"
)
"""A letter, and the letters, marks and joiners after it; more of them than any word has take too much memory."""
_MAX_CACHED = 64  # letters; longer strings are not words and not worth caching
_LAM = "\u0644"
_CODES = (range(0xFB50, 0xFBB2), range(0xFBD3, 0xFBEA), range(0xFBFC, 0xFC00), range(0xFE80, 0xFEFD))


class _Forms(NamedTuple):
    """The forms of a letter, or of lam with an alef; "" if it has none."""

    isolated: str = ""
    final: str = ""
    initial: str = ""
    medial: str = ""


class ShapedText(NamedTuple):
    """Shaped text in logical order, and the index in the original of each character."""

    text: str
    source: Sequence[int]


def shape(text: str) -> ShapedText:
    """Return `text` with its Arabic words in presentation forms.

    Lam with an alef becomes one character, joiners are dropped, marks stay with their letter.
    """
    source = array("i")
    done = 0

    def replaced(found: Match[str]) -> str:
        nonlocal done
        word = found[0]
        shaped, offsets = _shape_word(word) if len(word) <= _MAX_CACHED else _shape_word.__wrapped__(word)
        if len(shaped) != len(word):
            source.extend(range(done, found.start()))
            source.extend([found.start() + offset for offset in offsets])
            done = found.end()
        return shaped

    drawn = _WORD.sub(replaced, text)
    if not done:
        return ShapedText(drawn, range(len(text)))
    source.extend(range(done, len(text)))
    return ShapedText(drawn, source)


@lru_cache(1)
def _forms() -> tuple[dict[str, _Forms], dict[str, _Forms]]:
    """Return the forms of each letter, and of lam with each alef, from their decompositions."""
    found: dict[str, dict[str, str]] = {}
    for code in chain(*_CODES):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        text = "".join(chr(int(letter, 16)) for letter in letters)
        if text:
            found.setdefault(text, {}).setdefault(kind.strip("<>"), chr(code))
    forms = {text: _Forms(**kinds) for text, kinds in found.items()}
    # Joiners are not drawn; tatweel has one form.
    forms["\u200d"] = _Forms(final="\u200d", initial="\u200d", medial="\u200d")
    forms["\u0640"] = _Forms("\u0640", "\u0640", "\u0640", "\u0640")
    return forms, {text[1]: kinds for text, kinds in forms.items() if len(text) == 2}


@lru_cache(8192)
def _shape_word(word: str) -> tuple[str, tuple[int, ...]]:
    """Return a word in presentation forms, and the index in it of each character."""
    forms, ligatures = _forms()
    drawn = {i: character for i, character in enumerate(word) if unicodedata.category(character) in ("Mn", "Me")}
    skeleton = [i for i in range(len(word)) if i not in drawn]
    alone = _Forms()
    is_joined = False
    skipped = -1
    for i, next_i in zip(skeleton, [*skeleton[1:], -1], strict=True):
        if i == skipped:
            continue
        letter = word[i]
        following = word[next_i] if next_i >= 0 else ""
        if letter == _LAM and following in ligatures:
            ligature = ligatures[following]
            drawn[i] = ligature.final if is_joined else ligature.isolated
            is_joined, skipped = False, next_i
            continue
        own = forms.get(letter, alone)
        joins_next = bool(own.initial and forms.get(following, alone).final)
        before_next, before_gap = (own.medial, own.final) if is_joined else (own.initial, own.isolated)
        form = before_next if joins_next else before_gap
        if letter not in "\u200c\u200d":
            drawn[i] = form or letter
        is_joined = joins_next
    order = sorted(drawn)
    return "".join(drawn[i] for i in order), tuple(order)
