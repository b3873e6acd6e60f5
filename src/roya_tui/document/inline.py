"""Inline text between two block boundaries → one `Text`, with whitespace collapsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from roya_tui.characters import SINGLE_CLUSTERS, is_extending
from roya_tui.document.blocks import Span, Text
from roya_tui.document.links import resolve_web_url


class InlineText(NamedTuple):
    """Text from the parser, with the styles and the link of the elements around it."""

    text: str
    styles: tuple[str, ...] = ()
    href: str = ""
    is_break: bool = False
    """A <br>."""


LINE_END = InlineText("\n")
BREAK = InlineText("", is_break=True)


# HTML whitespace, and the separators that terminals and UAX #9 take for line ends.
_BLANKS = re.compile("[ \t\n\r\f\u2028\u2029]+")
_NEEDS_COLLAPSING = re.compile("[\t\n\r\f\u2028\u2029]|  ")
_EDGE = " \n\xa0"  # characters that neither begin nor end a paragraph
_EMPTY_LINES = re.compile(r"\A(?: *\n)+")
_NOT_ITS_OWN = re.compile("[\u2028\u2029\f\r]")

_SCRIPTS = {
    "sup": ("^", str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")),
    "sub": ("_", str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")),
}
# Text that is not raised or lowered: ordinals, symbols and bracketed note numbers.
_STAYS = re.compile(r"(?:st|nd|rd|th|er|e|o|a|re|me|ère|ème|TM|SM)\Z|\W*\Z|\s*\[", re.I)

_STRAY_JOINER = re.compile("(?<!\\S)\u200d+|\u200d+(?=[\\s!-~]|\\Z)")

_URL = re.compile(r"https?://[^\s<>\"“”«»]{1,2000}", re.I)
_AFTER_URL = ".,;:!?'’*)]}"


def autolink(pieces: Sequence[InlineText]) -> Sequence[InlineText]:
    """Return the pieces with URLs in plain text, such as https://example.org, as links."""
    if not any("://" in piece.text for piece in pieces):
        return pieces
    result: list[InlineText] = []
    for first, group in groupby(pieces, lambda piece: piece._replace(text="")):
        text = "".join(piece.text for piece in group)  # the parser may have cut a URL at an ampersand
        position = 0
        for found in () if first.href or first.is_break else _URL.finditer(text):
            linked = _strip_punctuation(found[0])
            url = resolve_web_url(linked)
            if url:
                result.append(first._replace(text=text[position : found.start()]))
                result.append(first._replace(text=linked, href=url))
                position = found.start() + len(linked)
        result.append(first._replace(text=text[position:]))
    return result


def _strip_punctuation(url: str) -> str:
    """Return a URL without punctuation of the sentence around it, such as a full stop."""
    while url[-1] in _AFTER_URL and (url[-1] != ")" or url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def collapse_whitespace(pieces: Iterable[InlineText], link_number: Callable[[str], int]) -> Text:
    """Return text with whitespace collapsed as by CSS; numbers only links that have text."""
    kept: list[InlineText] = []
    after_blank = True
    for piece in pieces:
        if piece.is_break:
            _strip_end(kept)
            kept.append(LINE_END)
            after_blank = True
            continue
        text = piece.text
        if _NEEDS_COLLAPSING.search(text):
            text = _BLANKS.sub(" ", text)
        if not kept or kept[-1].text == "\n":
            text = text.lstrip(_EDGE)  # no-break spaces used for indentation too
        elif after_blank and text[:1] == " ":
            text = text[1:]
        if text:
            after_blank = text[-1] == " "
            kept.append(piece if text is piece.text else InlineText(text, piece.styles, piece.href))
    _strip_end(kept)
    return _join(kept, link_number)


def preserve_whitespace(pieces: Iterable[InlineText], link_number: Callable[[str], int]) -> Text:
    """Return text with its whitespace and line ends, but without empty lines around it."""
    kept: list[InlineText] = []
    for piece in pieces:
        text = "\n" if piece.is_break else _NOT_ITS_OWN.sub(" ", piece.text)
        if not kept:
            text = _EMPTY_LINES.sub("", text)
        if text:
            kept.append(InlineText(text, piece.styles, piece.href))
    _strip_end(kept)
    return _join(kept, link_number)


def raise_or_lower(pieces: list[InlineText], tag: str) -> list[InlineText]:
    """Return the pieces of a <sup> or <sub> as such characters, or else as `^(text)` or `_(text)`."""
    sign, characters = _SCRIPTS[tag]
    text = "".join(piece.text for piece in pieces)
    if all(ord(character) in characters for character in text):
        return [piece._replace(text=piece.text.translate(characters)) for piece in pieces]
    if _STAYS.match(text):
        return pieces
    if len(text) == 1:
        return [InlineText(sign), *pieces]
    return [InlineText(f"{sign}("), *pieces, InlineText(")")]


def _join_clusters(pieces: list[InlineText]) -> list[InlineText]:
    """Move marks to the piece with the letter before them, and drop stray joiners."""
    result: list[InlineText] = []
    for piece in pieces:
        text = piece.text
        if result and (moved := _count_extending(result[-1].text, text)):
            result[-1] = result[-1]._replace(text=result[-1].text + text[:moved])
            text = text[moved:]
        if text:
            result.append(piece if text == piece.text else piece._replace(text=text))
    cleaned = [
        piece._replace(text=_STRAY_JOINER.sub("", piece.text)) if "\u200d" in piece.text else piece for piece in result
    ]
    return [piece for piece in cleaned if piece.text]


def _count_extending(before: str, text: str) -> int:
    """Return how many of the first characters of `text` extend the last one of `before`."""
    last = before[-1:]
    for count, character in enumerate(text):
        if not is_extending(character) and last != "\u200d":
            return count
        last = character
    return len(text)


def _strip_end(pieces: list[InlineText]) -> None:
    """Drop whitespace and breaks at the end, in place."""
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
            start += 1  # a space at the edge of a link is not part of it
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
