"""What layout makes: lines of runs, ready to be drawn from left to right."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, TypeVar, overload

from msgspec import Struct

from roya_tui.reading.picture_rows import PictureRow

L = TypeVar("L")

TEXT_STYLES = ("strong", "em", "code", "strike", "underline", "mark", "small", "caps", "link")
"""What styles of words are named."""
BLOCK_STYLES = (
    "heading", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "quote", "pre", "caption",
    "picture", "media", "term", "summary", "head", "table", "rule",
)  # fmt: skip
"""What styles of blocks are named: `head` is a table's first row, `table` its lines; code as a block is `code pre`."""
CODE_STYLES = ("keyword", "comment", "string", "literal", "called")
"""What styles of words in code are named: `called` are names that are defined or decorate."""
ADDED_STYLES = ("sign", "number")
"""What styles of bullets and bars, and of the numbers after links, are named."""


class Run(NamedTuple):
    """A stretch of a line in one style, in the order it is drawn."""

    text: str
    style: str = ""
    """Style names, parted by blanks, of those above; "" for plain text."""
    link: int = 0
    at: Sequence[int] = ()
    """Where in the document's text each character comes from; empty for what layout added, such as a bullet."""


class Line(Struct, frozen=True):
    """A line as drawn, and what part of the document it shows."""

    runs: tuple[Run, ...] = ()
    cells: int = 0
    block: int = 0
    """Index of its block; of an empty line, of the block after it."""
    heading: int = 0
    """The level, on each line of a heading; else 0."""
    start: int = 0
    end: int = 0
    """The part of the document's text that it shows."""
    rtl: bool = False
    between: bool = False
    """Whether it is the empty line between two blocks; the bars of quotations go through it."""
    picture: PictureRow | None = None
    """What is drawn in its blanks; their style is `cells`."""

    @property
    def text(self) -> str:
        """The characters as drawn."""
        return "".join(run.text for run in self.runs)

    def offset(self, index: int) -> int:
        """Return the offset in the document's text of the character that is drawn at `index` of the line's text.

        Of an added character or a place beyond the end it is that of the nearest one before it, else the line's start.
        """
        found = self.start
        for run in self.runs:
            if run.at:
                found = run.at[max(0, min(index, len(run.text) - 1))]
            index -= len(run.text)
            if index < 0:
                break
        return found


class Made(Sequence[L]):
    """Lines that are made when they are asked for, one by one."""

    __slots__ = ()

    @abstractmethod
    def made(self, number: int) -> L:
        """Return the line of that number, from 0. Raises IndexError beyond the end."""

    @overload
    def __getitem__(self, number: int) -> L: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[L, ...]: ...
    def __getitem__(self, number: int | slice) -> L | tuple[L, ...]:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        number = number if number >= 0 else number + len(self)  # only from the end must it be known how many there are
        if number < 0:
            raise IndexError(number)
        return self.made(number)
