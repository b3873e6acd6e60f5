"""MathML as one line of text: what its author wrote in TeX, if that is kept with it, else what its elements say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from roya_tui.text import one_line

_DISPLAYED = re.compile(r"\A\{\s*\\(?:display|text|script)style\s*(.*)\}\Z", re.S)
_TEX = ("application/x-tex", "application/x-latex", "tex", "latex")
_BETWEEN = {"mfrac": "/", "msup": "^", "msub": "_", "mover": "^", "munder": "_", "mroot": "√"}
"""What stands between the parts of an element."""
_BETWEEN_THREE = {"msubsup": ("_", "^"), "munderover": ("_", "^")}
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_MAX_DEPTH = 50
"""Elements within each other that are told apart."""
_MAX_CHARACTERS = 100_000
"""Characters of a formula; the rest is no formula."""


class Formula:
    """Is told of what is inside a <math>, itself included; has the `text` in the end.

    The open elements are a list of lists of what their children came to, so that no depth can hurt.
    """

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.is_display = attributes.get("display", "").lower() == "block"
        self._alternative = attributes.get("alttext", "")
        self._open: list[tuple[str, list[str]]] = [("outside", []), ("math", [])]
        self._tex = ""
        self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        if tag == "annotation" and attributes.get("encoding", "").lower() in _TEX:
            tag = "tex"
        self._open.append((tag, []) if len(self._open) < _MAX_DEPTH else ("", self._open[-1][1]))

    def data(self, text: str) -> None:
        """Text of an element."""
        if self._length < _MAX_CHARACTERS:
            self._length += len(text)
            self._open[-1][1].append(text if self._open[-1][0] == "mtext" else text.strip())

    def end(self) -> None:
        """The innermost element ends."""
        tag, parts = self._open.pop()
        if not tag:
            return
        if tag == "tex":
            self._tex = "".join(parts)
        elif self._open and not tag.startswith("annotation"):
            self._open[-1][1].append(_flatten(tag, [part.translate(_INVISIBLE) for part in parts]))

    @property
    def text(self) -> str:
        """The formula on one line."""
        return simplify_tex(self._alternative or self._tex) or one_line("".join(self._open[0][1]))


def simplify_tex(text: str) -> str:
    """Return TeX on one line, without what only says how large it is set."""
    text = one_line(text)
    found = _DISPLAYED.match(text)
    return found[1].strip() if found else text


def _flatten(tag: str, parts: list[str]) -> str:
    parts = [part for part in parts if part]
    if tag in _BETWEEN and len(parts) == 2:
        if tag == "mroot":
            return f"{_group(parts[1])}√{_group(parts[0])}"
        return f"{_group(parts[0])}{_BETWEEN[tag]}{_group(parts[1])}"
    if tag in _BETWEEN_THREE and len(parts) == 3:
        first, second = _BETWEEN_THREE[tag]
        return f"{_group(parts[0])}{first}{_group(parts[1])}{second}{_group(parts[2])}"
    words = "".join(parts)
    match tag:
        case "msqrt":
            return f"√{_group(words)}"
        case "mo" if len(words) == 1 and words in "=+−-<>≤≥≈×→⇒∈":
            return f" {words} "
        case "mtd" | "mtr":
            return f"{words} "
    return words


def _group(part: str) -> str:
    part = part.strip()
    return part if len(part) == 1 or part.isalnum() else f"({part})"
