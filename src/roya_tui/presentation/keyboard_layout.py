"""Keys of an Arabic keyboard, so that they need not be switched to Latin letters between two searches."""

from __future__ import annotations

_ROWS = (
    # The letters of the standard Arabic layout for PCs, and the US keys in the same places.
    ("ضصثقفغعهخحجد", "qwertyuiop[]"),
    ("شسيبلاتنمكط", "asdfghjkl;'"),
    ("ئءؤرﻻىةوزظذ", "zxcvbnm,./`"),
    # With shift, as far as they are not ASCII.
    ("\u064e\u064b\u064f\u064cﻹإ÷×؛", "QWERTYIOP"),
    ("\u0650\u064dﻷأـ،", "ASGHJK"),
    ("\u0652ﻵآ؟", "XBN?"),
    ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
)
_LATIN = {arabic: latin for row in _ROWS for arabic, latin in zip(*row, strict=True)}


def latin_key(character: str | None) -> str:
    """Return what the key of an Arabic letter types on a US keyboard, "" for other characters.

    Layout: “ara(basic)” of xkeyboard-config.
    """
    return _LATIN.get(character or "", "")
