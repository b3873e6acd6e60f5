"""Runs of text between two block boundaries → one `Text`: blanks collapsed, equal neighbours joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from roya_tui.reading.blocks import Span, Text


class Piece(NamedTuple):
    """Text as the parser hands it over, and what the elements around it make of it."""

    text: str
    styles: tuple[str, ...] = ()
    href: str = ""
    """Address that it links to."""
    is_break: bool = False
    """A <br>."""


# HTML's own blanks, and the separators that terminals and UAX #9 would take for a line's end.
_BLANKS = re.compile("[ \t\n\r\f\u2028\u2029]+")
_NEEDS_COLLAPSING = re.compile("[\t\n\r\f\u2028\u2029]|  ")
_EMPTY_LINES = re.compile(r"\A(?: *\n)+")
_NOT_ITS_OWN = re.compile("[\u2028\u2029\f\r]")

_SUPERSCRIPT = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HAS_RAISED = re.compile(r"[0-9+\-−=()n]*\Z")
_HAS_LOWERED = re.compile(r"[0-9+\-−=()]*\Z")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|e|o|a|re|me|ère|ème|TM|SM)\Z", re.I)


def flow(pieces: Iterable[Piece], number: Callable[[str], int]) -> Text:
    """Return running text with blanks collapsed as CSS `white-space: normal` does.

    `number(address)` is asked for the number of each link that has any text.
    """
    kept: list[Piece] = []
    after_blank = True
    for piece in pieces:
        if piece.is_break:
            _strip_end(kept)
            kept.append(Piece("\n"))
            after_blank = True
            continue
        text = piece.text
        if _NEEDS_COLLAPSING.search(text):
            text = _BLANKS.sub(" ", text)
        if after_blank and text[:1] == " ":
            text = text[1:]
        if text:
            after_blank = text[-1] == " "
            kept.append(piece if text is piece.text else Piece(text, piece.styles, piece.href))
    _strip_end(kept)
    return _joined(kept, number)


def preformatted(pieces: Iterable[Piece], number: Callable[[str], int]) -> Text:
    """Return text whose blanks and line ends stay as they are, without empty lines around it; a tab is four columns."""
    kept: list[Piece] = []
    for piece in pieces:
        text = "\n" if piece.is_break else _NOT_ITS_OWN.sub(" ", piece.text).expandtabs(4)
        if not kept:
            text = _EMPTY_LINES.sub("", text)
        if text:
            kept.append(Piece(text, piece.styles, piece.href))
    _strip_end(kept)
    return _joined(kept, number)


def raised(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a <sup> as superscript letters; where Unicode has none, as `^(text)`."""
    text = "".join(piece.text for piece in pieces)
    if _HAS_RAISED.match(text):
        return [piece._replace(text=piece.text.translate(_SUPERSCRIPT)) for piece in pieces]
    return pieces if _ORDINAL.match(text) or not text.strip() else _wrapped(pieces, "^(", ")")


def lowered(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a <sub> as subscript letters; where Unicode has none, as `_(text)`."""
    text = "".join(piece.text for piece in pieces)
    if _HAS_LOWERED.match(text):
        return [piece._replace(text=piece.text.translate(_SUBSCRIPT)) for piece in pieces]
    return pieces if not text.strip() else _wrapped(pieces, "_(", ")")


def _wrapped(pieces: list[Piece], before: str, after: str) -> list[Piece]:
    return [pieces[0]._replace(text=before, is_break=False), *pieces, pieces[-1]._replace(text=after, is_break=False)]


def _strip_end(pieces: list[Piece]) -> None:
    """Drop blanks and breaks at the end, in place."""
    while pieces:
        last = pieces[-1]
        text = last.text.rstrip(" \n")
        if text == last.text:
            return
        pieces.pop()
        if text:
            pieces.append(last._replace(text=text))


def _joined(pieces: list[Piece], number: Callable[[str], int]) -> Text:
    spans: list[Span] = []
    position = 0
    for i, piece in enumerate(pieces):
        end = position + len(piece.text)
        if piece.styles or piece.href:
            last = spans[-1] if spans else None
            continues = last is not None and last.end == position and pieces[i - 1][1:3] == piece[1:3]
            if last is not None and continues:
                spans[-1] = Span(last.start, end, last.styles, last.link)
            else:
                spans.append(Span(position, end, piece.styles, number(piece.href) if piece.href else 0))
        position = end
    return Text("".join(piece.text for piece in pieces), tuple(spans))
