"""Text in cells: how wide it is, in a way that all terminals agree with, and the strips that are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import category

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from roya_tui.characters import NARROW
from roya_tui.model import CONTROL_CHARACTERS

# Terminals dispute the width of emoji that a joiner makes one of, or that a selector or skin tone changes. A zero-width
# blank in place of those parts them, and each is as wide everywhere as it is alone. Letters keep their joiners.
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_DISPUTED = re.compile(f"(?<=[{_EMOJI}\ufe0f])[\u200d\U0001f3fb-\U0001f3ff]|\ufe0f")
_SEPARATOR = "\u200b"


def display_text(text: str) -> str:
    """Return `text` as it is to be drawn, character for character."""
    if text.isprintable():
        return text if text.isascii() else _DISPUTED.sub(_SEPARATOR, text)
    # The last belt: whatever came past the cleaning on the way in must not steer the terminal.
    return _DISPUTED.sub(_SEPARATOR, CONTROL_CHARACTERS.sub("\ufffd", text))


# Vowel signs of Indic scripts that stand beside their letter (category Mc): terminals give them a cell, Rich none.
_INDIC_MARKS = re.compile("[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]")


def measure(text: str) -> int:
    """Return how many cells `text` takes once it is drawn.

    Where terminals disagree this is the wider answer: a row that is too short leaves a gap, one that is too long
    writes over its neighbour.
    """
    if text.isascii() or NARROW.fullmatch(text):
        return len(text)
    text = display_text(text)
    return cell_len(text) + (count_spacing_marks(text) if _INDIC_MARKS.search(text) else 0)


def count_spacing_marks(text: str) -> int:
    """Return how many marks of `text` take a cell that Rich does not count."""
    return sum(category(character) == "Mc" and cell_len(character) == 0 for character in text)


def make_strip(runs: Iterable[tuple[str, Style]], width: int, background: Style) -> Strip:
    """Return a strip of `width` cells as `measure` counts them, filled up with blanks."""
    segments = [Segment(display_text(text), style) for text, style in runs]
    missing = width - sum(measure(segment.text) for segment in segments)
    if missing > 0:
        segments.append(Segment(" " * missing, background))
    return Strip(segments, width)


def patch_strip_divide() -> None:
    """Let a line that is not cut refer to itself no more.

    Textual's `Strip.divide` keeps what it returns, and of a line that it need not cut that is the line. So each frame
    left a thousand objects for the collector, which then stopped some key for 15 ms to free those of many frames.
    """
    divide = Strip.divide

    def divided(line: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        cuts = list(cuts)
        return [line] if cuts == [line.cell_length] else divide(line, cuts)

    Strip.divide = divided  # type: ignore[method-assign, assignment]
