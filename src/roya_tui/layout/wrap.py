"""One logical line → slices that fit a width, broken by the rules of its script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from roya_tui import characters
from roya_tui.characters import Measure, is_narrow

Slice = tuple[int, int]

_BLANK = " \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000"
_IDEOGRAPH = (
    "\u2e80-\u2fff\u3001-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffe6\U0001b000-\U0001b2ff\U00020000-\U0003ffff"
)
# Kinsoku (JIS X 4051): characters that must not begin, and that must not end, a line.
_NOT_FIRST = (
    "!%),.:;?\\]}°’”»›‰℃‥…、。々〉》」』】〕〗〙〟〻ー・ヽヾゝゞ゛゜ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ"
    "！％），．：；？］｝｡｣､･ｧ-ｰﾞﾟ"
)
_NOT_LAST = "〈《「『【〔〖〘〝（［｛｟｢￡￥＄"
_NOT_LAST_LATIN = "(\\[{‘“«‹"
_MARK = "\u0300-\u036f\u3099\u309a\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_PIECE = re.compile(
    f"(?P<blank>[{_BLANK}]+)"
    f"|[{_NOT_LAST}{_NOT_LAST_LATIN}]*[{_IDEOGRAPH}][{_MARK}]*(?:[{_NOT_FIRST}][{_MARK}]*)*"
    f"|[{_NOT_LAST}]*[^{_BLANK}{_IDEOGRAPH}]+[{_NOT_FIRST}]*"
    "|.",
    re.S,
)
_PREFERRED_BREAKS = frozenset("-–—/\\_.,;:?&=+@")


def wrap(text: str, start: int, end: int, width: int, measure: Measure) -> Iterator[Slice]:
    """Return slices of `text[start:end]` that fit `width` cells, without the blanks at breaks.

    Lines break at blanks, between ideographs (but for punctuation that must not begin or end a line), and inside words
    that do not fit a line. No grapheme cluster is broken, unless it alone is wider than the line.
    """
    if is_narrow(text[start:end], measure):
        return _wrap_narrow(text, start, end, width)
    return _wrap_pieces(text, start, end, width, measure)


def split_exact(text: str, start: int, end: int, width: int, measure: Measure) -> Iterator[Slice]:
    """Yield slices of `text[start:end]` that fill `width` cells, with all blanks: for code."""
    if is_narrow(text[start:end], measure):
        yield from ((at, min(at + width, end)) for at in range(start, end, width))
        return
    while start < end:
        cut = _fitting_end(text, start, end, width, measure)
        yield start, cut
        start = cut


def unbreakable_pieces(text: str) -> Sequence[str]:
    """Return what `wrap` keeps together: words, or ideographs with their punctuation."""
    return text.split() if text.isascii() else [found[0] for found in _PIECE.finditer(text) if not found["blank"]]


def _wrap_narrow(text: str, start: int, end: int, width: int) -> Iterator[Slice]:
    while end - start > width:
        cut = text.rfind(" ", start + 1, start + width + 1)
        if cut > 0:
            following = cut + 1
            while cut > start and text[cut - 1] == " ":
                cut -= 1
        else:
            cut = following = _preferred_break(text, start, start + width)
        if cut > start:
            yield start, cut
        start = following
        while start < end and text[start] == " ":
            start += 1
    if start < end:
        yield start, end


def _wrap_pieces(text: str, start: int, end: int, width: int, measure: Measure) -> Iterator[Slice]:
    line_start = line_end = -1
    used = gap = 0
    sizes: dict[str, int] = {}  # ideographs repeat
    for piece in _PIECE.finditer(text, start, end):
        at, until = piece.span()
        size = sizes.get(piece[0]) or sizes.setdefault(piece[0], measure(piece[0]))
        if piece.lastgroup == "blank":
            gap += size
            continue
        if line_start >= 0 and used + gap + size <= width:
            used += gap + size
        else:
            if line_start >= 0:
                yield line_start, line_end
            line_start, used = at, size
            while used > width:
                cut = _fitting_end(text, line_start, until, width, measure)
                cut = _preferred_break(text, line_start, cut) if cut < until else cut
                yield line_start, cut
                used -= measure(text[line_start:cut])
                line_start = cut
        line_end, gap = until, 0
    if line_start < line_end:
        yield line_start, line_end


def _fitting_end(text: str, start: int, end: int, width: int, measure: Measure) -> int:
    """Return the end of the longest slice that fits `width`, at least one character."""
    limit = min(end, start + 8 * width + 64)
    used = 0
    at = start
    for cluster in characters.iter_clusters(text[start:limit]):
        used += measure(cluster)
        if used > width:
            break
        at += len(cluster)
    if at > start:
        return at
    fitting = bisect_right(range(start + 1, limit + 1), width, key=lambda until: measure(text[start:until]))
    return start + max(1, fitting)


def _preferred_break(text: str, start: int, end: int) -> int:
    """Return where to break a long word in its second half, such as after a slash, or `end`."""
    for at in range(end, (start + end) // 2, -1):
        if text[at - 1] in _PREFERRED_BREAKS and not characters.is_extending(text[at]):
            return at
    return end
