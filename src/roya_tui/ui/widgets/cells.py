"""Cell widths that all terminals agree on, and strips of styled text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import category

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from roya_tui.characters import NARROW
from roya_tui.layout.one_line import mirror_cells
from roya_tui.model import CONTROL_CHARACTERS
from roya_tui.translation import is_right_to_left

# Terminals disagree on the width of emoji joined by ZWJ or changed by a variation selector or skin tone. A zero-width
# space in place of these splits the sequence into emoji of undisputed width. Letters keep their joiners.
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_DISPUTED = re.compile(f"(?<=[{_EMOJI}\ufe0f])[\u200d\U0001f3fb-\U0001f3ff]|\ufe0f")
_SEPARATOR = "\u200b"
_INVISIBLE = re.compile("[\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


def display_text(text: str) -> str:
    """Return `text` as it is drawn; offsets stay the same."""
    if text.isprintable():
        return text if text.isascii() else _DISPUTED.sub(_SEPARATOR, text)
    # Control and invisible characters should have been removed on input. If some were not, as in a database that
    # another program wrote, they must not reach the terminal.
    text = _INVISIBLE.sub(_SEPARATOR, CONTROL_CHARACTERS.sub("\ufffd", text))
    return _DISPUTED.sub(_SEPARATOR, text)


# Spacing vowel signs of Indic scripts (category Mc): terminals give them a cell, Rich gives them none.
_INDIC_MARKS = re.compile("[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]")


def measure(text: str) -> int:
    """Return how many cells `text` takes when drawn.

    Where terminals disagree this is the larger width: a row that is too long would overwrite its neighbor.
    """
    if text.isascii() or NARROW.fullmatch(text):
        return len(text)
    text = display_text(text)
    return cell_len(text) + (count_spacing_marks(text) if _INDIC_MARKS.search(text) else 0)


def count_spacing_marks(text: str) -> int:
    """Count the marks in `text` that take a cell which Rich does not count."""
    return sum(category(character) == "Mc" and cell_len(character) == 0 for character in text)


def make_strip(runs: Iterable[tuple[str, Style]], width: int, background: Style) -> Strip:
    """Return a strip of `width` cells as counted by `measure`, padded with blanks."""
    segments = [Segment(display_text(text), style) for text, style in runs]
    missing = width - sum(measure(segment.text) for segment in segments)
    if missing > 0:
        segments.append(Segment(" " * missing, background))
    return Strip(segments, width)


def make_row_strip(cells: Sequence[tuple[str, Style]], width: int, background: Style) -> Strip:
    """Return a strip of the cells of a row, which begin at the side at which the interface begins."""
    if not is_right_to_left():
        return make_strip(cells, width, background)
    missing = width - sum(measure(text) for text, _ in cells)
    strip = make_strip(mirror_cells([*cells, (" " * missing, background)]), width - min(missing, 0), background)
    return strip if missing >= 0 else strip.crop(-missing, width - missing)  # what is too much is at the left


def patch_strip_divide() -> None:
    """Stop Textual's `Strip.divide` from caching a strip in itself.

    It caches its result, which is the strip itself if nothing is cut. These reference cycles left a thousand objects
    a frame to the garbage collector, which then delayed keys by 15 ms.
    """
    divide = Strip.divide

    def divided(line: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        cuts = list(cuts)
        return [line] if cuts == [line.cell_length] else divide(line, cuts)

    Strip.divide = divided  # type: ignore[method-assign, assignment]


def patch_ellipsis(sign: str) -> None:
    """Make Textual shorten the titles of frames with a sign that the terminal has; there is no option for it."""
    truncate = Content.truncate

    def truncated(content: Content, max_width: int, *, ellipsis: bool = False, pad: bool = False) -> Content:
        short = truncate(content, max_width, ellipsis=ellipsis, pad=pad)
        if short is content or not ellipsis or not short.plain.endswith("…"):
            return short
        return Content(short.plain[:-1] + sign, list(short.spans))

    Content.truncate = truncated  # type: ignore[method-assign, assignment]
