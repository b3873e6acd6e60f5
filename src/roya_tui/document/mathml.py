"""MathML → one line of text: its TeX annotation, or else the text of its elements."""

from __future__ import annotations

import re
from collections.abc import Mapping

from roya_tui.text import one_line

_DISPLAYED = re.compile(r"\A\{\s*\\(?:display|text|script)style\s*(.*)\}\Z", re.S)
_TEX = ("application/x-tex", "application/x-latex", "tex", "latex")
_BETWEEN = {"mfrac": "/", "msup": "^", "msub": "_", "mover": "^", "munder": "_", "mroot": "√"}
"""Operator between the two parts of an element."""
_BETWEEN_THREE = {"msubsup": ("_", "^"), "munderover": ("_", "^")}
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_MAX_DEPTH = 50  # nested elements that are kept separate; deeper ones are part of the last
_MAX_CHARACTERS = 100_000  # characters of a formula that are read


class Formula:
    """Collects the elements of a <math>, itself included, as a stack of texts of children."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.is_display = attributes.get("display", "").lower() == "block"
        self._alternative = attributes.get("alttext", "")
        self._open: list[tuple[str, list[str]]] = [("outside", []), ("math", [])]
        self._tex = ""
        self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        if tag == "annotation" and attributes.get("encoding", "").lower() in _TEX:
            tag = "tex"
        self._open.append((tag, []) if len(self._open) < _MAX_DEPTH else ("", self._open[-1][1]))

    def data(self, text: str) -> None:
        """Add text to the innermost element."""
        if self._length < _MAX_CHARACTERS:
            self._length += len(text)
            self._open[-1][1].append(text if self._open[-1][0] == "mtext" else text.strip())

    def end(self) -> None:
        """Close the innermost element."""
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
    """Return TeX on one line, without a wrapper that only sets its size."""
    text = one_line(text)
    found = _DISPLAYED.match(text)
    return found[1].strip() if found else text


def _flatten(tag: str, parts: list[str]) -> str:
    parts = [part for part in parts if part]
    if tag in _BETWEEN and len(parts) == 2:
        first, second = reversed(parts) if tag == "mroot" else parts
        return f"{_group(first)}{_BETWEEN[tag]}{_group(second)}"
    if tag in _BETWEEN_THREE and len(parts) == 3:
        below, above = _BETWEEN_THREE[tag]
        return f"{_group(parts[0])}{below}{_group(parts[1])}{above}{_group(parts[2])}"
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
