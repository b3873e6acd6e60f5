"""Stretches of a document: the word, line and paragraph at a place, the next of them, and what copying takes."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from unicodedata import category

from roya_tui.reading.blocks import Block, Document
from roya_tui.reading.finding import Place
from roya_tui.reading.graphemes import starts

_FAR = 2_000
"""Characters from a place in which its word is looked for: nothing longer is one."""
_IN_WORDS = frozenset("'’_-\u200c\u200d\u00ad")


def character_at(document: Document, at: int) -> Place:
    """Return the character at a place, with all its marks."""
    text = document.text
    begin = max(0, at - 20)
    piece = text[begin : at + 40]
    edges = [*starts(piece), len(piece)]
    for start, end in pairwise(edges):
        if start <= at - begin < end:
            return begin + start, begin + end
    return at, min(at + 1, len(text))


def word_at(document: Document, at: int) -> Place:
    """Return the word at a place; where none is, the signs that stand there together."""
    text = document.text
    if at >= len(text) or text[at].isspace():
        return at, min(at + 1, len(text))
    kind = _kind(text[at])
    start, end = at, at + 1
    while start > 0 and at - start < _FAR and _kind(text[start - 1]) == kind:
        start -= 1
    while end < len(text) and end - at < _FAR and _kind(text[end]) == kind:
        end += 1
    return start, end


def paragraph_at(document: Document, at: int) -> Place:
    """Return the whole block at a place."""
    block = document.blocks[_block(document, at)]
    return block.start, block.start + len(block.text.string)


def next_word(document: Document, at: int, by: int) -> Place:
    """Return the word after (1) or before (-1) the one at a place; that one itself if there is no other."""
    text = document.text
    here = word_at(document, at)
    place = here[1] if by > 0 else here[0] - 1
    while 0 <= place < len(text) and (text[place].isspace() or _kind(text[place]) == "sign"):
        place += by
    return word_at(document, place) if 0 <= place < len(text) else here


def next_paragraph(document: Document, at: int, by: int) -> int:
    """Return where the next (1) or previous (-1) block with words starts; where this one does if there is none."""
    index = _block(document, at)
    here = document.blocks[index].start
    other = index + by
    while 0 <= other < len(document.blocks) and not document.blocks[other].text.string:
        other += by
    return document.blocks[other].start if 0 <= other < len(document.blocks) else here


def copied(document: Document, start: int, end: int) -> str:
    """Return a stretch of a document as text to be pasted: in logical order, without wraps and margins.

    Paragraphs are a blank line apart, items of a list and rows of a table one below the other.
    """
    parts: list[str] = []
    before: Block | None = None
    for block in document.blocks[_block(document, start) :]:
        if block.start >= end:
            break
        piece = document.text[max(start, block.start) : min(end, block.start + len(block.text.string))]
        if piece:
            if before is not None:
                parts.append("\n" if _close(before, block) else "\n\n")
            parts.append(piece)
            before = block
    return "".join(parts)


def _close(one: Block, other: Block) -> bool:
    """Whether two blocks are items of one list."""
    return bool(one.inside and other.inside) and one.inside[0].list != 0 and one.inside[0].list == other.inside[0].list


def _block(document: Document, at: int) -> int:
    return max(0, bisect_right(document.blocks, at, key=lambda block: block.start) - 1)


def _kind(letter: str) -> str:
    if letter.isspace():
        return "blank"
    if letter.isalnum() or letter in _IN_WORDS or category(letter).startswith("M"):
        return "word"
    return "sign"
