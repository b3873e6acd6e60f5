"""Runs of text between two block boundaries → one `Text`: blanks collapsed, equal neighbours joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from roya_tui.characters import SINGLE_CLUSTERS, is_extending
from roya_tui.document.blocks import Span, Text
from roya_tui.document.links import resolve_web_url


class InlineText(NamedTuple):
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
_EDGE = " \n\xa0"
"""What neither begins nor ends a paragraph."""
_EMPTY_LINES = re.compile(r"\A(?: *\n)+")
_NOT_ITS_OWN = re.compile("[\u2028\u2029\f\r]")

_SUPERSCRIPT = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HAS_RAISED = re.compile(r"[0-9+\-−=()n]*\Z")
_HAS_LOWERED = re.compile(r"[0-9+\-−=()]*\Z")
# What stays on the line: ordinals, signs, and numbers of notes in brackets.
_STAYS = re.compile(r"(?:st|nd|rd|th|er|e|o|a|re|me|ère|ème|TM|SM)\Z|\W*\Z|\s*\[", re.I)

_STRAY_JOINER = re.compile("(?<!\\S)\u200d+|\u200d+(?=[\\s!-~]|\\Z)")

_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]{1,2000}", re.I)
_AFTER_ADDRESS = ".,;:!?'’*)]}"


def autolink(pieces: Sequence[InlineText]) -> Sequence[InlineText]:
    """Return the pieces with addresses in plain words, such as https://example.org, made links."""
    if not any("://" in piece.text for piece in pieces):
        return pieces
    result: list[InlineText] = []
    for first, group in groupby(pieces, lambda piece: piece._replace(text="")):
        text = "".join(piece.text for piece in group)  # the parser may have cut an address at an ampersand
        position = 0
        for found in () if first.href or first.is_break else _ADDRESS.finditer(text):
            address = _strip_punctuation(found[0])
            url = resolve_web_url(address)
            if url:
                result.append(first._replace(text=text[position : found.start()]))
                result.append(first._replace(text=address, href=url))
                position = found.start() + len(address)
        result.append(first._replace(text=text[position:]))
    return result


def _strip_punctuation(address: str) -> str:
    """Return an address without what the sentence around it adds, such as a full stop or the end of a parenthesis."""
    while address[-1] in _AFTER_ADDRESS and (address[-1] != ")" or address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def collapse_whitespace(pieces: Iterable[InlineText], link_number: Callable[[str], int]) -> Text:
    """Return running text with blanks collapsed as CSS `white-space: normal` does.

    `number(address)` is asked for the number of each link that has any text.
    """
    kept: list[InlineText] = []
    after_blank = True
    for piece in pieces:
        if piece.is_break:
            _strip_end(kept)
            kept.append(InlineText("\n"))
            after_blank = True
            continue
        text = piece.text
        if _NEEDS_COLLAPSING.search(text):
            text = _BLANKS.sub(" ", text)
        if not kept or kept[-1].text == "\n":
            text = text.lstrip(_EDGE)  # a line that is indented with no-break spaces too
        elif after_blank and text[:1] == " ":
            text = text[1:]
        if text:
            after_blank = text[-1] == " "
            kept.append(piece if text is piece.text else InlineText(text, piece.styles, piece.href))
    _strip_end(kept)
    return _join(kept, link_number)


def preserve_whitespace(pieces: Iterable[InlineText], link_number: Callable[[str], int]) -> Text:
    """Return text whose blanks and line ends stay as they are, without empty lines around it."""
    kept: list[InlineText] = []
    for piece in pieces:
        text = "\n" if piece.is_break else _NOT_ITS_OWN.sub(" ", piece.text)
        if not kept:
            text = _EMPTY_LINES.sub("", text)
        if text:
            kept.append(InlineText(text, piece.styles, piece.href))
    _strip_end(kept)
    return _join(kept, link_number)


def to_superscript(pieces: list[InlineText]) -> list[InlineText]:
    """Return the pieces of a <sup> as superscript digits; what has none as `^(text)`."""
    text = "".join(piece.text for piece in pieces)
    if _HAS_RAISED.match(text):
        return [piece._replace(text=piece.text.translate(_SUPERSCRIPT)) for piece in pieces]
    return pieces if _STAYS.match(text) else _parenthesize(pieces, "^", text)


def to_subscript(pieces: list[InlineText]) -> list[InlineText]:
    """Return the pieces of a <sub> as subscript digits; what has none as `_(text)`."""
    text = "".join(piece.text for piece in pieces)
    if _HAS_LOWERED.match(text):
        return [piece._replace(text=piece.text.translate(_SUBSCRIPT)) for piece in pieces]
    return pieces if _STAYS.match(text) else _parenthesize(pieces, "_", text)


def _parenthesize(pieces: list[InlineText], sign: str, text: str) -> list[InlineText]:
    if len(text) == 1:
        return [InlineText(sign), *pieces]
    return [InlineText(f"{sign}("), *pieces, InlineText(")")]


def _join_clusters(pieces: list[InlineText]) -> list[InlineText]:
    """Return pieces of which none begins with a mark, as it belongs to the letter before; stray joiners are dropped."""
    result: list[InlineText] = []
    for piece in pieces:
        text = piece.text
        if result and (moved := _count_extending(result[-1].text, text)):
            result[-1] = result[-1]._replace(text=result[-1].text + text[:moved])
            text = text[moved:]
        if text:
            result.append(piece._replace(text=text))
    cleaned = [piece._replace(text=_STRAY_JOINER.sub("", piece.text)) for piece in result]
    return [piece for piece in cleaned if piece.text]


def _count_extending(before: str, text: str) -> int:
    """Return how many of the first characters of `text` belong to the last one of `before`."""
    last = before[-1:]
    for count, character in enumerate(text):
        if not is_extending(character) and last != "\u200d":
            return count
        last = character
    return len(text)


def _strip_end(pieces: list[InlineText]) -> None:
    """Drop blanks and breaks at the end, in place."""
    while pieces:
        last = pieces[-1]
        text = last.text.rstrip(_EDGE)
        if text == last.text:
            return
        pieces.pop()
        if text:
            pieces.append(last._replace(text=text))


def _join(pieces: list[InlineText], link_number: Callable[[str], int]) -> Text:
    string = "".join([piece.text for piece in pieces])
    if not SINGLE_CLUSTERS.fullmatch(string):
        pieces = _join_clusters(pieces)
        string = "".join([piece.text for piece in pieces])
    spans: list[Span] = []
    position = 0
    before = InlineText("")
    for piece, after in pairwise([*pieces, InlineText("")]):
        start, end = position, position + len(piece.text)
        position = end
        href = piece.href
        if href and before.href != href and piece.text[0] == " ":
            start += 1  # a blank at the edge of a link is none of its words
        if href and after.href != href and piece.text[-1] == " ":
            end -= 1
        if href and start >= end:
            href = ""
            start, end = position - len(piece.text), position
        if piece.styles or href:
            link = link_number(href) if href else 0
            last = spans[-1] if spans else Span(0, 0)
            if spans and last.end == start and (last.styles, last.link) == (piece.styles, link):
                spans[-1] = Span(last.start, end, last.styles, last.link)
            else:
                spans.append(Span(start, end, piece.styles, link))
        before = piece if href or not piece.href else piece._replace(href="")
    return Text(string, tuple(spans))
